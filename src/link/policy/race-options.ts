/** How a race is run: the strategies, and figures to compare with. */
import type { Endpoint } from './endpoint.ts';
import { option } from './plain.ts';

/** `serial` waits for each attempt to fail, `concurrent` starts all there are. */
export type RaceStrategy = 'composite' | 'serial' | 'concurrent';

/** Gives milliseconds, for an attempt and how many others go on beside it. */
export type HeadStart = (endpoint: Endpoint, others: number) => number;

/** Times in milliseconds. */
export interface RaceOptions {
  /** Default `composite`. */
  readonly strategy?: RaceStrategy;
  /**
   * What an attempt has before the next starts, and again when it is connected, of `composite`. Default 250; `DialTimes` has measured
   * ones, for each endpoint. A number is the same for all.
   */
  readonly headStart?: number | HeadStart;
  /** Most attempts at once, of `composite`. Default 3. */
  readonly atOnce?: number;
  /** How long an attempt may take to be verified, from its own start. Default 10,000. */
  readonly attemptTimeout?: number;
  /** How long the race may take, from its creation. Default 60,000. */
  readonly deadline?: number;
  /** The family that starts, where there is one; `given`: that of the first candidate. Families alternate from there. Default 6. */
  readonly first?: 4 | 6 | 'given';
}

export const RACE_DEFAULTS = {
  headStart: 250,
  atOnce: 5,
  attemptTimeout: 10_000,
  deadline: 60_000,
  candidates: 64,
  overtakenFactor: 2,
} as const;

/** The figures of Mars: for comparisons. */
export const MARS_RACE: RaceOptions = { headStart: 2500, atOnce: 3, attemptTimeout: 10_000, first: 'given' };
/** Those of the article on WeChat. */
export const ARTICLE_RACE: RaceOptions = {
  headStart: 4000,
  atOnce: 5,
  attemptTimeout: 10_000,
  first: 'given',
};

/** Their difference: what the next attempt waits for, and how many go on at once. */
export interface RacePace {
  readonly headStart: HeadStart;
  readonly atOnce: number;
}

/** The strategies are one machine: they differ in two numbers. */
export function paceOf({ strategy, headStart, atOnce }: Required<RaceOptions>): RacePace {
  if (strategy === 'serial') return { headStart: () => Infinity, atOnce: 1 };
  if (strategy === 'concurrent') return { headStart: () => 0, atOnce: RACE_DEFAULTS.candidates };
  return { headStart: headStartOf(headStart), atOnce: option('atOnce', atOnce, 1) };
}

function headStartOf(headStart: number | HeadStart): HeadStart {
  if (typeof headStart !== 'number')
    return (endpoint, others) => option('headStart', headStart(endpoint, others), 0);
  const fixed = option('headStart', headStart, 0);
  return () => fixed;
}
