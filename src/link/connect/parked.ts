/** A transport that was opened and waits for its turn: it stands, and carries no link yet. */
import {
  TransportError,
  type Open,
  type Signal,
  type Transport,
  type TransportHandler,
} from '../transport/transport.ts';

declare const AbortController: new () => { readonly signal: Signal; abort(): void };

/** Who waits for it. */
export interface ParkedOwner {
  stands(): void;
  /** It did not come to stand, or ended before its turn. */
  failed(error: Error): void;
}

export class Parked implements TransportHandler {
  private readonly owner: ParkedOwner;
  private readonly open: Open;
  private readonly aborter = new AbortController();
  private readonly transport: Transport;
  /** Who has taken it over. */
  private handler: TransportHandler | undefined;
  private over = false;

  /** @throws what `open` throws. */
  constructor(open: Open, owner: ParkedOwner) {
    this.owner = owner;
    this.open = open;
    this.transport = open(this, this.aborter.signal);
  }

  get isExchange(): boolean {
    return this.transport.exchange !== undefined;
  }

  /** An `Open` that has opened already; the next time it opens another, as exchanges want. */
  readonly adopt: Open = (handler, signal) => {
    if (this.handler !== undefined || this.over) return this.open(handler, signal);
    this.handler = handler;
    queueMicrotask(() => {
      if (!this.over) handler.opened();
    });
    return this.transport;
  };

  /** Nothing is wanted of it; one that was taken over is another's. */
  destroy(): void {
    if (this.handler !== undefined || this.over) return;
    this.over = true;
    this.aborter.abort();
    this.transport.destroy();
  }

  opened(): void {
    if (!this.over) this.owner.stands();
  }

  /** Who speaks before it was greeted is no server of ours. */
  data(bytes: Uint8Array): void {
    if (this.handler !== undefined) return this.handler.data(bytes);
    this.fail(new TransportError('PROTOCOL', 'the other side spoke first'));
  }

  writable(): void {
    this.handler?.writable();
  }

  ended(error?: Error): void {
    if (this.handler !== undefined) {
      this.over = true;
      return this.handler.ended(error);
    }
    this.fail(error ?? new TransportError('CUT', 'it ended before it was used'));
  }

  closed(): void {
    this.handler?.closed();
  }

  private fail(error: Error): void {
    if (this.over) return;
    this.destroy();
    this.owner.failed(error);
  }
}

declare function queueMicrotask(run: () => void): void;
