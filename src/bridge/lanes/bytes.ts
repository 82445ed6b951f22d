/** Numbers, lines and heads in both protocols, from bytes to bytes: no string and no object in between. */
import * as Head from '../../value/heads.ts';
import { varintLength, type Writer } from '../../wire/writer.ts';

export const CR = 0x0d;
export const LF = 0x0a;
const ZERO = 0x30;
/** Digits of the longest length that a lane reads; a longer one is for the slow way. */
const DIGITS = 7;
/** From here on the runtime copies faster than a loop. */
const LONG = 48;

/** Where a line's number ended, and the number: of the call before. */
export const line: { end: number; value: number } = { end: 0, value: 0 };

/** Reads a length or count and its CR LF into `line`. @returns false for what is not whole, or no such number. */
export function readCount(bytes: Uint8Array, start: number, end: number): boolean {
  let value = 0;
  let i = start;
  const most = Math.min(end, start + DIGITS);
  for (; i < most; i++) {
    const digit = bytes[i]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
  }
  if (i === start || i + 2 > end || bytes[i] !== CR || bytes[i + 1] !== LF) return false;
  if (bytes[start] === ZERO && i > start + 1) return false;
  line.end = i + 2;
  line.value = value;
  return true;
}

/** Of a string that perhaps goes as a text in UTF-16: for the slow way. */
export const NEITHER = 0;

/** How a string goes as a value: `TEXT`, `BYTES` or `NEITHER`. [WIRE-7] */
export function kindOf(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && bytes[i]! < 0x80) i++;
  return i === end ? Head.TEXT : wide(bytes, start, i, end);
}

/** The same of what is not ASCII: RFC 3629's table, and the length in UTF-16 [CANON-3]. */
function wide(bytes: Uint8Array, start: number, from: number, end: number): number {
  let units = from - start;
  let i = from;
  while (i < end) {
    const first = bytes[i]!;
    const size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (size === 0 || i + size > end || !tailed(bytes, i, size)) return Head.BYTES;
    units += size > 3 ? 2 : 1;
    i += size;
  }
  // shorter in UTF-16 at best: who is sure takes the slow way
  return 2 * units < end - start ? NEITHER : Head.TEXT;
} // prettier-ignore

/** Whether the bytes behind the first of a sequence are such as may follow it. */
function tailed(bytes: Uint8Array, i: number, size: number): boolean {
  for (let k = 1; k < size; k++) if (bytes[i + k]! >> 6 !== 2) return false;
  const first = bytes[i]!;
  const second = bytes[i + 1]!;
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second < 0xa0;
  if (first === 0xf0) return second >= 0x90;
  return first !== 0xf4 || second < 0x90;
}

/** Bytes of a string's value: head and content. */
export function valueLength(kind: number, length: number): number {
  const long = (kind === Head.TEXT ? Head.TEXT_LONG : Head.BYTES_LONG) - kind;
  return length < long ? 1 + length : 1 + varintLength(length - long) + length;
}

/** A string's value; the room for it is there. */
export function putValue(out: Writer, kind: number, bytes: Uint8Array, start: number, end: number): void {
  const length = end - start;
  const long = (kind === Head.TEXT ? Head.TEXT_LONG : Head.BYTES_LONG) - kind;
  if (length < long) out.bytes[out.pos++] = kind + length;
  else {
    out.bytes[out.pos++] = kind + long;
    out.varint(length - long);
  }
  put(out, bytes, start, end);
}

/** Copies bytes; the room for them is there. */
export function put(out: Writer, bytes: Uint8Array, start: number, end: number): void {
  const into = out.bytes;
  let { pos } = out;
  if (end - start < LONG) for (let i = start; i < end; i++) into[pos++] = bytes[i]!;
  else {
    into.set(bytes.subarray(start, end), pos);
    pos += end - start;
  }
  out.pos = pos;
}

/** A type, a number and CR LF; room for 20 bytes is there. */
export function putCount(out: Writer, type: number, value: number): void {
  const { bytes } = out;
  let { pos } = out;
  bytes[pos++] = type;
  let scale = 1;
  while (scale * 10 <= value) scale *= 10;
  for (let rest = value; scale >= 1; scale /= 10) {
    const digit = Math.floor(rest / scale);
    bytes[pos++] = ZERO + digit;
    rest -= digit * scale;
  }
  bytes[pos++] = CR;
  bytes[pos++] = LF;
  out.pos = pos;
}

/** CR LF; the room for it is there. */
export function putLine(out: Writer): void {
  out.bytes[out.pos++] = CR;
  out.bytes[out.pos++] = LF;
}

/** A frame's head, its length known; the room for it is there. [FRAME-1] */
export function putHead(out: Writer, kind: number, length: number): void {
  if (length < 15) out.bytes[out.pos++] = (kind << 4) | length;
  else {
    out.bytes[out.pos++] = (kind << 4) | 15;
    out.varint(length - 15);
  }
}

/** A string's extent in a payload: of the call before. */
export const extent: { kind: number; start: number; end: number } = { kind: 0, start: 0, end: 0 };

/** Reads a text in UTF-8 or bytes at `pos` into `extent`. @returns false for everything else, and all that is at fault. */
export function readString(bytes: Uint8Array, pos: number, end: number): boolean {
  const head = bytes[pos]!;
  if (!(head >= Head.TEXT && head <= Head.BYTES_LONG)) return false;
  const kind = head <= Head.TEXT_LONG ? Head.TEXT : Head.BYTES;
  const long = kind === Head.TEXT ? Head.TEXT_LONG : Head.BYTES_LONG;
  let start = pos + 1;
  let length = head - kind;
  if (head === long) {
    const first = bytes[start]!;
    const second = bytes[start + 1]!;
    if (start + 2 > end || (first > 0x7f && (second > 0x7f || second === 0))) return false;
    length += (first & 0x7f) + (first > 0x7f ? second << 7 : 0);
    start += first > 0x7f ? 2 : 1;
  }
  extent.kind = kind;
  extent.start = start;
  extent.end = start + length;
  return extent.end <= end;
}

/** Whether bytes are a text of ASCII, or of other well-formed UTF-8. */
export function isText(bytes: Uint8Array, start: number, end: number): boolean {
  return kindOf(bytes, start, end) !== Head.BYTES;
}
