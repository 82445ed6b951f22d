/**
 * Petrel: a length-prefixed binary command protocol for messaging on bad networks. This is what most programs need, frames
 * of every kind among it; the layers are importable one by one (`petrel/wire`, `petrel/value`, `petrel/frame`, `petrel/canonical`, `petrel/json`,
 * `petrel/resp`, `petrel/exchange`, `petrel/text`, `petrel/inspect`).
 *
 * @example
 * const bytes = encodeFrame({ kind: 'COMMAND', id: 1, verb: 'GET', args: ['key'] });
 * const [command] = decodeFrames(bytes); // { kind: 'COMMAND', id: 1, verb: 'GET', args: ['key'] }
 *
 * @example
 * for await (const frame of streamFrames(socket, { limits: BEFORE_AUTH_LIMITS })) {
 *   const body = parseFrame(frame, { limits: BEFORE_AUTH_LIMITS });
 *   if (body.kind === 'COMMAND') socket.write(encodeFrame({ kind: 'REPLY', id: body.id, value: null }));
 * }
 */
export { BEFORE_AUTH_LIMITS, DEFAULT_LIMITS, ProtocolError } from './wire/index.ts';
export type { ErrorCode, FaultClass, Limits, PathStep } from './wire/index.ts';
export {
  decode,
  decodeFirst,
  Decimal,
  encode,
  Entries,
  Float,
  Message,
  Opaque,
  Tag,
  Tagged,
} from './value/index.ts';
export { encodeInto } from './value/into.ts';
export type { DecodeOptions, Encodable, EncodeOptions, Value } from './value/index.ts';
export { decodeFrames, encodeFrame, FrameWriter, parseFrame } from './frame/all.ts';
export type { FrameBody, FrameWriterOptions } from './frame/all.ts';
export { FrameDecoder, FrameKind, frameName, skim } from './frame/index.ts';
export type { Frame, FrameDecoderOptions } from './frame/index.ts';
export { unpack } from './frame/pack.ts';
export { readFrames, streamFrames } from './frame/stream.ts';
export type { FrameStreamOptions } from './frame/stream.ts';
