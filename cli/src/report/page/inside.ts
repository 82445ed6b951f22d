/** The tree and the bytes of one item, linked: a row lights its bytes, and a byte its row. */
import type { Group } from '../groups.ts';
import type { Detail, RowTuple } from '../model.ts';
import { drawBytes, type ByteSource, type Cells } from './bytes.ts';
import { announce, bringIntoSight, el } from './dom.ts';
import { groupsOf, sourcesOf, tintsOf, type Side } from './fields.ts';
import { drawTree, endOf } from './tree.ts';

interface Place {
  readonly side: Side;
  readonly byte: number;
}

export class Inside {
  readonly element: HTMLElement;
  readonly groups: readonly Group[];
  private readonly rows: readonly RowTuple[];
  private readonly tints: readonly string[];
  private readonly sources: readonly ByteSource[];
  private readonly tree: HTMLElement;
  private readonly treeRows: readonly HTMLElement[];
  private readonly panes: HTMLElement;
  private cells: Cells[] = [];
  private lines: HTMLElement[] = [];
  private perLine = 0;
  private picked = -1;
  private cursor: Place | undefined;
  private lit: Element[] = [];
  private marked: Element[] = [];

  /** @param base where the item's first byte lies. @param top the depth of fields. */
  constructor(detail: Detail, base: number, top: 0 | 1) {
    this.rows = detail.rows;
    this.groups = groupsOf(detail.rows, top);
    this.tints = tintsOf(detail.rows, this.groups);
    this.sources = sourcesOf(detail, this.tints, base);
    this.treeRows = drawTree(detail.rows, this.tints, detail.size);
    this.tree = el(
      'div',
      { class: 'tree', role: 'tree', tabindex: 0, 'aria-label': 'What the bytes mean' },
      ...this.treeRows,
    );
    if (detail.moreRows > 0)
      this.tree.append(
        el(
          'p',
          { class: 'quiet' },
          `… ${detail.moreRows.toLocaleString('en')} more rows are not in this report`,
        ),
      );
    this.panes = el('div', { class: 'panes' });
    this.element = el('div', { class: 'inside' }, this.tree, this.panes);
    this.listen();
    const observer = new ResizeObserver(() => this.drawPanes());
    observer.observe(this.panes);
  }

  /** The colour of a group. */
  tintOf(group: Group): string {
    return this.tints[group.row] ?? '';
  }

  /** Chooses a row: its bytes are marked, and stay so. */
  pick(row: number, scroll: boolean): void {
    if (row < 0 || row >= this.rows.length) return;
    this.treeRows[this.picked]?.setAttribute('aria-selected', 'false');
    this.picked = row;
    const element = this.treeRows[row]!;
    element.setAttribute('aria-selected', 'true');
    this.tree.setAttribute('aria-activedescendant', element.id);
    this.mark();
    if (scroll) this.reveal(row);
    const [, offset, length, , , label, meaning] = this.rows[row]!;
    announce(`${label}: ${meaning}. ${length} bytes from ${offset}`);
  }

  /** As many bytes a line as there is room for: 8 or 16. */
  private drawPanes(): void {
    const perLine = this.panes.clientWidth >= 555 ? 16 : 8;
    if (perLine === this.perLine) return;
    this.perLine = perLine;
    const drawn = this.sources.map((source) => drawBytes(source, perLine));
    this.cells = drawn.map(({ cells }) => [...cells]);
    this.lines = drawn.map(({ element }) => element);
    const titled = drawn.flatMap(({ element }, i) =>
      i === 0 ? [element] : [el('h3', {}, 'Inflated'), element],
    );
    this.panes.replaceChildren(...titled);
    for (const [side, element] of this.lines.entries()) {
      element.dataset['side'] = String(side);
      element.addEventListener('keydown', (event) => this.byteKey(event, side as Side));
    }
    this.markFaults();
    this.mark();
  }

  /** Elements of the bytes of a row, without what it holds. */
  private bytesOf(row: number): Element[] {
    const [kind, offset, length, , , , , , , side] = this.rows[row]!;
    const cells = this.cells[side];
    if (cells === undefined) return [];
    const end = kind === 'fault' ? offset + 1 : offset + length;
    return cells.slice(offset, end).flat();
  }

