/** Walks the fields of a message without reading them: to look at a few, to forward, to count. */
import { MessageReader, type ReadOptions } from './reader.ts';
import { DELIMITED, END_GROUP, FIXED32, FIXED64, START_GROUP, VARINT } from './wire-types.ts';

/**
 * Takes one field: its number, its wire type, and where its value is, from `start` up to `end`: of wire type 2 what is behind the
 * length, of a group what is between its tags. @returns `false` to stop, anything else to go on.
 */
export type FieldVisitor = (no: number, wire: number, start: number, end: number) => unknown;

/**
 * Calls `visit` for every field of a message, in their order on the wire; what is nested is not entered: skim it in turn, from
 * its `start` to its `end`. Nothing is allocated for a field.
 *
 * @param bytes any Uint8Array
 * @param start where the message begins in `bytes`: a whole number from 0 to `end`
 * @param end where it ends, at most `bytes.length`
 * @param options `limits` bound the groups within groups, of a field of unknown meaning too
 * @returns where it stopped: `end`, unless `visit` answered `false`, then where the next field begins
 * @throws ProtocolError as `decodeMessage`, for tags, lengths, varints and groups; values and UTF-8 are not judged. RangeError for
 *   a range that is none.
 */
export function skimMessage(
  bytes: Uint8Array,
  visit: FieldVisitor,
  start = 0,
  end: number = bytes.length,
  options?: ReadOptions,
): number {
  if (!(start >= 0 && start <= end && end <= bytes.length && Number.isInteger(start) && Number.isInteger(end)))
    throw new RangeError(`${start} to ${end} is no range of ${bytes.length} bytes`);
  let reader: MessageReader | undefined;
  let pos = start;
  while (pos < end) {
    let tag = bytes[pos]!;
    let from = pos + 1;
    if (tag > 0x7f) {
      // Two bytes, of a field from 16 to 2,047: the second is neither 0 nor the beginning of a third.
      const high = from < end ? bytes[from++]! : 0;
      tag = high > 0 && high < 0x80 ? (tag & 0x7f) | (high << 7) : 0;
    }
    let next = -1;
    if (tag > 7) {
      const wire = tag & 7;
      if (wire === DELIMITED) {
        let length = from < end ? bytes[from++]! : Infinity;
        if (length > 0x7f) {
          const high = from < end ? bytes[from++]! : 0x80;
          length = high < 0x80 ? (length & 0x7f) | (high << 7) : Infinity;
        }
        next = from + length;
      } else if (wire === VARINT) next = behind(bytes, from, end);
      else if (wire === FIXED64) next = from + 8;
      else if (wire === FIXED32) next = from + 4;
    }
    let stop = next;
    if (next < 0 || next > end) {
      // What is unusual, or malformed.
      reader ??= new MessageReader(bytes, options);
      reader.pos = pos;
      reader.end = end;
      tag = reader.tag();
      from = reader.pos;
      reader.skip(tag);
      stop = next = reader.pos;
      if ((tag & 7) === DELIMITED) from = behind(bytes, from, next);
      else if ((tag & 7) === START_GROUP) stop = endOfGroup(reader, from);
    }
    pos = next;
    if (visit(tag >>> 3, tag & 7, from, stop) === false) return pos;
  }
  return pos;
}

/** Where the end-group tag of a group begins whose content begins at `pos`, and which is whole. */
function endOfGroup(reader: MessageReader, pos: number): number {
  reader.pos = pos;
  for (let tag = reader.tag(); (tag & 7) !== END_GROUP; tag = reader.tag()) reader.skip(tag);
  return reader.start;
}

/** Where a varint ends that begins at `pos`; -1 where it is none of at most ten bytes before `end`. */
function behind(bytes: Uint8Array, pos: number, end: number): number {
  const most = Math.min(end, pos + 10);
  while (pos < most) if (bytes[pos++]! < 0x80) return pos;
  return -1;
}
