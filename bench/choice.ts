/** Which units of work a run is of, and which of them are done already. */
import { CLOCK } from './clock.ts';
import type { Plan } from './harness.ts';
import { commit, machine, versionOf } from './machine.ts';
import { unitOf, type Result } from './results.ts';
import { entrants, type Corpus } from './suite.ts';
import type { Loaded } from './suites/index.ts';

/** A suite on one corpus. */
export interface Work extends Loaded {
  readonly corpus: Corpus;
}

function works(suites: readonly Loaded[]): Work[] {
  return suites.flatMap((loaded) => loaded.suite.corpora.map((corpus) => ({ ...loaded, corpus })));
}

function names(word: string, { name }: Corpus): boolean {
  return name === word || name.split('/')[0] === word;
}

/** By words: a corpus, a group of corpora, or else the beginning of a suite's name. */
export function chosen(suites: readonly Loaded[], words: readonly string[]): Work[] {
  const all = works(suites);
  if (words.length === 0) return all;
  const found = words.map((word) => {
    const corpora = all.filter(({ corpus }) => names(word, corpus));
    const hits = corpora.length > 0 ? corpora : all.filter(({ suite }) => suite.name.startsWith(word));
    if (hits.length > 0) return hits;
    const known = suites.map(
      ({ suite }) => `${suite.name} (${suite.corpora.map(({ name }) => name).join(', ')})`,
    );
    throw new RangeError(`nothing is called ${word}; there are ${known.join(', ')}`);
  });
  return all.filter((work) => found.some((hits) => hits.includes(work)));
}

type State = Pick<Result, 'quick' | 'clock' | 'node' | 'commit' | 'machine'>;

/** What results depend on beside the suite. */
export function stateNow({ quick }: Plan): State {
  return { quick, clock: CLOCK, node: process.versions.node, commit: commit(), machine: machine() };
}

/** Whether these results are what a run would find again: in the same state, of the same candidates. */
export function isDone({ suite, corpus }: Work, state: State, results: readonly Result[]): boolean {
  const unit = results.filter((result) => unitOf(result) === `${suite.name} ${corpus.name}`);
  const there = new Map(unit.map((result) => [result.candidate, result]));
  const candidates = entrants(suite, corpus.name);
  return (
    unit.every((result) => isCurrent(result, state)) &&
    candidates.every((candidate) => versionIs(candidate.package, there.get(candidate.name)))
  );
}

function isCurrent(result: Result, state: State): boolean {
  const keys = Object.keys(state) as (keyof State)[];
  return result.error === undefined && keys.every((key) => result[key] === state[key]);
}

function versionIs(name: string | undefined, result: Result | undefined): boolean {
  return result !== undefined && (name === undefined ? null : versionOf(name)) === result.version;
}

/** What a unit costs beside others: its candidates. */
export function weight({ suite, corpus }: Work): number {
  return entrants(suite, corpus.name).length + 1;
}
