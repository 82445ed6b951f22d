/** Which of several transports a client opens next: down with each that fails, and up to the first again after a while. */
import type { Open, SessionClient } from '../../src/link/index.ts';
import type { SessionEvent } from '../../src/session/index.ts';

export class Ladder {
  private readonly rungs: readonly Open[];
  private readonly stay: number;
  private at = 0;
  /** While the first is tried from below: where it was. */
  private from: number | undefined;
  private bad = false;
  private rising: NodeJS.Timeout | undefined;
  private client: SessionClient | undefined;

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

  /** The one of now does not do. A link below lives on while the first was tried in vain: it is tried once more later. */
  readonly failed = (): void => {
    if (this.from === undefined) this.bad = true;
    else {
      this.at = this.from;
      this.from = undefined;
      this.wait();
    }
  };

  /** What the session tells of its links. */
  on(event: SessionEvent, client: SessionClient): void {
    this.client = client;
    if (event.type === 'broken' && (event.why === 'silent' || event.why === 'slow')) this.failed();
    if (event.type !== 'resumed' && event.type !== 'open') return;
    this.from = undefined;
    this.wait();
  }

  stop(): void {
    clearTimeout(this.rising);
  }

  private wait(): void {
    if (this.at > 0) this.rising ??= setTimeout(() => this.rise(), this.stay);
  }

  private rise(): void {
    this.rising = undefined;
    if (this.at === 0) return;
    this.from = this.at;
    this.at = 0;
    this.bad = false;
    this.client!.dial();
  }
}
