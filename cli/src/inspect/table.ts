/** Rows as a table for people: offset, bytes, tree, meaning; and the fault under the very byte. */
import { formatPath, type ProtocolError } from 'petrel/wire';
import type { Row } from 'petrel/inspect';
import { printable } from '../exit.ts';
import { errorText } from '../protocol.ts';
import type { Style } from '../style.ts';
import { cells, padTo, wrap } from './cells.ts';
import { hexLines, type HexLine } from './hex.ts';

export interface TableOptions {
  /** Cells of a line. */
  readonly width: number;
  readonly style: Style;
  /** All bytes, and all of every text. */
  readonly full: boolean;
  /** The rule of each row after its meaning. */
  readonly rules: boolean;
}

const OFFSET_CELLS = 8;
const WIDE = 120;
const NARROWEST_MEANING = 24;
/** Levels beyond this are indented no further. */
const DEEPEST_INDENT = 12;

export class Table {
  readonly perLine: number;
  /** Cells of the meaning's column. */
  readonly meaningCells: number;
  private readonly options: TableOptions;
  private readonly treeCells: number;
  private readonly meaningAt: number;
  private blocks = 0;
  /** Codes whose explanation was pointed to. */
  private readonly hinted = new Set<string>();

  constructor(options: TableOptions) {
    const { width } = options;
    this.options = options;
    this.perLine = width >= WIDE ? 16 : 8;
    this.treeCells = width >= WIDE ? 28 : 20;
    this.meaningAt = OFFSET_CELLS + 3 * this.perLine + 1 + this.treeCells;
    this.meaningCells = Math.max(NARROWEST_MEANING, width - this.meaningAt);
  }

  /** The lines of a row, with the faults that stand after it. A frame of the input has an empty line before it. */
  render(row: Row | undefined, faults: readonly ProtocolError[]): string {
    const lines = row === undefined ? [] : this.rowLines(row, faults);
    for (const error of faults) lines.push(...this.faultLines(error));
    const apart = row?.depth === 0 && (row.kind === 'frame' || row.kind === 'unread') && this.blocks++ > 0;
    return `${apart ? '\n' : ''}${lines.join('\n')}\n`;
  }

  private rowLines(row: Row, faults: readonly ProtocolError[]): string[] {
    const { style, full } = this.options;
    const marks = faults.map(({ offset }) => offset - row.offset).filter((at) => at >= 0 && at <= row.length);
    const left = this.leftLines(row, hexLines(row, this.perLine, full, marks, style), marks);
    const right = this.rightLines(row);
    const lines: string[] = [];
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      const { text, width } = left[i] ?? { text: '', width: 0 };
      const tree = right[i];
      if (tree === undefined) lines.push(text);
      else lines.push(`${text}${' '.repeat(OFFSET_CELLS + 3 * this.perLine + 1 - width)}${tree}`);
    }
    return lines;
  }

  /** Offset and bytes, with a caret under each byte at fault. */
  private leftLines(row: Row, hex: readonly HexLine[], marks: readonly number[]): HexLine[] {
    const { style } = this.options;
    const lines: HexLine[] = [];
    const blank = ' '.repeat(OFFSET_CELLS);
    for (const [i, { text, width, at }] of hex.entries()) {
      const offset = at === undefined ? blank : this.offset(row, row.offset + at);
      lines.push({ text: offset + text, width: OFFSET_CELLS + width });
      if (at === undefined) continue;
      const last = i === hex.length - 1;
      const here = marks.filter((mark) => mark >= at && (mark < at + this.perLine || last));
      if (here.length === 0) continue;
      const mark = Math.min(...here);
      // After the last byte one is enough, and has room.
      const caret = mark === row.length ? '^' : '^^';
      const column = 3 * (mark - at);
      lines.push({
        text: `${blank}${' '.repeat(column)}${style('error', caret)}`,
        width: OFFSET_CELLS + column + caret.length,
      });
    }
    return lines;
  }

  private offset({ inflated }: Row, offset: number): string {
    const digits = offset.toString(16).padStart(inflated ? 5 : 6, '0');
    return this.options.style('offset', padTo(inflated ? `+${digits}` : digits, OFFSET_CELLS));
  }

  /** The tree's label and the meaning, in lines that go beside those of the bytes. */
  private rightLines(row: Row): string[] {
    const { style, rules } = this.options;
    const label = this.label(row);
    const says = rules && row.rule !== undefined ? `${row.meaning} [${row.rule}]` : row.meaning;
    const long = cells(label) > this.treeCells - 2;
    const indent = ' '.repeat(this.treeCells);
    const role = row.kind === 'unread' || row.kind === 'hidden' ? 'note' : undefined;
    const paint = (line: string): string => (role === undefined ? line : style(role, line));
    const name = row.kind === 'frame' ? style('strong', label) : label;
    const meaning = wrap(says, this.meaningCells);
    if (long) return [name, ...meaning.map((line) => indent + paint(line))];
    const [first = '', ...more] = meaning;
    return [
      `${name}${' '.repeat(this.treeCells - cells(label))}${paint(first)}`,
      ...more.map((line) => indent + paint(line)),
    ];
  }

  private label({ depth, label }: Row): string {
    if (depth <= DEEPEST_INDENT) return '  '.repeat(depth) + label;
    return `${'  '.repeat(DEEPEST_INDENT)}(${depth}) ${label}`;
  }

  /** What is wrong, where, and where to read more. */
  private faultLines(error: ProtocolError): string[] {
    const { style, width } = this.options;
    const blank = ' '.repeat(OFFSET_CELLS);
    const room = Math.max(NARROWEST_MEANING, width - OFFSET_CELLS);
    const text = errorText(error.code);
    const detail = text.startsWith(error.detail) ? '' : `; here: ${printable(error.detail)}`;
    const what = `${error.code} [${error.rule}] ${text}${detail}`;
    const where = error.path.length === 0 ? '' : `, ${formatPath(error.path)}`;
    const see = this.hinted.has(error.code) ? '' : `; see: petrel explain ${error.code}`;
    this.hinted.add(error.code);
    const [first = '', ...more] = wrap(what, room);
    const hint = wrap(`at byte ${error.offset}${where}${see}`, room);
    return [
      ...[first, ...more].map((line) => blank + style('error', line)),
      ...hint.map((line) => blank + style('note', line)),
    ];
  }
}
