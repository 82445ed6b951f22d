/** What the harness measured, as far as charts show it. */
import { readFileSync } from 'node:fs';
import { clean } from './drawing.ts';

/** A candidate's operation on a corpus: a line of `results/results.jsonl`. */
export interface Measured {
  readonly suite: string;
  readonly corpus: string;
  /** Where the corpus stands on an axis: a chunk's size, a message's. */
  readonly x: number | null;
  readonly operation: string;
  readonly candidate: string;
  readonly ours: boolean;
  /** Of one of the suite's units; null where it failed. */
  readonly nanoseconds: number | null;
  /** A second process of the same candidate. */
  readonly control: boolean;
  /** How what it answers differs from what the others do: it is nobody's best peer. */
  readonly differs: string | null;
}

/** One that has a time. */
export interface Timed extends Measured {
  readonly nanoseconds: number;
}

/** The results of a suite that can be drawn; none if the file is not there. */
export function readTimes(path: URL, suite: string): Timed[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .flatMap(parsed)
    .filter((line): line is Timed => line.suite === suite && !line.control && line.nanoseconds !== null);
}

/** A line's result; none of a line that was cut off. */
function parsed(line: string): Measured[] {
  try {
    return line === '' ? [] : [JSON.parse(line, cleaned) as Measured];
  } catch {
    return [];
  }
}

function cleaned(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? clean(value) : value;
}

/** What stands before a `/` in a corpus's name. */
export function groupOf({ corpus }: Measured): string {
  return corpus.split('/', 1)[0]!;
}

export function distinct<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}
