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
/** Texts that come before windows are thought of. */
const FREE = 2;

/** Code units, and the same memory as bytes. */
const units = /* @__PURE__ */ new Uint16Array(MOST);
const unitBytes = /* @__PURE__ */ new Uint8Array(units.buffer);

/** Answers the ASCII text that begins there; undefined where it is none. */
export type ReadCharacters = (bytes: Uint8Array, start: number) => string | undefined;

/** The texts of one input. */
export class Texts {
  private readonly ascii = new Window();
  private asked = 0;
  /** Makes code for the ASCII texts of a length. */
  compile: ((length: number) => ReadCharacters | undefined) | undefined;
  private readonly made: (ReadCharacters | undefined)[] = Array.from({ length: MADE }, () => undefined);

  /**
   * Well-formed UTF-8 without characters beyond U+FFFF; undefined where it is none, or too long, or left to the runtime.
   * @param limit where the input ends
   */
  narrow(bytes: Uint8Array, start: number, end: number, limit: number): string | undefined {
    const length = end - start;
    const made = length > 0 && length < MADE ? this.characters(length) : undefined;
    const text = made?.(bytes, start);
    if (text !== undefined) return text;
    if (!bulk || length <= FEW || length > MOST || end > 0x7fff_ffff) return undefined;
    // Where neither end nor the middle is wide, it is likely to be ASCII, which the runtime reads as fast.
    const sample = bytes[start]! | bytes[(start + end) >> 1]! | bytes[end - 1]!;
    if (sample > 0x7f) return mixed(bytes, start, end);
    const part = this.asked++ < FREE ? undefined : this.ascii.part(bytes, start, end, limit);
    return part !== undefined && isAscii(bytes, start, end) ? part : undefined;
  }

  /** Answers ASCII of so many bytes; undefined for a text that is none, and where no code is made. */
  private characters(length: number): ReadCharacters | undefined {
    if (this.compile === undefined || this.made[length] !== undefined) return this.made[length];
    const made = this.compile(length);
    if (made === undefined) this.compile = undefined;
    return (this.made[length] = made);
  }

  /** A value that is likely to be a short text: what the reader itself would read, in less time. [VALUE-4] [VALUE-12] */
  field(reader: ValueReader, level: number): Value {
    const { bytes, pos, end } = reader;
    const head = pos < end ? bytes[pos]! : 0;
    if (head < Head.TEXT || head > Head.TEXT_LONG) return reader.value(level);
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
    if (length >= REFERENCE_BYTES && reader.textCount < TABLE_ENTRIES) {
      reader.textSizes[reader.textCount] = stop - pos;
      reader.texts[reader.textCount++] = text;
    }
    return text;
  }

  /** Begins with another input. */
  clear(): void {
    if (this.asked > FREE) this.ascii.clear();
    this.asked = 0;
  }
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
