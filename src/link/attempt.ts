/** A transport of a client, from before it stands until it is gone. */
import type { Carrier } from './carrier.ts';
import { after, cancel, now, type Timer } from './clock.ts';
import type { Open, Signal, Transport, TransportHandler } from './transport/transport.ts';

declare const AbortController: new () => { readonly signal: Signal; abort(): void };

/** Who is told of it. */
export interface AttemptOwner {
  opened(attempt: Attempt): void;
  /** It has ended; with an error where it should not have. */
  failed(attempt: Attempt, error: Error | undefined): void;
}

export class Attempt implements TransportHandler {
  readonly began: number = now();
  error: Error | undefined;
  private readonly owner: AttemptOwner;
  private readonly aborter = new AbortController();
  private readonly transport: Transport;
  private readonly tooLong: Timer;
  private carrier: Carrier | undefined;
  private answered = false;
  private givenUp = false;
  private over = false;

  /** @throws what `open` throws. */
  constructor(open: Open, timeout: number, owner: AttemptOwner) {
    this.owner = owner;
    this.transport = open(this, this.aborter.signal);
    this.tooLong = after(timeout, () => this.aborter.abort());
  }

  /** Whether it is under way to a link. */
  get opening(): boolean {
    return !this.stood && !this.givenUp && !this.over;
  }

  /** Whether it came to a link. */
  get stood(): boolean {
    return this.carrier !== undefined;
  }

  get isExchange(): boolean {
    return this.transport.exchange !== undefined;
  }

  /** Whether it is an exchange that the other side has answered as it should. */
  get served(): boolean {
    return this.isExchange && this.answered && this.error === undefined;
  }

  /** Whether it is an exchange that has brought all that was written, and can but bring news. */
  get onlyWaits(): boolean {
    const { carrier } = this;
    return carrier !== undefined && carrier.exchanging && carrier.link.sealed && carrier.link.live;
  }

  /** The session goes on, on this link. */
  greeted(): void {
    this.answered = true;
  }

  /** It carries a link from now on. */
  carriedBy(carrier: Carrier): void {
    this.carrier = carrier;
    carrier.carryOn(this.transport);
  }

  /** Nothing is wanted of one that does not stand; one that does is its carrier's. */
  giveUp(): void {
    if (this.stood || this.givenUp) return;
    this.givenUp = true;
    cancel(this.tooLong);
    this.aborter.abort();
    this.transport.destroy();
  }

  opened(): void {
    cancel(this.tooLong);
    if (!this.givenUp) this.owner.opened(this);
  }

  data(bytes: Uint8Array): void {
    this.carrier?.data(bytes);
  }

  writable(): void {
    this.carrier?.writable();
  }

  ended(error?: Error): void {
    cancel(this.tooLong);
    if (this.givenUp) return;
    this.over = true;
    this.error = error;
    this.owner.failed(this, error);
    this.carrier?.ended();
  }

  closed(): void {
    this.carrier?.closed();
  }
}
