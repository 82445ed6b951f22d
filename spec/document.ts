/** Reads PROTOCOL.md for the tests that hold it against codes.json, the sources and the vectors. */
import { readFileSync } from 'node:fs';

export interface Table {
  /** The nearest heading above. */
  readonly heading: string;
  /** Each row by its columns' names; code marks and brackets are gone. */
  readonly rows: readonly { readonly [column: string]: string }[];
}

export const PROTOCOL: string = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

/** Every pipe table, in order. */
export function tables(text: string = PROTOCOL): Table[] {
  const found: { heading: string; lines: string[] }[] = [];
  let heading = '';
  let open = false;
  for (const line of text.split('\n')) {
    const row = line.startsWith('|');
    if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
    if (row && !open) found.push({ heading, lines: [] });
    if (row) found.at(-1)!.lines.push(line);
    open = row;
  }
  return found.map(({ heading: of, lines }) => ({ heading: of, rows: rowsOf(lines) }));
}

function rowsOf([head, , ...body]: readonly string[]): Table['rows'] {
  const columns = cells(head!);
  return body.map((line) => Object.fromEntries(cells(line).map((cell, i) => [columns[i] ?? '', cell])));
}

function cells(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split(/(?<!\\)\|/)
    .map((cell) =>
      cell
        .trim()
        .replace(/^`(.*)`$/, '$1')
        .replaceAll(/\[([A-Z]+-\d+)\]/g, '$1'),
    );
}

/** The rules that are stated: each number once for every time that it stands in bold. */
export function statedRules(text: string = PROTOCOL): string[] {
  return [...text.matchAll(/\*\*\[([A-Z]+-\d+)\]\*\*/g)].map(([, rule]) => rule!);
}
