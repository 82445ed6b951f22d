/** Random combination: every address with every port, neighbours apart. It learns nothing. */
import type { Endpoint } from '../endpoint.ts';
import { ServerBans } from '../history.ts';
import { NO_PAST } from '../past.ts';
import { fieldOf } from '../plain.ts';
import { byBanEnd } from './by-past.ts';
import type { Order, Ranking, Verdict } from './ranking.ts';
import { spread } from './spread.ts';

export class RandomCombination implements Ranking {
  private readonly bans = new ServerBans();

  order(endpoints: readonly Endpoint[], now: number, random: () => number): Order {
    const all = spread(endpoints, random).map((endpoint) => ({
      endpoint,
      past: NO_PAST,
      until: this.bans.bannedUntil(endpoint),
    }));
    const usable = all.filter(({ until }) => until <= now).map(({ endpoint }) => endpoint);
    return { usable, banned: byBanEnd(all.filter(({ until }) => until > now)), proven: false };
  }

  learn(_endpoint: Endpoint, _verdict: Verdict, _now: number): void {}

  networkChanged(_label: string, _now: number): void {}

  ban(address: string, now: number): void {
    this.bans.ban(address, now);
  }

  forbids(endpoint: Endpoint, now: number): boolean {
    return this.bans.bannedUntil(endpoint) > now;
  }

  save(_now: number): unknown {
    return { bans: this.bans.save() };
  }

  load(saved: unknown, now: number): void {
    this.bans.load(fieldOf(saved, 'bans'), now);
  }
}
