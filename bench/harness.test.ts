/** The harness can fail: what is wrong is not timed, what a busy machine slowed does not count, what is there is skipped. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chosen, isDone, stateNow, type Work } from './choice.ts';
import { Unit, type Plan } from './harness.ts';
import { Measurer } from './process.ts';
import { report } from './report.ts';
import { readResults, type Result } from './results.ts';
import { runAll, type Run } from './runner.ts';
import { loadSuite } from './suites/index.ts';

const PLAN: Plan = { quick: true, generations: 1, rounds: 2, samples: 1, seconds: 0.001, warm: 0 };
const toys = await loadSuite(new URL('testing/toy.ts', import.meta.url).href);
const { suite, url } = toys;
const [few, same] = [suite.corpora[0]!, suite.corpora[1]!];

const folder = mkdtempSync(join(tmpdir(), 'petrel-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));
const logged: string[] = [];
const log = (line: string): void => void logged.push(line);
const run = (name: string, rest: Partial<Run> = {}): Run => {
  return { plan: PLAN, path: join(folder, name), again: false, log, ...rest };
};

async function started(): Promise<Measurer> {
  const measurer = new Measurer(url, 'few', suite.candidates[0]!, false);
  await measurer.start();
  return measurer;
}

describe('a unit', () => {
  let results: Result[];
  beforeAll(async () => {
    results = await new Unit(url, suite, few, PLAN).run();
  });

  it('times what is right, and says why it does not time the rest', () => {
    const errors = results.filter(({ error }) => error !== undefined);
    expect(errors.map(({ candidate, error }) => [candidate, error])).toEqual([
      ['wrong', expect.stringContaining('strictly deep-equal')],
      ['dying', 'no more numbers'],
    ]);
    expect(errors.every(({ nanoseconds }) => nanoseconds === null)).toBe(true);
    const timed = results.filter(({ error, control }) => error === undefined && !control);
    expect(timed.map(({ operation, candidate }) => `${operation} ${candidate}`)).toEqual([
      'write ours',
      'write slow',
      'read ours',
      'read slow',
    ]);
    expect(timed.every(({ times, nanoseconds }) => times.length === 2 && nanoseconds! > 0)).toBe(true);
  });

  it('measures a candidate of ours twice, and reports how far both are apart', () => {
    const again = results.filter(({ control }) => control);
    expect(again.map(({ operation, candidate }) => `${operation} ${candidate}`)).toEqual([
      'write ours',
      'read ours',
    ]);
    expect(report([suite], results, true)).toMatch(/A\/A: write \d+\.\d\d, read \d+\.\d\d\./);
  });

  it('answers nothing more once it was ended', async () => {
    const unit = new Unit(url, suite, same, { ...PLAN, generations: 1000 });
    const found = unit.run();
    unit.end();
    expect((await found).every(({ error }) => error !== undefined)).toBe(true);
  });
});

describe('a process that measures', () => {
  const turn = { operation: 'read', samples: 2, seconds: 0.001, warm: 0 };

  it('drops samples while the reference loop is slower than at its best, and gives up', async () => {
    const measurer = await started();
    const answer = await measurer.turn({ ...turn, best: 1e-9 });
    measurer.end();
    expect(answer).toMatchObject({ kept: [], best: 1e-9 });
    expect(answer!.dropped.length).toBe(8);
  });

  it('fails each turn once it was ended, the one that it is in too', async () => {
    const measurer = await started();
    const last = measurer.turn({ ...turn, samples: 1000, seconds: 1, best: 1e9 });
    measurer.end();
    expect(await last).toBeUndefined();
    expect(measurer.failure).toMatch(/its process/);
    expect(await measurer.turn({ ...turn, best: 1e9 })).toBeUndefined();
  });

  it('has no answer for an operation that its candidate lacks', async () => {
    const measurer = await started();
    expect(await measurer.turn({ ...turn, operation: 'fly', best: 1e9 })).toBeUndefined();
    measurer.end();
  });
});

describe('a run', () => {
  const [first, second] = chosen([toys], []) as [Work, Work];

  it('keeps what was found before it was ended, skips it later, and does not take it for something else', async () => {
    const ended = new AbortController();
    const options = { log: (): void => ended.abort(), signal: ended.signal };
    expect(await runAll([second, first], run('kept', options))).toEqual({
      measured: 1,
      skipped: 0,
      failed: [],
    });
    const results = readResults(join(folder, 'kept'));
    expect(new Set(results.map(({ corpus }) => corpus))).toEqual(new Set(['same']));

    expect(await runAll([second], run('kept'))).toEqual({ measured: 0, skipped: 1, failed: [] });
    expect(logged).toEqual(['1 of 1 are there already']);

    const state = stateNow(PLAN);
    expect(isDone(second, state, results)).toBe(true);
    expect(isDone(first, state, results)).toBe(false);
    for (const other of [{ commit: 'older' }, { machine: 'another' }, { quick: false }])
      expect(isDone(second, { ...state, ...other }, results)).toBe(false);
    const failed = results.map((result) => ({ ...result, error: 'it lies' }));
    expect(isDone(second, state, failed)).toBe(false);
  });
});
