/** Short texts, read by code of our own: a call into the runtime costs more than their characters, above all where they are mixed. */
import { asciiText, LETTERS } from '../../wire/characters.ts';
import { bulk, looseLatin1, looseUtf16 } from '../../wire/platform.ts';
import { readUtf8 } from '../../wire/text.ts';
import { isAscii } from '../../wire/utf8.ts';
import * as Head from '../heads.ts';
import { REFERENCE_BYTES, TABLE_ENTRIES } from '../kinds.ts';
import type { ValueReader } from '../reader.ts';
import type { Value } from '../types.ts';
import { WIDE, wideCharacters } from './characters.ts';
import { Deferred } from './deferred.ts';
import { hasSurrogate, isAsciiIn, MOST, readMixed } from './transcode.ts';
import { Window } from './window.ts';

/** Up to so many bytes are read as well by the reader itself. */
const FEW = 12;
/** Texts of fewer characters are read by code of their own, if any is made: the runtime's call costs more than 40. */
const MADE = 48;
/** Of UTF-16, fewer code units. */
const MADE_WIDE = 32;
/** Texts that come before windows are thought of. */
const FREE = 2;

/** Answers the ASCII text that begins there; undefined where it is none. */
export type ReadCharacters = (bytes: Uint8Array, start: number) => string | undefined;

/** By length. */
type Made = (ReadCharacters | undefined)[];

/** The texts of one input. */
export class Texts {
  private readonly window = new Window();
  /** Those that are not made yet. */
  readonly deferred: Deferred = new Deferred();
  private asked = 0;
  private viewed: Uint8Array | undefined;
  private view: DataView | undefined;
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
    const short = length <= LETTERS ? asciiText(bytes, start, length) : undefined;
    if (short !== undefined) return short;
    if (!bulk || length <= FEW || length > MOST || end > 0x7fff_ffff) return undefined;
    const sample = bytes[start]! | bytes[(start + end) >> 1]! | bytes[end - 1]!;
    if (sample > 0x7f || !isAscii(bytes, start, end)) return readMixed(bytes, start, end);
    return this.ascii(bytes, start, end, limit);
  }

  private ascii(bytes: Uint8Array, start: number, end: number, limit: number): string {
    const part = this.asked++ < FREE ? undefined : this.window.part(bytes, start, end, limit);
    return part ?? looseLatin1(bytes, start, end);
  }

  /** UTF-16 of an even length without surrogates; undefined where it is none, or too long. */
  wide(bytes: Uint8Array, start: number, end: number): string | undefined {
    const units = (end - start) / 2;
    const made = units > 0 && units < MADE_WIDE ? this.characters(this.madeWide, units) : undefined;
    if (made !== undefined) return made(bytes, start);
    if (units <= WIDE && units > 0)
      return hasSurrogate(bytes, start, end) ? undefined : wideCharacters(bytes, start, units);
    return units <= MOST && !hasSurrogate(bytes, start, end) ? looseUtf16(bytes, start, end) : undefined;
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

  /** The same among records in a row, whose bytes are seen through `view` too: '' where the text comes later. */
  rowField(reader: ValueReader, level: number, view: DataView, row: number, field: number): Value {
    const { bytes, pos, end } = reader;
    const head = pos < end ? bytes[pos]! : 0;
    if (head < Head.TEXT + FEW || head > Head.TEXT_LONG || !bulk) {
      if (!isText(head)) this.deferred.settle(reader);
      return this.field(reader, level);
    }
    let start = pos + 1;
    let length = head - Head.TEXT;
    if (head === Head.TEXT_LONG) {
      const more = start < end ? bytes[start++]! : 0x80;
      if (more > 0x7f) return reader.value(level);
      length += more;
    }
    const stop = start + length;
    if (stop > end) return reader.value(level);
    let text = '';
    if (isAsciiIn(view, start, stop)) text = this.ascii(bytes, start, stop, end);
    else if (!this.deferred.take(reader, view, start, stop, row, field))
      text = readMixed(bytes, start, stop) ?? readUtf8(bytes, start, stop);
    reader.pos = stop;
    define(reader, text, stop - pos);
    return text;
  }

  /** What the reader's bytes are seen through. */
  viewOf({ bytes }: ValueReader): DataView {
    if (this.viewed !== bytes) {
      this.viewed = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return this.view!;
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
    if (this.asked > FREE) this.window.clear();
    this.asked = 0;
    this.viewed = this.view = undefined;
    this.deferred.clear();
  }
}

/** Whether a literal text follows, which refers to none before it. */
export function isText(head: number): boolean {
  return (head >= Head.TEXT && head <= Head.TEXT_LONG) || head === Head.TEXT_UTF16;
}

function define(reader: ValueReader, text: string, size: number): void {
  if (reader.textCount >= TABLE_ENTRIES) return;
  reader.textSizes[reader.textCount] = size;
  reader.texts[reader.textCount++] = text;
}
