/** What is remembered of endpoints, and which of them are banned: by their own results, or by their server's order. */
import { endpointKey, type Endpoint } from './endpoint.ts';
import { bannedUntil, NO_PAST, PAST_DEFAULTS, withResult, type Past } from './past.ts';
import { fieldOf, numberOf, pairsOf, timeOf } from './plain.ts';
import { Recent } from './recent.ts';

export const HISTORY_DEFAULTS = { endpoints: 256, serverBan: 1_800_000 } as const;

/** By what a past is saved: a key of 16 letters of transport, an address, a port. */
export const KEY_LENGTH = 300;

/** Pasts of the latest 256 endpoints. Times count from 1970, so that they mean the same after a restart. */
export class Pasts {
  private readonly pasts = new Recent<Past>(HISTORY_DEFAULTS.endpoints);

  of(endpoint: Endpoint): Past {
    return this.pasts.peek(endpointKey(endpoint)) ?? NO_PAST;
  }

  learn(endpoint: Endpoint, ok: boolean, now: number): void {
    const key = endpointKey(endpoint);
    this.pasts.set(key, withResult(this.pasts.peek(key) ?? NO_PAST, ok, now));
  }

  put(key: string, past: Past): void {
    this.pasts.set(key, past);
  }

  clear(): void {
    this.pasts.clear();
  }

  [Symbol.iterator](): Generator<readonly [key: string, past: Past], void, void> {
    return this.pasts[Symbol.iterator]();
  }

  /** Plain data for JSON. */
  save(): unknown {
    return [...this.pasts];
  }

  /** Takes what `save` gave; what does not fit is left out, and times beyond `now` are from a clock that was wrong. */
  load(saved: unknown, now: number): void {
    for (const [key, value] of pairsOf(saved)) {
      const past = readPast(value, now);
      if (past !== undefined && key.length <= KEY_LENGTH) this.pasts.set(key, past);
    }
  }
}

function readPast(value: unknown, now: number): Past | undefined {
  const bits = numberOf(fieldOf(value, 'bits'), 0, 255);
  const count = numberOf(fieldOf(value, 'count'), 0, PAST_DEFAULTS.results);
  if (bits === undefined || count === undefined || !Number.isInteger(bits) || !Number.isInteger(count))
    return undefined;
  const lastFailure = timeOf(fieldOf(value, 'lastFailure'), now);
  const lastSuccess = timeOf(fieldOf(value, 'lastSuccess'), now);
  return { bits: bits & (2 ** count - 1), count, lastFailure, lastSuccess };
}

/** Addresses that the server has told its clients to leave alone, whatever the port: of each for 30 minutes. */
export class ServerBans {
  private readonly until = new Recent<number>(HISTORY_DEFAULTS.endpoints);

  ban(address: string, now: number): void {
    this.until.set(address.toLowerCase(), now + HISTORY_DEFAULTS.serverBan);
  }

  bannedUntil({ address }: Endpoint): number {
    return this.until.peek(address.toLowerCase()) ?? -Infinity;
  }

  /** Plain data for JSON. */
  save(): unknown {
    return [...this.until];
  }

  load(saved: unknown, now: number): void {
    for (const [address, value] of pairsOf(saved)) {
      const until = numberOf(value, now, Infinity);
      if (until !== undefined && address.length <= KEY_LENGTH)
        this.until.set(address, Math.min(until, now + HISTORY_DEFAULTS.serverBan));
    }
  }
}

/** Until when an endpoint is banned, by itself or by its server. */
export function banEnd(endpoint: Endpoint, past: Past, bans: ServerBans): number {
  return Math.max(bannedUntil(past), bans.bannedUntil(endpoint));
}
