/** The order that history gives: what the history-aware and the forgetting ranking share. */
import { distinct, type Endpoint } from '../endpoint.ts';
import { failuresOf, type Past } from '../past.ts';
import type { Order } from './ranking.ts';
import { spread } from './spread.ts';

/** An endpoint with what is known of it. */
export interface Known {
  readonly endpoint: Endpoint;
  readonly past: Past;
  /** When its ban ends, or ended; -Infinity where there was none. */
  readonly until: number;
}

/**
 * Drops the banned. Those with a history: fewest failures first, then the oldest last failure, then the newest last success.
 * Those without are drawn in between, with a probability proportional to how many of each are left.
 */
export function orderByPast(
  endpoints: readonly Endpoint[],
  known: (endpoint: Endpoint) => Known,
  now: number,
  random: () => number,
): Order {
  const all = distinct(endpoints).map(known);
  const free = all.filter(({ until }) => until <= now);
  const tried = free.filter(({ past }) => past.count > 0).toSorted(byPast);
  const fresh = spread(
    free.filter(({ past }) => past.count === 0).map(({ endpoint }) => endpoint),
    random,
  );
  const best = tried[0];
  const usable = merge(
    tried.map(({ endpoint }) => endpoint),
    fresh,
    random,
  );
  return {
    usable,
    banned: byBanEnd(all.filter(({ until }) => until > now)),
    proven: best !== undefined && usable[0] === best.endpoint && best.past.lastSuccess !== undefined,
  };
}

/** Whose ban ends first is first. */
export function byBanEnd(banned: readonly Known[]): Endpoint[] {
  return banned.toSorted((a, b) => a.until - b.until).map(({ endpoint }) => endpoint);
}

function byPast({ past: a }: Known, { past: b }: Known): number {
  return (
    failuresOf(a) - failuresOf(b) ||
    (a.lastFailure ?? 0) - (b.lastFailure ?? 0) ||
    (b.lastSuccess ?? 0) - (a.lastSuccess ?? 0)
  );
}

/** Both in their own order, mixed like two packs of cards. */
function merge(a: readonly Endpoint[], b: readonly Endpoint[], random: () => number): Endpoint[] {
  const out: Endpoint[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const left = a.length - i;
    const fromA = random() * (left + b.length - j) < left;
    out.push((fromA && i < a.length) || j === b.length ? a[i++]! : b[j++]!);
  }
  return out;
}
