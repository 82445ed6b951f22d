/** What the tables say of figures that were made up; `npm run bench:connections` measures them. */
import { describe, expect, it } from 'vitest';
import type { Fate, Manner } from './hostile.ts';
import { allClosed, idleTable, onPaper, siegeTables, worstRatio } from './report.ts';
import { DEADLINES, GRACE, type Latency, type Siege } from './siege.ts';

const latency = (p99: number): Latency => ({ median: p99 / 2, p99, most: 2 * p99 });
const fate = (closedAfter: number[], opened = closedAfter.length): Fate => ({ opened, closedAfter });

const PHASES = {
  quiet: latency(2),
  opening: latency(9),
  held: latency(1),
  closing: latency(3),
  whole: latency(4),
};

function siege(fates: Partial<Record<Manner, Fate>> = {}): Siege {
  const fine = { silent: fate([5000]), slow: fate([5000]), 'slow frame': fate([6000]), gone: fate([5000]) };
  return {
    settings: { each: 1, rate: 1000, rounds: 1 },
    latencies: PHASES,
    turns: PHASES,
    resident: 12_000,
    heap: 5000,
    fates: { ...fine, ...fates },
  };
}

describe('a siege', () => {
  it('is stood when each connection was ended by its deadline', () => {
    expect(allClosed(siege())).toBe(true);
  });

  it.each<[string, Partial<Record<Manner, Fate>>]>([
    ['one was never ended', { silent: fate([5000], 2) }],
    ['one was ended too late', { slow: fate([5000, DEADLINES.handshakeTimeout + GRACE + 1]) }],
  ])('is not when %s', (_what, fates) => {
    expect(allClosed(siege(fates))).toBe(false);
  });

  it('is judged by the worst p99 beside the baseline', () => {
    expect(worstRatio(siege())).toBe(4.5);
  });

  it('is told in two tables', () => {
    const text = siegeTables(siege());
    expect(text).toContain('| connect, and say nothing | 1 | 1 | 5,000 to 5,000 | 5,000 |');
    expect(text).toContain('| their deadlines pass | 1.50 | 3.00 | 6.00 | 1.5 | 1.50 | 3.00 | 6.00 |');
  });
});

const COSTS = [
  { name: 'Petrel', connections: 10_000, resident: 12_000, heap: 7000, kernel: 5000 },
  { name: 'workers', connections: 10_000, resident: 14_000, heap: undefined, kernel: 5000, spread: [5001, 4999] },
]; // prettier-ignore

describe('idle connections', () => {
  it('are a row each', () => {
    expect(idleTable(COSTS)).toContain('| workers | 14,000 |  | 5,000 | 5,001 + 4,999 |');
  });

  it('are multiplied on paper', () => {
    const text = onPaper(COSTS);
    expect(text).toContain('7.8 GB in the server');
    expect(text).toContain('at least 3');
    expect(text).toContain('3,333 PINGs a second');
  });
});
