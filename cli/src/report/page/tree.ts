/** What the bytes mean: a row for each part, indented below what holds it. */
import type { RowTuple } from '../model.ts';
import { el } from './dom.ts';
import { bytes } from './format.ts';

/** Levels beyond this are indented no further. */
const DEEPEST_INDENT = 10;

/** The row after the last one that a row holds. */
export function endOf(rows: readonly RowTuple[], row: number): number {
  const [, , , , depth, , , , , inflated] = rows[row]!;
  let end = row + 1;
  while (end < rows.length && rows[end]![4] > depth && rows[end]![9] === inflated) end++;
  return end;
}

/** Bytes of a row and of all that it holds. */
function totalOf(rows: readonly RowTuple[], row: number): number {
  const end = endOf(rows, row);
  let sum = 0;
  for (let i = row; i < end; i++) sum += rows[i]![2];
  return sum;
}

/** @param tints a class for each row: the colour of its field. */
export function drawTree(
  rows: readonly RowTuple[],
  tints: readonly string[],
  size: number,
): readonly HTMLElement[] {
  return rows.map((row, i) => rowElement(row, i, totalOf(rows, i), tints[i]!, size));
}

function rowElement(row: RowTuple, i: number, total: number, tint: string, size: number): HTMLElement {
  const [kind, , , , depth, label, meaning, rule, , inflated] = row;
  const isFault = kind === 'fault';
  const bar = el('span', { class: `bar-of ${tint}` });
  bar.style.width = `${Math.max(2, Math.min(100, (100 * total) / Math.max(1, size)))}%`;
  const element = el(
    'div',
    {
      id: `row-${i}`,
      class: `row ${tint}${isFault ? ' fault' : ''}${kind === 'hidden' ? ' secret' : ''}${inflated ? ' inflated' : ''}`,
      role: 'treeitem',
      'aria-level': depth + 1,
      'aria-selected': 'false',
      'data-row': i,
    },
    el('span', { class: 'label' }, el('i', { class: 'swatch' }), label),
    el('span', { class: 'meaning' }, meaning, rule !== '' && el('span', { class: 'rule' }, rule)),
    el('span', { class: 'share' }, isFault ? '' : bytes(total), !isFault && !inflated && bar),
  );
  element.style.setProperty('--depth', String(Math.min(depth, DEEPEST_INDENT)));
  return element;
}
