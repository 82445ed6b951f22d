/** JSON of the well-known types that have one of their own. */
import { NO_BYTES } from '../message/absent.ts';
import { decodeMessage } from '../message/codec.ts';
import type { MessageType } from '../message/types.ts';
import { isWrapped, TYPE_KEY, typeOfUrl, VALUE_KEY } from './any.ts';
import { nameOf, type JsonValue } from './json-value.ts';
import { formatMask } from './mask.ts';
import { namesOf, type KnownType, type NamedField } from './names.ts';
import { formatDuration, formatTimestamp } from './time.ts';
import type { JsonWriter } from './to-json.ts';
import { own, type Bag } from './walk.ts';

/** JSON of a message of a well-known type. @throws JsonMappingError where it has none. */
export function writeKnown(writer: JsonWriter, known: KnownType, type: MessageType, message: Bag): JsonValue {
  switch (known) {
    case 'Any':
      return writeAny(writer, message);
    case 'Timestamp':
      return writeTime(writer, formatTimestamp, message, 'a time in the years 1 to 9999');
    case 'Duration':
      return writeTime(
        writer,
        formatDuration,
        message,
        'at most 10,000 years, seconds and nanos of one sign',
      );
    case 'FieldMask':
      return writeMask(writer, own(message, 'paths') ?? []);
    case 'Value':
      return writeValue(writer, type, message);
    case 'Alone':
      break;
  }
  return writeAlone(writer, namesOf(type).fields[0]!, message);
}

function writeAlone(writer: JsonWriter, { key, field }: NamedField, message: Bag): JsonValue {
  const value = own(message, key);
  return value === undefined ? writer.zero(field) : writer.value(field, value);
}

function writeTime(
  writer: JsonWriter,
  format: (seconds: unknown, nanos: unknown) => string | undefined,
  message: Bag,
  what: string,
): JsonValue {
  const seconds = own(message, 'seconds') ?? 0;
  const nanos = own(message, 'nanos') ?? 0;
  const text = format(seconds, nanos);
  if (text !== undefined) return text;
  throw writer.error(`expected ${what}, found ${nameOf(seconds)} s and ${nameOf(nanos)} ns`);
}

function writeMask(writer: JsonWriter, paths: unknown): JsonValue {
  const text = Array.isArray(paths) ? formatMask(paths) : undefined;
  if (text !== undefined) return text;
  throw writer.error('expected paths in snake case that come back from camel case, found others');
}

/** `google.protobuf.Value`: whatever its one field holds. Values nest in each other: the fewer calls between them, the better. */
function writeValue(writer: JsonWriter, type: MessageType, message: Bag): JsonValue {
  const set = namesOf(type).fields.filter(({ key }) => own(message, key) !== undefined);
  if (set.length > 1) throw writer.error('another field of the oneof kind is set too');
  if (set.length === 0) throw writer.expected('a value of some kind', undefined);
  const { key, field } = set[0]!;
  writer.path.push(key);
  const json = writer.value(field, own(message, key));
  writer.path.pop();
  if (field.type === 'double' && typeof json !== 'number')
    throw writer.expected('a number that JSON has', message[key]);
  return json;
}

function writeAny(writer: JsonWriter, message: Bag): JsonValue {
  const url = own(message, 'typeUrl') ?? '';
  const bytes = own(message, 'value') ?? NO_BYTES;
  if (!(bytes instanceof Uint8Array)) throw writer.expected('a Uint8Array as value', bytes);
  if (url === '' && bytes.length === 0) return {};
  const type = typeOfUrl(writer, writer.registry, url);
  const json = { [TYPE_KEY]: url as string };
  const inner = writer.decoded(`bytes of ${type.name}`, writer.levelsLeft, (options) =>
    decodeMessage(type, bytes, options),
  ) as Bag;
  if (isWrapped(type)) return { ...json, [VALUE_KEY]: writer.message(type, inner) };
  writer.enter();
  writer.fields(type, inner, json);
  writer.leave();
  return json;
}
