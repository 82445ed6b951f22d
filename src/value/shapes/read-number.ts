/**
 * Floats and lists of small integers, read where they are likely: what the reader itself would read, in less time (with UTF-16
 * by code of its own, values f, decode, compiled: 1.4x).
 */
import { through } from '../../wire/errors.ts';
import * as Head from '../heads.ts';
import { POWERS_OF_TEN } from '../kinds.ts';
import type { ValueReader } from '../reader.ts';
import type { Value } from '../types.ts';

/** A value that is likely to be an integer over a power of ten: anything else, and every fault, is the reader's. [VALUE-25] */
export function readScaled(reader: ValueReader, level: number): Value {
  const { bytes, pos, end } = reader;
  if (pos + 8 > end || bytes[pos] !== Head.FLOAT_SCALED) return reader.value(level);
  const control = bytes[pos + 1]!;
  const width = control & 7;
  if (width === 0 || width > 6 || bytes[pos + 1 + width] === 0) return reader.value(level);
  let low = bytes[pos + 2]! | (bytes[pos + 3]! << 8) | (bytes[pos + 4]! << 16) | (bytes[pos + 5]! << 24);
  let high = bytes[pos + 6]! | (bytes[pos + 7]! << 8);
  if (width < 4) low &= 0xff_ffff >> (24 - 8 * width);
  if (width < 6) high = width < 5 ? 0 : high & 0xff;
  const integer = high * 0x1_0000_0000 + (low >>> 0);
  const scale = (control >> 3) & 15;
  const magnitude = integer / POWERS_OF_TEN[scale]!;
  const spare =
    (scale > 0 && Math.floor(integer / 10) * 10 === integer) ||
    (width > 2 && Math.fround(magnitude) === magnitude);
  if (spare) return reader.value(level);
  reader.pos = pos + 2 + width;
  return control > 0x7f ? -magnitude : magnitude;
}

/** Bytes that are there for an integer that is read in place: its head and eight. */
export const INTEGER_BYTES = 9;

/** The integer whose head stands at `at`: one whose bytes are spare, or that is no safe number, is the reader's. [VALUE-2] [VALUE-3] */
export function readInteger(reader: ValueReader, level: number, at: number, first: number): Value {
  const { bytes } = reader;
  const pos = at | 0;
  const head = first | 0;
  const negative = head >= Head.NINT;
  const width = (head - (negative ? Head.NINT_BYTES : Head.UINT_BYTES) + 1) | 0;
  const inline = negative ? Head.NINTS : Head.UINTS;
  let value = negative ? head - Head.NINT : head;
  if (width === 1) value = inline + bytes[pos + 1]!;
  else if (width > 4) {
    const spare = 64 - 8 * width;
    const high = (wordAt(bytes, pos + 5) << spare) >>> spare;
    value = high * 0x1_0000_0000 + (wordAt(bytes, pos + 1) >>> 0);
    // The least negative of these that is no safe number is a bigint.
    if (high >>> (24 - spare) === 0 || value >= Number.MAX_SAFE_INTEGER) return reader.value(level);
  } else if (width > 1) {
    const spare = 32 - 8 * width;
    value = (wordAt(bytes, pos + 1) << spare) >>> spare;
    if (value >>> (24 - spare) === 0 || value < inline + 256) return reader.value(level);
  }
  reader.pos = pos + 1 + (width > 0 ? width : 0);
  return negative ? -1 - value : value;
}

function wordAt(bytes: Uint8Array, pos: number): number {
  return bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16) | (bytes[pos + 3]! << 24);
}

/** A value that is likely to be a short list of small integers. [VALUE-7] */
export function readList(reader: ValueReader, level: number): Value {
  const { bytes, pos, end } = reader;
  const head = pos < end ? bytes[pos]! : 0;
  if (head < Head.ARRAY || head >= Head.ARRAY_LONG) return reader.value(level);
  const count = head - Head.ARRAY;
  reader.pos = pos + 1;
  reader.charge(count, pos, level);
  const list: Value[] = [];
  for (let i = 0; i < count; i++) {
    const at = reader.pos;
    const item = at < end ? bytes[at]! : Head.INVALID;
    if (item < Head.UINT_BYTES) {
      reader.pos = at + 1;
      list.push(item);
    } else list.push(element(reader, level, i));
  }
  return list;
}

function element(reader: ValueReader, level: number, index: number): Value {
  try {
    return reader.value(level + 1);
  } catch (error) {
    throw through(error, index);
  }
}
