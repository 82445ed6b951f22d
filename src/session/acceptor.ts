/** The server's side: an acceptor for links that are nobody's yet, and for sessions that go on. */
import type { Close, HelloOffer } from '../frame/types.ts';
import type { ProtocolError } from '../wire/errors.ts';
import { unexpected } from './client.ts';
import type { Channel } from './channel.ts';
import { CloseCode } from '../frame/close-code.ts';
import { closeCodeOf } from './codes.ts';
import type { Cut } from './events.ts';
import type { Journal, Saved } from './journal.ts';
import { Link, type Greeting, type LinkOwner } from './link.ts';
import { settingsOf, type ServerOptions, type Settings } from './options.ts';
import { Queue } from '../wire/queue.ts';
import { keyOf, ServerSession, type Random, type Registry } from './server.ts';
import type { Closing } from './session-core.ts';

/** What an acceptor tells. */
export type AcceptorEvent =
  /** Somebody wants a session: `accept` or `refuse` the link. */
  | { readonly type: 'hello'; readonly link: Link; readonly offer: HelloOffer }
  /** A session goes on, on this link, or has come to its end there. */
  | { readonly type: 'resumed'; readonly link: Link; readonly session: ServerSession }
  /** A link ended before it was a session's. */
  | ({ readonly type: 'gone'; readonly link: Link } & Cut);

/** Passes a link to the process that holds the session of a token not known here. @returns false where there is none. */
export type Pass = (link: Link, token: Uint8Array) => boolean;

/** Takes links and finds or makes their sessions. */
export class Acceptor implements LinkOwner, Registry {
  readonly random: Random;
  readonly outstanding = false;
  readonly held = false;
  readonly passes = false;
  readonly peerAckDelay = 0;
  private readonly settings: Settings;
  private readonly sessions = new Map<string, ServerSession>();
  private readonly links = new Set<Link>();
  private readonly offers = new Map<Link, HelloOffer>();
  private readonly events = new Queue<AcceptorEvent>();
  private readonly pass: Pass | undefined;

  /** @throws RangeError naming the option that is out of its range. */
  constructor(options: ServerOptions, random: Random, pass?: Pass) {
    this.settings = settingsOf(options);
    this.random = random;
    this.pass = pass;
  }

  /** A transport was accepted. */
  open(now: number): Link {
    const link = new Link(this, this.settings, now);
    this.links.add(link);
    return link;
  }

  poll(): AcceptorEvent | undefined {
    return this.events.shift();
  }

  /** Makes a session of a link that offered one. @throws Error when it did not, or is over. */
  accept(link: Link, now: number, journal?: Journal, channel?: Channel): ServerSession {
    const offer = this.offers.get(link);
    if (offer === undefined || link.over) throw new Error('this link waits for no session');
    this.release(link);
    const settings = channel === undefined ? this.settings : { ...this.settings, channel };
    const session = new ServerSession(this, settings, offer, journal);
    session.start(link, now);
    return session;
  }

  /**
   * Goes on with a session that a process before had, once its client comes back. Tickets stay good; the ids in `open` wait
   * for their replies.
   */
  restore(saved: Saved, now: number, journal?: Journal): ServerSession {
    const session = new ServerSession(this, this.settings, saved.peer as HelloOffer, journal);
    session.restore(saved, now);
    return session;
  }

  /** Sends a link away. */
  refuse(link: Link, { code = CloseCode.AUTH, text = '', after = 0 }: Closing = {}): void {
    link.close({ scope: 'session', received: 0, code, after, text });
    this.release(link);
  }

  /** Of the links that are nobody's yet. */
  nextTimeout(): number {
    let next = Infinity;
    for (const link of this.links) next = Math.min(next, link.nextTimeout());
    return next;
  }

  /** Looks after at most so many links. @returns whether there may be more that are due. */
  handleTimeout(now: number, most: number = Infinity): boolean {
    let left = most;
    for (const link of this.links) {
      if (now < link.nextTimeout()) continue;
      if (left-- === 0) return true;
      link.handleTimeout(now);
    }
    return false;
  }

  greeted(link: Link, greeting: Greeting, now: number): void {
    if (greeting.form !== 'offer') throw unexpected('an answer where an offer is due');
    if (greeting.kind === 'HELLO') {
      this.offers.set(link, greeting);
      this.events.push({ type: 'hello', link, offer: greeting });
      return;
    }
    const session = this.sessions.get(keyOf(greeting.token));
    this.release(link);
    // what is behind its RESUME is another's to read
    if (session === undefined && this.pass?.(link, greeting.token) === true) return link.end();
    // what is not known was lost, or never was: nothing can be said of its counters [SESSION-22]
    if (session === undefined)
      return link.close({ scope: 'session', received: 0, code: CloseCode.SESSION_LOST, after: 0, text: '' });
    session.resume(link, greeting, now);
    // also where it has ended the session: that has to be told and written
    if (link.owner === session) this.events.push({ type: 'resumed', link, session });
  }

  closed(link: Link, { code, text, after }: Close): void {
    this.gone(link, { why: 'closed', code, text, after });
  }

  faulted(link: Link, error: ProtocolError): void {
    link.close({ scope: 'link', received: 0, code: closeCodeOf(error), after: 0, text: error.code });
    this.gone(link, { why: 'fault', error });
  }

  cut(link: Link, cut: Cut): void {
    if (cut.why === 'slow')
      link.close({ scope: 'link', received: 0, code: CloseCode.TIMEOUT, after: 0, text: '' });
    else link.end();
    this.gone(link, cut);
  }

  /** A session can be found by this token. */
  keep(token: string, session: ServerSession): void {
    this.sessions.set(token, session);
  }

  drop(tokens: readonly string[]): void {
    for (const token of tokens) this.sessions.delete(token);
  }

  // A link that is nobody's has none of these: its first frame is a handshake.
  counted(): void {}
  passed(): void {}
  packed(): void {}
  acknowledged(): void {}
  extended(): void {}
  arriving(): void {}
  fill(): void {}

  private gone(link: Link, cut: Cut): void {
    this.release(link);
    this.events.push({ type: 'gone', link, ...cut });
  }

  private release(link: Link): void {
    this.links.delete(link);
    this.offers.delete(link);
  }
}
