/** Tables of text: columns, and numbers as they are shown in them. */
import type { Style } from '../style.ts';

type Row = readonly string[];

/** Columns under their heads: the first to the left, the others to the right. Long names keep their ends. */
export function align(rows: readonly Row[], style: Style): string[] {
  const cut = rows.map(([first = '', ...others]) => [shortened(first), ...others]);
  const widths = cut[0]!.map((_, column) => Math.max(...cut.map((row) => width(row[column] ?? ''))));
  return cut.map((row, i) => {
    const cells = row.map((cell, column) => padded(cell, widths[column]!, column === 0));
    const line = cells.join('  ').trimEnd();
    return i === 0 ? style('strong', line) : line;
  });
}

function padded(cell: string, columns: number, left: boolean): string {
  const space = ' '.repeat(columns - width(cell));
  return left ? cell + space : space + cell;
}

/** Chinese, Japanese, Korean and emoji take two columns of a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

function width(cell: string): number {
  return Array.from(cell).reduce((columns, character) => columns + (WIDE.test(character) ? 2 : 1), 0);
}

const LONGEST_NAME = 36;

function shortened(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= LONGEST_NAME) return name;
  return `${characters.slice(0, 4).join('')}...${characters.slice(-29).join('')}`;
}

/** `0.422`. */
export function ratio(bytes: number, of: number): string {
  return (bytes / of).toFixed(3);
}
