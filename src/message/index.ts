/** Protobuf's wire format: messages described in TypeScript, an interpreter for them, and what code written ahead of time stands on. */
export { decodeMessage, encodeMessage } from './codec.ts';
export { closedEnumeration, enumeration, field, map, repeated } from './describe.ts';
export {
  clearExtension,
  extension,
  getExtension,
  hasExtension,
  listExtensions,
  setExtension,
} from './extensions.ts';
export type { Extension, ExtensionInit, ExtensionValue } from './extensions.ts';
export { encodeInto } from './into.ts';
export { message } from './interpret.ts';
export type { MessageOptions } from './interpret.ts';
export { encodePieces } from './pieces.ts';
export { MessageReader } from './reader.ts';
export type { ReadOptions } from './reader.ts';
export { Registry } from './registry.ts';
export { skimMessage } from './skim.ts';
export type { FieldVisitor } from './skim.ts';
export type {
  EnumType,
  Field,
  FieldOptions,
  Fields,
  FieldType,
  Infer,
  Init,
  MapKey,
  MessageType,
  Scalar,
  ScalarTypes,
} from './types.ts';
export { UNKNOWN } from './unknown.ts';
export type { WithUnknown } from './unknown.ts';
export { MessageWriter } from './writer.ts';
