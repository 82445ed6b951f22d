/** What both halves of a bridge have in common: RESP on one side, a session on the other, and what is due between them. */
import type { FrameDecoder } from '../frame/decoder.ts';
import type { ProtocolError } from '../wire/errors.ts';
import type { Limits } from '../wire/limits.ts';
import type { Encodable } from '../value/types.ts';
import { RespWriter } from '../resp/writer.ts';
import type { FrameBody } from '../frame/all.ts';
import { MOST_PARTS } from './lanes/commands.ts';
import { Conversation } from './conversation.ts';
import { CloseCode } from '../frame/close-code.ts';
import type { Ending } from './close.ts';
import { FIXED, judge } from './judge.ts';
import type { Link, LinkUser } from './link.ts';
import type { Settings } from './options.ts';
import { Outlet } from './outlet.ts';
import type { Push } from '../frame/types.ts';
import type { ServerSession } from '../session/server.ts';

/** What went through one half. */
export interface Counts {
  commands: number;
  replies: number;
  pushes: number;
}

/** The verb of the PUSH, without arguments, that says that a side has ended its direction. [RESP-23] */
const END = 'RESP';

/** Whether a PUSH says that. */
export function isEnd({ verb, args }: Push): boolean {
  return verb === END && args.length === 0;
}

/**
 * One half, of one connection. It knows no socket, timer or clock. After each call of a `from...`, of `tick` or of what else
 * takes `now`: write what `takeResp` answers, say `blockResp(true)` where the socket is full, then write what `takeLink`
 * answers; end the sides that `respEnds` and `linkEnds` name; read the RESP side only while `readsResp` allows it; open a
 * further link when `dials` says so; call `tick` at `deadline`. Links follow each other: the connection is over when `over` says so.
 */
export abstract class Half implements LinkUser {
  readonly counts: Counts = { commands: 0, replies: 0, pushes: 0 };
  protected readonly settings: Settings;
  protected abstract readonly link: Link;
  protected readonly resp: RespWriter = new RespWriter();
  protected readonly conversation: Conversation = new Conversation();
  protected now: number;
  /** Chunks of RESP that are not read yet, and how far the first is. */
  private chunks: Uint8Array[] = [];
  private respBlocked = false;
  private readonly respOutlet: Outlet;
  private lost = false;
  /** The peer knows that the RESP side sends nothing more. */
  protected endSaid = false;
  /** The RESP side sends nothing more. */
  protected respEnded = false;
  /** The RESP side is to be ended, once what was written is sent. */
  respEnds = false;

  /** @param now milliseconds of any clock that never goes back. */
  constructor(settings: Settings, now: number) {
    this.settings = settings;
    this.now = now;
    this.respOutlet = new Outlet(this.resp);
  }

  /** What the RESP side sends; the chunk is the half's from now on. */
  fromResp(chunk: Uint8Array, now: number): void {
    this.now = now;
    if (chunk.length > 0 && !this.over) this.chunks.push(chunk);
    this.pump();
  }

  /** The RESP side sends nothing more; with a reason, it is gone. */
  fromRespEnd(now: number, reason?: string): void {
    this.now = now;
    this.respEnded = true;
    if (reason !== undefined) this.respLost(reason);
    this.pump();
  }

  /** What the other half sends. */
  fromLink(chunk: Uint8Array, now: number): void {
    this.now = now;
    const other = this.link.receive(chunk, now);
    if (other === undefined) this.pump();
    else this.moves(other);
  }

  /** The link has ended: in one direction it is of no use in the other. What was lost with it goes again on the next. */
  fromLinkEnd(now: number, reason = ''): void {
    this.now = now;
    this.link.lose(reason, now);
    this.pump();
  }

  /** Whether a further link is to be opened now; says so once. Then call `connectLink`, or `linkRefused` with what went wrong. */
  dials(now: number): boolean {
    return this.link.dials(now);
  }

  /** The further link stands. */
  connectLink(now: number): void {
    this.now = now;
    this.link.connect(now);
    this.pump();
  }

  /** The further link does not stand. */
  linkRefused(reason: string, now: number): void {
    this.now = now;
    this.link.refused(reason, now);
    this.pump();
  }

  /** Does what is due at `deadline`. */
  tick(now: number): void {
    this.now = now;
    this.link.tick(now);
    this.pump();
  }

  /** When `tick` is due, Infinity for never. */
  get deadline(): number {
    return this.link.deadline;
  }

  /** Whether the RESP side can't take more. */
  blockResp(blocked: boolean, now: number): void {
    this.respBlocked = blocked;
    this.now = now;
  }

  /** Whether the link can't take more. */
  blockLink(blocked: boolean, now: number): void {
    this.link.blocked = blocked;
    this.now = now;
    this.pump();
  }

