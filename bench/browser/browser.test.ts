import { describe, expect, it } from 'vitest';
import { benchPage } from './page.ts';
import { browserSection, CORPORA, type BrowserResult } from './results.ts';

const row = (candidate: string, times: number[]): BrowserResult => ({
  corpus: 'a',
  candidate,
  bytes: 100,
  times: { own: times, dec: times },
});

describe('what runs in the page', () => {
  it.each(CORPORA)('reads back %s as every candidate without a schema wrote it', (corpus) => {
    const page = benchPage({});
    for (const candidate of ['Petrel values', 'JSON', '@msgpack/msgpack'])
      expect(page.prepare(candidate, corpus)!.bytes).toBeGreaterThan(20);
    expect(page.prepare('Petrel frames', corpus) === null).toBe(corpus !== 'c');
  });

  it('tells bytes that differ by their digest, and refuses what is read back otherwise', () => {
    const codec = { write: () => Uint8Array.of(1), read: () => ({}) };
    const page = benchPage({ pbf: { Chat: codec } });
    expect(() => page.prepare('pbf', 'a')).toThrow(/^pbf a\[0\]\.id: undefined for \d+$/);
    const [first, other] = ['a', 'd'].map((corpus) => page.prepare('Petrel values', corpus)!.digest);
    expect(page.prepare('Petrel values', 'a')!.digest).toBe(first);
    expect(other).not.toBe(first);
  });

  it('takes samples of either operation', () => {
    const page = benchPage({});
    page.prepare('Petrel values', 'a');
    for (const operation of ['own', 'dec'] as const) expect(page.sample(operation, 1)).toBeGreaterThan(0);
  });
});

it('the section compares with the best peer that does the same, round by round', () => {
  const results = [row('Petrel values', [10, 10]), row('JSON', [30, 30]), row('@msgpack/msgpack', [20, 20]), row('pbf', [1, 1])]; // prettier-ignore
  const text = browserSection({ chromium: '1.2', commit: 'c', machine: 'm', versions: ['pbf 1'], results });
  expect(text).toContain('Chromium 1.2');
  expect(text).toContain('| Petrel values | 100 | 10.0 ns ±0 % (2.00) |');
  expect(text).toContain('| JSON | 100 | 30.0 ns ±0 % (0.67) |');
  expect(text).toContain('| pbf | 100 | 1.0 ns ±0 % (1.00) |');
});
