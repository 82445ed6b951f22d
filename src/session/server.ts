/** The server's side: an acceptor for links that are nobody's yet, and the sessions that it has accepted. */
import type { Close, HelloOffer, Resume, Uint64 } from '../frame/types.ts';
import { VERSION } from '../frame/hello.ts';
import { ProtocolError } from '../wire/errors.ts';
import { peerOf, unexpected } from './client.ts';
import { CloseCode } from '../frame/close-code.ts';
import { closeCodeOf } from './codes.ts';
import type { Cut } from './events.ts';
import type { Journal, Saved } from './journal.ts';
import { Link, type Greeting, type LinkOwner } from './link.ts';
import { helloOf, settingsOf, type ServerOptions, type Settings } from './options.ts';
import { Queue } from '../wire/queue.ts';
import type { Closing } from './session-core.ts';
import { Session } from './session.ts';
import { SERVER } from './states.ts';

/** Unguessable bytes. */
export type Random = (length: number) => Uint8Array;

/** What an acceptor tells. */
export type AcceptorEvent =
  /** Somebody wants a session: `accept` or `refuse` the link. */
  | { readonly type: 'hello'; readonly link: Link; readonly offer: HelloOffer }
  /** A session goes on, on this link. */
  | { readonly type: 'resumed'; readonly link: Link; readonly session: ServerSession }
  /** A link ended before it was a session's. */
  | ({ readonly type: 'gone'; readonly link: Link } & Cut);

const TOKEN_BYTES = 16;

/** A session as the server has it. */
export class ServerSession extends Session {
  /** The token to resume with, and the one before, until its successor was used. [SESSION-5] */
  private tokens: string[] = [];
  private attempt: Uint64 = 0;
  private keepUntil = Infinity;
  private readonly acceptor: Acceptor;

  private readonly offer: HelloOffer;

  constructor(acceptor: Acceptor, settings: Settings, offer: HelloOffer, journal: Journal | undefined) {
    super('idle', SERVER, settings, peerOf(offer, settings), journal);
    this.acceptor = acceptor;
    this.offer = offer;
  }

  /** Goes on where a process before stood; `Acceptor.restore` calls it. */
  restore(saved: Saved, now: number): void {
    this.attempt = saved.attempt ?? 0;
    this.tokens = (saved.tokens ?? []).map(hex);
    for (const token of this.tokens) this.acceptor.keep(token, this);
    this.keepUntil = now + this.settings.keepFor;
    this.mourn(saved.orphans);
    this.recall(saved);
  }

  /** Answers HELLO on its first link. */
  start(link: Link, now: number): void {
    const { offer } = this;
    link.owner = this;
    this.link = link;
    link.write({
      kind: 'HELLO',
      form: 'answer',
      version: VERSION,
      ...helloOf(this.settings),
      token: this.renew(),
      ...(offer.unknownKeys !== undefined && { unknown: offer.unknownKeys.slice(0, 32) }),
    });
    this.save();
    this.step('hello');
    this.tell({ type: 'open', peer: offer });
    this.begun(link, now);
  }

  /** A link with this session's token: raises the epoch and reads the counters in one step. [SESSION-4] */
  resume(link: Link, offer: Resume, now: number): void {
    const { received, next, attempt } = offer;
    if (attempt <= this.attempt) {
      link.close({ ...this.counters('link'), code: CloseCode.REPLACED, after: 0, text: 'attempt' });
      return;
    }
    this.fence();
    this.attempt = attempt;
    link.owner = this;
    this.link = link;
    const error = this.contradiction(offer);
    if (error !== undefined) {
      this.step('resume');
      return this.fail(error);
    }
    this.sender.acknowledge(received);
    link.next = next;
    const token = this.renew(hex(offer.token));
    link.write({
      kind: 'RESUME',
      form: 'answer',
      token,
      attempt,
      received: this.intake.acknowledge(),
      next: this.sender.outbox.rewind(),
    });
    this.keepUntil = Infinity;
    this.save();
    this.step('resume');
    this.tell({ type: 'resumed', attempt });
    this.begun(link, now);
  }

