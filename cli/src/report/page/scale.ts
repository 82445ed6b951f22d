/** From what is measured to pixels, and back. */

/** The part of an axis that is seen. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The range made `factor` times as long around a point that stays where it is, within the whole. */
export function zoomed(range: Range, whole: Range, factor: number, at: number): Range {
  const most = whole.to - whole.from;
  const length = Math.min(most, Math.max(most / 1e7, (range.to - range.from) * factor));
  const share = (at - range.from) / (range.to - range.from);
  return within(at - share * length, length, whole);
}

/** The range moved by a share of its length, within the whole. */
export function moved(range: Range, whole: Range, share: number): Range {
  const length = range.to - range.from;
  return within(range.from + share * length, length, whole);
}

function within(from: number, length: number, whole: Range): Range {
  const start = Math.max(whole.from, Math.min(from, whole.to - length));
  return { from: start, to: start + length };
}

/** Round numbers of the range, about `count` of them. */
export function ticks({ from, to }: Range, count: number): number[] {
  const rough = (to - from) / Math.max(1, count);
  if (!(rough > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough)!;
  const found: number[] = [];
  const first = Math.ceil(from / step);
  for (let i = first; i * step <= to && found.length < 100; i++) found.push(i * step);
  return found;
}
