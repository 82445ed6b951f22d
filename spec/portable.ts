/** Runs vector files where there is no test framework: in browsers and other runtimes. */
import { failureOf, type VectorFile } from './runner.ts';

export interface Report {
  readonly passed: number;
  /** The vectors that do not hold, each with how. */
  readonly failures: readonly string[];
}

/** Runs every vector of these files, parsed. Those with other inputs than the codec's are not counted. */
export function runVectors(files: readonly VectorFile[]): Report {
  let passed = 0;
  const failures: string[] = [];
  for (const file of files) {
    if (!INPUTS.has(file.input)) continue;
    for (const vector of file.vectors) {
      const failure = failureOf(file, vector);
      if (failure === undefined) passed++;
      else failures.push(`${vector.name}: ${failure}`);
    }
  }
  return { passed, failures };
}

const INPUTS: ReadonlySet<string> = new Set([
  'value',
  'frames',
  'pack',
  'encode',
  'message',
  'replies',
  'commands',
  'resp',
  'toFrames',
  'toResp',
  'bridge',
]);
