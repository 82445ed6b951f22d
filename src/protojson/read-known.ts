/** The well-known types from the JSON that they have of their own. */
import { encodeMessage } from '../message/codec.ts';
import type { MessageType } from '../message/types.ts';
import { isWrappedIn, TYPE_KEY, typeOfUrl, VALUE_KEY } from './any.ts';
import type { JsonReader } from './from-json.ts';
import type { JsonObject } from './json-value.ts';
import { parseMask } from './mask.ts';
import { namesOf, type KnownType, type NamedField } from './names.ts';
import { parseDuration, parseTimestamp } from './time.ts';
import type { Bag } from './walk.ts';

/** Reads a well-known type's JSON into a message of it. @throws JsonMappingError */
export function readKnown(
  reader: JsonReader,
  known: KnownType,
  type: MessageType,
  into: Bag,
  json: unknown,
): void {
  switch (known) {
    case 'Any':
      readAny(reader, into, reader.object(type, json));
      break;
    case 'Timestamp':
      Object.assign(into, parsed(reader, parseTimestamp, json, 'a time like "2001-02-03T04:05:06.789Z"'));
      break;
    case 'Duration':
      Object.assign(into, parsed(reader, parseDuration, json, 'seconds like "-1.5s", at most 10,000 years'));
      break;
    case 'FieldMask':
      into['paths'] = parsed(reader, parseMask, json, 'paths in camel case, separated by commas');
      break;
    case 'Value':
      readValue(reader, type, into, json);
      break;
    case 'Alone':
      readAlone(reader, namesOf(type).fields[0]!, into, json);
  }
}

function parsed<V>(
  reader: JsonReader,
  parse: (text: string) => V | undefined,
  json: unknown,
  what: string,
): V {
  const value = typeof json === 'string' ? parse(json) : undefined;
  if (value === undefined) throw reader.expected(what, json);
  return value;
}

function readAlone(reader: JsonReader, { key, field }: NamedField, into: Bag, json: unknown): void {
  into[key] = reader.value(field, json);
}

/** `google.protobuf.Value`: the kind of the JSON chooses the field. */
function readValue(reader: JsonReader, type: MessageType, into: Bag, json: unknown): void {
  const key = fieldFor(json);
  const field = key && type.fields[key];
  if (!field) throw reader.expected('a JSON value', json);
  into[key] = reader.value(field, json);
}

function fieldFor(json: unknown): string | undefined {
  if (json === null) return 'nullValue';
  switch (typeof json) {
    case 'boolean':
      return 'boolValue';
    case 'number':
    case 'bigint':
      return 'numberValue';
    case 'string':
      return 'stringValue';
    case 'object':
      return Array.isArray(json) ? 'listValue' : 'structValue';
    default:
      return undefined;
  }
}

function readAny(reader: JsonReader, into: Bag, json: JsonObject): void {
  if (Object.keys(json).length === 0) return;
  const url = Object.hasOwn(json, TYPE_KEY) ? json[TYPE_KEY] : undefined;
  reader.path.push(TYPE_KEY);
  const type = typeOfUrl(reader, reader.registry, url);
  reader.path.pop();
  const message = isWrappedIn(json, type) ? wrapped(reader, type, json) : beside(reader, type, json);
  into['typeUrl'] = url;
  into['value'] = encodeMessage(type, message);
}

/** A message whose fields stand beside the key that names its type. */
function beside(reader: JsonReader, type: MessageType, json: JsonObject): Bag {
  reader.enter();
  const into = type.create() as Bag;
  reader.fields(type, into, json, TYPE_KEY);
  reader.leave();
  return into;
}

/** A well-known type's JSON, under a key of its own. */
function wrapped(reader: JsonReader, type: MessageType, json: JsonObject): Bag {
  const other = Object.keys(json).find((key) => key !== TYPE_KEY && key !== VALUE_KEY);
  if (other !== undefined && !reader.ignoreUnknown)
    throw reader.expected(`nothing but "${TYPE_KEY}" and "${VALUE_KEY}"`, other);
  reader.path.push(VALUE_KEY);
  const message = reader.message(type, Object.hasOwn(json, VALUE_KEY) ? json[VALUE_KEY] : undefined);
  reader.path.pop();
  return message;
}
