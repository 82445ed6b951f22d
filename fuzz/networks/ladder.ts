/** Which of several transports a client opens next: down with each that fails, and up to the first again after a while. */
import type { Open, SessionClient } from '../../src/link/index.ts';
import type { SessionEvent } from '../../src/session/index.ts';

export class Ladder {
  private readonly rungs: readonly Open[];
  private readonly stay: number;
  private at = 0;
  private bad = false;
  private rising: NodeJS.Timeout | undefined;

  /** @param stay milliseconds on another than the first until that is tried again. */
  constructor(rungs: readonly Open[], stay: number) {
    this.rungs = rungs;
    this.stay = stay;
  }

  /** The next, for a client that dials. */
  readonly open: Open = (handler, signal) => {
    if (this.bad) this.at = (this.at + 1) % this.rungs.length;
    this.bad = false;
    return this.rungs[this.at]!(handler, signal);
  };

  /** The one of now does not do. */
  readonly failed = (): void => {
    this.bad = true;
  };

  /** What the session tells of its links. */
  on(event: SessionEvent, client: SessionClient): void {
    if (event.type === 'broken' && (event.why === 'silent' || event.why === 'slow')) this.bad = true;
    if ((event.type !== 'resumed' && event.type !== 'open') || this.at === 0) return;
    this.rising ??= setTimeout(() => {
      this.rising = undefined;
      if (this.at === 0) return;
      this.at = 0;
      this.bad = false;
      client.dial();
    }, this.stay);
  }

  stop(): void {
    clearTimeout(this.rising);
  }
}
