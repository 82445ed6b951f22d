/**
 * Integers in a row, read without finding out how wide each is: the eight bytes after its head, of which a table by head says
 * which count. Their widths mixed, no branch can be foreseen (values g53, decode: 5x).
 */
import { through } from '../../wire/errors.ts';
import * as Head from '../heads.ts';
import type { ValueReader } from '../reader.ts';
import type { Value } from '../types.ts';

/** Lists of so many integers are made at once; what is beyond grows as it comes. */
const MOST = 1024;
const ZEROS: readonly Value[] = /* @__PURE__ */ Array.from({ length: MOST }, () => 0);

/** By head: which bits of the four bytes after it, and of the four after those, are the number's. */
const LOW = /* @__PURE__ */ new Int32Array(256);
const HIGH = /* @__PURE__ */ new Int32Array(256);
/** How many bytes the integer takes. */
const SIZE = /* @__PURE__ */ new Uint8Array(256);
/** The least number that has no spare byte; nothing is at least that where the head is no integer's. */
const LEAST = /* @__PURE__ */ new Float64Array(256).fill(Infinity);
/** The integer is `SIGN * number + BIAS`. */
const SIGN = /* @__PURE__ */ new Int8Array(256);
const BIAS = /* @__PURE__ */ new Int16Array(256);

function enter(head: number, width: number, sign: number, inline: number, value: number): void {
  LOW[head] = width < 4 ? 2 ** (8 * width) - 1 : -1;
  HIGH[head] = width < 8 ? 2 ** Math.max(0, 8 * width - 32) - 1 : -1;
  SIZE[head] = 1 + width;
  LEAST[head] = width < 2 ? 0 : width === 2 ? inline + 256 : 256 ** (width - 1);
  SIGN[head] = sign;
  BIAS[head] = width === 0 ? value : (sign - 1) / 2 + (width === 1 ? sign * inline : 0);
}

for (let head = 0; head < Head.REF; head++) {
  if (head < Head.NINT) enter(head, Math.max(0, head - Head.UINT_BYTES + 1), 1, Head.UINTS, head);
  else enter(head, Math.max(0, head - Head.NINT_BYTES + 1), -1, Head.NINTS, Head.NINT - 1 - head);
}

/** Bytes that are there for an integer that is read in place: its head and eight. */
export const INTEGER_BYTES = 9;

/**
 * The integer whose head, the first byte of one, stands at `pos`: one whose bytes are spare, or that is no safe number, is
 * the reader's. [VALUE-2] [VALUE-3]
 */
export function readInteger(reader: ValueReader, level: number, at: number, head: number): Value {
  const { bytes } = reader;
  const pos = at | 0;
  const high = wordAt(bytes, pos + 5) & HIGH[head]!;
  const number = high * 0x1_0000_0000 + ((wordAt(bytes, pos + 1) & LOW[head]!) >>> 0);
  if (!isSafe(number, head)) return reader.value(level);
  reader.pos = pos + SIZE[head]!;
  return integerOf(number, head);
}

function wordAt(bytes: Uint8Array, pos: number): number {
  return bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16) | (bytes[pos + 3]! << 24);
}

/** The number whose head stands at `pos`, before eight bytes or more; of no meaning where the head is no integer's. */
export function numberAt(view: DataView, pos: number, head: number): number {
  const high = view.getInt32(pos + 5, true) & HIGH[head]!;
  return high * 0x1_0000_0000 + ((view.getInt32(pos + 1, true) & LOW[head]!) >>> 0);
}

/** Whether no byte of it is spare, and the integer a safe number. */
export function isSafe(number: number, head: number): boolean {
  return number >= LEAST[head]! && number < Number.MAX_SAFE_INTEGER;
}

export function integerOf(number: number, head: number): number {
  return SIGN[head]! * number + BIAS[head]!;
}

export function sizeOf(head: number): number {
  return SIZE[head]!;
}

/**
 * Reads integers, up to `count`, as the reader would; what is no integer ends them. [VALUE-2] [VALUE-3]
 * @param view what the reader's bytes are seen through
 */
export function readIntegers(reader: ValueReader, view: DataView, count: number, level: number): Value[] {
  const list = ZEROS.slice(0, count);
  const { bytes, end } = reader;
  const last = (end - INTEGER_BYTES) | 0;
  let pos = reader.pos | 0;
  let i = 0;
  try {
    for (; i < count; i++) {
      const head = pos < end ? bytes[pos]! : Head.INVALID;
      const number = pos <= last ? numberAt(view, pos, head) : NaN;
      if (isSafe(number, head)) {
        list[i] = integerOf(number, head);
        pos = (pos + SIZE[head]!) | 0;
      } else {
        if (head >= Head.REF) break;
        reader.pos = pos;
        list[i] = reader.value(level);
        pos = reader.pos | 0;
      }
    }
  } catch (error) {
    throw through(error, i);
  }
  reader.pos = pos;
  list.length = i;
  return list;
}
