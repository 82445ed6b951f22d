/** Short texts, written in loops of our own: a call into the runtime costs more than their characters (values a, encode: 1.4x). */
import * as Head from '../heads.ts';
import { PREFIX_CHARACTERS, REFERENCE_BYTES } from '../kinds.ts';
import { mixStart } from '../lookup.ts';
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
  const { length } = text;
  if (length >= SHORT) return false;
  writer.ensure(SHORT_BYTES);
  const { bytes, pos } = writer;
  const start = length < INLINE ? pos + 1 : pos + 2;
  const end = putAscii(bytes, start, text);
  if (end === 0) return writeWide(writer, text);
  putHead(bytes, pos, length);
  const known = length >= REFERENCE_BYTES && isWritten(writer, text, hashOf(bytes, pos, end, length), start);
  if (!known) writer.pos = end;
  return true;
}

/** As the writer's, of a text that is ASCII and begins at `start`: reading bytes costs a third of reading characters. */
function isWritten(writer: ValueWriter, text: string, hash: number, start: number): boolean {
  const { bytes } = writer;
  const begins =
    text.length < PREFIX_CHARACTERS
      ? -1
      : mixStart(bytes[start]!, bytes[start + 3]!, bytes[start + 5]!, bytes[start + 7]!);
  return writer.isWritten(text, hash, begins);
}

/** From the literal that was written. */
function hashOf(bytes: Uint8Array, start: number, end: number, length: number): number {
  const ends = bytes[end - 1]! + 31 * bytes[end - 2]! + 961 * bytes[(start + end) >> 1]!;
  return ends + 29_791 * (bytes[end - 4]! + 31 * length);
}

/** Puts a text at `at`. @returns the offset after it; 0 where it is not ASCII. */
function putAscii(bytes: Uint8Array, at: number, text: string): number {
  const { length } = text;
  let i = 0;
  for (; i + 4 <= length; i += 4, at += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    if ((a | b | c | d) > 0x7f) return 0;
    bytes[at] = a;
    bytes[at + 1] = b;
    bytes[at + 2] = c;
    bytes[at + 3] = d;
  }
  for (; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return 0;
    bytes[at++] = unit;
  }
  return at;
}

/** Writes a text that is not ASCII: where both its ends are wide, it is likely to be UTF-16. */
function writeWide(writer: ValueWriter, text: string): boolean {
  const narrow = Math.min(text.charCodeAt(0), text.charCodeAt(text.length - 1)) < 0x800;
  const end = narrow
    ? asUtf8(writer, text) || asUtf16(writer, text)
    : asUtf16(writer, text) || asUtf8(writer, text);
  if (end === 0) return false;
  const { bytes, pos } = writer;
  const literal = bytes[pos]! < Head.TEXT + REFERENCE_BYTES && bytes[pos]! >= Head.TEXT;
  if (literal || !writer.isWritten(text, hashOf(bytes, pos, end, text.length))) writer.pos = end;
  return true;
}

/**
 * Puts a text without surrogates that is to be UTF-8, two characters a step: 0.75 of the time of one after the other.
 * @returns the offset after it; 0 where it is none.
 */
function asUtf8(writer: ValueWriter, text: string): number {
  const { bytes, pos, canonical } = writer;
  const view = writer.view();
  const units = text.length;
  const body = 2 * units < INLINE ? pos + 1 : pos + 2;
  let at = body;
  let i = 0;
  for (; i + 1 < units; i += 2) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    if ((a | b) < 0x80) {
      bytes[at++] = a;
      bytes[at++] = b;
    } else {
      if (isSurrogate(a) || isSurrogate(b)) return 0;
      if (a > 0x7ff && b > 0x7ff) {
        view.setInt32(at, threeBytes(a), true);
        view.setInt32(at + 3, threeBytes(b), true);
        at += 6;
      } else at = putCharacter(bytes, view, putCharacter(bytes, view, at, a), b);
    }
  }
  if (i < units) {
    const unit = text.charCodeAt(i);
    if (isSurrogate(unit)) return 0;
    at = putCharacter(bytes, view, at, unit);
  }
  const length = at - body;
  if (length >= LONG || (canonical && prefersUtf16(units, length))) return 0;
  const head = length < INLINE ? 1 : 2;
  if (pos + head !== body) bytes.copyWithin(pos + head, body, at);
  putHead(bytes, pos, length);
  return pos + head + length;
}

function isSurrogate(unit: number): boolean {
  return unit >> 11 === 0x1b;
}

/** One to three bytes of UTF-8; those beyond are written over. @returns the offset after them. */
function putCharacter(bytes: Uint8Array, view: DataView, at: number, unit: number): number {
  if (unit > 0x7ff) {
    view.setInt32(at, threeBytes(unit), true);
    return at + 3;
  }
  if (unit < 0x80) {
    bytes[at] = unit;
    return at + 1;
  }
  bytes[at] = 0xc0 | (unit >> 6);
  bytes[at + 1] = 0x80 | (unit & 0x3f);
  return at + 2;
}

/** A character's bytes, the first one lowest. */
function threeBytes(unit: number): number {
  return 0x80_80e0 | (unit >> 12) | ((unit & 0xfc0) << 2) | ((unit & 0x3f) << 16);
}

/** The same of one that is to be UTF-16: measured while it is written. */
function asUtf16(writer: ValueWriter, text: string): number {
  const { bytes, pos, canonical } = writer;
  const view = writer.view();
  const units = text.length;
  let length = units;
  let at = pos + 2;
  let i = 0;
  for (; i + 1 < units; i += 2, at += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    view.setInt32(at, a | (b << 16), true);
    if (isSurrogate(a) || isSurrogate(b)) return 0;
    length += more(a) + more(b);
  }
  if (i < units) {
    const unit = text.charCodeAt(i);
    bytes[at++] = unit;
    bytes[at++] = unit >> 8;
    if (isSurrogate(unit)) return 0;
    length += more(unit);
  }
  if (!canonical || !prefersUtf16(units, length)) return 0;
  bytes[pos] = Head.TEXT_UTF16;
  bytes[pos + 1] = 2 * units;
  return at;
}

/** Bytes of UTF-8 beyond the first. */
function more(unit: number): number {
  return unit > 0x7ff ? 2 : unit > 0x7f ? 1 : 0;
}

/** The head of UTF-8 of fewer bytes than `LONG`. */
function putHead(bytes: Uint8Array, pos: number, length: number): void {
  bytes[pos] = length < INLINE ? Head.TEXT + length : Head.TEXT_LONG;
  if (length >= INLINE) bytes[pos + 1] = length - INLINE;
}
