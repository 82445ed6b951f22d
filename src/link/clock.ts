/** What is taken of the platform: Node's or a browser's, which both have. */

declare const performance: { now(): number };
declare function setTimeout(ring: () => void, milliseconds: number): unknown;
declare function clearTimeout(timer: unknown): void;

/** One that was set. */
export type Timer = { readonly timer: unknown };

/** Milliseconds of a clock that never goes back. */
export function now(): number {
  return performance.now();
}

/** Rings once, so many milliseconds from now. */
export function after(milliseconds: number, ring: () => void): Timer {
  return { timer: setTimeout(ring, milliseconds) };
}

/** Of no effect on one that has rung. */
export function cancel(timer: Timer | undefined): void {
  if (timer !== undefined) clearTimeout(timer.timer);
}
