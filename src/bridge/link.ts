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
import type { ClientSession } from '../session/client.ts';
import { closeCodeOf } from '../session/codes.ts';
import type { Cut, SessionEvent } from '../session/events.ts';
import type { Link as SessionLink } from '../session/link.ts';
import type { Window } from '../session/outbox.ts';
import { RunIntake } from '../session/run-intake.ts';
import { RunOutbox } from '../session/run-outbox.ts';
import type { ServerSession } from '../session/server.ts';
import type { Closing } from '../session/session-core.ts';
import { ProtocolError, type ErrorCode } from '../wire/errors.ts';
import { EMPTY } from '../wire/gather.ts';
import { DEFAULT_LIMITS, type Limits } from '../wire/limits.ts';
import type { Ending } from './close.ts';
import type { Settings } from './options.ts';
import { codeOf, DEEPEST, isResp, limitsIn, NO_PETREL, shortened, WHY, WIDEST } from './words.ts';

/** More frames than that are never outstanding, whatever the peer allows. */
const MOST_FRAMES = 4096;

/** Who gets what comes. */
export interface LinkUser {
  /** Both have said HELLO. */
  opened(): void;
  /** A counted frame. */
  frame(decoder: FrameDecoder): void;
}

export abstract class Link implements Channel {
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

  protected readonly settings: Settings;
  /** Whether anything has come. */
  protected heard = false;
  /** Why there is no link. */
  protected missing = '';
  private readonly user: LinkUser;
  private readonly reader: PayloadReader;
  private decoder: FrameDecoder | undefined;
  private window: Window = { frames: 1, bytes: 1 };
  private leaving = false;

  constructor(settings: Settings, user: LinkUser) {
    this.settings = settings;
    this.user = user;
    this.reader = new PayloadReader({ limits: settings.limits, lossless: true });
  }

  protected abstract get session(): ClientSession | ServerSession | undefined;
  /** The link of now, or the last one. */
  protected abstract transport: SessionLink;

  /** Whether a further transport is to be opened now; says so once. */
  abstract dials(now: number): boolean;
  /** The transport that was wanted stands; or it does not. */
  abstract connect(now: number): void;
  abstract refused(reason: string, now: number): void;

  /** A further link stands. */
  protected abstract resumed(): void;
  /** A link has ended, and the session has not. */
  protected abstract missed(cut: Cut, now: number): void;
  /** Ends the session, or what might have become one. */
  protected abstract abort(closing: Closing): void;
  /** Why there was no session, in words. */
  protected abstract unanswered(cut: Cut, reason: string): string;

  /** What came before there is a session. @returns that of another half, where the link goes on with it. */
  protected greeted(_now: number): ServerSession | undefined {
    return undefined;
  }

  /** The link was no Petrel. */
  protected turnedAway(): void {}

  /** All is over. */
  protected ended(): void {}

  // What comes, and what is to be written.

  /** What the peer sends. @returns the session that the link belongs to, where that is another half's. */
  receive(chunk: Uint8Array, now: number): ServerSession | undefined {
    if (chunk.length === 0) return undefined;
    const { heard, transport } = this;
    this.heard = true;
    if (!heard && isResp(chunk[0]!)) {
      transport.close({ scope: 'link', received: 0, code: CloseCode.MALFORMED, after: 0, text: NO_PETREL });
      this.turnedAway();
      this.fail(CloseCode.MALFORMED, NO_PETREL);
      return undefined;
    }
    transport.receive(chunk, now);
    const other = this.greeted(now);
    this.events(now);
    return other;
  }

  /** The transport is gone. */
  lose(reason: string, now: number): void {
    this.missing = reason;
    if (!this.transport.over) this.transport.lost(now);
    this.greeted(now);
    this.events(now);
  }

  protected events(now: number): void {
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
        this.missing = '';
        return this.resumed();
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

  /** A link has ended. */
  protected fell(cut: Cut, now: number): void {
    const reason = this.missing || cut.error?.message || cut.text || WHY[cut.why];
    if (!this.stood) return this.fail(codeOf(cut), this.unanswered(cut, reason));
    this.missing = reason;
    this.blocked = false;
    return this.missed(cut, now);
  }

  private meet(hello: HelloFields): void {
    this.limits = { ...DEFAULT_LIMITS, ...limitsIn(hello) };
    const { windowBytes = this.limits.maxPayload, windowFrames = 1024 } = hello;
    this.window = { frames: Math.min(windowFrames, MOST_FRAMES), bytes: windowBytes };
  }

  /** What is to be written to the transport. */
  output(now: number): Uint8Array {
    if (this.blocked && !this.transport.over) return EMPTY;
    return this.transport.output(now) ?? EMPTY;
  }

  /** Whether frames of all kinds go both ways on the link of now. */
  get live(): boolean {
    return this.transport.live;
  }

  /** Whether the transport is to be ended, once what was written is sent. */
  get over(): boolean {
    return this.transport.over;
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

  /** Says now what was taken. */
  ackNow(): void {
    this.session?.ackNow();
  }

  // Time.

  /** Does what is due. */
  tick(now: number): void {
    const { session } = this;
    if (session !== undefined && now >= session.nextTimeout()) session.handleTimeout(now);
    this.events(now);
  }

  /** When `tick`, or a look at `dials`, is due. */
  get deadline(): number {
    return (this.session ?? this.transport).nextTimeout();
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
    this.abort({ code, text: shortened(text) });
    this.fail(code, text);
  }

  /** Ends a session that is open when all that was sent has arrived, and tells the peer why then. */
  leave(code: number, text: string, now: number): void {
    if (this.leaving) return undefined;
    this.leaving = true;
    this.session!.close({ code, text: shortened(text) }, now);
    return this.events(now);
  }

  protected fail(code: number, text: string): void {
    if (this.ending !== undefined) return;
    const { last, written } = this.outbox;
    this.notTaken = last - written;
    this.ending = { code, text };
    this.open = false;
    this.ended();
  }
}
