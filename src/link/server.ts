/** Sessions of clients that come over any transport. */
import { CloseCode } from '../frame/close-code.ts';
import type { HelloOffer } from '../frame/handshake.ts';
import {
  Acceptor,
  type AcceptorEvent,
  type Closing,
  type Link,
  type ServerOptions,
  type ServerSession,
} from '../session/index.ts';
import { Alarm } from './alarm.ts';
import { Carrier, type Owner } from './carrier.ts';
import { after, cancel, now } from './clock.ts';
import { SessionDriver, type SessionListener } from './driver.ts';
import type { Listener, TransportHost } from './transport/host.ts';
import { PassingCarrier, type Siblings } from './passing.ts';
import type { Signal, Transport, TransportHandler } from './transport/transport.ts';
import { Waits } from './waits.ts';

declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };

/** Judges who wants a session: who is told of all that happens in it, or why there is none. */
export type Judge = (offer: HelloOffer) => SessionListener<ServerSession> | Closing;

export interface SessionServerOptions extends ServerOptions {
  /** Most transports at a time, with a session or without; who is one more is asked to come later. Default 10,000. */
  readonly maxConnections?: number;
  /** When that is, in milliseconds. Default 10,000. */
  readonly overloadAfter?: number;
  /** Other processes to which the same clients come; a session stays with the one in which it began. */
  readonly siblings?: Siblings | undefined;
}

/** How a server ends. */
export interface DrainOptions {
  /** Milliseconds that sessions have to come to an end; each also has its own `drainTimeout`. Default 10,000. */
  readonly within?: number;
  /** Milliseconds after which clients should come back. Default 0. */
  readonly after?: number;
  /** For people. */
  readonly text?: string;
  /** Ends the wait: what is not done by then fails. */
  readonly signal?: Signal;
}

/** How many beyond `maxConnections` are told to come later, at a time; who comes beyond these is told nothing. */
const TURNED_AWAY = 100;
/** Milliseconds for the last bytes of those that were drained. */
const LAST_BYTES = 2000;
/** How many links that were too slow are told so and closed in one turn: others are served between. */
const PARTING = 8;
/** So many times in the span of a handshake it is looked who is too slow: each look is at all links. */
const LOOKS = 256;
/** Most milliseconds between two. */
const LONGEST_LOOK = 1000;

function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

export class SessionServer implements Owner, TransportHost {
  readonly acceptor: Acceptor;
  readonly maxConnections: number;
  private readonly judge: Judge;
  private readonly overloadAfter: number;
  private readonly passes: boolean;
  private readonly listeners = new Set<Listener>();
  /** Links that are no session's yet. */
  private readonly strangers = new Map<Link, Carrier>();
  private readonly drivers = new Map<ServerSession, SessionDriver<ServerSession>>();
  private readonly alarm: Alarm = new Alarm(() => this.ring());
  private readonly changes: Waits = new Waits();
  /** Milliseconds by which a stranger may be closed too late. */
  private readonly looksEvery: number;
  /** All whose transports are not gone, also of sessions that have ended. */
  private readonly carriers = new Set<Carrier>();
  /** What those are told who come while the server is about to stop. */
  private leaving: Closing | undefined;
  private stopped = false;

  /** @throws RangeError naming the option that is out of its range. */
  constructor(options: SessionServerOptions, judge: Judge) {
    const { maxConnections = 10_000, overloadAfter = 10_000, siblings } = options;
    if (!(maxConnections >= 1))
      throw new RangeError(`maxConnections must be at least 1, not ${maxConnections}`);
    this.acceptor =
      siblings === undefined
        ? new Acceptor(options, random)
        : new Acceptor(
            options,
            (length) => siblings.mark(random(length)),
            (link, token) => this.pass(siblings, link, token),
          );
    this.maxConnections = maxConnections;
    this.overloadAfter = overloadAfter;
    this.looksEvery = Math.min(LONGEST_LOOK, Math.max(1, (options.handshakeTimeout ?? 10_000) / LOOKS));
    this.judge = judge;
    this.passes = siblings !== undefined;
  }

  /** Sessions that have not ended, with a link or without. */
  get sessions(): Iterable<SessionDriver<ServerSession>> {
    return this.drivers.values();
  }

  /** Transports that are not gone, with a session or without. */
  get connections(): number {
    return this.carriers.size;
  }

  /** Is closed with the server. */
  listens(listener: Listener): void {
    this.listeners.add(listener);
  }

  /** Takes a transport that was accepted. @param open makes it, with its handler. It stands already. */
  accept(open: (handler: TransportHandler) => Transport): void {
    const link = this.acceptor.open(now());
    const carrier: Carrier = new (this.passes ? PassingCarrier : Carrier)(link, this, this.released);
    this.carriers.add(carrier);
    carrier.carryOn(open(carrier));
    if (this.stopped || this.connections > this.maxConnections + TURNED_AWAY) return this.drop(link, carrier);
    this.strangers.set(link, carrier);
    if (this.connections > this.maxConnections) this.turnAway(link, carrier);
    this.look(link.nextTimeout());
  }

