/** Frames: finding them in a stream, reading and writing what they say. */
export { FrameDecoder } from './decoder.ts';
export type { Frame, FrameDecoderOptions } from './decoder.ts';
export type { Field, Layout, Layouts } from './field.ts';
export { FrameHead, headLength, writeHead } from './head.ts';
export { FrameKind, frameName, isCounted } from './kinds.ts';
export type { FrameName } from './kinds.ts';
export { parseFrame } from './parse.ts';
export type { ParseOptions } from './parse.ts';
export { skim } from './skim.ts';
export type { SkimVisitor } from './skim.ts';
export type {
  Ack,
  Cancel,
  Close,
  Command,
  Extension,
  FrameBody,
  LinkKind,
  Part,
  Ping,
  Push,
  Reply,
  Uint64,
  Unread,
} from './types.ts';
export { verbName, verbNumber } from './verbs.ts';
export { encodeFrame, FrameWriter } from './writer.ts';
export type { FrameWriterOptions } from './writer.ts';
