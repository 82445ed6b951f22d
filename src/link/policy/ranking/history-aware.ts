/** History-aware: eight results of each endpoint, whatever the network, and bans. */
import type { Endpoint } from '../endpoint.ts';
import { banEnd, Pasts, ServerBans } from '../history.ts';
import { fieldOf } from '../plain.ts';
import { orderByPast } from './by-past.ts';
import type { Order, Ranking, Verdict } from './ranking.ts';

export class HistoryAware implements Ranking {
  private readonly pasts = new Pasts();
  private readonly bans = new ServerBans();

  order(endpoints: readonly Endpoint[], now: number, random: () => number): Order {
    const { pasts, bans } = this;
    return orderByPast(
      endpoints,
      (endpoint) => {
        const past = pasts.of(endpoint);
        return { endpoint, past, until: banEnd(endpoint, past, bans) };
      },
      now,
      random,
    );
  }

  learn(endpoint: Endpoint, { ok }: Verdict, now: number): void {
    this.pasts.learn(endpoint, ok, now);
  }

  networkChanged(_label: string, _now: number): void {}

  ban(address: string, now: number): void {
    this.bans.ban(address, now);
  }

  forbids(endpoint: Endpoint, now: number): boolean {
    return this.bans.bannedUntil(endpoint) > now;
  }

  save(_now: number): unknown {
    return { pasts: this.pasts.save(), bans: this.bans.save() };
  }

  load(saved: unknown, now: number): void {
    this.pasts.load(fieldOf(saved, 'pasts'), now);
    this.bans.load(fieldOf(saved, 'bans'), now);
  }
}