  /** Something has come on a link that is no session's yet: only that one is looked at, for there may be many. */
  wake(carrier: Carrier): void {
    const { acceptor } = this;
    for (let event = acceptor.poll(); event !== undefined; event = acceptor.poll()) this.on(event);
    if (!this.strangers.has(carrier.link)) return;
    carrier.flush();
    if (carrier.over) this.strangers.delete(carrier.link);
    this.look(carrier.link.nextTimeout());
  }

  /**
   * Stops in good order: takes no new sessions, ends those that there are when what is under way is acknowledged and
   * answered, tells them when to come back, and stops. Sessions without a link can come back to be ended.
   * @returns when it has stopped.
   */
  async drain({ within = 10_000, after: later = 0, text = '', signal }: DrainOptions = {}): Promise<void> {
    const leaving = { code: CloseCode.GOING_AWAY, after: later, text };
    this.leaving = leaving;
    for (const driver of this.drivers.values()) {
      const { session } = driver;
      if (session.state === 'broken' && session.work.idle) session.abort(leaving);
      else session.close(leaving, now());
      driver.wake();
    }
    await this.until(() => this.drivers.size === 0, within, signal);
    for (const driver of this.drivers.values()) {
      driver.session.abort(leaving);
      driver.wake();
    }
    await this.until(() => this.connections === 0, LAST_BYTES, signal);
    await this.stop();
  }

  /** Takes nobody any more, and ends all transports without a word. For a good end, `drain`. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.alarm.stop();
    for (const owned of [...this.drivers.values(), ...this.carriers]) owned.destroy();
    this.strangers.clear();
    this.drivers.clear();
    await Promise.all([...this.listeners].map((listener) => listener.close()));
    this.listeners.clear();
    await this.until(() => this.connections === 0, LAST_BYTES, undefined);
  }

  /** A crowd that came together ends together, but not in one turn. */
  private ring(): void {
    const { acceptor } = this;
    const more = acceptor.handleTimeout(now(), PARTING);
    for (let event = acceptor.poll(); event !== undefined; event = acceptor.poll()) this.on(event);
    this.look(more ? now() : acceptor.nextTimeout());
  }

  /** What it has to say is written, and its transport ends. */
  private part(link: Link): void {
    this.strangers.get(link)?.flush();
    this.strangers.delete(link);
  }

  /** Deadlines that are near each other are looked after together: of a crowd, each would be a look at all of it. */
  private look(at: number): void {
    this.alarm.set(at <= now() ? at : Math.ceil(at / this.looksEvery) * this.looksEvery);
  }

  private drop(link: Link, carrier: Carrier): void {
    link.end();
    this.acceptor.refuse(link);
    carrier.destroy();
  }

  /** Comes later: a link is closed, not a session that may be its. */
  private turnAway(link: Link, carrier: Carrier): void {
    const { OVERLOADED } = CloseCode;
    link.close({ scope: 'link', received: 0, code: OVERLOADED, after: this.overloadAfter, text: '' });
    this.acceptor.refuse(link);
    // what the transport's opener has to do comes first
    after(0, () => this.wake(carrier));
  }

  private readonly released = (carrier: Carrier): void => {
    this.carriers.delete(carrier);
    this.changes.end();
  };

  /** Waits for what released transports and ended sessions bring about, so many milliseconds at the most. */
  private async until(done: () => boolean, most: number, signal: Signal | undefined): Promise<void> {
    const wait = { over: signal?.aborted === true };
    const end = (): void => {
      wait.over = true;
      this.changes.end();
    };
    const timer = after(most, end);
    signal?.addEventListener('abort', end);
    while (!done() && !wait.over) await this.changes.wait();
    cancel(timer);
    signal?.removeEventListener('abort', end);
  }

  private on(event: AcceptorEvent): void {
    switch (event.type) {
      case 'hello':
        return this.greeted(event.link, event.offer);
      case 'resumed':
        return this.carry(event.link, this.drivers.get(event.session));
      case 'gone':
        return this.part(event.link);
    }
  }

  private pass(siblings: Siblings, link: Link, token: Uint8Array): boolean {
    const carrier = this.strangers.get(link);
    if (!(carrier instanceof PassingCarrier) || !siblings.isTheirs(token)) return false;
    this.strangers.delete(link);
    carrier.pass(siblings, token);
    return true;
  }

  private greeted(link: Link, offer: HelloOffer): void {
    if (link.over) return; // what came behind its HELLO has ended it
    const judgement = this.leaving ?? this.judge(offer);
    if (typeof judgement !== 'function') return this.acceptor.refuse(link, judgement);
    const session = this.acceptor.accept(link, now());
    const driver = new SessionDriver(session, (event, driver) => {
      if (event.type === 'closed') this.forget(session);
      judgement(event, driver);
    });
    this.drivers.set(session, driver);
    // an exchange has nothing to wait for: nothing can be behind a HELLO
    this.strangers.get(link)?.hurry();
    this.carry(link, driver);
  }

  private forget(session: ServerSession): void {
    this.drivers.delete(session);
    this.changes.end();
  }

  private carry(link: Link, driver: SessionDriver<ServerSession> | undefined): void {
    const carrier = this.strangers.get(link);
    if (carrier === undefined || driver === undefined) return;
    this.strangers.delete(link);
    driver.carry(carrier);
    driver.wake();
  }
}
