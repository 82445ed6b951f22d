/** Bytes in hex and as characters, each in the colour of its field. */
import { el } from './dom.ts';
import { ascii, grouped, hex } from './format.ts';

/** What a byte is part of. */
export interface Owner {
  /** The row. */
  readonly row: number;
  readonly classes: string;
  readonly hidden: boolean;
}

export interface ByteSource {
  readonly title: string;
  readonly bytes: Uint8Array;
  /** How many there are in all, and where the first one lies. */
  readonly size: number;
  readonly base: number;
  readonly owners: readonly (Owner | undefined)[];
}

/** Both elements of each byte. */
export type Cells = readonly (readonly [hex: HTMLElement, character: HTMLElement])[];

/** @param perLine bytes of a line. */
export function drawBytes(
  source: ByteSource,
  perLine: number,
): { readonly element: HTMLElement; readonly cells: Cells } {
  const { title, bytes, size, base } = source;
  const cells: [HTMLElement, HTMLElement][] = [];
  const element = el('div', {
    class: 'bytes',
    tabindex: 0,
    role: 'group',
    'aria-label': `${title}: arrow keys go from byte to byte`,
  });
  const digits = Math.max(4, hexDigits(base + bytes.length));
  for (let at = 0; at < bytes.length; at += perLine) element.append(line(source, at, perLine, digits, cells));
  if (size > bytes.length)
    element.append(
      el('p', { class: 'quiet' }, `… ${grouped(size - bytes.length)} more bytes are not in this report`),
    );
  return { element, cells };
}

function hexDigits(value: number): number {
  return value.toString(16).length;
}

function line(
  source: ByteSource,
  at: number,
  perLine: number,
  digits: number,
  cells: [HTMLElement, HTMLElement][],
): HTMLElement {
  const { bytes, owners, base } = source;
  const left = el('span', { class: 'hexes' });
  const right = el('span', { class: 'characters' });
  for (let i = at; i < Math.min(bytes.length, at + perLine); i++) {
    const owner = owners[i];
    const hidden = owner?.hidden ?? false;
    const attributes = { class: owner?.classes ?? '', 'data-byte': i };
    const pair: [HTMLElement, HTMLElement] = [
      el('span', attributes, hidden ? '··' : hex(bytes[i]!, 2)),
      el('span', attributes, hidden ? '·' : ascii(bytes[i]!)),
    ];
    cells.push(pair);
    left.append(pair[0]);
    right.append(pair[1]);
  }
  return el('div', { class: 'byte-line' }, el('span', { class: 'at' }, hex(base + at, digits)), left, right);
}
