/** How long a server takes to answer on each network: head starts and timeouts come from it, as RFC 8305, 5 and 8 recommend. */
import { endpointKey, type Endpoint } from './endpoint.ts';
import { KEY_LENGTH } from './history.ts';
import { ByLabel, isLabel } from './labels.ts';
import { numberOf, pairsOf } from './plain.ts';
import { RACE_DEFAULTS } from './race-options.ts';

/** Milliseconds; `kept`: the latest waits on a network, `deviations`: of them beyond the median, `otherFactor`: where nothing was measured. */
export const DIAL_TIME_DEFAULTS = {
  headStartLeast: 100,
  headStartMost: 2500,
  kept: 32,
  deviations: 6,
  otherFactor: 0.7,
  timeoutFactor: 8,
  timeoutLeast: 2500,
} as const;

/** No dial takes longer, in milliseconds: the race ends before. */
const LONGEST = 3_600_000;

/**
 * What hardly any wait takes longer than: the median and six median deviations, which are at least as much as what so few waits on the
 * network (`known`) leave open. Where packets are lost some waits are a second longer, for SYNs are sent again after that: of those the mean and
 * deviation of RFC 6298 made head starts of 1.3 s for one in ten dials of a simulated train, whose round trips are 0.1 s.
 */
function usual(waits: readonly number[], known: number): number {
  const middle = median(waits);
  const deviation = median(waits.map((wait) => Math.abs(wait - middle)));
  return middle + DIAL_TIME_DEFAULTS.deviations * Math.max(deviation, middle / (2 * known));
}

/** The lower of two. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
}

function bounded(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

interface Wait {
  /** Whose it was. */
  readonly key: string;
  readonly wait: number;
}

/**
 * The longer of the two waits of an attempt that won, for its connection and for the answer on it, by network, of the latest 20
 * networks: a race gives a head start to each.
 */
export class DialTimes {
  private readonly networks = new ByLabel<readonly Wait[]>();

  /**
   * @param wait milliseconds.
   * @throws RangeError for one that is none, or a label longer than 128.
   */
  learn(label: string, endpoint: Endpoint, wait: number): void {
    if (!(wait >= 0 && wait <= LONGEST)) throw new RangeError(`no time that a dial takes: ${wait}`);
    const waits = this.networks.peek(label) ?? [];
    const all = [...waits, { key: endpointKey(endpoint), wait }];
    this.networks.set(label, all.slice(-DIAL_TIME_DEFAULTS.kept));
  }

  /**
   * What hardly any wait takes longer than, 100 to 2,500: any wait for this endpoint, where it was measured, or any on this network. Where nothing was
   * measured 250, and 0.7 of it for each of the `others` that go on: that they are silent is all that is known of this network, and speaks against it.
   */
  headStart(label: string, endpoint?: Endpoint, others = 0): number {
    const { headStartLeast, headStartMost, otherFactor } = DIAL_TIME_DEFAULTS;
    const expected = this.expected(label, endpoint) ?? RACE_DEFAULTS.headStart * otherFactor ** others;
    return bounded(expected, headStartLeast, headStartMost);
  }

  /**
   * How long an attempt may take: 10,000 where nothing was measured; otherwise eight times what hardly any wait takes longer
   * than, 2,500 to 10,000.
   */
  attemptTimeout(label: string): number {
    const { timeoutFactor, timeoutLeast } = DIAL_TIME_DEFAULTS;
    const expected = this.expected(label) ?? Infinity;
    return bounded(timeoutFactor * expected, timeoutLeast, RACE_DEFAULTS.attemptTimeout);
  }

  private expected(label: string, endpoint?: Endpoint): number | undefined {
    const waits = this.networks.peek(label);
    if (waits === undefined) return undefined;
    const key = endpoint && endpointKey(endpoint);
    const own = waits.filter((each) => each.key === key);
    return usual(
      (own.length > 0 ? own : waits).map(({ wait }) => wait),
      waits.length,
    );
  }

  /** Plain data for JSON. */
  save(): unknown {
    return [...this.networks].map(([label, waits]) => [label, waits.map(({ key, wait }) => [key, wait])]);
  }

  /** Takes what `save` gave; what does not fit is left out. */
  load(saved: unknown): void {
    for (const [label, value] of pairsOf(saved)) {
      const waits = pairsOf(value).flatMap(([key, each]) => readWait(key, each));
      if (waits.length > 0 && isLabel(label)) this.networks.set(label, waits.slice(-DIAL_TIME_DEFAULTS.kept));
    }
  }
}

function readWait(key: string, value: unknown): Wait[] {
  const wait = numberOf(value, 0, LONGEST);
  return wait === undefined || key.length > KEY_LENGTH ? [] : [{ key, wait }];
}
