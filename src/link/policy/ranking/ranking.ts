/** In what order endpoints are tried. What ranks them learns from what became of them. */
import type { Endpoint } from '../endpoint.ts';

/** What became of an attempt. */
export interface Verdict {
  readonly ok: boolean;
  /**
   * Milliseconds of a round trip, of one that was `ok`: the shorter of what it waited for its connection and for the answer on it. A radio that
   * wakes up, a lost SYN and TLS make one of them longer, and say nothing of how near the endpoint is.
   */
  readonly took?: number;
}

/** Endpoints in two parts: each that was given is in one of them, once. */
export interface Order {
  /** Best first. */
  readonly usable: readonly Endpoint[];
  /** Whose ban ends first is first: something to try where nothing else is left. */
  readonly banned: readonly Endpoint[];
  /** Whether the first of `usable` is so because it has answered before: it need not give way to another family. */
  readonly proven: boolean;
}

/** `now` counts from 1970 where a ranking is saved; `random` gives 0 to below 1. */
export interface Ranking {
  /** @param endpoints two that are the same count once. */
  order(endpoints: readonly Endpoint[], now: number, random: () => number): Order;
  learn(endpoint: Endpoint, verdict: Verdict, now: number): void;
  /**
   * The device is on another network; the first call says on which it begins.
   * @throws RangeError for a label longer than 128.
   */
  networkChanged(label: string, now: number): void;
  /** The server wants an address to be left alone, for 30 minutes. */
  ban(address: string, now: number): void;
  /** Whether that is so now. */
  forbids(endpoint: Endpoint, now: number): boolean;
  /** Plain data for JSON. */
  save(now: number): unknown;
  /** Takes what `save` gave; what does not fit is left out. */
  load(saved: unknown, now: number): void;
}
