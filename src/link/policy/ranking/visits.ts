/** The file's layer of the forgetting ranking: what became of each endpoint on each of the latest visits to one network. */
import type { Endpoint } from '../endpoint.ts';
import { endpointKey } from '../endpoint.ts';
import { HISTORY_DEFAULTS, KEY_LENGTH } from '../history.ts';
import { NO_PAST, type Past } from '../past.ts';
import { fieldOf, listOf, numberOf, pairsOf, timeOf } from '../plain.ts';
import { Recent } from '../recent.ts';

/** Milliseconds, and bytes of 8 bits: 64 results. */
export const VISIT_DEFAULTS = { visits: 8, keptFor: 86_400_000 } as const;

/** Eight results of a visit are one byte, newest visit first: a history of 64 bits. */
interface Visited {
  readonly visits: readonly number[];
  readonly lastFailure: number | undefined;
  readonly lastSuccess: number | undefined;
}

export class NetworkRecord {
  readonly createdAt: number;
  private readonly endpoints = new Recent<Visited>(HISTORY_DEFAULTS.endpoints);

  constructor(createdAt: number) {
    this.createdAt = createdAt;
  }

  /** It is dropped 24 hours after its creation, used or not. */
  isOver(now: number): boolean {
    return now - this.createdAt >= VISIT_DEFAULTS.keptFor;
  }

  /** The same with one visit more. */
  with(visit: Iterable<readonly [key: string, past: Past]>): NetworkRecord {
    const out = new NetworkRecord(this.createdAt);
    for (const [key, visited] of this.endpoints) out.endpoints.set(key, visited);
    for (const [key, past] of visit) if (past.count > 0) out.add(key, past);
    return out;
  }

  /** Each visit's byte folds to one bit, newest in bit 0, which is set where anything failed: an old outage fades fast. */
  folded(endpoint: Endpoint): Past {
    const visited = this.endpoints.peek(endpointKey(endpoint));
    if (visited === undefined) return NO_PAST;
    const { visits, ...times } = visited;
    const bits = visits.reduce((sum, byte, age) => sum | (byte === 0 ? 0 : 1 << age), 0);
    return { bits, count: visits.length, ...times };
  }

  /** Plain data for JSON. */
  save(): unknown {
    return { createdAt: this.createdAt, endpoints: [...this.endpoints] };
  }

  /** What does not fit is left out. */
  static load(saved: unknown, now: number): NetworkRecord | undefined {
    const createdAt = timeOf(fieldOf(saved, 'createdAt'), now);
    if (createdAt === undefined) return undefined;
    const record = new NetworkRecord(createdAt);
    for (const [key, value] of pairsOf(fieldOf(saved, 'endpoints')))
      if (key.length <= KEY_LENGTH) record.endpoints.set(key, readVisited(value, now));
    return record;
  }

  private add(key: string, { bits, lastFailure, lastSuccess }: Past): void {
    const before = this.endpoints.peek(key);
    this.endpoints.set(key, {
      visits: [bits, ...(before?.visits ?? [])].slice(0, VISIT_DEFAULTS.visits),
      lastFailure: lastFailure ?? before?.lastFailure,
      lastSuccess: lastSuccess ?? before?.lastSuccess,
    });
  }
}

function readVisited(value: unknown, now: number): Visited {
  const visits = listOf(fieldOf(value, 'visits'))
    .slice(0, VISIT_DEFAULTS.visits)
    .map((each) => numberOf(each, 0, 255) ?? 0);
  return {
    visits,
    lastFailure: timeOf(fieldOf(value, 'lastFailure'), now),
    lastSuccess: timeOf(fieldOf(value, 'lastSuccess'), now),
  };
}
