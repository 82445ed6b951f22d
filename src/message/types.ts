/**
 * What a message's description says, and the JavaScript types that follow from it. Names are protobuf's own
 * (protobuf.dev, "Language Guide" and "Encoding").
 */
import type { MessageReader } from './reader.ts';
import type { UNKNOWN } from './unknown.ts';
import type { MessageWriter } from './writer.ts';

/** What each scalar type is in JavaScript. 64-bit integers are `number` when safe and `bigint` otherwise, never rounded. */
export interface ScalarTypes {
  double: number;
  float: number;
  int32: number;
  int64: number | bigint;
  uint32: number;
  uint64: number | bigint;
  sint32: number;
  sint64: number | bigint;
  fixed32: number;
  fixed64: number | bigint;
  sfixed32: number;
  sfixed64: number | bigint;
  bool: boolean;
  string: string;
  bytes: Uint8Array;
}

/** The name of a scalar type, as a `.proto` file spells it. */
export type Scalar = keyof ScalarTypes;

/** The scalar types that a map's key may have. */
export type MapKey = Exclude<Scalar, 'double' | 'float' | 'bytes'>;

/** An enum: names and numbers. Values in messages are numbers. */
export interface EnumType<V extends number = number> {
  /** The full name, without a leading dot: `acme.Kind`. */
  readonly name: string;
  /** The numbers by name, in the order of declaration; the first is the default. Two names may share one number. */
  readonly values: Readonly<Record<string, V>>;
  /** A closed enum's unknown numbers go to the unknown fields; an open one's are kept as they are. */
  readonly closed: boolean;
}

/** What a field may hold. */
export type FieldType = Scalar | EnumType | MessageType;

/** How a field differs from a plain one. */
export interface FieldOptions {
  /** Explicit presence: absent is told from the default, and reads as `undefined`. Messages always have it. */
  readonly optional?: boolean;
  /** Must be there, on both ways. (proto2, `LEGACY_REQUIRED`) */
  readonly required?: boolean;
  /** The name of the oneof that it belongs to: at most one of those is set. */
  readonly oneof?: string;
  /** False: a repeated number is written one tag an element. Default true. Both forms are read. */
  readonly packed?: boolean;
  /** A message between a start-group and an end-group tag instead of behind its length. */
  readonly delimited?: boolean;
  /** False: a string's UTF-8 is not verified; what is ill-formed reads as U+FFFD. (proto2) */
  readonly utf8?: boolean;
  /** The default that the schema declares, for callers: an absent field still reads as `undefined`. */
  readonly default?: unknown;
  /** The name in the `.proto` file, where it is not the key in snake case. */
  readonly name?: string;
  /** The name in JSON, where it is not the key. */
  readonly json?: string;
}

/** A field's description. `field`, `repeated` and `map` make it. */
export interface Field extends FieldOptions {
  /** The field number: 1 to 536,870,911. */
  readonly no: number;
  /** Of each value, of a repeated field and of a map. */
  readonly type: FieldType;
  readonly repeated?: boolean;
  /** The key's type: the field is a map. */
  readonly key?: MapKey;
}

/** Fields by the name of the property that holds them: the field's name in lower camel case. */
export type Fields = Readonly<Record<string, Field>>;

/** How a message's type runs: an interpreter of its description, or code written ahead of time. */
export interface MessageType<T extends object = object> {
  /** The full name, without a leading dot: `acme.Chat`. */
  readonly name: string;
  readonly fields: Fields;
  /** A MessageSet: its extensions are items in groups of number 1. (`message_set_wire_format`) */
  readonly messageSet: boolean;
  /** An empty message. Its prototype holds the defaults of fields with implicit presence, an empty list and an empty map. */
  create(): T;
  /**
   * Reads fields into `into` until the reader's end; with `group`, until the end-group tag of that number.
   * @throws ProtocolError as `decode`.
   */
  merge(reader: MessageReader, into: T, group?: number): void;
  /** Writes the fields in the order of their numbers, then the unknown ones. @throws TypeError, RangeError as `encode`. */
  write(writer: MessageWriter, message: Init<T>): void;
}

/** The message that a type describes, as `decode` answers it. */
export type Infer<T> = T extends MessageType<infer M> ? M : never;

/** What `encode` takes for a message: fields may be left out, nested ones too. */
export type Init<T> = T extends object ? { readonly [K in keyof T]?: InitValue<T[K]> | undefined } : T;
type InitValue<V> = V extends Uint8Array
  ? V
  : V extends readonly (infer E)[]
    ? readonly InitValue<E>[]
    : Init<V>;

type ValueOf<T> = T extends Scalar
  ? ScalarTypes[T]
  : T extends EnumType<infer V>
    ? V
    : T extends MessageType<infer M>
      ? M
      : never;

/** What a field's property holds. */
export type FieldValue<F> = F extends { readonly key: MapKey; readonly type: infer T }
  ? { readonly [key: string]: ValueOf<T> }
  : F extends { readonly repeated: true; readonly type: infer T }
    ? readonly ValueOf<T>[]
    : F extends { readonly type: infer T }
      ? ValueOf<T>
      : never;

type IsMany<F> = F extends { readonly key: MapKey } | { readonly repeated: true } ? true : false;
type Kind<F> = F extends { readonly oneof: infer O extends string }
  ? O
  : IsMany<F> extends true
    ? true
    : F extends { readonly required: true }
      ? true
      : F extends { readonly optional: true } | { readonly type: MessageType }
        ? false
        : true;
type Keys<F, K> = { [P in keyof F]: Kind<F[P]> extends K ? P : never }[keyof F];
type Members<F, O> = {
  [P in keyof F]: F[P] extends { readonly oneof: O } ? P : never;
}[keyof F];
type Oneof<F, M extends keyof F> =
  | { [K in M]: { [P in K]: FieldValue<F[P]> } & { [P in Exclude<M, K>]?: undefined } }[M]
  | { [P in M]?: undefined };
type OneofName<F> = { [P in keyof F]: F[P] extends { readonly oneof: infer O } ? O : never }[keyof F];
type Oneofs<F> = [OneofName<F>] extends [never]
  ? unknown
  : { [O in OneofName<F> & string]: (_: Oneof<F, Members<F, O>>) => void }[OneofName<F> & string] extends (
        _: infer I,
      ) => void
    ? I
    : never;

/** The message that fields describe. */
export type Shape<F> = { [K in Keys<F, true>]: FieldValue<F[K]> } & {
  [K in Keys<F, false>]?: FieldValue<F[K]> | undefined;
} & Oneofs<F> & { [UNKNOWN]?: readonly Uint8Array[] };
