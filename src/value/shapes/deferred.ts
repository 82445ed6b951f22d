/**
 * Texts of records in a row that are neither ASCII nor UTF-16: put one after the other as UTF-16 while the records are read, and
 * made parts of one string then. Making a string of its own takes as long as putting its characters (values b, decode: 1.2x).
 */
import { looseUtf16 } from '../../wire/platform.ts';
import { putUnits } from '../../wire/transcode.ts';
import { TABLE_ENTRIES } from '../kinds.ts';
import type { ValueReader } from '../reader.ts';
import type { Value } from '../types.ts';

/** Most code units of one string: a kilobyte. */
const UNITS = 512;
/** Most texts of one. */
const TEXTS = 64;
/** Where fewer code units, or texts, are left, no more are waited for. */
const LEFT = 96;
const TEXTS_LEFT = 8;

/** Puts a text into an object, as the value of the field with this index. */
export type PutText = (row: Value, field: number, text: string) => void;

interface Entry {
  /** Where it ends among the code units. */
  end: number;
  /** Its index among the texts of the value; those beyond the table have none. */
  text: number;
  row: number;
  field: number;
  made: string;
}

export class Deferred {
  private readonly units = new Uint16Array(UNITS);
  private readonly bytes = new Uint8Array(this.units.buffer);
  private readonly entries: Entry[] = Array.from({ length: TEXTS }, () => ({ end: 0, text: 0, row: 0, field: 0, made: '' })); // prettier-ignore
  private count = 0;
  private settled = 0;

  /** Forgets all of them. */
  clear(): void {
    this.count = this.settled = 0;
  }

  /** Rows begin. @returns what `finish` is to be told: rows that hold these may have texts here too. */
  begin(): number {
    return (this.settled = this.count);
  }

  /** Whether the text `[start, stop)` was taken: it is well-formed, without characters beyond U+FFFF, and there is room. [WIRE-7] */
  take(
    reader: ValueReader,
    view: DataView,
    start: number,
    stop: number,
    row: number,
    field: number,
  ): boolean {
    const { count, entries } = this;
    const from = count > 0 ? entries[count - 1]!.end : 0;
    if (count === TEXTS || from + stop - start > UNITS) return false;
    const end = putUnits(view, start, stop, this.units, from);
    if (end < 0) return false;
    const entry = entries[count]!;
    entry.end = end;
    entry.text = reader.textCount;
    entry.row = row;
    entry.field = field;
    this.count = count + 1;
    return true;
  }

  /** Makes those strings that were not made yet, and puts them where a reference finds them. */
  settle(reader: ValueReader): void {
    const { count, entries, settled } = this;
    if (settled === count) return;
    const first = settled > 0 ? entries[settled - 1]!.end : 0;
    const all = looseUtf16(this.bytes, 2 * first, 2 * entries[count - 1]!.end);
    let from = 0;
    for (let i = settled; i < count; i++) {
      const entry = entries[i]!;
      const to = entry.end - first;
      entry.made = all.substring(from, to);
      if (entry.text < TABLE_ENTRIES) reader.texts[entry.text] = entry.made;
      from = to;
    }
    this.settled = count;
  }

  /** Makes those from `base` on and puts them into their rows: at the end of those, and where little room is left. */
  finish(reader: ValueReader, rows: readonly Value[], put: PutText, base: number): void {
    this.settle(reader);
    for (let i = base; i < this.count; i++) {
      const entry = this.entries[i]!;
      put(rows[entry.row]!, entry.field, entry.made);
      entry.made = '';
    }
    this.count = this.settled = base;
  }

  /** Whether there is room for few more. */
  get full(): boolean {
    const { count } = this;
    return count > TEXTS - TEXTS_LEFT || (count > 0 && this.entries[count - 1]!.end > UNITS - LEFT);
  }
}
