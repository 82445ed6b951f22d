/** From messages to JSON. [protobuf.dev, "ProtoJSON Format"] */
import { listExtensions } from '../message/extensions.ts';
import type { ReadOptions } from '../message/reader.ts';
import type { Registry } from '../message/registry.ts';
import type { EnumType, Field, FieldType, Init, MapKey, MessageType } from '../message/types.ts';
import { UNKNOWN } from '../message/unknown.ts';
import { ProtocolError } from '../wire/errors.ts';
import { isJsonObject, setKey, type JsonObject, type JsonValue } from './json-value.ts';
import {
  enumName,
  isEnum,
  isImplicit,
  isMessage,
  isNullEnum,
  namesOf,
  zeroOf,
  type NamedField,
} from './names.ts';
import type { JsonWriteOptions } from './options.ts';
import { enumNumber, readMapKey, writeScalar } from './scalars.ts';
import { own, Walk, type Bag } from './walk.ts';
import { writeKnown } from './write-known.ts';

/**
 * A message as JSON, by protobuf's JSON mapping, well-known types included: 64-bit integers as texts, bytes as base64, enums
 * as their names, fields in the order of their numbers. Unknown fields have no JSON; extensions that the registry has do.
 *
 * @param message a plain object or what `decodeMessage` answered.
 * @returns what JSON.stringify takes, without a bigint. JSON.stringify writes -0 as 0.
 * @throws JsonMappingError, naming the path, for what JSON has no form for: a time out of range, a field mask that would not
 *   come back, NaN in a `Value`, an `Any` of a type that the registry lacks, nesting beyond `maxDepth`; and for what is no
 *   message of the type. RangeError for a `maxDepth` out of range.
 */
export function toJson<T extends object>(
  type: MessageType<T>,
  message: Init<T>,
  options: JsonWriteOptions = {},
): JsonValue {
  return new JsonWriter(options).message(type, message);
}

/** Writes by description; what the JSON of a well-known type is, is `writeKnown`'s. */
export class JsonWriter extends Walk {
  readonly registry: Registry | undefined;
  private readonly options: JsonWriteOptions;

  constructor(options: JsonWriteOptions) {
    super(options.maxDepth);
    this.registry = options.registry;
    this.options = options;
  }

  message(type: MessageType, message: unknown): JsonValue {
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      throw this.expected(`an object for ${type.name}`, message);
    this.enter();
    const { known } = namesOf(type);
    const json = known
      ? writeKnown(this, known, type, message as Bag)
      : this.fields(type, message as Bag, {});
    this.leave();
    return json;
  }

  /** Adds a message's fields and extensions to `json`. */
  fields(type: MessageType, message: Bag, json: JsonObject): JsonObject {
    const oneofs = new Set<string>();
    for (const named of namesOf(type).fields) {
      this.path.push(named.key);
      const value = this.field(type, message, named, oneofs);
      if (value !== undefined) setKey(json, this.options.protoNames ? named.proto : named.json, value);
      this.path.pop();
    }
    if (this.registry && message[UNKNOWN]) this.extensions(type, message, json, this.registry);
    return json;
  }

  /** JSON of a field; undefined where none is written. */
  private field(
    type: MessageType,
    message: Bag,
    { key, field }: NamedField,
    oneofs: Set<string>,
  ): JsonValue | undefined {
    const value = own(message, key);
    if (value === undefined) {
      if (field.required) throw this.error(`is missing, and ${type.name} requires it`);
      return this.options.alwaysEmit && isImplicit(field) ? this.zero(field) : undefined;
    }
    if (field.oneof !== undefined) {
      if (oneofs.has(field.oneof)) throw this.error(`another field of the oneof ${field.oneof} is set too`);
      oneofs.add(field.oneof);
    }
    return this.options.alwaysEmit || !isDefault(field, value) ? this.value(field, value) : undefined;
  }

  /** JSON of what a field's type has as its default. */
  zero({ key, repeated, type }: Field): JsonValue {
    if (key) return {};
    if (repeated) return [];
    return this.single(type, isMessage(type) ? undefined : zeroOf(type));
  }

  /** JSON of what a field holds. */
  value(field: Field, value: unknown): JsonValue {
    if (field.key) return this.map(field.key, field.type, value);
    return field.repeated ? this.list(field.type, value) : this.single(field.type, value);
  }

  private single(type: FieldType, value: unknown): JsonValue {
    if (typeof type === 'string') return writeScalar(this, type, value, this.options.shortFloats === true);
    return isEnum(type) ? this.enumValue(type, value) : this.message(type, value);
  }

  private list(type: FieldType, value: unknown): JsonValue[] {
    if (!Array.isArray(value)) throw this.expected('an array', value);
    const list: JsonValue[] = [];
    for (let i = 0; i < value.length; i++) {
      this.path.push(i);
      list.push(this.single(type, value[i]));
      this.path.pop();
    }
    return list;
  }

  private map(keyType: MapKey, type: FieldType, value: unknown): JsonValue {
    if (!isJsonObject(value)) throw this.expected('an object for a map', value);
    const json = {};
    for (const key of Object.keys(value)) {
      this.path.push(key);
      this.enter();
      if (readMapKey(this, keyType, key) !== key) throw this.expected(`a key as ${keyType} spells it`, key);
      setKey(json, key, this.single(type, value[key]));
      this.leave();
      this.path.pop();
    }
    return json;
  }

  private enumValue(type: EnumType, value: unknown): JsonValue {
    const number = enumNumber(value);
    const name = number === undefined ? undefined : enumName(type, number);
    if (number === undefined || (name === undefined && type.closed))
      throw this.expected(`a number of ${type.name}`, value);
    if (isNullEnum(type)) return null;
    return this.options.enumNumbers ? number : (name ?? number);
  }

  private extensions(type: MessageType, message: Bag, json: JsonObject, registry: Registry): void {
    // Their fields stand a level above what they hold.
    const found = this.decoded('fields of extensions', this.levelsLeft + 1, (options) =>
      listExtensions(type, message, registry, options),
    );
    for (const [extension, value] of found) {
      const name = `[${extension.name}]`;
      this.path.push(name);
      setKey(json, name, this.value(extension.field, value));
      this.path.pop();
    }
  }

  /** What `decode` answers within a depth; ill-formed bytes are a fault of the message. */
  decoded<V>(what: string, depth: number, decode: (options: ReadOptions) => V): V {
    try {
      return decode({ limits: { maxDepth: Math.max(depth, 0) } });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      throw this.error(`expected ${what}, found ${error.message}`, error.class, { cause: error });
    }
  }
}

/** Whether a field holds what it reads as where it is absent. */
function isDefault(field: Field, value: unknown): boolean {
  if (!isImplicit(field)) return false;
  if (field.key || field.repeated) return isEmpty(field, value);
  const type = field.type as Exclude<FieldType, MessageType>;
  if (value instanceof Uint8Array) return type === 'bytes' && value.length === 0;
  return value === 0n || Object.is(value, zeroOf(type));
}

/** Whether a list or a map has nothing in it; what is neither is judged when it is written. */
function isEmpty({ key, repeated }: Field, value: unknown): boolean {
  if (repeated) return Array.isArray(value) && value.length === 0;
  return key !== undefined && isJsonObject(value) && Object.keys(value).length === 0;
}
