/** What was measured, as JSON Lines: written unit by unit, so that what was found stays whatever happens next. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One candidate's operation on one corpus. */
export interface Result {
  readonly suite: string;
  readonly corpus: string;
  readonly x: number | null;
  readonly operation: string;
  readonly candidate: string;
  readonly ours: boolean;
  /** The npm package and its version; null for what is ours or Node's. */
  readonly package: string | null;
  readonly version: string | null;
  /** The mean of the pool. */
  readonly bytes: number | null;
  /** The median of `times`, a unit's; null when the candidate failed. */
  readonly nanoseconds: number | null;
  /** Half of the median's 95 % interval, as a share of it. */
  readonly margin: number | null;
  /** A median a round. Candidates take turns in each: ratios are taken round by round. */
  readonly times: readonly number[];
  readonly rounds: number;
  readonly samples: number;
  /** The reference loop at its best, the samples that it let count, and whether those were enough. */
  readonly reference: {
    readonly nanoseconds: number;
    readonly kept: number;
    readonly dropped: number;
    readonly held: boolean;
  };
  /** A second process of a candidate that is there already: what differs between the two is noise. */
  readonly control: boolean;
  /** How what it answers differs from what the others answer. */
  readonly differs: string | null;
  /** Why it was not measured. */
  readonly error?: string;
  readonly clock: 'cpu' | 'wall';
  readonly quick: boolean;
  readonly commit: string;
  readonly node: string;
  readonly machine: string;
  /** When its unit was done: the same for all of a unit's lines. */
  readonly at: string;
}

const file = (name: string): string => fileURLToPath(new URL(`results/${name}`, import.meta.url));

/** The results that tables and plots are made of, and those of a quick look, which are not kept. */
export const FULL_RESULTS: string = file('results.jsonl');
export const QUICK_RESULTS: string = file('quick.jsonl');

/** What a line belongs to: all of it was measured in turns. */
export function unitOf({ suite, corpus }: Pick<Result, 'suite' | 'corpus'>): string {
  return `${suite} ${corpus}`;
}

/** All results of a file; none if there is no file. A line that was cut off is left out. */
export function readResults(path: string): Result[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Result];
    } catch {
      return [];
    }
  });
}

/** Puts a unit's results in the place of those that it had. The file is there whole at any time. */
export function keepResults(path: string, unit: readonly Result[]): void {
  const key = unitOf(unit[0]!);
  const others = readResults(path).filter((result) => unitOf(result) !== key);
  mkdirSync(dirname(path), { recursive: true });
  const lines = [...others, ...unit].map((result) => JSON.stringify(result));
  writeFileSync(`${path}.new`, `${lines.join('\n')}\n`);
  renameSync(`${path}.new`, path);
}
