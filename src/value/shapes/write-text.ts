/** Short texts, written in loops of our own: a call into the runtime costs more than their characters (values a, encode: 1.4x). */
import * as Head from '../heads.ts';
import { REFERENCE_BYTES } from '../kinds.ts';
import { prefersUtf16 } from '../spelling.ts';
import type { ValueWriter } from '../writer.ts';

/** Texts of fewer code units are short. */
const SHORT = 64;
/** Bytes that the head's byte holds, and those that the byte after it does. */
const INLINE = Head.TEXT_LONG - Head.TEXT;
const LONG = INLINE + 128;
/** Most bytes of a short text with its head. */
const SHORT_BYTES: number = 3 * SHORT + 3;

/** Writes a text as a reference or a literal; false, with nothing written, where the writer does it as well. */
export function writeText(writer: ValueWriter, text: string): boolean {
  if (text.length >= SHORT) return false;
  writer.ensure(SHORT_BYTES);
  const end = put(writer, text);
  if (end === 0) return false;
  const { bytes, pos } = writer;
  const literal = bytes[pos]! < Head.TEXT + REFERENCE_BYTES && bytes[pos]! >= Head.TEXT;
  if (literal || !writer.isWritten(text, hashOf(bytes, pos, end, text.length))) writer.pos = end;
  return true;
}

/** From the literal that was written: reading bytes costs a third of reading characters. */
function hashOf(bytes: Uint8Array, start: number, end: number, length: number): number {
  const ends = bytes[end - 1]! + 31 * bytes[end - 2]! + 961 * bytes[(start + end) >> 1]!;
  return ends + 29_791 * (bytes[end - 4]! + 31 * length);
}

/** Puts a text after what was written. @returns the offset after it; 0 where that is left to the writer. */
function put(writer: ValueWriter, text: string): number {
  const { bytes, pos } = writer;
  const { length } = text;
  let at = length < INLINE ? pos + 1 : pos + 2;
  let i = 0;
  for (; i + 4 <= length; i += 4, at += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    if ((a | b | c | d) > 0x7f) return putWide(writer, text);
    bytes[at] = a;
    bytes[at + 1] = b;
    bytes[at + 2] = c;
    bytes[at + 3] = d;
  }
  for (; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return putWide(writer, text);
    bytes[at++] = unit;
  }
  putHead(bytes, pos, length);
  return at;
}

/** The same of one that is not ASCII: where both its ends are wide, it is likely to be UTF-16. */
function putWide(writer: ValueWriter, text: string): number {
  const narrow = Math.min(text.charCodeAt(0), text.charCodeAt(text.length - 1)) < 0x800;
  return narrow
    ? asUtf8(writer, text) || asUtf16(writer, text)
    : asUtf16(writer, text) || asUtf8(writer, text);
}

/** The same of a text without surrogates that is to be UTF-8. */
function asUtf8({ bytes, pos, canonical }: ValueWriter, text: string): number {
  const units = text.length;
  const body = 2 * units < INLINE ? pos + 1 : pos + 2;
  let at = body;
  for (let i = 0; i < units; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes[at++] = unit;
    else {
      if (unit < 0x800) bytes[at++] = 0xc0 | (unit >> 6);
      else {
        if (unit >> 11 === 0x1b) return 0;
        bytes[at++] = 0xe0 | (unit >> 12);
        bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
      }
      bytes[at++] = 0x80 | (unit & 0x3f);
    }
  }
  const length = at - body;
  if (length >= LONG || (canonical && prefersUtf16(units, length))) return 0;
  const head = length < INLINE ? 1 : 2;
  if (pos + head !== body) bytes.copyWithin(pos + head, body, at);
  putHead(bytes, pos, length);
  return pos + head + length;
}

/** The same of one that is to be UTF-16: measured while it is written. */
function asUtf16({ bytes, pos, canonical }: ValueWriter, text: string): number {
  const units = text.length;
  let length = units;
  let at = pos + 2;
  for (let i = 0; i < units; i++) {
    const unit = text.charCodeAt(i);
    bytes[at++] = unit;
    bytes[at++] = unit >> 8;
    if (unit < 0x80) continue;
    length += unit < 0x800 ? 1 : 2;
    if (unit >> 11 === 0x1b) return 0;
  }
  if (!canonical || !prefersUtf16(units, length)) return 0;
  bytes[pos] = Head.TEXT_UTF16;
  bytes[pos + 1] = 2 * units;
  return at;
}

/** The head of UTF-8 of fewer bytes than `LONG`. */
function putHead(bytes: Uint8Array, pos: number, length: number): void {
  bytes[pos] = length < INLINE ? Head.TEXT + length : Head.TEXT_LONG;
  if (length >= INLINE) bytes[pos + 1] = length - INLINE;
}
