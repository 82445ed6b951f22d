/**
 * Forgetting: results of this visit to the network are in memory, those of earlier visits in a record of 24 hours, where each
 * visit weighs one result. What was wrong on one network says little about the next, and yesterday little about today.
 */
import type { Endpoint } from '../endpoint.ts';
import { banEnd, Pasts, ServerBans } from '../history.ts';
import { ByLabel, checkedLabel, isLabel } from '../labels.ts';
import { PAST_DEFAULTS, type Past } from '../past.ts';
import { fieldOf, pairsOf } from '../plain.ts';
import { orderByPast } from './by-past.ts';
import type { Order, Ranking, Verdict } from './ranking.ts';
import { NetworkRecord } from './visits.ts';

export class Forgetting implements Ranking {
  private label = '';
  private readonly memory = new Pasts();
  private readonly records = new ByLabel<NetworkRecord>();
  private readonly bans = new ServerBans();

  order(endpoints: readonly Endpoint[], now: number, random: () => number): Order {
    const record = this.record(this.label, now);
    return orderByPast(
      endpoints,
      (endpoint) => {
        const past = joined(this.memory.of(endpoint), record.folded(endpoint));
        return { endpoint, past, until: banEnd(endpoint, past, this.bans) };
      },
      now,
      random,
    );
  }

  learn(endpoint: Endpoint, { ok }: Verdict, now: number): void {
    this.memory.learn(endpoint, ok, now);
  }

  /** What is in memory goes to the record of the network that was left. */
  networkChanged(label: string, now: number): void {
    if (checkedLabel(label) === this.label) return;
    this.records.set(this.label, this.current(now));
    this.memory.clear();
    this.label = label;
  }

  ban(address: string, now: number): void {
    this.bans.ban(address, now);
  }

  forbids(endpoint: Endpoint, now: number): boolean {
    return this.bans.bannedUntil(endpoint) > now;
  }

  /** What is in memory is in it as the latest visit. */
  save(now: number): unknown {
    const records = [...this.records].filter(
      ([label, record]) => label !== this.label && !record.isOver(now),
    );
    const all = [...records, [this.label, this.current(now)] as const];
    return { networks: all.map(([label, record]) => [label, record.save()]), bans: this.bans.save() };
  }

  load(saved: unknown, now: number): void {
    this.bans.load(fieldOf(saved, 'bans'), now);
    for (const [label, value] of pairsOf(fieldOf(saved, 'networks'))) {
      const record = NetworkRecord.load(value, now);
      if (record !== undefined && !record.isOver(now) && isLabel(label)) this.records.set(label, record);
    }
  }

  private current(now: number): NetworkRecord {
    return this.record(this.label, now).with(this.memory);
  }

  private record(label: string, now: number): NetworkRecord {
    const record = this.records.peek(label);
    return record === undefined || record.isOver(now) ? new NetworkRecord(now) : record;
  }
}

/** The results of this visit, and behind them what earlier ones fold to. */
function joined(memory: Past, folded: Past): Past {
  return {
    bits: ((folded.bits << memory.count) | memory.bits) & 0xff,
    count: Math.min(PAST_DEFAULTS.results, memory.count + folded.count),
    lastFailure: memory.lastFailure ?? folded.lastFailure,
    lastSuccess: memory.lastSuccess ?? folded.lastSuccess,
  };
}
