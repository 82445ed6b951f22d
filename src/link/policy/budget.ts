/** What a client refuses to send of itself, so that a fault in an app does not become an avalanche at the server. */
import type { AppState, NetworkClass } from './network.ts';
import { option } from './plain.ts';
import { Recent } from './recent.ts';

/** The figures of Mars: times in milliseconds, traffic in bytes, drained bytes for each hour. */
export const BUDGET_DEFAULTS = {
  sameBody: 105,
  within: 3_600_000,
  bodies: 30,
  bucket: 83_886_080,
  drainActive: 83_886_080,
  drainInactive: 20_971_520,
} as const;

/** `TOO_OFTEN`: the same request, again and again. `TRAFFIC`: more bytes than a mobile network is meant for. */
export type BudgetErrorCode = 'TOO_OFTEN' | 'TRAFFIC';

/** A request that was not sent. Nothing has reached the server. */
export class BudgetError extends Error {
  declare readonly code: BudgetErrorCode;
  /** Milliseconds until it may be sent; Infinity: never, it is too large. */
  declare readonly wait: number;

  constructor(code: BudgetErrorCode, wait: number) {
    const what = code === 'TOO_OFTEN' ? 'the same request was sent too often' : 'too much traffic';
    super(`${what}: wait ${wait === Infinity ? 'no longer, it never fits' : `${Math.ceil(wait)} ms`}`);
    Object.assign(this, { name: 'BudgetError', code, wait });
  }
}

/** The same body is sent at most 105 times in any hour; of the latest 30 bodies. */
export class RequestBudget {
  /** Times of what was sent, oldest first. */
  private readonly bodies = new Recent<readonly number[]>(BUDGET_DEFAULTS.bodies);

  /**
   * A request is about to be sent.
   * @throws BudgetError `TOO_OFTEN`; it does not count then.
   */
  take(body: Uint8Array, now: number): void {
    const { sameBody, within } = BUDGET_DEFAULTS;
    const key = digest(body);
    const times = (this.bodies.peek(key) ?? []).filter((time) => now - time < within);
    this.bodies.set(key, times);
    const [first] = times;
    if (first !== undefined && times.length >= sameBody)
      throw new BudgetError('TOO_OFTEN', first + within - now);
    this.bodies.set(key, [...times, now]);
  }
}

/**
 * Length and two sums of 32 bits [FNV-1a, with two bases]: two requests of one app that share it by chance do not matter at 30
 * bodies, and nobody attacks an app's own budget.
 */
function digest(body: Uint8Array): string {
  let [a, b] = [0x811c_9dc5, 0x050c_5d1f];
  for (const byte of body) {
    a = Math.imul(a ^ byte, 0x0100_0193);
    b = Math.imul(b ^ byte, 0x0100_0193) + 1;
  }
  return `${body.length}:${a >>> 0}:${b >>> 0}`;
}

/** Bytes of the bucket, and what drains of it in an hour. */
export interface TrafficOptions {
  /** Default 80 MiB. */
  readonly bucket?: number;
  /** In the foreground and at work in the background. Default 80 MiB. */
  readonly drainActive?: number;
  /** Default 20 MiB. */
  readonly drainInactive?: number;
}

/** A leaky bucket for mobile networks: Wi-Fi is not counted. */
export class TrafficBudget {
  private readonly options: Required<TrafficOptions>;
  private level = 0;
  private at: number;
  private drain: number;

  /** @throws RangeError naming the option that is out of its range. */
  constructor(state: AppState, now: number, options: TrafficOptions = {}) {
    const { bucket, drainActive, drainInactive } = BUDGET_DEFAULTS;
    this.options = { bucket, drainActive, drainInactive, ...options };
    for (const [name, value] of Object.entries(this.options)) option(name, value, 1);
    this.at = now;
    this.drain = this.drainOf(state);
  }

  /** The app's state changed: until now it drained as before. */
  become(state: AppState, now: number): void {
    this.leak(now);
    this.drain = this.drainOf(state);
  }

  /**
   * So many bytes are about to be sent, or have come: what has come is counted by `count`.
   * @throws BudgetError `TRAFFIC` where they do not fit on a mobile network; they do not count then.
   */
  take(bytes: number, network: NetworkClass, now: number): void {
    if (network !== 'mobile') return;
    this.leak(now);
    const { bucket } = this.options;
    const over = this.level + bytes - bucket;
    if (over > 0) throw new BudgetError('TRAFFIC', bytes > bucket ? Infinity : over / this.drain);
    this.level += bytes;
  }

  /** Bytes that have come on this network: nobody asked whether they fit. */
  count(bytes: number, network: NetworkClass, now: number): void {
    if (network !== 'mobile') return;
    this.leak(now);
    this.level = Math.min(this.options.bucket, this.level + bytes);
  }

  private drainOf(state: AppState): number {
    const { drainActive, drainInactive } = this.options;
    return (state === 'inactive' ? drainInactive : drainActive) / BUDGET_DEFAULTS.within;
  }

  private leak(now: number): void {
    this.level = Math.max(0, this.level - Math.max(0, now - this.at) * this.drain);
    this.at = now;
  }
}
