/** The bytes of a row in lines of hex. */
import type { Row } from 'petrel/inspect';
import type { Role, Style } from '../style.ts';

/** A line of bytes, and where a caret under the byte at fault goes. */
export interface HexLine {
  readonly text: string;
  /** Cells that the text takes. */
  readonly width: number;
  /** Offset in the row of the first byte of the line; undefined for a line that says how much is left out. */
  readonly at?: number;
}

/** Lines of bytes that a row shows, unless all are asked for. */
const LINES = 2;

/**
 * The lines of a row's bytes: the first ones, those with a byte of `marks`, and how many are left out between them.
 * @param perLine bytes a line.
 * @param marks offsets in the row that must be seen; one may be the row's length.
 */
export function hexLines(
  row: Row,
  perLine: number,
  full: boolean,
  marks: readonly number[],
  style: Style,
): readonly HexLine[] {
  const { length } = row;
  const total = Math.max(1, Math.ceil(length / perLine));
  const shownOf = row.kind === 'hidden' ? length : row.bytes.length;
  const all = total <= LINES || (full && row.kind !== 'unread');
  const wanted = new Set<number>();
  for (let line = 0; line < (all ? total : LINES - 1); line++) wanted.add(line);
  for (const mark of marks) wanted.add(Math.min(total - 1, Math.floor(mark / perLine)));
  // To leave out a single line would take one as well.
  const asked = [...wanted];
  for (const line of asked) if (line + 2 === total || wanted.has(line + 2)) wanted.add(line + 1);
  const lines: HexLine[] = [];
  let next = 0;
  for (const line of [...wanted].toSorted((a, b) => a - b)) {
    const start = line * perLine;
    if (start >= shownOf && start > 0) break;
    if (start > next) lines.push(gap(start - next, style));
    next = Math.min(length, start + perLine);
    lines.push(hexLine(row, start, Math.min(next, shownOf), style));
  }
  if (next < length) lines.push(gap(length - next, style));
  return lines;
}

function gap(bytes: number, style: Style): HexLine {
  const text = `… ${bytes} more`;
  return { text: style('note', text), width: text.length };
}

function hexLine(row: Row, start: number, end: number, style: Style): HexLine {
  let text = '';
  for (let i = start; i < end;) {
    const role = roleOf(row, i);
    const run: string[] = [];
    for (; i < end && roleOf(row, i) === role; i++) run.push(hexByte(row, i));
    text += (text === '' ? '' : ' ') + style(role, run.join(' '));
  }
  return { text, width: Math.max(0, 3 * (end - start) - 1), at: start };
}

function hexByte({ kind, bytes }: Row, i: number): string {
  return kind === 'hidden' ? '··' : bytes[i]!.toString(16).padStart(2, '0');
}

/** What a byte is: of a head the first one, or the number after it, or content. */
function roleOf({ kind, head }: Row, i: number): Role {
  if (kind === 'hidden' || kind === 'unread') return 'note';
  if (i >= head) return 'value';
  return i === 0 && kind !== 'length' ? 'kind' : 'hex';
}
