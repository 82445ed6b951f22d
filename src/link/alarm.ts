/** One timer, set to what a session waits for. */
import { after, cancel, now, type Timer } from './clock.ts';

/** Timers hold no more; a deadline beyond it is set anew then. */
const LONGEST = 2 ** 31 - 1;

export class Alarm {
  private readonly ring: () => void;
  private at = Infinity;
  private timer: Timer | undefined;

  /** @param ring may come too early, and sets the alarm anew: to move a timer with every chunk would cost more. */
  constructor(ring: () => void) {
    this.ring = ring;
  }

  /** Rings at this time, as `now` tells it, unless it does so before; Infinity for never. */
  set(at: number): void {
    if (at >= this.at) return;
    this.stop();
    this.at = at;
    this.timer = after(Math.min(LONGEST, Math.max(1, Math.ceil(at - now()))), () => this.due());
  }

  stop(): void {
    cancel(this.timer);
    this.at = Infinity;
  }

  /**
   * What has arrived meanwhile is read first: a process that was held up must not take its peer for dead. A timer set by
   * a timer rings after that.
   */
  private due(): void {
    this.timer = after(0, () => {
      this.at = Infinity;
      this.ring();
    });
  }
}
