/**
 * What a half has with the other one: a session, whose counted frames it reads and writes as they lie on the wire. It knows no
 * socket and no clock: chunks and `now` go in, bytes come out of `output`. A link that is cut is followed by another.
 */
import type { FrameDecoder } from '../frame/decoder.ts';
import { PayloadReader } from '../frame/payload.ts';
import { FrameWriter, readAny, type FrameBody } from '../frame/all.ts';
import type { HelloFields } from '../frame/types.ts';
import { CloseCode } from '../frame/close-code.ts';
import type { Channel } from '../session/channel.ts';
import { ClientSession } from '../session/client.ts';
import { closeCodeOf } from '../session/codes.ts';
import type { Cut, SessionEvent } from '../session/events.ts';
import type { Link as SessionLink } from '../session/link.ts';
import type { Window } from '../session/outbox.ts';
import { RunIntake } from '../session/run-intake.ts';
import { RunOutbox } from '../session/run-outbox.ts';
import type { ServerSession } from '../session/server.ts';
import { ProtocolError, type ErrorCode } from '../wire/errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../wire/limits.ts';
import type { Ending } from './close.ts';
import { sessionOptions, type Settings } from './options.ts';
import type { Sessions } from './sessions.ts';
import {
  called,
  codeOf,
  DEEPEST,
  IS_IT,
  isResp,
  limitsIn,
  NO_PETREL,
  shortened,
  WHY,
  WIDEST,
} from './words.ts';

/** More frames than that are never outstanding, whatever the peer allows. */
const MOST_FRAMES = 4096;
const NOTHING = new Uint8Array(0);
const NEVER = Infinity;

/** Who gets what comes. */
export interface LinkUser {
  /** The peer has offered a session: `answer` goes when this side is ready. The dialler's own is never told. */
  offered(): void;
  /** Both have said HELLO. */
  opened(): void;
  /** A counted frame. */
  frame(decoder: FrameDecoder): void;
}

export class Link implements Channel {
  readonly outbox: RunOutbox = new RunOutbox(new FrameWriter({ maxPayload: WIDEST, maxDepth: DEEPEST }));
  readonly intake: RunIntake = new RunIntake();
  /** Where counted frames are written. */
  readonly out: FrameWriter = this.outbox.writer;
  /** What the peer takes. [HELLO-7] */
  limits: Limits = DEFAULT_LIMITS;
  /** Both have said HELLO. */
  stood = false;
  /** And neither CLOSE. */
  open = false;
  /** Why it ended, once it has. */
  ending: Ending | undefined;
  /** How many of the frames that were sent last have certainly not been taken, when it has ended. */
  notTaken = 0;
  /** The sockets can't take more now. */
  blocked = false;

  private readonly settings: Settings;
  private readonly user: LinkUser;
  private readonly reader: PayloadReader;
  /** Where a server half finds the sessions of the links that come; a client half has none. */
  private readonly sessions: Sessions | undefined;
  private session: ClientSession | ServerSession | undefined;
  /** The link of now, or the last one. */
  private transport: SessionLink;
  private decoder: FrameDecoder | undefined;
  private window: Window = { frames: 1, bytes: 1 };
  private heard = false;
  /** Of a client half: why there is no link, when the next is due, until when there has to be one. */
  private missing = '';
  private dialAt: number = NEVER;
  private giveUpAt: number = NEVER;
  private failures = 0;
  private leaving = false;

  constructor(sessions: Sessions | undefined, settings: Settings, user: LinkUser, now: number) {
    this.sessions = sessions;
    this.settings = settings;
    this.user = user;
    this.reader = new PayloadReader({ limits: settings.limits, lossless: true });
    if (sessions === undefined) {
      const session = new ClientSession(sessionOptions(settings), undefined, this);
      this.session = session;
      this.transport = session.connect(now);
    } else this.transport = sessions.acceptor.open(now);
  }

  // Links.

  /** Whether a further transport is to be opened now; says so once. Then call `connect`, or `refused` where none stands. */
  dials(now: number): boolean {
    if (now < this.dialAt) return false;
    this.dialAt = NEVER;
    return true;
  }

  /** The transport that was wanted stands. */
  connect(now: number): void {
    this.blocked = false;
    if (this.session instanceof ClientSession && this.session.state !== 'closed') this.transport = this.session.connect(now);
  } // prettier-ignore

