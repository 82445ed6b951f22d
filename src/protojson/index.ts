/** Protobuf's JSON mapping: messages to JSON values and back, and the well-known types, which have JSON of their own. */
export { JsonMappingError } from './error.ts';
export { fromJson } from './from-json.ts';
export type { JsonObject, JsonValue } from './json-value.ts';
export type { JsonReadOptions, JsonWriteOptions } from './options.ts';
export { toJson } from './to-json.ts';
export {
  Any,
  BoolValue,
  BytesValue,
  DoubleValue,
  Duration,
  Empty,
  FieldMask,
  FloatValue,
  Int32Value,
  Int64Value,
  ListValue,
  NullValue,
  StringValue,
  Struct,
  Timestamp,
  UInt32Value,
  UInt64Value,
  Value,
} from './well-known.ts';
