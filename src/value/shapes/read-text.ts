/** Short texts, read by code of our own: a call into the runtime costs more than their characters, above all where they are mixed. */
import { bulk, looseLatin1, looseUtf16 } from '../../wire/platform.ts';
import { loneSurrogate, readUtf8 } from '../../wire/text.ts';
import * as Head from '../heads.ts';
import { REFERENCE_BYTES, TABLE_ENTRIES } from '../kinds.ts';
import type { ValueReader } from '../reader.ts';
import type { Value } from '../types.ts';
import { Window } from './window.ts';

/** Most bytes of a text that is read here. */
const MOST = 1024;
/** Up to so many characters are cheaper one by one, in parts that V8 joins by copying. */
const FEW = 12;
/** Texts that come before windows are thought of. */
const FREE = 2;

/** Code units, and the same memory as bytes. */
const units = /* @__PURE__ */ new Uint16Array(MOST);
const unitBytes = /* @__PURE__ */ new Uint8Array(units.buffer);

/** The texts of one input. */
export class Texts {
  private readonly ascii = new Window(1, looseLatin1);
  /** UTF-16 at even offsets, and at odd ones. */
  private readonly even = new Window(2, looseUtf16);
  private readonly odd = new Window(2, looseUtf16);
  private asked = 0;

  /**
   * Well-formed UTF-8 without characters beyond U+FFFF; undefined where it is none, or too long, or left to the runtime.
   * @param limit where the input ends
   */
  narrow(bytes: Uint8Array, start: number, end: number, limit: number): string | undefined {
    const length = end - start;
    if (length <= FEW) return fewCharacters(bytes, start, end);
    if (!bulk || length > MOST || end > 0x7fff_ffff) return undefined;
    // Where neither end nor the middle is wide, it is likely to be ASCII, which the runtime reads as fast.
    const sample = bytes[start]! | bytes[(start + end) >> 1]! | bytes[end - 1]!;
    if (sample > 0x7f) return mixed(bytes, start, end);
    if (this.asked++ < FREE || !isAscii(bytes, start, end)) return undefined;
    return this.ascii.part(bytes, start, end, limit);
  }

  /** Well-formed UTF-16, where it is one of many. */
  wide(bytes: Uint8Array, start: number, end: number, limit: number): string | undefined {
    if (!bulk || (end - start) % 2 > 0 || this.asked++ < FREE) return undefined;
    const text = (start % 2 > 0 ? this.odd : this.even).part(bytes, start, end, limit);
    return text !== undefined && loneSurrogate(text) < 0 ? text : undefined;
  }

  /** A value that is likely to be a text: what the reader itself would read, in less time where it is short. */
  field(reader: ValueReader, level: number): Value {
    const { bytes, pos, end } = reader;
    const head = pos < end ? bytes[pos]! : 0;
    if (head < Head.TEXT || head >= Head.TEXT_LONG) return this.longField(reader, level);
    const length = head - Head.TEXT;
    const stop = pos + 1 + length;
    if (stop > end) return reader.value(level);
    const text = this.narrow(bytes, pos + 1, stop, end) ?? readUtf8(bytes, pos + 1, stop);
    reader.pos = stop;
    if (length >= REFERENCE_BYTES) define(reader, text, stop - pos);
    return text;
  }

  /** The same of one whose length is in the byte after the head. */
  private longField(reader: ValueReader, level: number): Value {
    const { bytes, pos, end } = reader;
    const more = pos + 1 < end && bytes[pos] === Head.TEXT_LONG ? bytes[pos + 1]! : 0x80;
    const stop = pos + 2 + Head.TEXT_LONG - Head.TEXT + more;
    if (more > 0x7f || stop > end) return reader.value(level);
    const text = this.narrow(bytes, pos + 2, stop, end) ?? readUtf8(bytes, pos + 2, stop);
    reader.pos = stop;
    define(reader, text, stop - pos);
    return text;
  }

  /** Begins with another input. */
  clear(): void {
    if (this.asked > FREE) this.forget();
    this.asked = 0;
  }

  private forget(): void {
    this.ascii.clear();
    this.even.clear();
    this.odd.clear();
  }
}

function fewCharacters(bytes: Uint8Array, start: number, end: number): string | undefined {
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

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let all = 0;
  let i = start;
  for (; i + 4 <= end; i += 4) all |= bytes[i]! | bytes[i + 1]! | bytes[i + 2]! | bytes[i + 3]!;
  for (; i < end; i++) all |= bytes[i]!;
  return all < 0x80;
}

/**
 * ASCII and characters of two and three bytes, by hand: 0.6 of the time that the runtime takes. That `first` and `stop` are
 * integers V8 learns from `| 0`, which is half of it. [WIRE-7]
 */
function mixed(bytes: Uint8Array, first: number, stop: number): string | undefined {
  const end = stop | 0;
  const into = units;
  let count = 0;
  for (let i = first | 0; i < end;) {
    const a = bytes[i]!;
    if (a < 0x80) {
      into[count++] = a;
      i++;
    } else if (a >= 0xe0) {
      const b = bytes[i + 1]! ^ 0x80;
      const c = bytes[i + 2]! ^ 0x80;
      const unit = ((a & 0x0f) << 12) | (b << 6) | c;
      if (a > 0xef || (b | c) > 0x3f || unit < 0x800 || unit >> 11 === 0x1b) return undefined;
      into[count++] = unit;
      i += 3;
      if (i > end) return undefined;
    } else {
      const b = bytes[i + 1]! ^ 0x80;
      if (a < 0xc2 || b > 0x3f) return undefined;
      into[count++] = ((a & 0x1f) << 6) | b;
      i += 2;
      if (i > end) return undefined;
    }
  }
  return looseUtf16(unitBytes, 0, 2 * count);
}

/** Gives a literal of so many bytes its index. [VALUE-12] */
function define(reader: ValueReader, text: string, size: number): void {
  if (reader.textCount === TABLE_ENTRIES) return;
  reader.textSizes[reader.textCount] = size;
  reader.texts[reader.textCount++] = text;
}
