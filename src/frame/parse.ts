/** From a frame's payload to what it says. */
import { fault, ProtocolError } from '../wire/errors.ts';
import type { DecodeOptions } from '../value/reader.ts';
import { readFrames, type Frame, type FrameDecoderOptions } from './decoder.ts';
import type { Layouts } from './field.ts';
import { FrameKind, frameName, type FrameName } from './kinds.ts';
import { LAYOUTS } from './layouts.ts';
import { PayloadReader } from './payload.ts';
import type { FrameBody, LinkKind } from './types.ts';

const shared = /* @__PURE__ */ new PayloadReader();

/** How a payload is read. */
export interface ParseOptions<N extends LinkKind = never> extends DecodeOptions {
  /** Kinds that are read field by field besides those of `petrel/frame`, such as `HANDSHAKE` of `petrel/frame/handshake`. */
  readonly layouts?: Layouts<N>;
}

/**
 * Reads a frame's payload.
 *
 * @returns the frame's fields, told apart by `kind`. Byte strings are views of the payload unless `copy` is set. HELLO,
 *   RESUME and PACK come with their `payload` as it is, unless `layouts` knows them.
 * @throws ProtocolError with the offset in the stream and the path from the frame (`COMMAND.args[0].name`); malformed
 *   payloads leave the stream sound, the next frame can be read. FRAME_UNSUPPORTED for the reserved kinds. [FRAME-4]
 */
export function parseFrame<N extends LinkKind = never>(
  frame: Frame,
  options?: ParseOptions<N>,
): FrameBody<N> {
  return readWith(shared.using(options), frame, options?.layouts);
}

/**
 * Reads a frame's payload with this reader. What a payload's end cuts off can't be completed by more input: it is
 * PAYLOAD_OVERRUN. [FRAME-19]
 */
export function readWith<N extends LinkKind = never>(
  reader: PayloadReader,
  { kind, payload, offset, start }: Frame,
  layouts?: Layouts<N>,
): FrameBody<N> {
  const name = frameName(kind) as FrameName;
  if (!(name in FrameKind)) {
    throw new ProtocolError('FRAME_UNSUPPORTED', 'FRAME-4', offset, '', [name]);
  }
  const body: Record<string, unknown> = { kind: name };
  const layout = (layouts as Partial<Layouts<FrameName>> | undefined)?.[name] ?? LAYOUTS[name];
  reader.reset(payload);
  try {
    for (const field in layout) {
      reader.field = [field];
      const value = layout[field]!.read(reader, body);
      if (value !== undefined) body[field] = value;
    }
    reader.field = [];
    const left = reader.end - reader.pos;
    if (left > 0) throw fault('TRAILING_BYTES', 'FRAME-19', reader.pos, `${left} bytes`);
  } catch (error) {
    throw reader.located(error, name, start);
  } finally {
    reader.release();
  }
  return body as unknown as FrameBody<N>;
}

/**
 * Every frame of `bytes`, read.
 * @throws ProtocolError as `readFrames` and `parseFrame`.
 */
export function decodeFrames<N extends LinkKind = never>(
  bytes: Uint8Array,
  options?: FrameDecoderOptions & ParseOptions<N>,
): FrameBody<N>[] {
  return Array.from(readFrames(bytes, options), (frame) => parseFrame(frame, options));
}
