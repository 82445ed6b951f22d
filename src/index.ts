/**
 * Petrel: a length-prefixed binary command protocol for messaging on bad networks. The layers are importable one by one
 * (`petrel/wire`, `petrel/value`, `petrel/frame`); this is what most programs need of them.
 */
export { BEFORE_AUTH_LIMITS, DEFAULT_LIMITS, ProtocolError } from './wire/index.ts';
export type { ErrorCode, FaultClass, Limits, PathStep } from './wire/index.ts';
export {
  decode,
  decodeFirst,
  Decimal,
  encode,
  encodeInto,
  Entries,
  Float,
  Message,
  Opaque,
  Tag,
  Tagged,
} from './value/index.ts';
export type { DecodeOptions, Encodable, EncodeOptions, Value } from './value/index.ts';
export {
  decodeFrames,
  encodeFrame,
  FrameDecoder,
  FrameKind,
  frameName,
  FrameWriter,
  parseFrame,
  readFrames,
  skim,
  streamFrames,
  unpack,
} from './frame/index.ts';
export type {
  Frame,
  FrameBody,
  FrameDecoderOptions,
  FrameStreamOptions,
  FrameWriterOptions,
} from './frame/index.ts';