  /** Marks the row that was chosen strongly, what it holds lightly. */
  private mark(): void {
    for (const element of this.marked) element.classList.remove('picked', 'within');
    this.marked = [];
    if (this.picked < 0) return;
    const end = endOf(this.rows, this.picked);
    for (let row = this.picked; row < end; row++)
      for (const element of this.bytesOf(row)) {
        element.classList.add(row === this.picked ? 'picked' : 'within');
        this.marked.push(element);
      }
  }

  private markFaults(): void {
    for (const [i, [kind]] of this.rows.entries())
      if (kind === 'fault') for (const element of this.bytesOf(i)) element.classList.add('wrong');
  }

  /** Lights a row and all bytes of it while the pointer is there; -1: none. */
  private light(row: number): void {
    for (const element of this.lit) element.classList.remove('lit');
    this.lit = [];
    if (row < 0) return;
    this.lit.push(this.treeRows[row]!);
    const end = endOf(this.rows, row);
    for (let i = row; i < end; i++) this.lit.push(...this.bytesOf(i));
    for (const element of this.lit) element.classList.add('lit');
  }

  private listen(): void {
    const { element } = this;
    element.addEventListener('pointerover', ({ target }) => this.light(this.rowAt(target)));
    element.addEventListener('pointerleave', () => this.light(-1));
    element.addEventListener('click', ({ target }) => {
      const row = this.rowAt(target);
      if (row < 0) return;
      const isByte = (target as Element).closest('[data-byte]') !== null;
      if (isByte) this.cursor = this.placeAt(target);
      this.pick(row, true);
      if (isByte) this.showCursor();
    });
    this.tree.addEventListener('keydown', (event) => this.treeKey(event));
  }

  private placeAt(target: EventTarget | null): Place | undefined {
    const cell = (target as Element).closest<HTMLElement>('[data-byte]');
    const pane = (target as Element).closest<HTMLElement>('[data-side]');
    if (cell === null || pane === null) return undefined;
    return { side: Number(pane.dataset['side']) as Side, byte: Number(cell.dataset['byte']) };
  }

  private rowAt(target: EventTarget | null): number {
    const row = (target as Element).closest<HTMLElement>('[data-row]');
    if (row !== null) return Number(row.dataset['row']);
    const place = this.placeAt(target);
    return place === undefined ? -1 : (this.sources[place.side]!.owners[place.byte]?.row ?? -1);
  }

  private treeKey(event: KeyboardEvent): void {
    const { picked, rows } = this;
    const to: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(picked + 1, rows.length - 1),
      ArrowUp: Math.max(picked - 1, 0),
      ArrowLeft: this.holder(picked),
      Home: 0,
      End: rows.length - 1,
    };
    if (!Object.hasOwn(to, event.key)) return;
    event.preventDefault();
    this.pick(to[event.key]!, true);
  }

  private holder(row: number): number {
    const depth = this.rows[row]?.[4] ?? 0;
    let at = row - 1;
    while (at > 0 && this.rows[at]![4] >= depth) at--;
    return Math.max(0, at);
  }

  private byteKey(event: KeyboardEvent, side: Side): void {
    const last = this.sources[side]!.bytes.length - 1;
    const at = this.cursor?.side === side ? this.cursor.byte : -1;
    const to: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at + this.perLine,
      ArrowUp: at - this.perLine,
      Home: 0,
      End: last,
    };
    if (!Object.hasOwn(to, event.key)) return;
    event.preventDefault();
    const byte = Math.max(0, Math.min(last, to[event.key]!));
    this.cursor = { side, byte };
    this.pick(this.sources[side]!.owners[byte]?.row ?? -1, true);
    this.showCursor();
  }

  private showCursor(): void {
    for (const element of this.panes.querySelectorAll('.cursor')) element.classList.remove('cursor');
    if (this.cursor === undefined) return;
    for (const element of this.cells[this.cursor.side]?.[this.cursor.byte] ?? [])
      element.classList.add('cursor');
  }

  /** Brings a row, and the first of its bytes, into sight; the page itself stays where it is. */
  private reveal(row: number): void {
    bringIntoSight(this.tree, this.treeRows[row]!);
    const [first] = this.bytesOf(row);
    if (first instanceof HTMLElement) bringIntoSight(this.panes, first);
  }
}
