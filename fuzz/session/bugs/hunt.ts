/** Looks for a seed that catches each planted bug, and holds without it. */
import { planOf } from '../plan.ts';
import { simulate } from '../run.ts';
import { BUGS, type Bug } from './bugs.ts';
import { patched } from './patched.ts';

/** Seeds that are tried on each bug at most. */
const MOST_SEEDS = 4000;

export interface Caught {
  readonly seed: number;
  readonly fault: string;
}

/** @param seeds in the order in which they are tried. @returns the first that catches it. */
export async function hunt({ edits }: Bug, seeds: Iterable<number>): Promise<Caught | undefined> {
  const broken = await patched(edits);
  for (const seed of seeds) {
    const { fault } = broken(planOf(seed), false);
    if (fault !== undefined && simulate(planOf(seed), false).fault === undefined) return { seed, fault };
  }
  return undefined;
}

/** Hunts them all, and prints a table. @returns whether each was caught. */
export async function huntAll(): Promise<boolean> {
  let caught = 0;
  console.log('| bug | source | caught by seed | as |\n| --- | --- | ---: | --- |');
  for (const bug of BUGS) {
    const found = (await hunt(bug, upTo(MOST_SEEDS))) ?? (await hunt(bug, [bug.seed]));
    if (found !== undefined) caught++;
    const [fault] = (found?.fault ?? '').split('\n');
    console.log(`| ${bug.name} | ${bug.source} | ${found?.seed ?? 'none'} | ${fault} |`);
  }
  console.log(`\n${caught} of ${BUGS.length} caught; without the bug the same seeds hold.`);
  return caught === BUGS.length;
}

export function* upTo(most: number): Generator<number, void, void> {
  for (let seed = 1; seed <= most; seed++) yield seed;
}
