/** What is remembered of an endpoint: its latest eight results, and when it last did and did not answer. */

/** Newest result in bit 0; 1 is a failure. */
export interface Past {
  /** 0 to 255. */
  readonly bits: number;
  /** How many of the bits are results, 0 to 8. */
  readonly count: number;
  readonly lastFailure: number | undefined;
  readonly lastSuccess: number | undefined;
}

/** The figures of Mars, times in milliseconds. */
export const PAST_DEFAULTS = {
  results: 8,
  sameWithin: 10_000,
  banFrom: 3,
  banFirst: 360_000,
  banStep: 360_000,
  banMost: 1_800_000,
} as const;

export const NO_PAST: Past = { bits: 0, count: 0, lastFailure: undefined, lastSuccess: undefined };

/** How many of the latest eight results are failures. */
export function failuresOf({ bits }: Past): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest >>>= 1) count += rest & 1;
  return count;
}

/** How many of the latest results in a row are failures. */
export function failuresInARow({ bits }: Past): number {
  let count = 0;
  for (let rest = bits; (rest & 1) === 1; rest >>>= 1) count++;
  return count;
}

/**
 * The past with one more result. One of the same kind within 10 s of the last says nothing new, and is left out: a race that
 * fails twice in a moment is one outage.
 */
export function withResult(past: Past, ok: boolean, now: number): Past {
  const { bits, count, lastFailure, lastSuccess } = past;
  const last = ok ? lastSuccess : lastFailure;
  const wasOk = (bits & 1) === 0;
  if (wasOk === ok && now - (last ?? -Infinity) < PAST_DEFAULTS.sameWithin) return past;
  return {
    bits: ((bits << 1) | (ok ? 0 : 1)) & 0xff,
    count: Math.min(PAST_DEFAULTS.results, count + 1),
    lastFailure: ok ? lastFailure : now,
    lastSuccess: ok ? now : lastSuccess,
  };
}

/**
 * Until when it is banned, -Infinity for never: with three failures or more among eight, for 6 minutes since the last, and 6
 * more for each in a row beyond three, at most 30.
 */
export function bannedUntil(past: Past): number {
  const { banFrom, banFirst, banStep, banMost } = PAST_DEFAULTS;
  if (failuresOf(past) < banFrom) return -Infinity;
  const beyond = Math.max(0, failuresInARow(past) - banFrom);
  return (past.lastFailure ?? -Infinity) + Math.min(banMost, banFirst + beyond * banStep);
}
