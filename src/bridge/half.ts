/** What both halves of a bridge have in common: RESP on one side, a link on the other, and what is due between them. */
import { readFrames, type FrameDecoder } from '../frame/decoder.ts';
import { parseFrame } from '../frame/parse.ts';
import { ProtocolError } from '../wire/errors.ts';
import type { Limits } from '../wire/limits.ts';
import type { Encodable } from '../value/types.ts';
import { RespWriter } from '../resp/writer.ts';
import type { FrameBody } from '../frame/all.ts';
import { MOST_PARTS } from './lanes/commands.ts';
import { Conversation } from './conversation.ts';
import { CloseCode } from '../frame/close-code.ts';
import { Link, type LinkUser } from './link.ts';
import type { Writer } from '../wire/writer.ts';
import { resolveSettings, type BridgeOptions, type Settings } from './options.ts';

/** What went through one half. */
export interface Counts {
  commands: number;
  replies: number;
  pushes: number;
}

/** Bytes of a buffer that is written into, and how few are left when the next begins. */
const SLAB = 16_384;
const SPARE = 2048;

/**
 * One half, of one connection. It knows no socket, timer or clock. After each call of a `from...`, of `tick` or of what else
 * takes `now`: write what `takeResp` answers, say `blockResp(true)` where the socket is full, then write what `takeLink`
 * answers; end the sides that `respEnds` and `linkEnds` name; read only sides that `readsResp` and `readsLink` allow; call
 * `tick` at `deadline`.
 */
export abstract class Half implements LinkUser {
  readonly counts: Counts = { commands: 0, replies: 0, pushes: 0 };
  protected readonly settings: Settings;
  protected readonly link: Link;
  protected readonly resp: RespWriter = new RespWriter();
  protected readonly conversation: Conversation = new Conversation();
  protected now: number;
  /** Chunks of RESP that are not read yet, and how far the first is. */
  private chunks: Uint8Array[] = [];
  private respBlocked = false;
  private readonly respOutlet: Outlet;
  private readonly linkOutlet: Outlet;
  private lost = false;
  /** The RESP side sends nothing more. */
  protected respEnded = false;
  /** The RESP side is to be ended, once what was written is sent. */
  respEnds = false;

  /** @param now milliseconds of any clock that never goes back. @throws RangeError for options out of range. */
  constructor(dials: boolean, options: BridgeOptions, now: number) {
    this.settings = resolveSettings(options);
    this.now = now;
    this.link = new Link(dials, this.settings, this, now);
    this.respOutlet = new Outlet(this.resp);
    this.linkOutlet = new Outlet(this.link.out);
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
    this.link.receive(chunk, now);
    this.pump();
  }

  /** The other half sends nothing more; with a reason, it is gone. */
  fromLinkEnd(now: number, reason?: string): void {
    this.now = now;
    if (reason === undefined) this.link.receiveEnd();
    else this.link.lose(reason);
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
    if (!this.respBlocked && this.takes) this.link.took(this.now);
    this.link.tick(this.now, this.linkOutlet.holds);
    return this.linkOutlet.take();
  }

  /** Whether the link is to be ended, once what was written is sent. */
  get linkEnds(): boolean {
    return this.link.ended;
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
    return this.respEnds && this.link.ended;
  }

  /** Whether the link may be read. Windows bound what comes, but not once this side has ended and acknowledges nothing. */
  get readsLink(): boolean {
    return !(this.respBlocked && this.link.ended);
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
  /** The link is gone. */
  protected abstract linkLost(text: string): void;
  abstract offered(): void;
  abstract frame(decoder: FrameDecoder): void;

  protected pump(): void {
    const { ending } = this.link;
    if (ending !== undefined && !this.lost) {
      this.lost = true;
      this.linkLost(ending.text);
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
  protected send(body: FrameBody, length: number, more = 0): ProtocolError | undefined {
    const { out, limits } = this.link;
    const start = out.pos;
    out.frame(body);
    const fault = judge(body, out.bytes.subarray(start, out.pos), length, limits);
    if (fault === undefined) this.link.sent(start, more);
    else out.pos = start;
    return fault;
  }

  protected write(value: Encodable): void {
    this.resp.reply(value);
  }
}

/** A frame's payload is at most so many times as long as the RESP that it carries, and so many bytes more. */
const FACTOR = 3;
const FIXED = 32;

/** What of the receiver's limits a frame exceeds: found by reading it as the receiver will, where it may be too much. */
function judge(
  body: FrameBody,
  frame: Uint8Array,
  length: number,
  limits: Limits,
): ProtocolError | undefined {
  const most = FACTOR * length + FIXED;
  // what is written in RESP with so many bytes has no more values and no more levels, and those of a command none
  const flat = body.kind === 'COMMAND' || length <= 5 * limits.maxDepth;
  if (most <= Math.min(limits.maxPayload, limits.maxExpanded, limits.maxElements) && flat) return undefined;
  try {
    for (const whole of readFrames(frame, { limits })) parseFrame(whole, { limits });
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

/** Hands out what a writer has written, as views of a buffer of which no byte is written again. */
class Outlet {
  private readonly writer: Writer;
  private start = 0;

  constructor(writer: Writer) {
    this.writer = writer;
  }

  get holds(): boolean {
    return this.writer.pos > this.start;
  }

  take(): Uint8Array {
    const { writer, start } = this;
    const taken = writer.bytes.subarray(start, writer.pos);
    this.start = writer.pos;
    if (taken.length > 0 && writer.bytes.length - writer.pos < SPARE) {
      writer.bytes = new Uint8Array(SLAB);
      writer.pos = this.start = 0;
    }
    return taken;
  }
}

/** What is said of a command or a reply that the peer's limits don't allow. */
export function overLimits(what: string, { code, detail }: ProtocolError): string {
  return `ERR petrel bridge: the ${what} is over a limit of the link: ${code}, ${detail}`;
}