  /** The transport that was wanted does not stand. */
  refused(reason: string, now: number): void {
    if (!this.stood) return this.fail(CloseCode.INTERNAL, `can't reach ${this.peer} (${reason})`);
    if (this.ending !== undefined) return undefined;
    this.missing = reason;
    return this.dial(now);
  }

  /** Goes on with a link that came to another half. @returns the last words on the link before. */
  adopt(transport: SessionLink, now: number): Uint8Array {
    const last = this.transport.output(now) ?? NOTHING;
    this.transport = transport;
    this.blocked = false;
    this.events(now);
    return last;
  }

  /** The link of now, for the half that goes on with it. */
  get carried(): SessionLink {
    return this.transport;
  }

  private dial(now: number, atLeast = 0): void {
    this.dialAt = now + Math.max(atLeast, this.settings.redialAfter(this.failures++));
  }

  /** What the peer sends. @returns the session that the link belongs to, where that is another half's. */
  receive(chunk: Uint8Array, now: number): ServerSession | undefined {
    if (chunk.length === 0) return undefined;
    const { heard, transport } = this;
    this.heard = true;
    if (!heard && isResp(chunk[0]!)) {
      transport.close({ scope: 'link', received: 0, code: CloseCode.MALFORMED, after: 0, text: NO_PETREL });
      this.sessions?.acceptor.refuse(transport);
      this.fail(CloseCode.MALFORMED, NO_PETREL);
      return undefined;
    }
    transport.receive(chunk, now);
    const other = this.session === undefined ? this.greeted(now) : undefined;
    this.events(now);
    return other;
  }

  /** What a link was that has no session yet. */
  private greeted(now: number): ServerSession | undefined {
    const { acceptor } = this.sessions!;
    for (let event = acceptor.poll(); event !== undefined; event = acceptor.poll()) {
      if (event.type === 'hello') this.user.offered();
      else if (event.type === 'resumed') return event.session;
      else this.fell(event, now);
    }
    // an unknown token: the acceptor has said so
    if (this.transport.over) this.fail(CloseCode.SESSION_LOST, 'there is no such session');
    return undefined;
  }

  /** The answer to the offer. */
  answer(now: number): void {
    if (this.open || this.ending !== undefined || this.transport.over) return;
    this.session = this.sessions!.acceptor.accept(this.transport, now, undefined, this);
    this.events(now);
  }

  /** The session, once there is one. */
  get accepted(): ServerSession | undefined {
    return this.session instanceof ClientSession ? undefined : this.session;
  }

  /** The transport is gone. */
  lose(reason: string, now: number): void {
    this.missing = reason;
    if (!this.transport.over) this.transport.lost(now);
    if (this.session === undefined) this.greeted(now);
    this.events(now);
  }

  private get peer(): string {
    return called('the other half', this.sessions === undefined ? this.settings.to : '');
  }

  private events(now: number): void {
    const { session } = this;
    if (session === undefined) return;
    for (let event = session.poll(); event !== undefined; event = session.poll()) this.on(event, now);
  }

  private on(event: SessionEvent, now: number): void {
    switch (event.type) {
      case 'open':
        this.meet(event.peer);
        this.open = this.stood = true;
        return this.user.opened();
      case 'resumed':
        this.giveUpAt = NEVER;
        this.failures = 0;
        this.missing = '';
        return undefined;
      case 'broken':
        return this.fell(event, now);
      case 'lost':
        this.session!.abort();
        return this.fail(
          CloseCode.SESSION_LOST,
          event.error?.message ?? `the other half is lost (${this.missing})`,
        );
      case 'closed': {
        const { code, text, by } = event;
        return this.fail(Number(code), by === 'us' && code === CloseCode.TIMEOUT ? 'the other half did not come back' : (event.error?.message ?? text)); // prettier-ignore
      }
      default:
        return undefined; // extensions; what concerns requests is not a channel's
    }
  }

  /** A link has ended, and the session has not. */
  private fell(cut: Cut, now: number): void {
    const reason = this.missing || cut.error?.message || cut.text || WHY[cut.why];
    if (!this.stood) return this.fail(codeOf(cut), this.unanswered(cut, reason));
    this.missing = reason;
    this.blocked = false;
    if (this.sessions !== undefined) return undefined;
    this.giveUpAt = Math.min(this.giveUpAt, now + this.settings.resumeWithin);
    return this.dial(now, Number(cut.after ?? 0));
  }