  /** What is to be written to the RESP side. */
  takeResp(): Uint8Array {
    return this.respOutlet.take();
  }

  /** What is to be written to the link. */
  takeLink(): Uint8Array {
    if ((!this.respBlocked || this.respEnds) && this.takes) this.link.took(this.now);
    if (this.isLost) this.pump();
    return this.link.output(this.now);
  }

  /** Whether the link of now is to be ended, once what was written is sent. */
  get linkEnds(): boolean {
    return this.link.over;
  }

  /** Whether the session goes on, on the link of now. */
  get linked(): boolean {
    return this.link.live;
  }

  /** Whether the link stood ever. */
  get stood(): boolean {
    return this.link.stood;
  }

  /** Why it never will, once that is so, and neither side wished it. */
  get failure(): string | undefined {
    const { ending, stood } = this.link;
    const wished = ending?.code === CloseCode.NORMAL || ending?.code === CloseCode.GOING_AWAY;
    return stood || wished ? undefined : ending?.text;
  }

  /** Whether the RESP side may be read; when all is over it may be, so that its end is seen. */
  get readsResp(): boolean {
    return this.chunks.length === 0;
  }

  /** Whether both sides are to be ended: nothing more will be said. */
  get over(): boolean {
    return this.respEnds && this.link.ending !== undefined;
  }

  /** Stops reading what is new, and ends when what is pending has been answered. */
  abstract drain(now: number): void;

  /** Ends now: what is pending gets an error. */
  abstract stop(now: number): void;

  /** Whether what was received may be acknowledged. */
  protected abstract get takes(): boolean;
  /** Reads items of a chunk of RESP as long as there is room for what becomes of them. @returns how many bytes were read. */
  protected abstract read(chunk: Uint8Array): number;
  /** Ends what is to end. @param allRead whether no chunk of RESP waits. */
  protected abstract settle(allRead: boolean): void;
  protected abstract respLost(reason: string): void;
  /** The link of now goes on with another half's session. */
  protected abstract moves(session: ServerSession): void;
  /** The link is gone. */
  protected abstract linkLost(text: string): void;
  abstract frame(decoder: FrameDecoder): void;

  protected pump(): void {
    this.step();
    if (this.isLost) this.step();
  }

  /** Whether the session has ended, and what that means is to be done. */
  private get isLost(): boolean {
    return this.link.ending !== undefined && !this.lost;
  }

  private step(): void {
    if (this.isLost) {
      this.lost = true;
      this.linkLost(this.link.ending!.text);
    }
    while (this.chunks.length > 0) {
      const chunk = this.chunks[0]!;
      const read = this.read(chunk);
      if (read < chunk.length) {
        this.chunks[0] = chunk.subarray(read);
        break;
      }
      this.chunks.shift();
    }
    this.settle(this.chunks.length === 0);
  }

  /** Up to so many bytes of RESP, and of a frame, take a fast lane: what exceeds no limit, ours or the peer's, for sure. */
  protected get fast(): number {
    return this.fastest;
  }

  private fastest = 0;

  /** The peer's limits are known. */
  opened(): void {
    const of = (key: keyof Limits): number => Math.min(this.settings.limits[key], this.link.limits[key]);
    const flat = of('maxElements') > MOST_PARTS && of('maxDepth') > 0;
    // a string's value may be longer than its bulk by what a long id takes
    this.fastest = flat ? Math.max(0, Math.min(of('maxPayload'), of('maxExpanded')) - FIXED) : 0;
  }

  /** Leaves unread what has come. */
  protected discard(): void {
    this.chunks = [];
  }

  /**
   * Writes a counted frame to the link.
   * @param length of the RESP that it carries.
   * @returns what of the peer's limits it exceeds; nothing is written then.
   */
  protected send(body: FrameBody, length: number): ProtocolError | undefined {
    const { out, limits } = this.link;
    const start = out.pos;
    out.frame(body);
    const fault = judge(body, out.bytes.subarray(start, out.pos), length, limits);
    if (fault === undefined) this.link.sent(body.kind === 'PART');
    else out.pos = start;
    return fault;
  }

  /** Says that the RESP side has ended its direction: all that it said was sent before. [RESP-23] */
  protected sayEnd(): void {
    if (this.endSaid || !this.link.ready) return;
    this.endSaid = true;
    this.send({ kind: 'PUSH', verb: END, args: [] }, 0);
  }

  /** Ends the session in good order: the peer may know at once, and the session ends when it does. [RESP-23] */
  protected leave({ code, text }: Ending): void {
    if (!this.link.open) return this.link.close(code, text);
    this.sayEnd();
    if (this.endSaid) this.link.leave(code, text, this.now);
    return undefined;
  }

  protected write(value: Encodable): void {
    this.resp.reply(value);
  }
}
