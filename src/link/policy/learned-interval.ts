/** How long a NAT on a network keeps an entry that nothing uses: the interval of the adaptive heartbeat, as data and three steps. */

/**
 * The figures of Mars, in milliseconds and beats, but for `floor` and `lostLinks`: it never goes below `least`. `most` less `margin` is what is
 * used at the longest.
 */
export const INTERVAL_DEFAULTS = {
  floor: 60_000,
  lostLinks: 3,
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
  /** Links in a row that were lost at one of their first beats: since then no beat was answered. */
  readonly lost: number;
}

/** The longest that is ever used: 580 s. */
export const LONGEST_INTERVAL: number = INTERVAL_DEFAULTS.most - INTERVAL_DEFAULTS.margin;

export const UNLEARNED: LearnedInterval = probing(INTERVAL_DEFAULTS.least);

/** Five answers in a row: 60 s more, or stable where there is no more. Stable for 7 days: 20 s more, to be probed again. */
export function afterAnswer(learned: LearnedInterval, now: number): LearnedInterval {
  const { interval, stableSince } = learned;
  if (stableSince !== undefined) {
    if (now - stableSince < INTERVAL_DEFAULTS.stableFor) return { ...learned, failures: 0, lost: 0 };
    return probing(interval + INTERVAL_DEFAULTS.advance);
  }
  const successes = learned.successes + 1;
  if (successes < INTERVAL_DEFAULTS.successes) return { ...learned, successes, failures: 0, lost: 0 };
  return interval >= LONGEST_INTERVAL ? stable(interval, now) : probing(interval + INTERVAL_DEFAULTS.step);
}

/** Two failures in a row: 80 s less and stable, or of one that was stable: from 210 s again. Below 210 s a link is lost as at its first beats. */
export function afterSilence(learned: LearnedInterval, now: number): LearnedInterval {
  if (learned.interval < INTERVAL_DEFAULTS.least) return afterLoss(learned, now);
  const failures = learned.failures + 1;
  if (failures < INTERVAL_DEFAULTS.failures) return { ...learned, failures, successes: 0 };
  if (learned.stableSince !== undefined) return UNLEARNED;
  return stable(Math.max(INTERVAL_DEFAULTS.least, learned.interval - INTERVAL_DEFAULTS.retreat), now);
}

/**
 * A link was lost at one of its first beats, which are at 210 s or at less, where that was learned. Three in a row with no answered beat between
 * them: this NAT forgets sooner, and 60 s less are stable, down to 60 s. Where links are lost at 60 s too it is not the NAT: from 210 s again.
 */
export function afterLoss(learned: LearnedInterval, now: number): LearnedInterval {
  const { floor, step, lostLinks } = INTERVAL_DEFAULTS;
  const lost = learned.lost + 1;
  if (lost < lostLinks) return { ...learned, lost };
  const interval = firstInterval(learned);
  return interval <= floor ? UNLEARNED : stable(Math.max(floor, interval - step), now);
}

/** That of a link's first beats, and of an app in the foreground: 210 s, or less where that was learned. */
export function firstInterval({ interval }: LearnedInterval): number {
  return Math.min(INTERVAL_DEFAULTS.least, interval);
}

function probing(interval: number): LearnedInterval {
  return { interval: atMost(interval), stableSince: undefined, successes: 0, failures: 0, lost: 0 };
}

function stable(interval: number, now: number): LearnedInterval {
  return { interval: atMost(interval), stableSince: now, successes: 0, failures: 0, lost: 0 };
}

function atMost(interval: number): number {
  return Math.min(LONGEST_INTERVAL, interval);
}
