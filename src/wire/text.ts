/**
 * Strict text: UTF-8 (RFC 3629, Unicode Table 3-7) and UTF-16LE, both ways. Nothing is replaced, normalised or dropped:
 * ill-formed input is a fault, a lone surrogate in a caller's string a TypeError. U+0000 and U+FEFF are ordinary.
 */
import { fault } from './errors.ts';
import { countUtf8, looseUtf16, looseUtf8, putUtf16, putUtf8 } from './platform.ts';

/** ASCII up to this many bytes is read and written in a loop, which beats a call into the runtime. */
const SHORT = 24;
/** Longer texts are measured by the runtime: 0.15 ns a character of ASCII for 1.7 in a loop, from 60 of them on. */
const LONG = 64;
/** With the flag `u`, a surrogate that is part of a pair is no surrogate. */
const LONE = /\p{Cs}/u;

/**
 * Decodes `bytes[start, end)` as UTF-8.
 * @throws ProtocolError TEXT_UTF8 at the first byte of the ill-formed sequence. [WIRE-7]
 */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  const ascii = shortAscii(bytes, start, end);
  if (ascii !== undefined) return ascii;
  const text = looseUtf8(bytes, start, end);
  const at = illFormed(text, bytes, start, end);
  if (at >= 0) throw fault('TEXT_UTF8', 'WIRE-7', start + at);
  return text;
}

/** Decodes `bytes[start, end)` as UTF-8; undefined where they are none. [WIRE-7] */
export function tryUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  const ascii = shortAscii(bytes, start, end);
  if (ascii !== undefined) return ascii;
  const text = looseUtf8(bytes, start, end);
  return illFormed(text, bytes, start, end) < 0 ? text : undefined;
}

/** Short ASCII as a text; undefined where it is longer, or something else. */
function shortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > SHORT) return undefined;
  let text = '';
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const a = bytes[i]!;
    const b = bytes[i + 1]!;
    const c = bytes[i + 2]!;
    const d = bytes[i + 3]!;
    if ((a | b | c | d) > 0x7f) return undefined;
    text += String.fromCharCode(a, b, c, d);
  }
  for (; i < end; i++) {
    const a = bytes[i]!;
    if (a > 0x7f) return undefined;
    text += String.fromCharCode(a);
  }
  return text;
}

/**
 * Where bytes that were decoded as `text` are ill-formed, from `start`; -1 where they are not. The runtimes' strict decoders
 * don't say where the fault is, and the loose ones are faster. A loose one writes U+FFFD for what is ill-formed: encoded again,
 * the text differs from the bytes there.
 */
function illFormed(text: string, bytes: Uint8Array, start: number, end: number): number {
  if (!text.includes('\ufffd')) return -1;
  const length = utf8Length(text);
  const again = new Uint8Array(length);
  putUtf8(text, length, again, 0);
  let at = again.findIndex((byte, i) => byte !== bytes[start + i] || start + i >= end);
  while (again[at]! >> 6 === 2) at--; // back to where U+FFFD begins
  return at;
}

/**
 * Decodes `bytes[start, end)` as UTF-16LE.
 * @throws ProtocolError TEXT_UTF16 at `head` for an odd length, at the surrogate for a lone one. [WIRE-8]
 */
export function readUtf16(bytes: Uint8Array, start: number, end: number, head: number): string {
  if ((end - start) % 2 > 0) throw fault('TEXT_UTF16', 'WIRE-8', head, 'odd length');
  const text = looseUtf16(bytes, start, end);
  const lone = loneSurrogate(text);
  if (lone >= 0) throw fault('TEXT_UTF16', 'WIRE-8', start + 2 * lone);
  return text;
}

/**
 * The length of a text in UTF-8 bytes.
 * @throws TypeError when the text holds a lone surrogate, which no text on the wire can.
 */
export function utf8Length(text: string): number {
  if (typeof text !== 'string') throw new TypeError('a text must be a string');
  if (countUtf8 && text.length > LONG && loneSurrogate(text) < 0) return countUtf8(text);
  let { length } = text;
  let surrogates = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    length += unit < 0x800 ? 1 : 2;
    if (unit >> 11 === 0x1b) surrogates++;
  }
  const lone = surrogates > 0 ? loneSurrogate(text) : -1;
  if (lone >= 0) throw new TypeError(`lone surrogate at index ${lone} of a text`);
  return length - surrogates; // four bytes a pair
}

/** The index of the first lone surrogate, -1 where there is none; the runtime's own test is a third of the search's time. */
function loneSurrogate(text: string): number {
  return (text as { isWellFormed?(): boolean }).isWellFormed?.() === true ? -1 : text.search(LONE);
}

/** Writes a well-formed text whose UTF-8 length is `length` at `into[pos]`; the room was made before. */
export function writeUtf8(text: string, length: number, into: Uint8Array, pos: number): void {
  if (length > SHORT || length > text.length) putUtf8(text, length, into, pos);
  else for (let i = 0; i < length; i++) into[pos + i] = text.charCodeAt(i);
}

/** Writes a text as UTF-16LE, two bytes a code unit, at `into[pos]`; the room was made before. */
export { putUtf16 as writeUtf16 };
