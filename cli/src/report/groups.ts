/** The fields of an item: what its bytes go to. The page's script and the totals of a report count alike. */
import type { Model, RowTuple } from './model.ts';

/** A field, and all rows that it holds. */
export interface Group {
  readonly label: string;
  /** Its first row. */
  readonly row: number;
  bytes: number;
}

/** What a row says of itself: those of an inspection do as well as those of a report. */
export interface Sized {
  readonly kind: string;
  readonly length: number;
  readonly depth: number;
  readonly label: string;
  readonly inflated: boolean;
}

const HEAD = 'head';

/** Puts rows of one item, one after the other, to the fields that they are of. */
export class Grouping {
  readonly groups: Group[] = [];
  private rows = 0;
  /** The depth of fields: 0 in a message, which has no head; 1 in all else. */
  private readonly top: 0 | 1;

  constructor(top: 0 | 1) {
    this.top = top;
  }

  add({ kind, length, depth, label, inflated }: Sized): void {
    const row = this.rows++;
    if (inflated || length === 0) return;
    const last = this.groups.at(-1);
    const isHead = depth < this.top || kind === 'length';
    if (last !== undefined && (isHead ? last.label === HEAD : depth > this.top)) last.bytes += length;
    else this.groups.push({ label: isHead ? HEAD : label, row, bytes: length });
  }
}

/** Where fields are, by what the report is of. */
export function topOf(subject: Model['subject']): 0 | 1 {
  return subject === 'message' ? 0 : 1;
}

export function sizedOf([kind, , length, , depth, label, , , , inflated]: RowTuple): Sized {
  return { kind, length, depth, label, inflated: inflated === 1 };
}
