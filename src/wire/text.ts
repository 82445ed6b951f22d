/**
 * Strict text: UTF-8 (RFC 3629, Unicode Table 3-7) and UTF-16LE, both ways. Nothing is replaced, normalised or dropped:
 * ill-formed input is a fault, a lone surrogate in a caller's string a TypeError. U+0000 and U+FEFF are ordinary.
 */
import { fault } from './errors.ts';
import { buffer, utf16Decode, utf8Decode, utf8EncodeInto } from './platform.ts';

const { fromCharCode } = String;

/** Below this many bytes one loop over char codes beats every bulk call (2.4x at 12 bytes, bench/micro/text). */
const SHORT = 24;
/** Texts up to this many bytes are decoded by hand into a scratch array; longer ones by the runtime. */
const BY_HAND = 512;
const scratch: number[] = [];

/**
 * Decodes `bytes[start, end)` as UTF-8.
 * @throws ProtocolError TEXT_UTF8 at the first byte of the ill-formed sequence. [WIRE-7]
 */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length <= SHORT) return shortUtf8(bytes, start, end);
  let i = start;
  while (i < end && bytes[i]! < 0x80) i++;
  if (i === end && buffer !== undefined) return buffer.latin1Slice.call(bytes, start, end);
  if (length <= BY_HAND) return byHand(bytes, start, end);
  try {
    return utf8Decode(bytes.subarray(start, end));
  } catch {
    return byHand(bytes, start, end); // finds the fault's place
  }
}

/** ASCII of up to 24 bytes without a call into the runtime; the first other byte hands over to `byHand`. */
function shortUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const a = bytes[i]!;
    const b = bytes[i + 1]!;
    const c = bytes[i + 2]!;
    const d = bytes[i + 3]!;
    if ((a | b | c | d) > 0x7f) return byHand(bytes, start, end);
    text += fromCharCode(a, b, c, d);
  }
  for (; i < end; i++) {
    const a = bytes[i]!;
    if (a > 0x7f) return byHand(bytes, start, end);
    text += fromCharCode(a);
  }
  return text;
}

function byHand(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let n = 0;
  for (let i = start; i < end;) {
    const width = sequenceLength(bytes, i, end);
    if (width === 0)
      throw fault('TEXT_UTF8', 'WIRE-7', i, `byte ${hex(bytes[i]!)} starts no well-formed UTF-8 sequence`);
    const a = bytes[i]!;
    if (width === 1) scratch[n++] = a;
    else if (width === 2) scratch[n++] = ((a & 0x1f) << 6) | (bytes[i + 1]! & 0x3f);
    else if (width === 3)
      scratch[n++] = ((a & 0x0f) << 12) | ((bytes[i + 1]! & 0x3f) << 6) | (bytes[i + 2]! & 0x3f);
    else {
      const low = ((bytes[i + 1]! & 0x3f) << 12) | ((bytes[i + 2]! & 0x3f) << 6) | (bytes[i + 3]! & 0x3f);
      const offset = (((a & 0x07) << 18) | low) - 0x10000;
      scratch[n++] = 0xd800 | (offset >> 10);
      scratch[n++] = 0xdc00 | (offset & 0x3ff);
    }
    i += width;
    if (n >= BY_HAND) {
      scratch.length = n;
      text += fromCharCode.apply(null, scratch);
      n = 0;
    }
  }
  scratch.length = n;
  return text + fromCharCode.apply(null, scratch);
}

/** Bytes of the well-formed sequence at `i` (Unicode Table 3-7), 0 when there is none. */
function sequenceLength(bytes: Uint8Array, i: number, end: number): number {
  const a = bytes[i]!;
  if (a < 0x80) return 1;
  if (a < 0xc2 || a > 0xf4) return 0;
  const width = a < 0xe0 ? 2 : a < 0xf0 ? 3 : 4;
  if (i + width > end) return 0;
  // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
  const low = a === 0xe0 ? 0xa0 : a === 0xf0 ? 0x90 : 0x80;
  const high = a === 0xed ? 0x9f : a === 0xf4 ? 0x8f : 0xbf;
  const b = bytes[i + 1]!;
  if (b < low || b > high) return 0;
  for (let k = 2; k < width; k++) if ((bytes[i + k]! & 0xc0) !== 0x80) return 0;
  return width;
}

/**
 * Decodes `bytes[start, end)` as UTF-16LE.
 * @throws ProtocolError TEXT_UTF16 at `head` for an odd length, at the surrogate for a lone one. [WIRE-8]
 */
export function readUtf16(bytes: Uint8Array, start: number, end: number, head: number): string {
  if (((end - start) & 1) === 1)
    throw fault('TEXT_UTF16', 'WIRE-8', head, `UTF-16 of ${end - start} bytes, an odd length`);
  for (let i = start; i < end; i += 2) {
    const high = bytes[i + 1]! & 0xfc;
    if (high !== 0xd8 && high !== 0xdc) continue;
    const paired = high === 0xd8 && i + 3 < end && (bytes[i + 3]! & 0xfc) === 0xdc;
    if (!paired) throw fault('TEXT_UTF16', 'WIRE-8', i, 'a surrogate without its pair');
    i += 2;
  }
  return buffer === undefined
    ? utf16Decode(bytes.subarray(start, end))
    : buffer.ucs2Slice.call(bytes, start, end);
}

/**
 * The length of a text in UTF-8 bytes.
 * @throws TypeError when the text holds a lone surrogate, which no text on the wire can.
 */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    length++;
    if (unit < 0x800) continue;
    length++;
    if ((unit & 0xf800) !== 0xd800) continue;
    const next = unit < 0xdc00 && i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
    if ((next & 0xfc00) !== 0xdc00) {
      throw new TypeError(
        `a text holds a lone surrogate at index ${i}; only well-formed texts can be written`,
      );
    }
    i++; // the pair's four bytes: two units, one and one added above
  }
  return length;
}

/** Writes a well-formed text whose UTF-8 length is `length` at `into[pos]`; the room was made before. */
export function writeUtf8(text: string, length: number, into: Uint8Array, pos: number): void {
  if (length === text.length && length <= SHORT) {
    for (let i = 0; i < length; i++) into[pos + i] = text.charCodeAt(i);
  } else if (buffer === undefined) {
    utf8EncodeInto(text, into.subarray(pos, pos + length));
  } else {
    buffer.utf8Write.call(into, text, pos, length);
  }
}

/** Writes a text as UTF-16LE, two bytes a code unit, at `into[pos]`; the room was made before. */
export function writeUtf16(text: string, into: Uint8Array, pos: number): void {
  if (buffer !== undefined) {
    buffer.ucs2Write.call(into, text, pos, text.length * 2);
    return;
  }
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    into[pos + 2 * i] = unit & 0xff;
    into[pos + 2 * i + 1] = unit >> 8;
  }
}

/** `0x0a`: a byte or larger number for people. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
