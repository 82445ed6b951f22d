/**
 * What code that `petrel proto gen --codec` wrote stands on, beside the reader and the writer. It behaves as the
 * interpreter does, to the error; nothing of the interpreter is imported.
 */
import { through } from '../wire/errors.ts';
import { toKeys } from './keys.ts';
import type { MessageReader } from './reader.ts';
import type { Fields, MapKey, MessageType } from './types.ts';
import { DELIMITED, END_GROUP, FIXED32, FIXED64, VARINT } from './wire-types.ts';
import { DEEPEST, type MessageWriter } from './writer.ts';

/** A message in the hands of generated code: its properties are the fields that the generator saw. */
// oxlint-disable-next-line typescript/no-explicit-any -- a oneof's exclusive members can't be assigned one by one
export type Draft = any;

/** The members of a oneof, of which at most one is set. */
export type Oneof<T> =
  | { [K in keyof T]: Pick<T, K> & { [P in Exclude<keyof T, K>]?: undefined } }[keyof T]
  | { [K in keyof T]?: undefined };

/** A constructor of empty messages, whose prototype holds these defaults. */
export function defaults(values: object): new () => Draft {
  const prototype = {};
  // Defined for every key: a property of the prototype's own is no accessor, whatever its name.
  for (const [key, value] of Object.entries(values))
    Object.defineProperty(prototype, key, { value, writable: true });
  return Object.assign(function () {}, { prototype }) as unknown as new () => Draft;
}

/** A message type of functions that were written ahead of time. */
export function codec<T extends object>(
  name: string,
  fields: Fields,
  Message: new () => Draft,
  merge: (reader: MessageReader, into: Draft, group?: number) => void,
  write: (writer: MessageWriter, message: Draft) => void,
  messageSet = false,
): MessageType<T> {
  return { name, fields, messageSet, create: () => new Message(), merge, write };
}

/** The wire types that begin a value: bits by their number. */
const VALUES = 0b10_1111;

/**
 * The next tag of a message, or of an open group, whose end-group tag is taken; 0 at the end.
 * @throws ProtocolError as `MessageReader.tag` and `endGroup`.
 */
export function nextTag(reader: MessageReader, group: number): number {
  const { pos } = reader;
  if (pos < reader.end) {
    const tag = reader.bytes[pos]!;
    if (tag > 7 && tag < 0x80 && (VALUES >> (tag & 7)) & 1) {
      reader.start = pos;
      reader.pos = pos + 1;
      return tag;
    }
  } else if (group === 0) return 0;
  return longTag(reader, group);
}

function longTag(reader: MessageReader, group: number): number {
  const tag = twoByteTag(reader) || reader.tag();
  if ((tag & 7) !== END_GROUP) return tag;
  reader.endGroup(tag, group);
  return 0;
}

/** The tag of a field from 16 to 2,047; 0 for another, which is still to be read. */
function twoByteTag(reader: MessageReader): number {
  const { bytes, pos } = reader;
  const high = bytes[pos + 1]!;
  if (pos + 1 >= reader.end || bytes[pos]! < 0x80 || high < 1 || high > 0x7f) return 0;
  const tag = (bytes[pos]! & 0x7f) | (high << 7);
  if (((VALUES >> (tag & 7)) & 1) === 0) return 0;
  reader.start = pos;
  reader.pos = pos + 2;
  return tag;
}

/** Keeps a field that the message lacks, or that has another wire type. [MESSAGE-9] */
export function unknownField(reader: MessageReader, tag: number, into: Draft): void {
  const { start } = reader;
  reader.skip(tag);
  reader.keep(into, start);
}

/** Bounds what is read by the length before it. @returns the end before, to be put back. [MESSAGE-6] */
export function bounded(reader: MessageReader): number {
  const { end } = reader;
  reader.end = reader.size() + reader.pos;
  return end;
}

/** Opens a map's entry. @returns what `closeEntry` takes. */
export function openEntry(reader: MessageReader): number {
  reader.enter(1);
  const end = bounded(reader);
  reader.depth++;
  return end;
}

