/** Short texts, read by code of our own: a call into the runtime costs more than their characters, above all where they are mixed. */
import { bulk, looseUtf16 } from '../../wire/platform.ts';
import { readUtf8 } from '../../wire/text.ts';
import { isAscii } from '../../wire/utf8.ts';
import * as Head from '../heads.ts';
import { REFERENCE_BYTES, TABLE_ENTRIES } from '../kinds.ts';
import type { ValueReader } from '../reader.ts';
import type { Value } from '../types.ts';
import { Window } from './window.ts';

/** Most bytes of a text that is read here. */
const MOST = 1024;
/** Up to so many bytes are read as well by the reader itself. */
const FEW = 12;
/** Texts of fewer characters are read by code of their own, if any is made: the runtime's call costs more than 40. */
const MADE = 48;
/** Of UTF-16, fewer code units. */
const MADE_WIDE = 32;
/** Texts that come before windows are thought of. */
const FREE = 2;

/** Code units, and the same memory as bytes. */
const units = /* @__PURE__ */ new Uint16Array(MOST);
const unitBytes = /* @__PURE__ */ new Uint8Array(units.buffer);

/** Answers the ASCII text that begins there; undefined where it is none. */
export type ReadCharacters = (bytes: Uint8Array, start: number) => string | undefined;

/** By length. */
type Made = (ReadCharacters | undefined)[];

/** The texts of one input. */
export class Texts {
  private readonly ascii = new Window();
  private asked = 0;
  /** Makes code for the ASCII texts, or those of UTF-16, of a length in code units. */
  compile: ((length: number, wide: boolean) => ReadCharacters | undefined) | undefined;
  private readonly made: Made = Array.from({ length: MADE }, () => undefined);
  private readonly madeWide: Made = Array.from({ length: MADE_WIDE }, () => undefined);

  /**
   * Well-formed UTF-8 without characters beyond U+FFFF; undefined where it is none, or too long, or left to the runtime.
   * @param limit where the input ends
   */
  narrow(bytes: Uint8Array, start: number, end: number, limit: number): string | undefined {
    const length = end - start;
    const made = length > 0 && length < MADE ? this.characters(this.made, length) : undefined;
    const text = made?.(bytes, start);
    if (text !== undefined) return text;
    if (!bulk || length <= FEW || length > MOST || end > 0x7fff_ffff) return undefined;
    // Where neither end nor the middle is wide, it is likely to be ASCII, which the runtime reads as fast.
    const sample = bytes[start]! | bytes[(start + end) >> 1]! | bytes[end - 1]!;
    if (sample > 0x7f) return mixed(bytes, start, end);
    const part = this.asked++ < FREE ? undefined : this.ascii.part(bytes, start, end, limit);
    return part !== undefined && isAscii(bytes, start, end) ? part : undefined;
  }

  /** Well-formed UTF-16; undefined where it is none, or too long, and where no code is made. */
  wide(bytes: Uint8Array, start: number, end: number): string | undefined {
    const units = (end - start) / 2;
    const made = units > 0 && units < MADE_WIDE ? this.characters(this.madeWide, units) : undefined;
    return made?.(bytes, start);
  }

  /** Answers texts of so many code units; undefined for one that is none, and where no code is made. */
  private characters(all: Made, length: number): ReadCharacters | undefined {
    if (this.compile === undefined || all[length] !== undefined) return all[length];
    const made = this.compile(length, all === this.madeWide);
    if (made === undefined) this.compile = undefined;
    return (all[length] = made);
  }

  /** A value that is likely to be a short text: what the reader itself would read, in less time. [VALUE-4] [VALUE-12] */
  field(reader: ValueReader, level: number): Value {
    const { bytes, pos, end } = reader;
    const head = pos < end ? bytes[pos]! : 0;
    if (head < Head.TEXT || head > Head.TEXT_LONG)
      return head === Head.TEXT_UTF16 ? this.wideField(reader, level) : reader.value(level);
    let start = pos + 1;
    let length = head - Head.TEXT;
    if (head === Head.TEXT_LONG) {
      const more = start < end ? bytes[start++]! : 0x80;
      if (more > 0x7f) return reader.value(level);
      length += more;
    }
    const stop = start + length;
    if (stop > end) return reader.value(level);
    const text = this.narrow(bytes, start, stop, end) ?? readUtf8(bytes, start, stop);
    reader.pos = stop;
    if (length >= REFERENCE_BYTES) define(reader, text, stop - pos);
    return text;
  }

  /** The same where its head says UTF-16; of two code units or more, so that it has an index. */
  private wideField(reader: ValueReader, level: number): Value {
    const { bytes, pos, end } = reader;
    const length = pos + 1 < end ? bytes[pos + 1]! : 0;
    const stop = pos + 2 + length;
    const short = length >= REFERENCE_BYTES && length % 2 === 0 && length < 0x80 && stop <= end;
    const text = short ? this.wide(bytes, pos + 2, stop) : undefined;
    if (text === undefined || text.length < REFERENCE_BYTES) return reader.value(level);
    reader.pos = stop;
    define(reader, text, stop - pos);
    return text;
  }

  /** Begins with another input. */
  clear(): void {
    if (this.asked > FREE) this.ascii.clear();
    this.asked = 0;
  }
}

function define(reader: ValueReader, text: string, size: number): void {
  if (reader.textCount >= TABLE_ENTRIES) return;
  reader.textSizes[reader.textCount] = size;
  reader.texts[reader.textCount++] = text;
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
