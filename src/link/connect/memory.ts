/** What a client knows of its endpoints and networks, and what of it outlives the process. */
import {
  DialTimes,
  endpointKey,
  Endpoints,
  HeartbeatMemory,
  NearestFirst,
  type Endpoint,
  type LatencyReport,
  type Ranking,
} from '../policy/index.ts';
import { TIER_COUNT, tierOf } from './address.ts';

export class LinkMemory {
  readonly ranking: Ranking;
  readonly times: DialTimes = new DialTimes();
  readonly beats: HeartbeatMemory = new HeartbeatMemory();
  /** Of each tier. */
  private readonly tiers: readonly Endpoints[];
  private readonly random: () => number;
  /** What a file or a server names may be nothing that this client speaks. */
  private readonly canOpen: (endpoint: Endpoint) => boolean;

  /** @throws RangeError for more than 64 endpoints of one tier. */
  constructor(
    builtin: readonly Endpoint[],
    ranking: Ranking,
    random: () => number,
    canOpen: (endpoint: Endpoint) => boolean,
  ) {
    this.canOpen = canOpen;
    this.ranking = ranking;
    this.random = random;
    this.tiers = byTier(builtin).map((endpoints) => new Endpoints(endpoints));
  }

  /** A new list in place of the one before. @throws RangeError for more than 64 of one tier. */
  take(source: 'server' | 'resolved', endpoints: readonly Endpoint[]): void {
    const lists = byTier(endpoints);
    for (const [i, tier] of this.tiers.entries()) tier.take(source, lists[i]!);
  }

  all(): Endpoint[] {
    return this.tiers.flatMap((tier) => tier.all());
  }

  /**
   * What to dial, best first: the best of each tier in the order of tiers, then the second best of each. A tier of which all is
   * banned comes behind the others: this network blocks it.
   */
  candidates(now: number): Endpoint[] {
    const lists = this.listsOf(this.tiers, now);
    const open = lists.filter((list) => this.usable(list, now));
    const blocked = lists.filter((list) => !this.usable(list, now));
    return [...inRounds(open), ...inRounds(blocked)];
  }

  /** Those of better tiers than an endpoint's. */
  better(than: Endpoint, now: number): Endpoint[] {
    return inRounds(this.listsOf(this.tiers.slice(0, Math.min(tierOf(than), TIER_COUNT)), now));
  }

  /** Whether there is a better tier than an endpoint's. */
  hasBetter(than: Endpoint): boolean {
    return this.tiers.slice(0, Math.min(tierOf(than), TIER_COUNT)).some((tier) => tier.all().length > 0);
  }

  /** What was measured of them on this network, nearest first. Empty for rankings that don't measure. */
  latencies(now: number): readonly LatencyReport[] {
    return this.ranking instanceof NearestFirst ? this.ranking.report(this.all(), now) : [];
  }

  /** Those that are to be measured, if anything is. */
  unmeasured(now: number): readonly Endpoint[] {
    return this.ranking instanceof NearestFirst ? this.ranking.due(this.all(), now) : [];
  }

  /** Plain data for JSON. */
  save(now: number): unknown {
    const { ranking, times, beats, tiers } = this;
    return {
      version: 1,
      ranking: ranking.save(now),
      times: times.save(),
      beats: beats.save(),
      tiers: tiers.map((tier) => tier.save()),
    };
  }

  /** Takes what `save` gave; what does not fit is left out. */
  load(saved: unknown, now: number): void {
    const field = (name: string): unknown =>
      typeof saved === 'object' && saved !== null && Object.hasOwn(saved, name)
        ? (saved as Record<string, unknown>)[name]
        : undefined;
    this.ranking.load(field('ranking'), now);
    this.times.load(field('times'));
    this.beats.load(field('beats'), now);
    const tiers = field('tiers');
    if (Array.isArray(tiers)) for (const [i, tier] of this.tiers.entries()) tier.load(tiers[i]);
  }

  private listsOf(tiers: readonly Endpoints[], now: number): Endpoint[][] {
    return tiers.map((tier) =>
      tier.candidates(this.ranking, now, this.random).filter((each) => this.canOpen(each)),
    );
  }

  private usable(list: readonly Endpoint[], now: number): boolean {
    return this.ranking.order(list, now, this.random).usable.length > 0;
  }
}

function byTier(endpoints: readonly Endpoint[]): Endpoint[][] {
  return Array.from({ length: TIER_COUNT }, (_, tier) => endpoints.filter((each) => tierOf(each) === tier));
}

function inRounds(lists: readonly (readonly Endpoint[])[]): Endpoint[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => lists.map((list) => list[i]))
    .flat()
    .filter((each) => each !== undefined);
}

/** Whether two endpoints are one. */
export function same(a: Endpoint | undefined, b: Endpoint | undefined): boolean {
  return a !== undefined && b !== undefined && endpointKey(a) === endpointKey(b);
}
