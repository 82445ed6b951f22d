/** The adaptive heartbeat's intervals, of the latest 20 networks. */
import { ByLabel, isLabel } from './labels.ts';
import {
  afterAnswer,
  afterLoss,
  afterSilence,
  INTERVAL_DEFAULTS,
  LONGEST_INTERVAL,
  UNLEARNED,
  type LearnedInterval,
} from './learned-interval.ts';
import { fieldOf, numberOf, pairsOf, timeOf } from './plain.ts';

/** What an app keeps over restarts. Times count from 1970. */
export class HeartbeatMemory {
  private readonly networks = new ByLabel<LearnedInterval>();

  of(label: string): LearnedInterval {
    return this.networks.peek(label) ?? UNLEARNED;
  }

  /** A beat at the learned interval was answered, or was not. @throws RangeError for a label longer than 128. */
  learn(label: string, answered: boolean, now: number): void {
    const after = answered ? afterAnswer : afterSilence;
    this.networks.set(label, after(this.of(label), now));
  }

  /** A link was lost at one of its first beats. @throws RangeError for a label longer than 128. */
  lost(label: string, now: number): void {
    this.networks.set(label, afterLoss(this.of(label), now));
  }

  /** One of a link's first beats was answered: links before it were not lost for the interval. */
  kept(label: string): void {
    const learned = this.of(label);
    if (learned.lost > 0) this.networks.set(label, { ...learned, lost: 0 });
  }

  /** Plain data for JSON. */
  save(): unknown {
    return [...this.networks];
  }

  /** Takes what `save` gave; what does not fit is left out, and times beyond `now` are from a clock that was wrong. */
  load(saved: unknown, now: number): void {
    for (const [label, value] of pairsOf(saved)) {
      const learned = readLearned(value, now);
      if (learned !== undefined && isLabel(label)) this.networks.set(label, learned);
    }
  }
}

function readLearned(value: unknown, now: number): LearnedInterval | undefined {
  const { floor, successes: full, failures: enough, lostLinks } = INTERVAL_DEFAULTS;
  const interval = numberOf(fieldOf(value, 'interval'), floor, LONGEST_INTERVAL);
  const successes = numberOf(fieldOf(value, 'successes'), 0, full - 1);
  const failures = numberOf(fieldOf(value, 'failures'), 0, enough - 1);
  if (interval === undefined || successes === undefined || failures === undefined) return undefined;
  const lost = numberOf(fieldOf(value, 'lost'), 0, lostLinks - 1) ?? 0;
  return { interval, stableSince: timeOf(fieldOf(value, 'stableSince'), now), successes, failures, lost };
}
