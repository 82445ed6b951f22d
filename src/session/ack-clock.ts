/** When an ACK is due: so long after the first frame that was not acknowledged. [SESSION-8] */
import type { Intake } from './intake.ts';

const NEVER = Infinity;
/** The time of what waits for nothing but a transport that takes it: it asks for no timeout any more. */
const DUE = -Infinity;

export class AckClock {
  private at = NEVER;
  private readonly delay: number;

  constructor(delay: number) {
    this.delay = delay;
  }

  /** A frame has come. */
  start(now: number): void {
    if (this.at === NEVER) this.at = now + this.delay;
  }

  /** What was not acknowledged, taken or not, is so when the delay from now has passed. */
  from(now: number, { delivered, acknowledged }: Intake): void {
    this.at = delivered > acknowledged ? now + this.delay : NEVER;
  }

  /** The time has come. */
  come(): void {
    this.at = DUE;
  }

  /** There is no link. */
  stop(): void {
    this.at = NEVER;
  }

  isDue(now: number): boolean {
    return now >= this.at;
  }

  /** Whether half of the delay is over. */
  isHalfDue(now: number): boolean {
    return now >= this.at - this.delay / 2;
  }

  /** When it will be due, that is not due yet. */
  get next(): number {
    return this.at > DUE ? this.at : NEVER;
  }
}
