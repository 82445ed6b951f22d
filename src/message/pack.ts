/**
 * How generated code writes what has a length before it: messages, and lists that are packed. One byte is left for a length,
 * as `MessageWriter.fork` does.
 */
import { through } from '../wire/errors.ts';
import { putInt32, putInt64, putUint32, putUint64, room } from './put.ts';
import type { MessageType } from './types.ts';
import { DEEPEST, type MessageWriter } from './writer.ts';

/** Writes a value that there is room for. @returns the position behind. */
type Put<T> = (writer: MessageWriter, bytes: Uint8Array, pos: number, value: T) => number;

/** Elements that room is made for at once. */
const RUN = 128;
/** The most bytes that one takes, or that its method asks for. */
const WIDEST = 10;
/** Shorter lists are not worth a DataView. */
const FEW = 12;
/** Still shorter ones are not worth a loop that makes room. */
const SHORT_LIST = 8;

const HALF = 0x1000_0000;

/** By a number's leading zero bits: the bytes of its varint, and the bits that say so in the first four. */
const lengths: Uint8Array = /* @__PURE__ */ Uint8Array.from({ length: 33 }, (_, zeros) =>
  Math.max(1, Math.ceil((32 - zeros) / 7)),
);
const marks: Int32Array = /* @__PURE__ */ Int32Array.from(lengths, (length) =>
  length > 4 ? 0x8080_8080 : 0x8080_8080 & ((1 << (8 * length - 8)) - 1),
);

/** Begins a message behind its tag. @throws TypeError, RangeError as `MessageWriter.message`. */
export function openMessage(
  writer: MessageWriter,
  pos: number,
  message: unknown,
  { name }: MessageType,
): void {
  if (typeof message !== 'object' || message === null) throw new TypeError(`must be an object: ${name}`);
  if (++writer.depth > DEEPEST) throw new RangeError(`deeper than ${DEEPEST}, or in a circle`);
  writer.pos = pos;
  writer.byte(0);
}

/** Ends a message whose length is at `pos`, and makes room for `more`. @returns the position behind it. */
export function closeMessage(writer: MessageWriter, pos: number, more: number): number {
  writer.depth--;
  return close(writer, pos, writer.pos, more);
}

/** Writes the length at `pos` of what goes to `end`. */
function close(writer: MessageWriter, pos: number, end: number, more: number): number {
  const length = end - pos - 1;
  writer.pos = end;
  if (length < 0x80 && writer.aside === undefined) writer.bytes[pos] = length;
  else writer.join(pos + 1);
  return room(writer, more).pos;
}

/** The writer's bytes, with room for a run of elements from `pos` on. */
function roomAt(writer: MessageWriter, pos: number): Uint8Array {
  writer.pos = pos;
  return room(writer, (RUN + 1) * WIDEST).bytes;
}

/** Writes a list's elements behind their length; an error says which one. */
export function pack<T>(
  writer: MessageWriter,
  pos: number,
  list: readonly T[],
  put: Put<T>,
  more: number,
): number {
  const at = pos++;
  let bytes = writer.bytes;
  let i = 0;
  try {
    for (; i < list.length; i++) {
      if (i % RUN === 0) bytes = roomAt(writer, pos);
      pos = put(writer, bytes, pos, list[i]!);
    }
  } catch (error) {
    throw through(error, i);
  }
  return close(writer, at, pos, more);
}

/** A DataView of the writer's bytes, with room for a run of elements from `pos` on. */
function windowAt(writer: MessageWriter, pos: number, view: DataView | undefined): DataView {
  const { buffer, byteOffset, length } = roomAt(writer, pos);
  return view?.buffer === buffer ? view : new DataView(buffer, byteOffset, length);
}

/** The low 28 bits of a number, seven to a byte. */
function spread(value: number): number {
  return (value & 0x7f) | ((value & 0x3f80) << 1) | ((value & 0x1f_c000) << 2) | ((value & 0xfe0_0000) << 3);
}

/**
 * A list of up to eight numbers of one or two bytes each, where there is room for them and for `more`; -1 for another. Three numbers
 * are written 1.5x as fast as by `pack`.
 */
