/** How long a NAT on a network keeps an entry that nothing uses: the interval of the adaptive heartbeat, as data and two steps. */

/** The figures of Mars, in milliseconds and beats. `most` less `margin` is what is used. */
export const INTERVAL_DEFAULTS = {
  least: 210_000,
  most: 600_000,
  margin: 20_000,
  step: 60_000,
  successes: 5,
  failures: 2,
  retreat: 80_000,
  stableFor: 604_800_000,
  advance: 20_000,
} as const;

/** What was learned of a network. */
export interface LearnedInterval {
  readonly interval: number;
  /** Since when it is no longer probed for longer ones; undefined while it is. */
  readonly stableSince: number | undefined;
  /** Beats in a row that were answered at this interval, or were not. */
  readonly successes: number;
  readonly failures: number;
}

export const UNLEARNED: LearnedInterval = probing(INTERVAL_DEFAULTS.least);

/** The longest that is ever used: 580 s. */
export const LONGEST_INTERVAL: number = INTERVAL_DEFAULTS.most - INTERVAL_DEFAULTS.margin;

/** Five answers in a row: 60 s more, or stable where there is no more. Stable for 7 days: 20 s more, to be probed again. */
export function afterAnswer(learned: LearnedInterval, now: number): LearnedInterval {
  const { interval, stableSince } = learned;
  if (stableSince !== undefined) {
    if (now - stableSince < INTERVAL_DEFAULTS.stableFor) return { ...learned, failures: 0 };
    return probing(interval + INTERVAL_DEFAULTS.advance);
  }
  const successes = learned.successes + 1;
  if (successes < INTERVAL_DEFAULTS.successes) return { ...learned, successes, failures: 0 };
  return interval >= LONGEST_INTERVAL ? stable(interval, now) : probing(interval + INTERVAL_DEFAULTS.step);
}

/** Two failures in a row: 80 s less and stable, or of one that was stable: from 210 s again. */
export function afterSilence(learned: LearnedInterval, now: number): LearnedInterval {
  const failures = learned.failures + 1;
  if (failures < INTERVAL_DEFAULTS.failures) return { ...learned, failures, successes: 0 };
  if (learned.stableSince !== undefined) return UNLEARNED;
  return stable(learned.interval - INTERVAL_DEFAULTS.retreat, now);
}

function probing(interval: number): LearnedInterval {
  return { interval: bounded(interval), stableSince: undefined, successes: 0, failures: 0 };
}

function stable(interval: number, now: number): LearnedInterval {
  return { interval: bounded(interval), stableSince: now, successes: 0, failures: 0 };
}

function bounded(interval: number): number {
  const { least, most, margin } = INTERVAL_DEFAULTS;
  return Math.min(most - margin, Math.max(least, interval));
}
