/** One timer of Node's, set to what a session waits for. */

/** Node's timers hold no more; a deadline beyond it is set anew then. */
const LONGEST = 2 ** 31 - 1;

/** Milliseconds of a clock that never goes back. */
export function now(): number {
  return performance.now();
}

export class Alarm {
  private readonly ring: () => void;
  private at = Infinity;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;

  /** @param ring may come too early, and sets the alarm anew: to move a timer with every chunk would cost more. */
  constructor(ring: () => void) {
    this.ring = ring;
  }

  /** Rings at this time, as `now` tells it, unless it does so before; Infinity for never. */
  set(at: number): void {
    if (at >= this.at) return;
    this.stop();
    this.at = at;
    this.timer = setTimeout(() => this.due(), Math.min(LONGEST, Math.max(1, Math.ceil(at - now()))));
  }

  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.at = Infinity;
  }

  /** What has arrived meanwhile is read first: a process that was held up must not take its peer for dead. */
  private due(): void {
    this.immediate = setImmediate(() => {
      this.at = Infinity;
      this.ring();
    });
  }
}
