/**
 * What was received of the peer's counted frames: each is delivered once, then taken by the application, then
 * acknowledged. delivered >= taken >= acknowledged. [SESSION-3], [SESSION-8]
 */
import type { Window } from './outbox.ts';
import { Queue } from '../wire/queue.ts';

/** How far bytes go at a number. */
interface Mark {
  readonly number: number;
  readonly bytes: number;
}

export class Intake {
  /** Frames that came, each counted once. */
  delivered = 0;
  /** Frames that the application has taken: what an ACK or RESUME says. */
  taken = 0;
  /** How far of it is safe in the journal: no more than that is said to the peer. */
  durable: number = Number.MAX_SAFE_INTEGER;
  /** What the last ACK or RESUME said. */
  acknowledged = 0;
  private readonly marks = new Queue<Mark>();
  protected deliveredBytes = 0;
  protected takenBytes = 0;
  private acknowledgedBytes = 0;

  /** Counts a frame of so many bytes. @returns its number. */
  deliver(bytes: number): number {
    this.deliveredBytes += bytes;
    this.marks.push({ number: ++this.delivered, bytes: this.deliveredBytes });
    return this.delivered;
  }

  /** The application has taken the frames up to this one. */
  take(number: number): void {
    if (number <= this.taken) return;
    this.taken = Math.min(number, this.delivered);
    for (
      let mark = this.marks.at(0);
      mark !== undefined && mark.number <= this.taken;
      mark = this.marks.at(0)
    ) {
      this.takenBytes = mark.bytes;
      this.marks.shift();
    }
  }

  /** What may be said to the peer. */
  get sayable(): number {
    return Math.min(this.taken, this.durable);
  }

  /** Whether something was taken that the peer does not know of. */
  get owing(): boolean {
    return this.sayable > this.acknowledged;
  }

  /** Whether half of the window, or another part, was taken since the last ACK. [SESSION-8] */
  halfFull({ frames, bytes }: Window, part = 2): boolean {
    if (!this.owing) return false;
    return (
      (this.sayable - this.acknowledged) * part >= frames ||
      (this.takenBytes - this.acknowledgedBytes) * part >= bytes
    );
  }

  /** Whether the peer sent more than the window holds. One frame larger than it is allowed alone. [SESSION-9] */
  exceeds({ frames, bytes }: Window): boolean {
    const outstanding = this.delivered - this.acknowledged;
    return outstanding > frames || (outstanding > 1 && this.deliveredBytes - this.acknowledgedBytes > bytes);
  }

  /** An ACK or RESUME is written. @returns what it says. */
  acknowledge(): number {
    this.acknowledged = this.sayable;
    // bytes that are taken and not safe yet may be counted here: they only make the next ACK come later
    this.acknowledgedBytes = this.takenBytes;
    return this.acknowledged;
  }

  /** Sets a new intake to where another stood: what was not taken comes again. */
  restore(taken: number): void {
    this.delivered = this.taken = this.acknowledged = taken;
  }
}
