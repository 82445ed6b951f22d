/** A transport with the link that it carries: bytes both ways, as far as the transport takes them, and its end. */
import type { Link } from '../session/index.ts';
import { after, cancel, now, type Timer } from './clock.ts';
import type { Transport, TransportHandler } from './transport/transport.ts';

/** So long a transport may take to write its last bytes and to see the other end, in milliseconds. */
const LINGER = 2000;
/** The same for a request, whose last bytes may have to connect first. */
const LINGER_REQUEST = 10_000;

/** Who is told that something has come on a link, or that its transport takes more. */
export interface Owner {
  wake(carrier?: Carrier): void;
}

export class Carrier implements TransportHandler {
  readonly link: Link;
  owner: Owner;
  protected transport: Transport | undefined;
  private readonly released: ((carrier: Carrier) => void) | undefined;
  /** Whether all that the link had is written. */
  private finished = false;
  private gone = false;
  private linger: Timer | undefined;
  /** Of the answer of an exchange: when it ends though there was nothing to say. */
  private waitUntil = Infinity;
  private hasty = false;

  /** @param released is called when the transport is gone. */
  constructor(link: Link, owner: Owner, released?: (carrier: Carrier) => void) {
    this.link = link;
    this.owner = owner;
    this.released = released;
  }

  /** Stands on this transport, which is the carrier's from now on: the carrier is its handler. */
  carryOn(transport: Transport): void {
    this.transport = transport;
  }

  /** Whether the transport is gone: its owner can forget it. */
  get over(): boolean {
    return this.gone;
  }

  /** Whether it is an exchange that has not ended, with its request complete or not. */
  get exchanging(): boolean {
    return this.transport?.exchange !== undefined && !this.finished;
  }

  /** Whether its transport holds what was written. What an exchange has taken goes up: it is full in any case. */
  get congested(): boolean {
    const { transport } = this;
    return !this.finished && transport?.exchange === undefined && transport?.full === true;
  }

  /** When the owner has to look after it; Infinity for never. */
  nextTimeout(): number {
    return this.finished ? Infinity : this.waitUntil;
  }

  /** Of the answer of an exchange: there is nothing to wait for. */
  hurry(): void {
    this.hasty = true;
  }

  /** Writes what the link has, unless the transport is full, and ends the transport of one that is over. */
  flush(): void {
    const { transport, link } = this;
    if (this.finished || transport === undefined || (transport.full && !link.over)) return;
    const bytes = link.output(now());
    if (bytes !== undefined) {
      transport.write(bytes);
      if (transport.exchange?.side === 'request') link.sealed = true;
    }
    if (link.over) this.finish();
  }

  /** Whether the time of an answer is over, or it may end when all is said. Undefined for what is none, or can't end yet. */
  get patience(): 'none' | 'some' | undefined {
    if (this.finished || this.waitUntil === Infinity || this.transport?.full !== false) return undefined;
    return this.hasty || now() >= this.waitUntil ? 'none' : 'some';
  }

  /** The answer of an exchange is complete: the link has served its turn. */
  conclude(): void {
    this.flush();
    this.link.lost(now());
    this.finish();
  }

  /** Ends at once and without a word. */
  destroy(): void {
    this.finished = true;
    this.transport?.destroy();
  }

  opened(): void {}

  data(bytes: Uint8Array): void {
    if (this.finished) return;
    this.link.receive(bytes, now());
    this.owner.wake(this);
  }

  writable(): void {
    const exchange = this.transport?.exchange;
    if (exchange?.side === 'answer' && this.waitUntil === Infinity) this.waitUntil = now() + exchange.wait;
    this.owner.wake(this);
  }

  /** A link that has ended in one direction is of no use in the other. */
  ended(): void {
    if (!this.finished) this.link.lost(now());
    this.owner.wake(this);
  }

  closed(): void {
    this.gone = true;
    cancel(this.linger);
    this.released?.(this);
    this.owner.wake(this);
  }

  /** The last bytes go to a peer that may read yet: closed at once, a socket that has unread input would take them back. */
  protected finish(): void {
    if (this.finished) return;
    this.finished = true;
    if (this.gone) return;
    const { transport } = this;
    transport?.end();
    const most = transport?.exchange?.side === 'request' ? LINGER_REQUEST : LINGER;
    this.linger = after(most, () => transport?.destroy());
  }
}