  /** A link that was accepted greets no more. */
  greeted(): void {
    throw unexpected('a second handshake');
  }

  override cut(link: Link, cut: Cut, now: number): void {
    const mine = link === this.link;
    super.cut(link, cut, now);
    if (mine) this.keepUntil = now + this.settings.keepFor;
  }

  override nextTimeout(): number {
    return Math.min(super.nextTimeout(), this.state === 'closed' ? Infinity : this.keepUntil);
  }

  override handleTimeout(now: number): void {
    if (this.state === 'broken' && now >= this.keepUntil) {
      this.step('expire');
      this.finish('us', { code: CloseCode.TIMEOUT, text: '', after: 0 }, 0);
    } else super.handleTimeout(now);
  }

  /** A client that says so has lost it: there is nothing to go on with. */
  protected lose(received: Uint64): void {
    this.step('end');
    this.finish('peer', { code: CloseCode.SESSION_LOST, text: '', after: 0 }, received);
  }

  protected override finish(...args: Parameters<Session['finish']>): void {
    super.finish(...args);
    this.acceptor.drop(this.tokens);
    this.tokens = [];
  }

  /** The older link is told, and has no effect any more. [SESSION-2] */
  private fence(): void {
    const { link } = this;
    link?.close({ ...this.counters('link'), code: CloseCode.REPLACED, after: 0, text: '' });
    this.link = undefined;
    if (this.state === 'draining' || this.state === 'open') this.tell({ type: 'broken', why: 'replaced' });
  }

  private counters(scope: 'link' | 'session'): Pick<Close, 'scope' | 'received'> {
    return { scope, received: this.intake.sayable };
  }

  private save(): void {
    this.record({ tokens: this.tokens.map(unhex), attempt: this.attempt, peer: this.offer });
  }

  /** A new token, beside the one that was presented: its answer may be lost. [SESSION-5] */
  private renew(presented?: string): Uint8Array {
    const token = this.acceptor.random(TOKEN_BYTES);
    const kept = presented === undefined ? [] : [presented];
    this.acceptor.drop(this.tokens.filter((old) => !kept.includes(old)));
    this.tokens = [...kept, hex(token)];
    this.acceptor.keep(hex(token), this);
    return token;
  }
}

/** Takes links and finds or makes their sessions. */
export class Acceptor implements LinkOwner {
  readonly random: Random;
  readonly outstanding = false;
  readonly held = false;
  readonly peerAckDelay = 0;
  private readonly settings: Settings;
  private readonly sessions = new Map<string, ServerSession>();
  private readonly links = new Set<Link>();
  private readonly offers = new Map<Link, HelloOffer>();
  private readonly events = new Queue<AcceptorEvent>();

  /** @throws RangeError naming the option that is out of its range. */
  constructor(options: ServerOptions, random: Random) {
    this.settings = settingsOf(options);
    this.random = random;
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
  accept(link: Link, now: number, journal?: Journal): ServerSession {
    const offer = this.offers.get(link);
    if (offer === undefined || link.over) throw new Error('this link waits for no session');
    this.release(link);
    const session = new ServerSession(this, this.settings, offer, journal);
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

  handleTimeout(now: number): void {
    for (const link of this.links) if (now >= link.nextTimeout()) link.handleTimeout(now);
  }

  greeted(link: Link, greeting: Greeting, now: number): void {
    if (greeting.form !== 'offer') throw unexpected('an answer where an offer is due');
    if (greeting.kind === 'HELLO') {
      this.offers.set(link, greeting);
      this.events.push({ type: 'hello', link, offer: greeting });
      return;
    }
    const session = this.sessions.get(hex(greeting.token));
    this.release(link);
    // what is not known was lost, or never was: nothing can be said of its counters [SESSION-22]
    if (session === undefined)
      return link.close({ scope: 'session', received: 0, code: CloseCode.SESSION_LOST, after: 0, text: '' });
    session.resume(link, greeting, now);
    if (link.live) this.events.push({ type: 'resumed', link, session });
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
  packed(): void {}
  acknowledged(): void {}
  extended(): void {}
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

function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
