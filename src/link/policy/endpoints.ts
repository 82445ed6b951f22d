/** Where endpoints come from, and which of them a dial takes. */
import {
  alternate,
  distinct,
  ENDPOINT_DEFAULTS,
  endpointKey,
  familyOf,
  readEndpoints,
  type Endpoint,
} from './endpoint.ts';
import { fieldOf } from './plain.ts';
import type { Order, Ranking } from './ranking/ranking.ts';

/** In this order: the list that the server has sent, what names resolved to, and the list that the app was built with. */
export type EndpointSource = 'server' | 'resolved' | 'builtin';

/** What a dial takes at most: from the first two sources, and from the built-in list as the fallback. */
export const DIAL_DEFAULTS = { regular: 4, fallback: 1 } as const;

/** The endpoints that an app knows. */
export class Endpoints {
  private server: readonly Endpoint[] = [];
  private resolved: readonly Endpoint[] = [];
  private readonly builtin: readonly Endpoint[];

  /** @throws RangeError for more than 64. */
  constructor(builtin: readonly Endpoint[]) {
    this.builtin = checked(builtin);
  }

  /**
   * A new list in place of the one that was there; of the server's, see `readEndpoints`.
   * @throws RangeError for more than 64: what was there stays.
   */
  take(source: Exclude<EndpointSource, 'builtin'>, endpoints: readonly Endpoint[]): void {
    this[source] = checked(endpoints);
  }

  /** All, each once, by source. */
  all(): Endpoint[] {
    return distinct([...this.server, ...this.resolved, ...this.builtin]);
  }

  /**
   * What to dial now, best first: four that are usable of the server's list and, where that has fewer, of the resolved names; one of
   * the built-in list as the fallback, behind them; where either has too few the other has its places. IPv6 and IPv4
   * alternate within each source, v6 first unless the best has proven itself. Places that are left go to those that are
   * banned, whose ban ends first; what the server has banned is taken only where there is nothing else. So there is always something to try.
   */
  candidates(ranking: Ranking, now: number, random: () => number): Endpoint[] {
    const [server, resolved, fallback] = [this.server, this.resolved, this.builtin].map((list) =>
      inTurns(ranking.order(list, now, random)),
    ) as [Endpoint[], Endpoint[], Endpoint[]];
    const ahead = distinct([...server, ...resolved]);
    const keys = new Set(ahead.map(endpointKey));
    const behind = fallback.filter((each) => !keys.has(endpointKey(each)));
    const most = DIAL_DEFAULTS.regular + DIAL_DEFAULTS.fallback;
    const chosen = ahead.slice(0, Math.max(DIAL_DEFAULTS.regular, most - behind.length));
    chosen.push(...behind.slice(0, most - chosen.length));
    const { banned } = ranking.order(this.all(), now, random);
    chosen.push(...banned.filter((each) => !ranking.forbids(each, now)).slice(0, most - chosen.length));
    return chosen.length > 0 ? chosen : banned.slice(0, most);
  }

  /** The server's list as plain data for JSON: the others come anew. */
  save(): unknown {
    return { server: this.server };
  }

  /** Takes what `save` gave; a list that does not fit is left out. */
  load(saved: unknown): void {
    try {
      this.server = readEndpoints(fieldOf(saved, 'server'));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

function checked(endpoints: readonly Endpoint[]): Endpoint[] {
  const { listLength } = ENDPOINT_DEFAULTS;
  if (endpoints.length <= listLength) return distinct(endpoints);
  throw new RangeError(`a list has at most ${listLength} endpoints, not ${endpoints.length}`);
}

function inTurns({ usable, proven }: Order): Endpoint[] {
  const [best] = usable;
  return alternate(usable, (proven && best !== undefined && familyOf(best)) || 6);
}
