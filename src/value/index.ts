/** Values: what commands carry, in and out of JavaScript. */
export { decode, decodeFirst } from './decode.ts';
export { encode } from './encode.ts';
export type { ValueKind } from './kinds.ts';
export { ValueReader } from './reader.ts';
export type { DecodeOptions, ValueVisitor } from './reader.ts';
/** The registered tags' numbers. [VALUE-17] */
export * as Tag from './tag.ts';
export { Decimal, Entries, Float, Message, Opaque, Tagged } from './types.ts';
export type { Encodable, Value } from './types.ts';
export { ValueWriter } from './writer.ts';
export type { EncodeOptions } from './writer.ts';
