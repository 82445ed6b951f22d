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

/** A constructor of messages whose prototype holds these defaults: own properties are what was there. */
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

/** The tag of a field beyond the 15th, or one that is spelled longer than it has to be. */
export function longTag(reader: MessageReader, pos: number): number {
  const { bytes } = reader;
  if (pos + 1 < reader.end) {
    const high = bytes[pos + 1]!;
    if (high > 0 && high < 0x80) {
      reader.pos = pos + 2;
      return (bytes[pos]! & 0x7f) | (high << 7);
    }
  }
  reader.pos = pos;
  return reader.tag();
}

/**
 * Judges a tag that is none of the message's, read from `start` on. @returns the tag; 0 for the end of the open group.
 * @throws ProtocolError as `MessageReader.tag` and `endGroup`.
 */
export function otherTag(reader: MessageReader, tag: number, group: number): number {
  if (tag < 8 || (tag & 7) > FIXED32) {
    reader.pos = reader.start;
    reader.tag();
  }
  if ((tag & 7) !== END_GROUP) return tag;
  reader.endGroup(tag, group);
  return 0;
}

/** The end of the input of a message. @throws ProtocolError where a group is open. */
export function endOfInput(reader: MessageReader, pos: number, group: number): void {
  reader.pos = pos;
  if (group > 0) reader.tag();
}

/** The next tag of a map's entry; 0 at its end. */
export function nextTag(reader: MessageReader): number {
  return reader.more() ? otherTag(reader, reader.tag(), 0) : 0;
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

/** Opens a message behind its length, or a map's entry. @returns what `closed` takes. */
export function opened(reader: MessageReader): number {
  reader.enter(1);
  reader.depth++;
  const { bytes, pos, end } = reader;
  if (pos < end) {
    const behind = pos + 1 + bytes[pos]!;
    if (bytes[pos]! < 0x80 && behind <= end) {
      reader.pos = pos + 1;
      reader.end = behind;
      return end;
    }
  }
  return bounded(reader);
}

/** Closes it. Its own tag was at `start`. @returns the position behind it. */
export function closed(reader: MessageReader, end: number, start: number): number {
  reader.depth--;
  reader.end = end;
  reader.start = start;
  return reader.pos;
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
  return (value as Uint8Array | null)?.length === 0 && value instanceof Uint8Array; // the length is the faster test
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
export { gather, gathered, gatherText, settled, type PutText } from './deferred.ts';
export { closeMessage, openMessage, pack, packInt32, packInt64, packUint32, packUint64 } from './pack.ts';
export {
  putBool,
  putBytes,
  putDouble,
  putFixed32,
  putFixed64,
  putFloat,
  putInt32,
  putInt64,
  putSfixed32,
  putSfixed64,
  putSint32,
  putSint64,
  putText,
  putUint32,
  putUint64,
  room,
} from './put.ts';
export {
  readDouble,
  readFixed32,
  readFloat,
  readInt64,
  readSint64,
  readText,
  readUint32,
  readUint64,
  WORD,
} from './take.ts';
export {
  unpack,
  unpackDouble,
  unpackFloat,
  unpackInt32,
  unpackInt64,
  unpackUint32,
  unpackUint64,
} from './unpack.ts';