  private unanswered({ why }: Cut, reason: string): string {
    if (this.sessions !== undefined) return `no session has begun (${reason})`;
    if (why === 'lost') return this.heard || this.missing === '' ? `${this.peer} ended the link before it answered; ${IS_IT}` : `can't reach ${this.peer} (${reason})`; // prettier-ignore
    return why === 'slow' || why === 'silent' ? `${this.peer} does not answer; ${IS_IT}` : reason;
  }

  private meet(hello: HelloFields): void {
    this.limits = { ...DEFAULT_LIMITS, ...limitsIn(hello) };
    const { windowBytes = this.limits.maxPayload, windowFrames = 1024 } = hello;
    this.window = { frames: Math.min(windowFrames, MOST_FRAMES), bytes: windowBytes };
  }

  // Frames.

  counted(decoder: FrameDecoder): void {
    this.decoder = decoder;
    if (this.ending === undefined) this.user.frame(decoder);
  }

  /** The frame that came last, read. @throws ProtocolError */
  parse(): FrameBody {
    return readAny(this.reader, this.decoder!.frame());
  }

  /** Whether a counted frame may be written now. */
  get ready(): boolean {
    return this.open && !this.blocked && this.outbox.fits(this.window);
  }

  /** What was written to `out` last is a counted frame. @param leaves room for another, as a PART has to. [SESSION-9] */
  sent(leaves = false): void {
    this.outbox.sent(leaves);
  }

  /** What was received is on its way. */
  took(now: number): void {
    if (!this.stood || this.ending !== undefined) return;
    this.session!.takeAll();
    if (this.leaving) this.events(now);
  }

  /** Whether there is no link, and nothing for one. */
  get idle(): boolean {
    return !this.transport.live && this.outbox.length === 0;
  }

  /** Says now what was taken. */
  ackNow(): void {
    this.session?.ackNow();
  }

  /** What is to be written to the transport. */
  output(now: number): Uint8Array {
    if (this.blocked && !this.transport.over) return NOTHING;
    return this.transport.output(now) ?? NOTHING;
  }

  /** Whether the transport is to be ended, once what was written is sent. */
  get over(): boolean {
    return this.transport.over;
  }

  // Time.

  /** Does what is due. */
  tick(now: number): void {
    if (now >= this.giveUpAt) this.giveUp();
    if (this.session === undefined) {
      if (this.transport.over) return;
      this.transport.handleTimeout(now);
      this.greeted(now);
    } else if (now >= this.session.nextTimeout()) this.session.handleTimeout(now);
    this.events(now);
  }

  private giveUp(): void {
    this.giveUpAt = this.dialAt = NEVER;
    this.session!.abort();
    this.fail(CloseCode.TIMEOUT, `the other half is lost (${this.missing})`);
  }

  /** When `tick`, or a look at `wantsLink`, is due. */
  get deadline(): number {
    const next = this.session === undefined ? this.transport.nextTimeout() : this.session.nextTimeout();
    return Math.min(next, this.dialAt, this.giveUpAt);
  }

  // Ends.

  /** Ends it for the frame that came last: the CLOSE names the code and the rule. */
  refuse(code: ErrorCode, rule: string, detail: string): void {
    const error = new ProtocolError(code, rule, this.decoder!.offset, detail);
    this.close(closeCodeOf(error), error.message);
  }

  /** Ends it now, and tells the peer why. */
  close(code: number, text: string): void {
    if (this.ending !== undefined || this.leaving) return;
    if (this.session === undefined)
      this.sessions!.acceptor.refuse(this.transport, { code, text: shortened(text) });
    else this.session.abort({ code, text: shortened(text) });
    this.fail(code, text);
  }

  /** Ends it when all that was sent has arrived, and tells the peer why then. */
  leave(code: number, text: string, now: number): void {
    if (this.ending !== undefined || this.leaving) return;
    if (this.session === undefined) return this.close(code, text);
    this.leaving = true;
    this.session.close({ code, text: shortened(text) }, now);
    return this.events(now);
  }

  private fail(code: number, text: string): void {
    if (this.ending !== undefined) return;
    const { last, written } = this.outbox;
    this.notTaken = last - written;
    this.ending = { code, text };
    this.open = false;
    this.dialAt = this.giveUpAt = NEVER;
  }
}
