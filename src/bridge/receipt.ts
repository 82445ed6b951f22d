/** What was received, and what of it is acknowledged when. [SESSION-8] [SESSION-9] */
import type { Settings } from './options.ts';

export class Receipt {
  received = 0;
  private receivedBytes = 0;
  private taken = 0;
  private takenBytes = 0;
  private acked = 0;
  private ackedBytes = 0;
  /** When the ACK is due that waits. */
  due: number = Infinity;
  private readonly settings: Settings;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** A counted frame came. @returns false where it is more than the window allows. */
  add(size: number): boolean {
    this.received++;
    this.receivedBytes += size;
    const frames = this.received - this.acked;
    const { windowBytes, windowFrames } = this.settings;
    return frames <= windowFrames && (frames === 1 || this.receivedBytes - this.ackedBytes <= windowBytes);
  }

  /** All that was received has gone on its way: it may be acknowledged. */
  take(now: number): void {
    if (this.taken === this.received) return;
    this.taken = this.received;
    this.takenBytes = this.receivedBytes;
    this.due = Math.min(this.due, now + this.settings.ackDelay);
  }

  /**
   * How many frames an ACK has to say now, 0 for none. Half a window calls for one, or its delay. One that rides, beside frames
   * that are written anyway, goes at half of either: in each write it would take a seventh of the bytes of short commands.
   */
  acknowledge(now: number, rides: boolean): number {
    const { windowBytes, windowFrames, ackDelay } = this.settings;
    const share = rides ? 4 : 2;
    const frames = this.taken - this.acked;
    const enough =
      frames * share >= windowFrames || (this.takenBytes - this.ackedBytes) * share >= windowBytes;
    const isTime = now >= (rides ? this.due - ackDelay / 2 : this.due);
    if (frames === 0 || !(enough || isTime)) return 0;
    this.due = Infinity;
    this.acked = this.taken;
    this.ackedBytes = this.takenBytes;
    return this.acked;
  }
}