function packShort(
  { bytes }: MessageWriter,
  pos: number,
  list: readonly (number | bigint)[],
  more: number,
): number {
  const { length } = list;
  if (length > SHORT_LIST || bytes.length - pos <= 2 * SHORT_LIST + more) return -1;
  let at = pos + 1;
  for (let i = 0; i < length; i++) {
    const value = list[i]!;
    if (typeof value !== 'number' || value >>> 0 !== value || value > 0x3fff) return -1;
    if (value > 0x7f) {
      bytes[at++] = value | 0x80;
      bytes[at++] = value >> 7;
    } else bytes[at++] = value;
  }
  bytes[pos] = at - pos - 1;
  return at;
}

/**
 * As `pack`, of whole numbers from 0 to `most`, which is below 2^32; others are left to `put`. Without a branch on a number's
 * length, which can't be foreseen: 1,000 numbers of one to five bytes are written 2x as fast.
 */
function pack32(
  writer: MessageWriter,
  pos: number,
  list: readonly number[],
  put: Put<number>,
  most: number,
  more: number,
): number {
  if (list.length < FEW) {
    const end = packShort(writer, pos, list, more);
    return end < 0 ? pack(writer, pos, list, put, more) : end;
  }
  const at = pos++;
  let view: DataView | undefined;
  let i = 0;
  try {
    while (i < list.length) {
      view = windowAt(writer, pos, view);
      for (const end = Math.min(list.length, i + RUN); i < end; i++) {
        const value = list[i]!;
        if (typeof value === 'number' && value >>> 0 === value && value <= most) {
          const zeros = Math.clz32(value);
          view.setInt32(pos, spread(value) | marks[zeros]!, true);
          view.setUint8(pos + 4, value >>> 28);
          pos += lengths[zeros]!;
        } else pos = put(writer, writer.bytes, pos, value);
      }
    }
  } catch (error) {
    throw through(error, i);
  }
  return close(writer, at, pos, more);
}

/** As `pack32`, of whole numbers from 0 to 2^53 - 1: those of one to eight bytes 2.6x as fast. */
function pack53(
  writer: MessageWriter,
  pos: number,
  list: readonly (number | bigint)[],
  put: Put<number | bigint>,
  more: number,
): number {
  if (list.length < FEW) {
    const end = packShort(writer, pos, list, more);
    return end < 0 ? pack(writer, pos, list, put, more) : end;
  }
  const at = pos++;
  let view: DataView | undefined;
  let i = 0;
  try {
    while (i < list.length) {
      view = windowAt(writer, pos, view);
      for (const end = Math.min(list.length, i + RUN); i < end; i++) {
        const value = list[i]!;
        if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
          const high = Math.floor(value / HALF);
          const low = value - high * HALF;
          if ((low | 0) === low) {
            // All ones where there is a high half: then the low one takes four bytes, and none of them ends the varint.
            const both = -high >> 31;
            const zeros = Math.clz32(low);
            const highZeros = Math.clz32(high);
            view.setInt32(pos, spread(low) | marks[zeros]! | (both & 0x8080_8080), true);
            view.setInt32(pos + 4, spread(high) | marks[highZeros]!, true);
            pos += (lengths[zeros]! & ~both) + ((4 + lengths[highZeros]!) & both);
            continue;
          }
        }
        pos = put(writer, writer.bytes, pos, value);
      }
    }
  } catch (error) {
    throw through(error, i);
  }
  return close(writer, at, pos, more);
}

/** A packed list of `uint32`. */
export function packUint32(
  writer: MessageWriter,
  pos: number,
  list: readonly number[],
  more: number,
): number {
  return pack32(writer, pos, list, putUint32, 0xffff_ffff, more);
}

/** A packed list of `int32`, or of an open enum. */
export function packInt32(writer: MessageWriter, pos: number, list: readonly number[], more: number): number {
  return pack32(writer, pos, list, putInt32, 0x7fff_ffff, more);
}

/** A packed list of `uint64`. */
export function packUint64(
  writer: MessageWriter,
  pos: number,
  list: readonly (number | bigint)[],
  more: number,
): number {
  return pack53(writer, pos, list, putUint64, more);
}

/** A packed list of `int64`. */
export function packInt64(
  writer: MessageWriter,
  pos: number,
  list: readonly (number | bigint)[],
  more: number,
): number {
  return pack53(writer, pos, list, putInt64, more);
}
