/**
 * Strict text: UTF-8 (RFC 3629, Unicode Table 3-7) and UTF-16LE, both ways. Nothing is replaced, normalised or dropped:
 * ill-formed input is a fault, a lone surrogate in a caller's string a TypeError. U+0000 and U+FEFF are ordinary.
 */
import { fault } from './errors.ts';
import { looseUtf8, putUtf8, utf16, writeUtf16 } from './platform.ts';

export { writeUtf16 };

const { fromCharCode } = String;

/** ASCII up to this many bytes is read and written in a loop, which beats a call into the runtime. */
const SHORT = 24;

/**
 * Decodes `bytes[start, end)` as UTF-8.
 * @throws ProtocolError TEXT_UTF8 at the first byte of the ill-formed sequence. [WIRE-7]
 */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT) {
    let text = '';
    let i = start;
    for (; i + 4 <= end; i += 4) {
      const a = bytes[i]!;
      const b = bytes[i + 1]!;
      const c = bytes[i + 2]!;
      const d = bytes[i + 3]!;
      if ((a | b | c | d) > 0x7f) return readAny(bytes, start, end);
      text += fromCharCode(a, b, c, d);
    }
    for (; i < end; i++) {
      const a = bytes[i]!;
      if (a > 0x7f) return readAny(bytes, start, end);
      text += fromCharCode(a);
    }
    return text;
  }
  return readAny(bytes, start, end);
}

/** The runtimes' strict decoders don't say where the fault is, and the loose ones are faster: so look for what they replace. */
function readAny(bytes: Uint8Array, start: number, end: number): string {
  const text = looseUtf8(bytes, start, end);
  if (text.includes('\ufffd')) {
    for (let i = start; i < end;) {
      const width = sequenceLength(bytes, i, end);
      if (width === 0) throw fault('TEXT_UTF8', 'WIRE-7', i, `byte ${bytes[i]} begins no character`);
      i += width;
    }
  }
  return text;
}

/** Bytes of the well-formed sequence at `i` (Unicode Table 3-7), 0 when there is none. */
function sequenceLength(bytes: Uint8Array, i: number, end: number): number {
  const a = bytes[i]!;
  if (a < 0x80) return 1;
  const width = a < 0xe0 ? 2 : a < 0xf0 ? 3 : 4;
  if (a < 0xc2 || a > 0xf4 || i + width > end) return 0;
  // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
  const b = bytes[i + 1]!;
  if (b < (a === 0xe0 ? 0xa0 : a === 0xf0 ? 0x90 : 0x80)) return 0;
  if (b > (a === 0xed ? 0x9f : a === 0xf4 ? 0x8f : 0xbf)) return 0;
  for (let k = 2; k < width; k++) if (bytes[i + k]! >> 6 !== 2) return 0;
  return width;
}

/**
 * Decodes `bytes[start, end)` as UTF-16LE.
 * @throws ProtocolError TEXT_UTF16 at `head` for an odd length, at the surrogate for a lone one. [WIRE-8]
 */
export function readUtf16(bytes: Uint8Array, start: number, end: number, head: number): string {
  if ((end - start) % 2 > 0) throw fault('TEXT_UTF16', 'WIRE-8', head, 'odd length');
  for (let i = start; i < end; i += 2) {
    const high = bytes[i + 1]! >> 2;
    if (high >> 1 !== 0x1b) continue; // not D8..DF
    const paired = high === 0x36 && i + 3 < end && bytes[i + 3]! >> 2 === 0x37;
    if (!paired) throw fault('TEXT_UTF16', 'WIRE-8', i, 'lone surrogate');
    i += 2;
  }
  return utf16(bytes, start, end);
}

/**
 * The length of a text in UTF-8 bytes.
 * @throws TypeError when the text holds a lone surrogate, which no text on the wire can.
 */
export function utf8Length(text: string): number {
  let { length } = text;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    length += unit < 0x800 ? 1 : 2;
    if (unit >> 11 !== 0x1b) continue;
    if (unit > 0xdbff || text.charCodeAt(++i) >> 10 !== 0x37)
      throw new TypeError(`lone surrogate at index ${i} of a text`);
  }
  return length;
}

/** Writes a well-formed text whose UTF-8 length is `length` at `into[pos]`; the room was made before. */
export function writeUtf8(text: string, length: number, into: Uint8Array, pos: number): void {
  if (length > SHORT || length > text.length) putUtf8(text, length, into, pos);
  else for (let i = 0; i < length; i++) into[pos + i] = text.charCodeAt(i);
}
