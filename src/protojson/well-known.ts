/**
 * The well-known types as `google/protobuf/*.proto` declare them, ready for use. The mapping knows them by their full names:
 * the same types from a descriptor set or a generated module get the same JSON.
 */
import { enumeration, field, map, repeated } from '../message/describe.ts';
import { message } from '../message/interpret.ts';
import type { EnumType, MessageType } from '../message/types.ts';

/** A message of any type: a URL that ends in a slash and its full name, and its bytes. */
export interface Any {
  typeUrl: string;
  value: Uint8Array;
}
export const Any: MessageType<Any> = /* @__PURE__ */ message('google.protobuf.Any', {
  typeUrl: /* @__PURE__ */ field(1, 'string'),
  value: /* @__PURE__ */ field(2, 'bytes'),
});

/** A moment: seconds since 1970-01-01T00:00:00Z, in the years 1 to 9999, and 0 to 999,999,999 nanoseconds forward. */
export interface Timestamp {
  seconds: number | bigint;
  nanos: number;
}
export const Timestamp: MessageType<Timestamp> = /* @__PURE__ */ message('google.protobuf.Timestamp', {
  seconds: /* @__PURE__ */ field(1, 'int64'),
  nanos: /* @__PURE__ */ field(2, 'int32'),
});

/** A span of time: at most 315,576,000,000 seconds either way, and nanoseconds of the same sign. */
export interface Duration {
  seconds: number | bigint;
  nanos: number;
}
export const Duration: MessageType<Duration> = /* @__PURE__ */ message('google.protobuf.Duration', {
  seconds: /* @__PURE__ */ field(1, 'int64'),
  nanos: /* @__PURE__ */ field(2, 'int32'),
});

/** Paths to fields, in snake case: `author.display_name`. */
export interface FieldMask {
  paths: readonly string[];
}
export const FieldMask: MessageType<FieldMask> = /* @__PURE__ */ message('google.protobuf.FieldMask', {
  paths: /* @__PURE__ */ repeated(1, 'string'),
});

/** Nothing. */
export type Empty = object;
export const Empty: MessageType = /* @__PURE__ */ message('google.protobuf.Empty', {});

/** JSON's null. */
export const NullValue: EnumType = /* @__PURE__ */ enumeration('google.protobuf.NullValue', {
  NULL_VALUE: 0,
});

/** A JSON object. */
export interface Struct {
  fields: { readonly [key: string]: Value };
}
export const Struct: MessageType<Struct> = /* @__PURE__ */ message('google.protobuf.Struct', {
  get fields() {
    return map(1, 'string', Value);
  },
});

/** A JSON value: exactly one of the fields is set. Numbers are doubles. */
export interface Value {
  nullValue?: number | undefined;
  numberValue?: number | undefined;
  stringValue?: string | undefined;
  boolValue?: boolean | undefined;
  structValue?: Struct | undefined;
  listValue?: ListValue | undefined;
}
export const Value: MessageType<Value> = /* @__PURE__ */ message('google.protobuf.Value', {
  nullValue: /* @__PURE__ */ field(1, NullValue, { oneof: 'kind' }),
  numberValue: /* @__PURE__ */ field(2, 'double', { oneof: 'kind' }),
  stringValue: /* @__PURE__ */ field(3, 'string', { oneof: 'kind' }),
  boolValue: /* @__PURE__ */ field(4, 'bool', { oneof: 'kind' }),
  structValue: /* @__PURE__ */ field(5, Struct, { oneof: 'kind' }),
  get listValue() {
    return field(6, ListValue, { oneof: 'kind' });
  },
});

/** A JSON array. */
export interface ListValue {
  values: readonly Value[];
}
export const ListValue: MessageType<ListValue> = /* @__PURE__ */ message('google.protobuf.ListValue', {
  values: /* @__PURE__ */ repeated(1, Value),
});

/** A `double` that can be absent. */
export interface DoubleValue {
  value: number;
}
export const DoubleValue: MessageType<DoubleValue> = /* @__PURE__ */ message('google.protobuf.DoubleValue', {
  value: /* @__PURE__ */ field(1, 'double'),
});

/** A `float` that can be absent. */
export interface FloatValue {
  value: number;
}
export const FloatValue: MessageType<FloatValue> = /* @__PURE__ */ message('google.protobuf.FloatValue', {
  value: /* @__PURE__ */ field(1, 'float'),
});

/** A `int64` that can be absent. */
export interface Int64Value {
  value: number | bigint;
}
export const Int64Value: MessageType<Int64Value> = /* @__PURE__ */ message('google.protobuf.Int64Value', {
  value: /* @__PURE__ */ field(1, 'int64'),
});

/** A `uint64` that can be absent. */
export interface UInt64Value {
  value: number | bigint;
}
export const UInt64Value: MessageType<UInt64Value> = /* @__PURE__ */ message('google.protobuf.UInt64Value', {
  value: /* @__PURE__ */ field(1, 'uint64'),
});

/** A `int32` that can be absent. */
export interface Int32Value {
  value: number;
}
export const Int32Value: MessageType<Int32Value> = /* @__PURE__ */ message('google.protobuf.Int32Value', {
  value: /* @__PURE__ */ field(1, 'int32'),
});

/** A `uint32` that can be absent. */
export interface UInt32Value {
  value: number;
}
export const UInt32Value: MessageType<UInt32Value> = /* @__PURE__ */ message('google.protobuf.UInt32Value', {
  value: /* @__PURE__ */ field(1, 'uint32'),
});

/** A `bool` that can be absent. */
export interface BoolValue {
  value: boolean;
}
export const BoolValue: MessageType<BoolValue> = /* @__PURE__ */ message('google.protobuf.BoolValue', {
  value: /* @__PURE__ */ field(1, 'bool'),
});

/** A `string` that can be absent. */
export interface StringValue {
  value: string;
}
export const StringValue: MessageType<StringValue> = /* @__PURE__ */ message('google.protobuf.StringValue', {
  value: /* @__PURE__ */ field(1, 'string'),
});

/** A `bytes` that can be absent. */
export interface BytesValue {
  value: Uint8Array;
}
export const BytesValue: MessageType<BytesValue> = /* @__PURE__ */ message('google.protobuf.BytesValue', {
  value: /* @__PURE__ */ field(1, 'bytes'),
});
