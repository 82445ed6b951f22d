/** One timer, set to what a session waits for. */
import { after, afterReading, cancel, now, type Timer } from './clock.ts';

/** How many ring in one turn of the loop: a crowd that came together is due together, and others are served between. */
const IN_ONE_TURN = 16;
/** How many have rung in this one, and when the last did. */
let rung = 0;
let rungAt = 0;
/** Milliseconds after which it is another turn, though nobody has said so: tests replace timers. */
const LONGEST_TURN = 50;

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
    this.timer = after(Math.max(1, Math.ceil(at - now())), () => this.due());
  }

  stop(): void {
    cancel(this.timer);
    this.at = Infinity;
  }

  /**
   * What has arrived meanwhile is read first: a process that was held up must not take its peer for dead.
   */
  private due(): void {
    this.timer = afterReading(() => {
      if (!mayRing()) return this.due();
      this.at = Infinity;
      this.ring();
    });
  }
}

function mayRing(): boolean {
  const time = now();
  if (Math.abs(time - rungAt) > LONGEST_TURN) rung = 0;
  if (rung === IN_ONE_TURN) return false;
  if (rung++ === 0) afterReading(nextTurn);
  rungAt = time;
  return true;
}

function nextTurn(): void {
  rung = 0;
}
