import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from './bars.ts';
import { chosen } from './choice.ts';
import { report } from './report.ts';
import { keepResults, readResults, type Result } from './results.ts';
import { margin, median, ratio } from './statistics.ts';
import { loadSuite } from './suites/index.ts';
import type { Bar } from './suite.ts';
import { corpusTable, Findings } from './tables.ts';

const toys = await loadSuite(new URL('testing/toy.ts', import.meta.url).href);

function result(candidate: string, times: readonly number[], rest: Partial<Result> = {}): Result {
  return {
    suite: 'toys',
    corpus: 'few',
    x: null,
    operation: 'write',
    candidate,
    ours: candidate === 'ours',
    package: null,
    version: null,
    bytes: 5,
    nanoseconds: median(times),
    margin: margin(times),
    times,
    rounds: times.length,
    samples: times.length,
    reference: { nanoseconds: 48, kept: times.length, dropped: 0, held: true },
    control: false,
    differs: null,
    clock: 'wall',
    quick: false,
    commit: 'abc',
    node: '20.0.0',
    machine: 'a machine',
    at: '2026-01-01T00:00:00.000Z',
    ...rest,
  };
}

const BAR: Bar = { row: 'write', corpus: 'few', operation: 'write', ours: 'ours', must: 2, aim: 3 };

describe('statistics', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
  ])('the median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('the margin of few values is half of what they span, of many less', () => {
    expect(margin([9, 10, 12])).toBeCloseTo(0.15);
    const many = [1, ...Array.from({ length: 30 }, () => 10), 1000];
    expect(margin(many)).toBe(0);
  });

  it('a ratio is taken round by round', () => {
    // as slow rounds come for both, the ratio of the medians would be another
    expect(ratio([20, 200, 21], [10, 100, 7])).toBe(2);
  });
});

function found(...results: Result[]): ReturnType<typeof judge> {
  return judge(new Findings(results), BAR);
}

describe('a bar', () => {
  it.each([
    [10, 'aim', 3],
    [12, 'yes', 2.5],
    [20, 'no', 1.5],
  ])('of a peer that takes 30: ours takes %d, and the verdict is %s', (ours, holds, times) => {
    expect(found(result('ours', [ours]), result('peer', [30]))).toMatchObject({ holds, ratio: times });
  });

  it('is judged by the best peer that answers the same', () => {
    const different = result('other', [1], { differs: '64-bit integers are bigints' });
    const verdict = found(result('ours', [10]), result('slow', [50]), result('quick', [25]), different);
    expect(verdict).toMatchObject({ peer: 'quick', ratio: 2.5 });
  });

  it('is not measured without ours, or without a peer', () => {
    expect(found(result('peer', [30])).holds).toBe('not measured');
    expect(found(result('ours', [30])).holds).toBe('not measured');
  });

  it('may be a most: ours as a multiple of the peer', () => {
    const most = { ...BAR, must: 2, aim: 1.3, atMost: true } as const;
    const findings = new Findings([result('ours', [15]), result('floor', [10])]);
    expect(judge(findings, most)).toMatchObject({ ratio: 1.5, holds: 'yes' });
  });
});

describe('a table', () => {
  const slow = result('peer', [30, 30, 30]);
  const busy = result('ours', [60, 60, 60], {
    reference: { nanoseconds: 48, kept: 0, dropped: 12, held: false },
  });
  const table = corpusTable(new Findings([slow, busy]), 'few', ['write'], ['ours', 'peer']);

  it('keeps a peer that wins, and marks what a busy machine slowed', () => {
    expect(table.split('\n').slice(2)).toEqual([
      '| ours | 5 | 60.0 ns ±0 % (0.50) ~ |',
      '| peer | 5 | **30.0 ns ±0 %** (1.00) |',
    ]);
  });

  it('stands in the report beside what is promised, and who failed', () => {
    const failed = result('wrong', [], { nanoseconds: null, error: 'it lies' });
    const markdown = report([toys.suite], [slow, busy, failed], false);
    expect(markdown).toContain('| write | peer | 2 | 1000000 | 0.50 ~ | **no** |');
    expect(markdown).toContain('0 reach the aim, 0 hold, 1 do not, 1 are not measured.');
    expect(markdown).toContain('wrong failed: it lies.');
    expect(markdown).toContain('Measured at commit abc, Node 20.0.0, a machine, in wall time.');
  });
});

describe('results', () => {
  it('are replaced unit by unit, and survive a line that was cut off', () => {
    const folder = mkdtempSync(join(tmpdir(), 'petrel-results-'));
    const path = join(folder, 'results.jsonl');
    keepResults(path, [result('ours', [1]), result('peer', [2])]);
    keepResults(path, [result('ours', [5], { corpus: 'same' })]);
    keepResults(path, [result('ours', [3])]);
    appendFileSync(path, '{"suite":"to');
    expect(readResults(path).map(({ corpus, times }) => [corpus, times])).toEqual([
      ['same', [5]],
      ['few', [3]],
    ]);
    rmSync(folder, { recursive: true });
  });
});

describe('what is chosen', () => {
  it.each([
    [[], ['few', 'same']],
    [['few'], ['few']],
    [['toy'], ['few', 'same']],
    [
      ['same', 'toys'],
      ['few', 'same'],
    ],
  ])('by %j is %j', (words, names) => {
    expect(chosen([toys], words).map(({ corpus }) => corpus.name)).toEqual(names);
  });

  it('says what there is, where there is nothing of a name', () => {
    expect(() => chosen([toys], ['x'])).toThrow('nothing is called x; there are toys (few, same)');
  });
});
