/** Collects the lines of a report, and with each item what its bytes mean. */
import type { Row } from 'petrel/inspect';
import { grouped } from '../amounts.ts';
import { DetailBuilder } from './details.ts';
import { FieldSizes } from './field-sizes.ts';
import { topOf } from './groups.ts';
import { jsonLine } from './json.ts';
import type { Item, Line, Model, Note } from './model.ts';

/** Characters of all details together: a page with more is slow to open. */
const MOST_CHARACTERS = 24_000_000;
/** Notes are no frames, and would be without bound. */
const MOST_NOTES = 2000;

export class ReportBuilder {
  readonly lines: Line[] = [];
  /** A line of JSON for each item. */
  readonly details: string[] = [];
  readonly sizes: FieldSizes;
  /** Items without details, and notes, that there was no room for. */
  bare = 0;
  unnoted = 0;
  private characters = 0;
  private notes = 0;

  constructor(subject: Model['subject']) {
    this.sizes = new FieldSizes(topOf(subject));
  }

  /** @returns which line it is. */
  item(item: Omit<Item, 'type' | 'detail'>, rows: readonly Row[]): number {
    this.sizes.add(item.kind, item.verb, rows);
    return this.lines.push({ type: 'item', ...item, detail: this.detail(rows) }) - 1;
  }

  /** Adds to what is remarkable about an item. */
  remark(line: number, remark: string): void {
    const item = this.lines[line];
    if (item?.type === 'item') this.lines[line] = { ...item, remarks: [...item.remarks, remark] };
  }

  note(note: Omit<Note, 'type'>): void {
    if (++this.notes <= MOST_NOTES) this.lines.push({ type: 'note', ...note });
    else this.unnoted++;
  }

  private detail(rows: readonly Row[]): number | null {
    if (this.characters >= MOST_CHARACTERS) {
      this.bare++;
      return null;
    }
    const builder = new DetailBuilder();
    for (const row of rows) builder.add(row);
    const line = jsonLine(builder.done());
    this.characters += line.length;
    return this.details.push(line) - 1;
  }

  /** What there was no room for. */
  leftOut(): string[] {
    const { bare, unnoted } = this;
    const all =
      bare > 0 && `The bytes of the last ${grouped(bare)} are not in this report: it would be too large.`;
    const notes = unnoted > 0 && `${grouped(unnoted)} notes on connections are not shown.`;
    return [all, notes].filter((text) => text !== false);
  }
}
