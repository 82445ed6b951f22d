/** What is taken of the platform: Node's or a browser's, which both have. */

declare const performance: { now(): number };
declare function setTimeout(ring: () => void, milliseconds: number): unknown;
declare function clearTimeout(timer: unknown): void;
// Node's; a browser has none
declare const setImmediate: ((ring: () => void) => unknown) | undefined;
declare function clearImmediate(timer: unknown): void;

/** One that was set. */
export type Timer = { readonly timer: unknown; readonly soon?: true };

/** Milliseconds of a clock that never goes back. */
export function now(): number {
  return performance.now();
}

/** Timers hold no more milliseconds: what is set for later rings at once. */
const LONGEST = 2 ** 31 - 1;

/** Rings once, so many milliseconds from now, but at the latest after 24 days: who waits for longer looks at the time then. */
export function after(milliseconds: number, ring: () => void): Timer {
  return { timer: setTimeout(ring, Math.min(LONGEST, milliseconds)) };
}

/**
 * Rings once, when what has arrived by now is read. On Node a timer of no time may ring before that: timers that take longer than a
 * millisecond together run one behind the other.
 */
export function afterReading(ring: () => void): Timer {
  if (typeof setImmediate !== 'function') return after(0, ring);
  return { timer: setImmediate(ring), soon: true };
}

/** Of no effect on one that has rung. */
export function cancel(timer: Timer | undefined): void {
  if (timer === undefined) return;
  if (timer.soon) clearImmediate(timer.timer);
  else clearTimeout(timer.timer);
}
