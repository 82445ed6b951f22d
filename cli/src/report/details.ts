/** Rows of an item as a report holds them, no more of them than a page has room for. */
import { formatPath } from 'petrel/wire';
import type { Row } from 'petrel/inspect';
import type { Detail, RowTuple } from './model.ts';

/** Most rows, and bytes of either sort, of one item. */
const MOST_ROWS = 500;
const MOST_BYTES = 4096;
/** Deeper rows have no path: all of them together would be quadratic. */
const DEEPEST_PATH = 16;

/** Collects the rows of one item. */
export class DetailBuilder {
  private readonly rows: RowTuple[] = [];
  private readonly own = new Shown();
  private readonly unpacked = new Shown();
  private count = 0;
  private base: number | undefined;

  add(row: Row): void {
    if (++this.count > MOST_ROWS) {
      (row.inflated ? this.unpacked : this.own).skip(row);
      return;
    }
    this.base ??= row.offset;
    this.rows.push(tupleOf(row, row.inflated ? 0 : this.base));
    (row.inflated ? this.unpacked : this.own).add(row);
  }

  done(): Detail {
    const { rows, own, unpacked, count } = this;
    return {
      rows,
      moreRows: count - rows.length,
      bytes: own.base64(),
      size: own.size,
      inflated: unpacked.base64(),
      inflatedSize: unpacked.size,
    };
  }
}

function tupleOf(row: Row, base: number): RowTuple {
  const { kind, offset, length, head, depth, label, meaning, rule = '', inflated } = row;
  const path = depth <= DEEPEST_PATH || row.fault ? formatPath(row.path) : '';
  return [kind, offset - base, length, head, depth, label, meaning, rule, path, inflated ? 1 : 0];
}

/** The first bytes of what the rows stand for, one row after the other; secrets are zeros. */
class Shown {
  size = 0;
  private readonly parts: Uint8Array[] = [];
  private length = 0;
  private whole = true;

  add({ kind, length, bytes }: Row): void {
    this.size += length;
    if (!this.whole) return;
    const left = MOST_BYTES - this.length;
    const part = kind === 'hidden' ? new Uint8Array(Math.min(length, left)) : bytes.subarray(0, left);
    this.parts.push(part);
    this.length += part.length;
    this.whole = part.length === length;
  }

  /** What is no row in the report is no byte either. */
  skip({ length }: Row): void {
    this.size += length;
    this.whole = false;
  }

  base64(): string {
    return Buffer.concat(this.parts).toString('base64');
  }
}
