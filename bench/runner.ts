/** Runs units of work one after the other: what was found is kept as it comes, what is there is skipped. */
import { isDone, stateNow, weight, type Work } from './choice.ts';
import { Unit, type Plan } from './harness.ts';
import { keepResults, readResults, type Result } from './results.ts';
import type { Suite } from './suite.ts';

export interface Run {
  readonly plan: Plan;
  /** Where results are kept. */
  readonly path: string;
  /** Measures also what is there. */
  readonly again: boolean;
  readonly log: (line: string) => void;
  /** Ends the run: what is kept stays, and the same run goes on from there. */
  readonly signal?: AbortSignal;
}

export interface Outcome {
  readonly measured: number;
  readonly skipped: number;
  /** Candidates that failed, with why. */
  readonly failed: readonly string[];
}

export async function runAll(works: readonly Work[], run: Run): Promise<Outcome> {
  const before = readResults(run.path);
  const state = stateNow(run.plan);
  const due = run.again ? works : works.filter((work) => !isDone(work, state, before));
  const skipped = works.length - due.length;
  if (skipped > 0) run.log(`${skipped} of ${works.length} are there already`);
  const failed: string[] = [];
  const started = performance.now();
  let measured = 0;
  const tearDowns = new Map<Suite, () => void>();
  try {
    for (const [i, work] of due.entries()) {
      if (!tearDowns.has(work.suite)) tearDowns.set(work.suite, (await work.suite.setUp?.()) ?? (() => {}));
      const results = await unitResults(work, run);
      if (results === undefined) break;
      keepResults(run.path, results);
      measured++;
      failed.push(...failures(results));
      run.log(progress(due, i, (performance.now() - started) / 1000));
    }
  } finally {
    for (const tearDown of tearDowns.values()) tearDown();
  }
  return { measured, skipped, failed };
}

/** A unit's results; undefined when the run was ended. */
async function unitResults(
  { url, suite, corpus }: Work,
  { plan, signal }: Run,
): Promise<Result[] | undefined> {
  if (signal?.aborted) return undefined;
  const unit = new Unit(url, suite, corpus, plan);
  const end = (): void => unit.end();
  signal?.addEventListener('abort', end);
  const results = await unit.run();
  signal?.removeEventListener('abort', end);
  return signal?.aborted ? undefined : results;
}

function failures(results: readonly Result[]): string[] {
  return results.flatMap(({ suite, corpus, candidate, error }) =>
    error === undefined ? [] : [`${suite} ${corpus}, ${candidate}: ${error}`],
  );
}

function progress(due: readonly Work[], i: number, seconds: number): string {
  const { suite, corpus } = due[i]!;
  const done = sum(due.slice(0, i + 1).map(weight));
  const left = (seconds / done) * sum(due.slice(i + 1).map(weight));
  const next = i + 1 === due.length ? '' : `, about ${timeLeft(left)} left`;
  return `[${i + 1}/${due.length}] ${suite.name} ${corpus.name}: ${timeLeft(seconds)} so far${next}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function timeLeft(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
