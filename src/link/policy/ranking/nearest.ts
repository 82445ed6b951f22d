/**
 * Nearest first: endpoints in the order of their measured latency on this network, with the bans of their history. Probes in
 * idle moments measure what dialling does not, and what was measured is there to be told to the server.
 */
import { distinct, endpointKey, type Endpoint } from '../endpoint.ts';
import { banEnd, HISTORY_DEFAULTS, KEY_LENGTH, Pasts, ServerBans } from '../history.ts';
import { ByLabel, checkedLabel, isLabel } from '../labels.ts';
import { failuresInARow } from '../past.ts';
import { fieldOf, numberOf, pairsOf, timeOf } from '../plain.ts';
import { Recent } from '../recent.ts';
import { byBanEnd } from './by-past.ts';
import type { Order, Ranking, Verdict } from './ranking.ts';
import { spread } from './spread.ts';

/** Milliseconds; `weight` of a new measurement in the mean. [RFC 6298, 2] `outlier`: how many means a measurement counts for at most. */
export const NEAREST_DEFAULTS = {
  weight: 0.125,
  outlier: 2,
  retryEvery: 60_000,
  probeEvery: 600_000,
  measureEvery: 43_200_000,
  probesAtOnce: 3,
  keptFor: 86_400_000,
} as const;

/** What was measured of an endpoint: a smoothed latency, and when it was last measured. */
interface Measured {
  readonly latency: number;
  readonly at: number;
}

/** A line of what the server is told. */
export interface LatencyReport {
  readonly endpoint: Endpoint;
  /** Milliseconds of a round trip, smoothed. */
  readonly latency: number;
  /** Milliseconds since it was last measured. */
  readonly age: number;
}

export class NearestFirst implements Ranking {
  private label = '';
  private readonly networks = new ByLabel<Recent<Measured>>();
  private readonly pasts = new Pasts();
  private readonly bans = new ServerBans();

  /** Those that failed last come behind those that did not; within both the nearest is first, unmeasured ones last. */
  order(endpoints: readonly Endpoint[], now: number, random: () => number): Order {
    const all = spread(endpoints, random).map((endpoint) => {
      const past = this.pasts.of(endpoint);
      const latency = this.measured(endpoint, now)?.latency ?? Infinity;
      return {
        endpoint,
        past,
        latency,
        failing: failuresInARow(past) > 0,
        until: banEnd(endpoint, past, this.bans),
      };
    });
    const usable = all
      .filter(({ until }) => until <= now)
      .toSorted((a, b) => Number(a.failing) - Number(b.failing) || compare(a.latency, b.latency));
    const banned = byBanEnd(all.filter(({ until }) => until > now));
    const [best] = usable;
    const proven = best !== undefined && !best.failing && best.latency < Infinity;
    return { usable: usable.map(({ endpoint }) => endpoint), banned, proven };
  }

  /** Of a dial or a probe. @throws RangeError for a time that is none. */
  learn(endpoint: Endpoint, { ok, took }: Verdict, now: number): void {
    this.pasts.learn(endpoint, ok, now);
    if (ok && took !== undefined) this.measure(endpoint, took, now);
  }

  /**
   * Which are worth a probe now, longest untried first, at most three: those that failed, when nobody has tried them for a minute, and twice
   * as long for each failure in a row; those that were not measured on this network, after 10 minutes; the others after 12 hours. With 10
   * minutes for all, simulated clients made more probes than dials.
   */
  due(endpoints: readonly Endpoint[], now: number): Endpoint[] {
    const { probesAtOnce } = NEAREST_DEFAULTS;
    return distinct(endpoints)
      .map((endpoint) => ({ endpoint, at: this.lastTried(endpoint, now) }))
      .filter(({ endpoint, at }) => now - at >= this.probeEvery(endpoint, now))
      .toSorted((a, b) => compare(a.at, b.at))
      .slice(0, probesAtOnce)
      .map(({ endpoint }) => endpoint);
  }

  /** What is known of these on this network, nearest first: to be told to the server. */
  report(endpoints: readonly Endpoint[], now: number): LatencyReport[] {
    return distinct(endpoints)
      .flatMap((endpoint) => {
        const measured = this.measured(endpoint, now);
        return measured === undefined
          ? []
          : [{ endpoint, latency: measured.latency, age: now - measured.at }];
      })
      .toSorted((a, b) => a.latency - b.latency);
  }

  networkChanged(label: string, _now: number): void {
    this.label = checkedLabel(label);
  }

  ban(address: string, now: number): void {
    this.bans.ban(address, now);
  }

  forbids(endpoint: Endpoint, now: number): boolean {
    return this.bans.bannedUntil(endpoint) > now;
  }

  save(_now: number): unknown {
    const networks = [...this.networks].map(([label, endpoints]) => [label, [...endpoints]]);
    return { networks, pasts: this.pasts.save(), bans: this.bans.save() };
  }

  load(saved: unknown, now: number): void {
    this.pasts.load(fieldOf(saved, 'pasts'), now);
    this.bans.load(fieldOf(saved, 'bans'), now);
    for (const [label, value] of pairsOf(fieldOf(saved, 'networks')))
      if (isLabel(label)) this.networks.set(label, readMeasured(value, now));
  }

  private measure(endpoint: Endpoint, took: number, now: number): void {
    if (!(took >= 0 && took < Infinity)) throw new RangeError(`no time that an answer takes: ${took}`);
    const network = this.networks.peek(this.label) ?? new Recent<Measured>(HISTORY_DEFAULTS.endpoints);
    const { weight, outlier } = NEAREST_DEFAULTS;
    const before = this.measured(endpoint, now)?.latency ?? took;
    // what was sent again says that packets are lost here, not that the endpoint is far
    const latency = before + weight * (Math.min(took, outlier * before) - before);
    network.set(endpointKey(endpoint), { latency, at: now });
    this.networks.set(this.label, network);
  }

  /** Unless it is older than a day. */
  private measured(endpoint: Endpoint, now: number): Measured | undefined {
    const measured = this.networks.peek(this.label)?.peek(endpointKey(endpoint));
    return measured !== undefined && now - measured.at < NEAREST_DEFAULTS.keptFor ? measured : undefined;
  }

  /** One that failed stands behind all others until it answers: it is asked again after a minute, two, four. */
  private probeEvery(endpoint: Endpoint, now: number): number {
    const { retryEvery, probeEvery, measureEvery } = NEAREST_DEFAULTS;
    const failures = failuresInARow(this.pasts.of(endpoint));
    if (failures > 0) return Math.min(probeEvery, retryEvery * 2 ** (failures - 1));
    return this.measured(endpoint, now) === undefined ? probeEvery : measureEvery;
  }

  /** One that just failed is not probed again and again. */
  private lastTried(endpoint: Endpoint, now: number): number {
    const { lastFailure = -Infinity } = this.pasts.of(endpoint);
    return Math.max(this.measured(endpoint, now)?.at ?? -Infinity, lastFailure);
  }
}

/** Of numbers that may both be infinite. */
function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function readMeasured(saved: unknown, now: number): Recent<Measured> {
  const out = new Recent<Measured>(HISTORY_DEFAULTS.endpoints);
  for (const [key, value] of pairsOf(saved)) {
    const latency = numberOf(fieldOf(value, 'latency'), 0, Number.MAX_SAFE_INTEGER);
    const at = timeOf(fieldOf(value, 'at'), now);
    if (latency !== undefined && at !== undefined && key.length <= KEY_LENGTH) out.set(key, { latency, at });
  }
  return out;
}
