/** Frames: finding them in a stream, reading and writing what they say. */
export { FrameDecoder, readFrames } from './decoder.ts';
export type { Frame, FrameDecoderOptions } from './decoder.ts';
export { FrameHead, headLength, writeHead } from './head.ts';
export { VERSION } from './hello.ts';
export { FrameKind, frameName, isCounted } from './kinds.ts';
export type { FrameName } from './kinds.ts';
export { splitPack, unpack } from './pack.ts';
export type { Inflate } from './pack.ts';
export { decodeFrames, parseFrame } from './parse.ts';
export { skim } from './skim.ts';
export type { SkimVisitor } from './skim.ts';
export { streamFrames } from './stream.ts';
export type { ChunkSource, FrameStreamOptions } from './stream.ts';
export type {
  Ack,
  Cancel,
  Close,
  Command,
  Extension,
  FrameBody,
  HelloAnswer,
  HelloFields,
  HelloOffer,
  Pack,
  Part,
  Ping,
  Push,
  Reply,
  Resume,
  Uint64,
} from './types.ts';
export { verbName, verbNumber } from './verbs.ts';
export { encodeFrame, FrameWriter } from './writer.ts';
export type { FrameWriterOptions } from './writer.ts';
