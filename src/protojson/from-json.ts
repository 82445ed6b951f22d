/** From JSON to messages. [protobuf.dev, "ProtoJSON Format"] */
import { setExtension } from '../message/extensions.ts';
import type { Registry } from '../message/registry.ts';
import type { EnumType, Field, FieldType, MapKey, MessageType } from '../message/types.ts';
import { UNKNOWN, type WithUnknown } from '../message/unknown.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json-value.ts';
import { enumName, isEnum, isNullEnum, namesOf, numberNamed, takesNull, type NamedField } from './names.ts';
import type { JsonReadOptions } from './options.ts';
import { readKnown } from './read-known.ts';
import { enumNumber, readMapKey, readScalar } from './scalars.ts';
import { Walk, type Bag } from './walk.ts';

/**
 * The message that a JSON value is, by protobuf's JSON mapping, well-known types included. Everything that the mapping
 * allows is read: numbers as texts (of at most 1,100 characters), `1e5` for an integer, either name of a field, either
 * alphabet of base64.
 *
 * @param json what JSON.parse answers, or an exact parser: a `bigint` is an integer token. A `number` for a 64-bit field must
 *   be safe: beyond 2^53 JSON.parse rounds, so give a text or a bigint.
 * @returns a message as `decodeMessage` answers it; it shares nothing with `json`.
 * @throws JsonMappingError, naming the path, for what is no such message: wrong types and ranges, unknown names, a field
 *   under both of its names, two members of one oneof, null in a list or a map, lone surrogates, a missing required field,
 *   nesting beyond `maxDepth`, an `Any` of a type that the registry lacks. RangeError for a `maxDepth` out of range.
 */
export function fromJson<T extends object>(
  type: MessageType<T>,
  json: JsonValue,
  options: JsonReadOptions = {},
): T {
  return new JsonReader(options).message(type, json) as T;
}

/** The fields and the oneofs of a message that the document has set. */
type Seen = Set<NamedField | string>;

/** Reads by description; what a well-known type's JSON stands for is `readKnown`'s. */
export class JsonReader extends Walk {
  readonly registry: Registry | undefined;
  readonly ignoreUnknown: boolean;

  constructor(options: JsonReadOptions) {
    super(options.maxDepth);
    this.registry = options.registry;
    this.ignoreUnknown = options.ignoreUnknown === true;
  }

  message(type: MessageType, json: unknown): Bag {
    this.enter();
    const { known } = namesOf(type);
    const into = type.create() as Bag;
    if (known) readKnown(this, known, type, into, json);
    else this.fields(type, into, this.object(type, json));
    this.leave();
    return into;
  }

  /** @throws JsonMappingError for what is no object. */
  object(type: MessageType, json: unknown): JsonObject {
    if (!isJsonObject(json)) throw this.expected(`an object for ${type.name}`, json);
    return json;
  }

  /** Reads an object's keys as fields, but for `except`. */
  fields(type: MessageType, into: Bag, json: JsonObject, except?: string): void {
    const names = namesOf(type);
    const seen: Seen = new Set();
    for (const key of Object.keys(json)) {
      if (key === except) continue;
      this.path.push(key);
      const named = names.byName.get(key);
      if (named) this.field(into, named, json[key], seen);
      else this.extension(type, into, key, json[key]);
      this.path.pop();
    }
    for (const { key, json: name } of names.required)
      if (into[key] === undefined) throw this.error(`${name} is missing, and ${type.name} requires it`);
  }

  private field(into: Bag, named: NamedField, json: unknown, seen: Seen): void {
    const { key, field } = named;
    if (seen.has(named)) throw this.error(`${named.json} stands twice, under two names`);
    seen.add(named);
    if (json === null && !takesNull(field)) return;
    if (field.oneof !== undefined) {
      if (seen.has(field.oneof)) throw this.error(`another field of the oneof ${field.oneof} is set too`);
      seen.add(field.oneof);
    }
    const value = this.value(field, json);
    if (value !== undefined) into[key] = value;
  }

  /** An extension stands under its full name in brackets. */
  private extension(type: MessageType, into: Bag, key: string, json: unknown): void {
    const name = key.startsWith('[') && key.endsWith(']') ? key.slice(1, -1) : '';
    const extension = this.registry?.extensions.get(name);
    if (extension?.extendee.name !== type.name) {
      if (!this.ignoreUnknown) throw this.error(`no field of ${type.name} has this name`);
    } else if (json !== null || takesNull(extension.field)) {
      // In a holder of its own: setting one among the others would look through them all.
      const holder: WithUnknown = {};
      setExtension(holder, extension, this.value(extension.field, json));
      if (holder[UNKNOWN]) into[UNKNOWN] = [...(into[UNKNOWN] ?? []), ...holder[UNKNOWN]];
    }
  }

  /** The value of a field, whose JSON is there; undefined for an enum's unknown value that is to be ignored. */
  value(field: Field, json: unknown): unknown {
    if (field.key) return this.map(field.key, field.type, json);
    return field.repeated ? this.list(field.type, json) : this.single(field.type, json);
  }

  private single(type: FieldType, json: unknown): unknown {
    if (typeof type === 'string') return readScalar(this, type, json);
    return isEnum(type) ? this.enumValue(type, json) : this.message(type, json);
  }

  private list(type: FieldType, json: unknown): unknown[] {
    if (!Array.isArray(json)) throw this.expected('an array', json);
    const list: unknown[] = [];
    for (let i = 0; i < json.length; i++) {
      this.path.push(i);
      const value = this.single(type, json[i]);
      this.path.pop();
      if (value !== undefined) list.push(value);
    }
    return list;
  }

  private map(keyType: MapKey, type: FieldType, json: unknown): object {
    if (!isJsonObject(json)) throw this.expected('an object for a map', json);
    const map = Object.create(null) as Bag;
    for (const text of Object.keys(json)) {
      this.path.push(text);
      this.enter();
      const key = readMapKey(this, keyType, text);
      if (key in map) throw this.error('this key of the map stands before, spelled otherwise');
      const value = this.single(type, json[text]);
      if (value !== undefined) map[key] = value;
      this.leave();
      this.path.pop();
    }
    return map;
  }

  /** The number of an enum's value; undefined for an unknown one that is to be ignored. */
  private enumValue(type: EnumType, json: unknown): number | undefined {
    if (json === null && isNullEnum(type)) return 0;
    const number = typeof json === 'string' ? numberNamed(type, json) : enumNumber(json);
    if (number !== undefined && (!type.closed || enumName(type, number) !== undefined)) return number;
    if (this.ignoreUnknown && (typeof json === 'string' || number !== undefined)) return undefined;
    throw this.expected(`a name or a number of ${type.name}`, json);
  }
}
