/** From a frame's payload to what it says. */
import { fault, ProtocolError } from '../wire/errors.ts';
import type { DecodeOptions } from '../value/reader.ts';
import { BODIES, knownKind } from './bodies.ts';
import { FrameDecoder, readFrames, type Frame, type FrameDecoderOptions } from './decoder.ts';
import { frameName, isCounted } from './kinds.ts';
import { PayloadReader } from './payload.ts';
import type { FrameBody, Pack } from './types.ts';

const shared = /* @__PURE__ */ new PayloadReader();

/**
 * Reads a frame's payload.
 *
 * @returns the frame's fields, told apart by `kind`. Byte strings are views of the payload unless `copy` is set.
 * @throws ProtocolError with the offset in the stream and the path from the frame (`COMMAND.args[0].name`); malformed
 *   payloads leave the stream sound, the next frame can be read. FRAME_UNSUPPORTED for the reserved kinds. [FRAME-4]
 */
export function parseFrame(frame: Frame, options?: DecodeOptions): FrameBody {
  const { kind, payload, offset, start } = frame;
  const name = knownKind(kind);
  if (name === undefined) {
    const message = `kind ${kind} is reserved and was not negotiated`;
    throw new ProtocolError('FRAME_UNSUPPORTED', 'FRAME-4', offset, message, [frameName(kind)]);
  }
  const reader = options === undefined ? shared : new PayloadReader(options);
  reader.begin(payload, 0, payload.length);
  try {
    const body = BODIES[name].read(reader);
    reader.done();
    return body;
  } catch (error) {
    throw reader.located(error, name, start);
  } finally {
    reader.release();
  }
}

/**
 * Every frame of `bytes`, read.
 * @throws ProtocolError as `readFrames` and `parseFrame`.
 */
export function decodeFrames(bytes: Uint8Array, options?: FrameDecoderOptions & DecodeOptions): FrameBody[] {
  const bodies: FrameBody[] = [];
  for (const frame of readFrames(bytes, options)) bodies.push(parseFrame(frame, options));
  return bodies;
}

/** Inflates raw deflate; `length` is what must come out, and the most that may be produced. */
export type Inflate = (deflated: Uint8Array, dictionary: number | bigint, length: number) => Uint8Array;

/**
 * The frames of a PACK, inflated by the caller's `inflate`.
 * @throws ProtocolError as `splitPack`; and what `inflate` throws.
 */
export function unpack(pack: Pack, inflate: Inflate, options?: FrameDecoderOptions): Frame[] {
  return splitPack(inflate(pack.deflated, pack.dictionary, pack.length), pack.length, options);
}

/**
 * The frames of an inflated PACK, all checked before any is answered. [FRAME-17]
 * @throws ProtocolError PACK_CONTENT for a wrong length, a frame that ends outside, or a kind other than 1 to 5 and ACK;
 *   offsets count from the first inflated byte.
 */
export function splitPack(inflated: Uint8Array, length: number, options?: FrameDecoderOptions): Frame[] {
  if (inflated.length !== length) {
    const message = `${inflated.length} bytes inflated, ${length} announced`;
    throw fault('PACK_CONTENT', 'FRAME-17', Math.min(inflated.length, length), message);
  }
  const decoder = new FrameDecoder(options);
  const frames: Frame[] = [];
  for (const frame of decoder.frames(inflated)) {
    const allowed =
      (isCounted(frame.kind) && knownKind(frame.kind) !== undefined) || knownKind(frame.kind) === 'ACK';
    if (!allowed)
      throw fault(
        'PACK_CONTENT',
        'FRAME-17',
        frame.offset,
        `a ${frameName(frame.kind)} may not stand in a PACK`,
      );
    frames.push(frame);
  }
  if (decoder.pending > 0)
    throw fault('PACK_CONTENT', 'FRAME-17', inflated.length, 'the last frame of a PACK is not whole');
  return frames;
}
