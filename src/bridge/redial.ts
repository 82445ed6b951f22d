/** When a half that calls opens its next link, and until when there has to be one. Times are those of the half's clock. [RESP-15] */
import type { Settings } from './options.ts';

const NEVER = Infinity;

export class Redial {
  private readonly settings: Settings;
  private dialAt: number = NEVER;
  private giveUpAt: number = NEVER;
  /** Links in a row that have not come to stand. */
  private failures = 0;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** When the next link, or the end of all patience, is due. */
  get deadline(): number {
    return Math.min(this.dialAt, this.giveUpAt);
  }

  /** Whether the next link is to be opened now; says so once. */
  isDue(now: number): boolean {
    if (now < this.dialAt) return false;
    this.dialAt = NEVER;
    return true;
  }

  /** Whether there was no link for too long. */
  isHopeless(now: number): boolean {
    return now >= this.giveUpAt;
  }

  /** There was no link yet. */
  first(now: number): void {
    this.dialAt = now;
  }

  /** The link is gone, or the next does not stand. @param atLeast milliseconds that the other half asks for. */
  again(now: number, atLeast = 0): void {
    const { redialAfter, resumeWithin } = this.settings;
    this.giveUpAt = Math.min(this.giveUpAt, now + resumeWithin);
    this.dialAt = now + Math.max(atLeast, redialAfter(this.failures++));
  }

  /** A link stands. */
  stands(): void {
    this.giveUpAt = NEVER;
    this.failures = 0;
  }

  /** No link is wanted any more. */
  stop(): void {
    this.dialAt = this.giveUpAt = NEVER;
  }
}