/** Closes a map's entry, whose own tag was at `start`. */
export function closeEntry(reader: MessageReader, end: number, start: number): void {
  reader.depth--;
  reader.end = end;
  reader.start = start;
}

/** An error that came while the field of that tag was read, its path led through the field. */
export function traced(error: unknown, fields: Fields, into: Draft, tag: number): unknown {
  const key = keyOf(fields, tag >>> 3);
  if (key === undefined) return error;
  const there: unknown = into[key];
  return through(Array.isArray(there) ? through(error, there.length) : error, key);
}

/** As `traced`, in a map's entry. */
export function inEntry(error: unknown, tag: number): unknown {
  return tag >>> 3 === 1 ? through(error, 'key') : tag >>> 3 === 2 ? through(error, 'value') : error;
}

/** A caller's error while the field of that number was written, at an element's index unless it is -1. */
export function misused(error: unknown, fields: Fields, no: number, index: number): unknown {
  const key = keyOf(fields, no);
  if (index >= 0) through(error, index);
  return key === undefined ? error : through(error, key);
}

function keyOf(fields: Fields, no: number): string | undefined {
  return Object.keys(fields).find((key) => fields[key]!.no === no);
}

/** What a message holds under the name of a property that plain objects inherit. */
export function own(from: object, key: string): Draft {
  return Object.hasOwn(from, key) ? (from as Draft)[key] : undefined;
}

/** Whether a `bytes` field holds its default. */
export function isEmpty(value: unknown): boolean {
  return value instanceof Uint8Array && value.length === 0;
}

/** The error for a required field that is absent. [MESSAGE-10] */
export function missing(name: string): TypeError {
  return new TypeError(`is missing, and ${name} requires it`);
}

/** The error for a second member of a oneof. */
export function clash(fields: Fields, from: object, key: string): TypeError {
  const other = Object.keys(fields).find(
    (each) =>
      each !== key && fields[each]!.oneof === fields[key]!.oneof && inherited(from, each) !== undefined,
  );
  return new TypeError(`is set together with ${other}`);
}

function inherited(from: object, key: string): unknown {
  return key in Object.prototype ? own(from, key) : (from as Draft)[key];
}

/** A repeated field's elements. @throws TypeError for what is no array. */
export function list(value: Draft): Draft[] {
  if (!Array.isArray(value)) throw new TypeError('must be an array');
  return value;
}

/** Judges a closed enum's number. @throws RangeError for one that the enum lacks. [MESSAGE-9] */
export function judge(value: Draft, isKnown: (value: Draft) => boolean): Draft {
  if (!isKnown(value)) throw new RangeError(`${String(value)} is no number of its closed enum`);
  return value;
}

/**
 * Writes a map, in the order of its keys. [MESSAGE-12]
 * @param value writes an entry's value, its tag first
 */
export function entries(
  writer: MessageWriter,
  no: number,
  type: MapKey,
  map: Draft,
  value: (item: Draft) => void,
  isKnown?: (value: Draft) => boolean,
): void {
  const wire = keyWire(type);
  for (const key of toKeys(map as object, type)) {
    try {
      const item = map[String(key)];
      if (isKnown) judge(item, isKnown);
      writer.tag(no, DELIMITED);
      if (++writer.depth > DEEPEST) throw new RangeError(`deeper than ${DEEPEST}, or in a circle`);
      const mark = writer.fork();
      let at = 'key';
      try {
        writer.tag(1, wire);
        writer[type](key as never);
        at = 'value';
        value(item ?? null);
      } catch (error) {
        throw through(error, at);
      }
      writer.join(mark);
      writer.depth--;
    } catch (error) {
      throw through(error, String(key));
    }
  }
}

function keyWire(type: MapKey): number {
  if (type === 'string') return DELIMITED;
  return type.endsWith('fixed64') ? FIXED64 : type.endsWith('fixed32') ? FIXED32 : VARINT;
}

export { NO_BYTES, NO_ENTRIES, NONE } from './absent.ts';
export { readInt64, readText, readUint64, writeText } from './inline.ts';
