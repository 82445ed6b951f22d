/** When to dial again: by what the app is at, as the server wants it, and never all clients at once. */
import type { Activity } from './network.ts';
import { option } from './plain.ts';

/** From the start of one dial to the start of the next, in milliseconds. */
export type Schedule = { readonly [activity in Activity]: number };

/** With work that waits for a link, and without. The figures of Mars. */
export const PACING_DEFAULTS = {
  work: { fresh: 5000, recent: 10_000, foreground: 20_000, background: 30_000, inactive: 300_000 },
  idle: { fresh: 15_000, recent: 30_000, foreground: 120_000, background: 300_000, inactive: 600_000 },
  jitter: 19_000,
  lossSpread: 500,
  changeGap: 1000,
  afterMost: 3_600_000,
} as const;

/** Times in milliseconds. */
export interface PacingOptions {
  readonly work?: Schedule;
  readonly idle?: Schedule;
  /** Most that is added to a pause, and never more than the pause. Default 19,000. */
  readonly jitter?: number;
  /** Most that a server's `after` counts for: no mistake of its locks a client out for long. Default 3,600,000. */
  readonly afterMost?: number;
}

export class Pacing {
  private readonly options: Required<PacingOptions>;
  private readonly random: () => number;
  private lastDial = -Infinity;
  private lostAt = -Infinity;
  private changedAt = -Infinity;
  private notBefore = -Infinity;
  /** Drawn once for each dial, so that asking again changes nothing. */
  private share: number;

  /**
   * @param random gives 0 to below 1.
   * @throws RangeError naming the option that is out of its range.
   */
  constructor(random: () => number, options: PacingOptions = {}) {
    this.options = { ...PACING_DEFAULTS, ...options };
    option('jitter', this.options.jitter, 0);
    option('afterMost', this.options.afterMost, 0);
    this.random = random;
    this.share = random();
  }

  /** A dial begins. */
  dialled(now: number): void {
    this.lastDial = now;
    this.changedAt = this.lostAt = -Infinity;
    this.share = this.random();
  }

  /** A link that stood has ended. */
  lost(now: number): void {
    this.lostAt = now;
  }

  /**
   * The server has closed, and wants to be left alone for `after` milliseconds. What comes later than what it said before counts; a
   * part of the jitter is added, for it has said so to all.
   */
  steered(after: number, now: number): void {
    if (!(after > 0)) return;
    const { afterMost, jitter } = this.options;
    const pause = Math.min(after, afterMost);
    this.notBefore = now + pause + this.share * Math.min(jitter, pause);
  }

  /** The device is on another network: at once, though not more than once a second. */
  networkChanged(now: number): void {
    this.changedAt = now;
  }

  /**
   * When to dial; what lies in the past is now. What the server has asked for holds on every network.
   * @param work whether something waits for a link.
   */
  nextDial(activity: Activity, work: boolean): number {
    return Math.max(this.notBefore, Math.min(this.scheduled(activity, work), this.changed()));
  }

  private scheduled(activity: Activity, work: boolean): number {
    const { jitter } = this.options;
    const pause = this.options[work ? 'work' : 'idle'][activity];
    const paced = this.lastDial + pause + this.share * Math.min(jitter, pause);
    return Math.max(paced, this.lostAt + this.share * PACING_DEFAULTS.lossSpread);
  }

  private changed(): number {
    if (this.changedAt === -Infinity) return Infinity;
    return Math.max(this.changedAt, this.lastDial + PACING_DEFAULTS.changeGap);
  }
}
