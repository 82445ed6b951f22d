/** From messages to JSON. [protobuf.dev, "ProtoJSON Format"] */
import { decodeMessage } from '../message/codec.ts';
import { listExtensions } from '../message/extensions.ts';
import type { ReadOptions } from '../message/reader.ts';
import type { Registry } from '../message/registry.ts';
import type { EnumType, Field, FieldType, Init, MapKey, MessageType } from '../message/types.ts';
import { UNKNOWN } from '../message/unknown.ts';
import { ProtocolError } from '../wire/errors.ts';
import { isWrapped, TYPE_KEY, typeOfUrl, VALUE_KEY } from './any.ts';
import { nameOf, setKey, type JsonObject, type JsonValue } from './json-value.ts';
import { formatMask } from './mask.ts';
import {
  enumName,
  isEnum,
  isImplicit,
  isMessage,
  isNullEnum,
  namesOf,
  zeroOf,
  type KnownType,
  type NamedField,
} from './names.ts';
import type { JsonWriteOptions } from './options.ts';
import { enumNumber, readMapKey, writeScalar } from './scalars.ts';
import { formatDuration, formatTimestamp } from './time.ts';
import { Walk, type Bag } from './walk.ts';

/**
 * A message as JSON, by protobuf's JSON mapping, well-known types included: 64-bit integers as texts, bytes as base64, enums
 * as their names, fields in the order of their numbers. Unknown fields have no JSON; extensions that the registry has do.
 *
 * @param message a plain object or what `decodeMessage` answered.
 * @returns what JSON.stringify takes, without a bigint. A `float` is the shortest number that reads back as it. JSON.stringify
 *   writes -0 as 0.
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

class JsonWriter extends Walk {
  private readonly registry: Registry | undefined;
  private readonly options: JsonWriteOptions;

  constructor(options: JsonWriteOptions) {
    super(options.maxDepth);
    this.registry = options.registry;
    this.options = options;
  }

  message(type: MessageType, message: unknown): JsonValue {
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      throw this.expected(`an object, a ${type.name}`, message);
    this.enter();
    const { known } = namesOf(type);
    const json = known ? this.known(known, type, message as Bag) : this.fields(type, message as Bag, {});
    this.leave();
    return json;
  }

  private fields(type: MessageType, message: Bag, json: JsonObject): JsonObject {
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
      return this.options.alwaysEmit ? this.absent(field) : undefined;
    }
    if (field.oneof !== undefined) {
      if (oneofs.has(field.oneof)) throw this.error(`another field of the oneof ${field.oneof} is set too`);
      oneofs.add(field.oneof);
    }
    return this.options.alwaysEmit || !isDefault(field, value) ? this.value(field, value) : undefined;
  }

  /** JSON of a field's default, where the field has implicit presence. */
  private absent({ key, repeated, type, ...field }: Field): JsonValue | undefined {
    if (key) return {};
    if (repeated) return [];
    return !isMessage(type) && isImplicit({ type, ...field }) ? this.single(type, zeroOf(type)) : undefined;
  }

  private value(field: Field, value: unknown): JsonValue {
    if (field.key) return this.map(field.key, field.type, value);
    return field.repeated ? this.list(field.type, value) : this.single(field.type, value);
  }

  private single(type: FieldType, value: unknown): JsonValue {
    if (typeof type === 'string') return writeScalar(this, type, value);
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
    if (typeof value !== 'object' || value === null) throw this.expected('an object, a map', value);
    const json = {};
    for (const key of Object.keys(value)) {
      this.path.push(key);
      this.enter();
      if (readMapKey(this, keyType, key) !== key)
        throw this.expected(`a key spelled as a ${keyType} is`, key);
      setKey(json, key, this.single(type, (value as Bag)[key]));
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

  private known(known: KnownType, type: MessageType, message: Bag): JsonValue {
    switch (known) {
      case 'Any':
        return this.any(message);
      case 'Timestamp':
        return this.time(formatTimestamp, message, 'a time in the years 1 to 9999');
      case 'Duration':
        return this.time(formatDuration, message, 'at most 10,000 years, seconds and nanos of one sign');
      case 'FieldMask':
        return this.mask(own(message, 'paths') ?? []);
      case 'Value':
        return this.dynamic(type, message);
      case 'Alone':
        break;
    }
    return this.alone(namesOf(type).fields[0]!, message);
  }

  private alone({ key, field }: NamedField, message: Bag): JsonValue {
    const value = own(message, key);
    return value === undefined ? this.absent(field)! : this.value(field, value);
  }

  private time(
    format: (seconds: unknown, nanos: unknown) => string | undefined,
    message: Bag,
    what: string,
  ): JsonValue {
    const seconds = own(message, 'seconds') ?? 0;
    const nanos = own(message, 'nanos') ?? 0;
    const text = format(seconds, nanos);
    if (text === undefined)
      throw this.error(`expected ${what}, found ${nameOf(seconds)} s and ${nameOf(nanos)} ns`);
    return text;
  }

  private mask(paths: unknown): JsonValue {
    const text = Array.isArray(paths) ? formatMask(paths) : undefined;
    if (text === undefined)
      throw this.error('expected paths in snake case that camel case can name, found others');
    return text;
  }

  /** `google.protobuf.Value`: whatever its one field holds. */
  private dynamic(type: MessageType, message: Bag): JsonValue {
    const [json, other] = Object.values(this.fields(type, message, {}));
    if (json === undefined || other !== undefined) throw this.expected('a value of some kind', undefined);
    if (message['numberValue'] !== undefined && typeof json === 'string')
      throw this.expected('a number that JSON has', message['numberValue']);
    return json;
  }

  private any(message: Bag): JsonValue {
    const url = own(message, 'typeUrl') ?? '';
    const bytes = own(message, 'value') ?? NO_BYTES;
    if (!(bytes instanceof Uint8Array)) throw this.expected('a Uint8Array as value', bytes);
    if (url === '' && bytes.length === 0) return {};
    const type = typeOfUrl(this, this.registry, url);
    const json = { [TYPE_KEY]: url as string };
    const inner = this.decoded(`bytes of a ${type.name}`, (limits) =>
      decodeMessage(type, bytes, limits),
    ) as Bag;
    if (isWrapped(type)) return { ...json, [VALUE_KEY]: this.message(type, inner) };
    this.enter();
    this.fields(type, inner, json);
    this.leave();
    return json;
  }

  private extensions(type: MessageType, message: Bag, json: JsonObject, registry: Registry): void {
    const found = this.decoded('fields of extensions', (options) =>
      listExtensions(type, message, registry, options),
    );
    for (const [extension, value] of found) {
      const name = `[${extension.name}]`;
      this.path.push(name);
      setKey(json, name, this.value(extension.field, value));
      this.path.pop();
    }
  }

  /** What `decode` answers, within what is left of the depth; bytes that are ill-formed are a fault of the message. */
  private decoded<V>(what: string, decode: (options: ReadOptions) => V): V {
    try {
      return decode({ limits: { maxDepth: Math.max(this.levelsLeft, 0) } });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      throw this.error(`expected ${what}, found ${error.message}`, error.class, { cause: error });
    }
  }
}

const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** A property of a message: a plain object inherits `constructor` and the like, which are no fields. */
function own(message: Bag, key: string): unknown {
  return key in Object.prototype && !Object.hasOwn(message, key) ? undefined : message[key];
}

/** Whether a field holds what it reads as where it is absent. */
function isDefault(field: Field, value: unknown): boolean {
  if (field.key || field.repeated) return isEmpty(field, value);
  const { type } = field;
  if (isMessage(type) || !isImplicit(field)) return false;
  if (value instanceof Uint8Array) return type === 'bytes' && value.length === 0;
  return value === 0n || Object.is(value, zeroOf(type));
}

/** Whether a list or a map has nothing in it; what is neither is judged when it is written. */
function isEmpty({ key, repeated }: Field, value: unknown): boolean {
  if (repeated) return Array.isArray(value) && value.length === 0;
  return key !== undefined && typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
