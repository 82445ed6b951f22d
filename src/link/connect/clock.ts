/** The clock of what is saved: milliseconds since 1970 that do not jump while the process runs. */
import { now } from '../clock.ts';

declare const performance: { readonly timeOrigin: number };

export function clock(): number {
  return performance.timeOrigin + now();
}

/** The same moment as timers have it. */
export function timerTime(at: number): number {
  return at - performance.timeOrigin;
}
