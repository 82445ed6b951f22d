/** Short texts, written in loops of our own: a call into the runtime costs more than their characters (values a, encode: 1.4x). */
import * as Head from '../heads.ts';
import { REFERENCE_BYTES } from '../kinds.ts';
import { hashText } from '../lookup.ts';
import { prefersUtf16 } from '../spelling.ts';
import type { ValueWriter } from '../writer.ts';

/** Texts of fewer code units are short. */
const SHORT = 64;
/** Code units of ASCII that the head's byte holds. */
const INLINE = Head.TEXT_LONG - Head.TEXT;

/** Writes a text as a reference or a literal; false, with nothing written, where the writer does it as well. */
export function writeText(writer: ValueWriter, text: string): boolean {
  const units = text.length;
  if (units >= SHORT || (units < REFERENCE_BYTES && !isAscii(text))) return false;
  const end = asAscii(writer, text) || asUtf16(writer, text);
  if (end === 0) return false;
  if (units < REFERENCE_BYTES || !writer.isWritten(text, hashText(text))) writer.pos = end;
  return true;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** Puts an ASCII text after what was written. @returns the offset after it; 0 where it is none. */
function asAscii(writer: ValueWriter, text: string): number {
  writer.ensure(2 * SHORT);
  const { bytes, pos } = writer;
  const { length } = text;
  const inline = length < INLINE;
  let at = inline ? pos + 1 : pos + 2;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return 0;
    bytes[at++] = unit;
  }
  bytes[pos] = inline ? Head.TEXT + length : Head.TEXT_LONG;
  if (!inline) bytes[pos + 1] = length - INLINE;
  return at;
}

/** The same of a text without surrogates that is to be UTF-16: measured while it is written. */
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
