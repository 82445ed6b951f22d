/** A bar of what bytes go to. */
import { el } from './dom.ts';
import { bytes, percent } from './format.ts';

export interface Share {
  readonly label: string;
  readonly bytes: number;
  readonly tint: string;
  /** What a click on it does. */
  readonly press?: () => void;
}

export function drawShares(shares: readonly Share[]): HTMLElement {
  const all = shares.reduce((sum, share) => sum + share.bytes, 0);
  const text = shares.map((share) => `${share.label} ${bytes(share.bytes)}`).join(', ');
  const bar = el('div', { class: 'shares', role: 'img', 'aria-label': text });
  for (const { label, bytes: count, tint, press } of shares) {
    const title = `${label}: ${bytes(count)}, ${percent(count, all)}`;
    const part = el('span', { class: `share-of ${tint}`, title }, el('span', {}, label));
    part.style.flexGrow = String(count);
    if (press !== undefined) part.addEventListener('click', press);
    bar.append(part);
  }
  return bar;
}
