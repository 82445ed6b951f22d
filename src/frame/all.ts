/**
 * Frames of every kind, those that open and feed a link among them: what the package's root offers, and what all that reads
 * whole conversations stands on.
 */
import type { DecodeOptions } from '../value/reader.ts';
import { readFrames, type Frame, type FrameDecoderOptions } from './decoder.ts';
import type { Layouts } from './field.ts';
import { HANDSHAKE } from './handshake.ts';
import { LAYOUTS } from './layouts.ts';
import type { FrameName } from './kinds.ts';
import { PACKS } from './pack.ts';
import { readWith } from './parse.ts';
import { PayloadReader } from './payload.ts';
import type { FrameBody as Body, LinkKind } from './types.ts';
import { FrameWriter as Writer, type FrameWriterOptions as Options } from './writer.ts';

/** What a frame says: a switch over `kind` tells them apart. */
export type FrameBody = Body<LinkKind>;
/** How frames are written. */
export type FrameWriterOptions = Omit<Options, 'layouts'>;

/** The layouts of all kinds that this version has. */
export const ALL_LAYOUTS: Layouts<FrameName> = { ...LAYOUTS, ...HANDSHAKE, ...PACKS };

const shared = /* @__PURE__ */ new PayloadReader();

/** As `parseFrame` of `petrel/frame`, every kind being read field by field. */
export function parseFrame(frame: Frame, options?: DecodeOptions): FrameBody {
  return readAny(shared.using(options), frame);
}

/** As `readWith`, every kind being read field by field. */
export function readAny(reader: PayloadReader, frame: Frame): FrameBody {
  return readWith<LinkKind>(reader, frame, ALL_LAYOUTS);
}

/**
 * Every frame of `bytes`, read.
 * @throws ProtocolError as `readFrames` and `parseFrame`.
 */
export function decodeFrames(bytes: Uint8Array, options?: FrameDecoderOptions & DecodeOptions): FrameBody[] {
  return Array.from(readFrames(bytes, options), (frame) => parseFrame(frame, options));
}

/** As `FrameWriter` of `petrel/frame`, every kind being written field by field. */
export class FrameWriter extends Writer<LinkKind> {
  constructor(options: FrameWriterOptions = {}) {
    super({ ...options, layouts: ALL_LAYOUTS });
  }
}

/** One frame as bytes of its own. @throws as `FrameWriter.frame`. */
export function encodeFrame(body: FrameBody, options?: FrameWriterOptions): Uint8Array {
  const writer = new FrameWriter(options);
  writer.frame(body);
  return writer.take();
}
