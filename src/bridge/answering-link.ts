/** The link of a half that is called: what comes on it offers a session, or goes on with one of another half. */
import { CloseCode } from '../frame/close-code.ts';
import type { Cut } from '../session/events.ts';
import type { Link as SessionLink } from '../session/link.ts';
import type { ServerSession } from '../session/server.ts';
import type { Closing } from '../session/session-core.ts';
import { EMPTY } from '../wire/gather.ts';
import { Link, type LinkUser } from './link.ts';
import type { Sessions } from './sessions.ts';

/** Who is told that a session is offered: `answer` goes when it is ready. */
export interface Host extends LinkUser {
  offered(): void;
}

export class AnsweringLink extends Link {
  protected session: ServerSession | undefined;
  protected transport: SessionLink;
  private readonly sessions: Sessions;
  private readonly host: Host;

  constructor(sessions: Sessions, host: Host, now: number) {
    super(sessions.settings, host);
    this.sessions = sessions;
    this.host = host;
    this.transport = sessions.acceptor.open(now);
  }

  /** The session, once there is one. */
  get accepted(): ServerSession | undefined {
    return this.session;
  }

  /** The answer to the offer. */
  answer(now: number): void {
    if (this.open || this.ending !== undefined || this.transport.over) return;
    this.session = this.sessions.acceptor.accept(this.transport, now, undefined, this);
    this.events(now);
  }

  /** The link of now, for the half that goes on with it. */
  get carried(): SessionLink {
    return this.transport;
  }

  /** Goes on with a link that came to another half. @returns the last words on the link before. */
  adopt(transport: SessionLink, now: number): Uint8Array {
    const last = this.transport.output(now) ?? EMPTY;
    this.transport = transport;
    this.blocked = false;
    this.events(now);
    return last;
  }

  /** Whether there is no link, and nothing for one. */
  get idle(): boolean {
    return !this.live && this.outbox.length === 0;
  }

  // Who is called does not call.
  dials(): boolean {
    return false;
  }
  connect(): void {}
  refused(): void {}

  override tick(now: number): void {
    if (this.session !== undefined) return super.tick(now);
    if (this.transport.over) return undefined;
    this.transport.handleTimeout(now);
    this.greeted(now);
    return undefined;
  }

  /** What a link was that has no session yet. */
  protected override greeted(now: number): ServerSession | undefined {
    if (this.session !== undefined) return undefined;
    const { acceptor } = this.sessions;
    for (let event = acceptor.poll(); event !== undefined; event = acceptor.poll()) {
      if (event.type === 'hello') this.host.offered();
      else if (event.type === 'resumed') return event.session;
      else this.fell(event, now);
    }
    // a token that is not known, or an attempt of before: the other half was told
    if (this.transport.over) this.fail(CloseCode.SESSION_LOST, 'there is no such session');
    return undefined;
  }

  protected abort(closing: Closing): void {
    if (this.session === undefined) this.sessions.acceptor.refuse(this.transport, closing);
    else this.session.abort(closing);
  }

  protected override turnedAway(): void {
    this.sessions.acceptor.refuse(this.transport);
  }

  protected resumed(): void {}

  /** The session waits for its client, as long as it is kept. [SESSION-22] */
  protected missed(): void {}

  protected unanswered(_cut: Cut, reason: string): string {
    return `no session has begun (${reason})`;
  }
}
