/** The server's side: a session that was accepted. */
import type { Close, HelloOffer, Resume, Uint64 } from '../frame/types.ts';
import { VERSION } from '../frame/hello.ts';
import { peerOf, unexpected } from './client.ts';
import { CloseCode } from '../frame/close-code.ts';
import type { Cut } from './events.ts';
import type { Journal, Saved } from './journal.ts';
import type { Link } from './link.ts';
import { helloOf, type Settings } from './options.ts';
import { Session } from './session.ts';
import { SERVER } from './states.ts';

/** Unguessable bytes. */
export type Random = (length: number) => Uint8Array;

/** Who finds sessions by their tokens. */
export interface Registry {
  readonly random: Random;
  /** A session can be found by this token. */
  keep(token: string, session: ServerSession): void;
  drop(tokens: readonly string[]): void;
}

const TOKEN_BYTES = 16;

/** A session as the server has it. */
export class ServerSession extends Session {
  /** The token to resume with, and the one before, until its successor was used. [SESSION-5] */
  private tokens: string[] = [];
  private attempt: Uint64 = 0;
  private keepUntil = Infinity;
  private readonly registry: Registry;

  private readonly offer: HelloOffer;

  constructor(registry: Registry, settings: Settings, offer: HelloOffer, journal: Journal | undefined) {
    super('idle', SERVER, settings, peerOf(offer, settings), journal);
    this.registry = registry;
    this.offer = offer;
  }

  /** Goes on where a process before stood; `Acceptor.restore` calls it. */
  restore(saved: Saved, now: number): void {
    this.attempt = saved.attempt ?? 0;
    this.tokens = (saved.tokens ?? []).map(keyOf);
    for (const token of this.tokens) this.registry.keep(token, this);
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
    const token = this.renew(keyOf(offer.token));
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
    this.registry.drop(this.tokens);
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
    if (this.journal === undefined) return;
    this.record({ tokens: this.tokens.map(tokenOf), attempt: this.attempt, peer: this.offer });
  }

  /** A new token, beside the one that was presented: its answer may be lost. [SESSION-5] */
  private renew(presented?: string): Uint8Array {
    const token = this.registry.random(TOKEN_BYTES);
    const key = keyOf(token);
    this.registry.drop(this.tokens.filter((old) => old !== presented));
    this.tokens = presented === undefined ? [key] : [presented, key];
    this.registry.keep(key, this);
    return token;
  }
}

/** The token of a key. */
function tokenOf(key: string): Uint8Array {
  return Uint8Array.from(key, (char) => char.charCodeAt(0));
}

/** A token as the key that finds its session: a character for each byte, flat, for it is kept for as long as the session is. */
export function keyOf(token: Uint8Array): string {
  return String.fromCharCode(...token);
}
