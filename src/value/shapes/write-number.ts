/** Numbers, and short lists of them, written where they belong: no call that finds out what a value is (values f, encode, compiled: 1.25x). */
import * as Head from '../heads.ts';
import { POWERS_OF_TEN, SCALED_LIMIT } from '../kinds.ts';

/** Most bytes that `putInteger` and `putScaled` touch. */
export const NUMBER_BYTES = 10;

/**
 * Puts a safe integer at `pos`, where there are `NUMBER_BYTES`; all eight of its bytes, of which the next item covers those
 * that are none of it. [VALUE-2] [VALUE-3]
 * @returns the offset after it; 0 for what is no safe integer, and for -0.
 */
export function putInteger(bytes: Uint8Array, view: DataView, pos: number, value: number): number {
  if (value < -Number.MAX_SAFE_INTEGER || (value === 0 && 1 / value < 0)) return 0;
  if (value < 0) return putBytes(bytes, view, pos, -1 - value, Head.NINT);
  return putBytes(bytes, view, pos, value, Head.UINT);
}

/** The same of the number that an integer is written as; `head` is `UINT` or `NINT`. */
function putBytes(bytes: Uint8Array, view: DataView, pos: number, n: number, head: number): number {
  const inline = head === Head.UINT ? Head.UINTS : Head.NINTS;
  const low = n >>> 0;
  if (low === n) {
    if (low < inline) {
      bytes[pos] = head + low;
      return pos + 1;
    }
    if (low < inline + 256) {
      bytes[pos] = head + inline;
      bytes[pos + 1] = low - inline;
      return pos + 2;
    }
    const width = 4 - (Math.clz32(low) >> 3);
    bytes[pos] = head + inline - 1 + width;
    view.setUint32(pos + 1, low, true);
    return pos + 1 + width;
  }
  const high = (n - low) / 0x1_0000_0000;
  if (!(n > 0xffff_ffff && n <= Number.MAX_SAFE_INTEGER) || high !== high >>> 0) return 0;
  const width = 8 - (Math.clz32(high) >> 3);
  bytes[pos] = head + inline - 1 + width;
  view.setUint32(pos + 1, low, true);
  view.setUint32(pos + 5, high, true);
  return pos + 1 + width;
}

/**
 * Puts a number as an integer over a power of ten, 10^`scale` or one below, as which it is written wherever it is one:
 * where the power is known, that takes one division. [CANON-6]
 * @returns the offset after it; 0 for what is none, for an integer, and where a float32 may be shorter.
 */
export function putScaled(
  bytes: Uint8Array,
  view: DataView,
  pos: number,
  value: number,
  scale: number,
): number {
  const magnitude = Math.abs(value);
  const power = POWERS_OF_TEN[scale]!;
  let integer = Math.round(magnitude * power);
  if (!(integer < SCALED_LIMIT) || integer / power !== magnitude || Math.fround(value) === value) return 0;
  for (let tenth; (tenth = Math.floor(integer / 10)) * 10 === integer; integer = tenth)
    if (scale-- === 0) return 0;
  if (scale <= 0) return 0;
  const low = integer >>> 0;
  const high = (integer - low) / 0x1_0000_0000;
  const width = high > 0 ? 8 - (Math.clz32(high) >> 3) : 4 - (Math.clz32(low) >> 3);
  bytes[pos] = Head.FLOAT_SCALED;
  bytes[pos + 1] = (value < 0 ? 0x80 : 0) | (scale << 3) | width;
  view.setUint32(pos + 2, low, true);
  view.setUint32(pos + 6, high, true);
  return pos + 2 + width;
}

/** The scale of the float that was written at `pos`, if it is larger than this one. */
export function scaleAt(bytes: Uint8Array, pos: number, scale: number): number {
  return bytes[pos] === Head.FLOAT_SCALED ? Math.max(scale, (bytes[pos + 1]! >> 3) & 15) : scale;
}

/** Puts a list of safe integers whose count is in its head, if `room` is left after it; 0 for any other. */
export function putIntegers(
  bytes: Uint8Array,
  view: DataView,
  pos: number,
  list: readonly unknown[],
  room: number,
): number {
  const { length } = list;
  if (length >= Head.ARRAY_LONG - Head.ARRAY || bytes.length - pos < NUMBER_BYTES * length + room) return 0;
  let at = pos + 1;
  for (let i = 0; i < length; i++) {
    const item = list[i];
    at = typeof item === 'number' ? putInteger(bytes, view, at, item) : 0;
    if (at === 0) return 0;
  }
  bytes[pos] = Head.ARRAY + length;
  return at;
}
