/**
 * One transport connection of a session, as bytes: it finds frames, and keeps the order of the handshake. It knows no socket:
 * what came is given to `receive`, what is to be written is taken from `output`.
 */
import { FrameDecoder, type Frame } from '../frame/decoder.ts';
import { FrameKind, isCounted } from '../frame/kinds.ts';
import type { Inflate } from '../frame/pack.ts';
import { PayloadReader } from '../frame/payload.ts';
import type {
  Ack,
  Close,
  Extension,
  HelloAnswer,
  HelloOffer,
  Pack,
  Ping,
  Resume,
  Uint64,
} from '../frame/types.ts';
import { readAny, type FrameBody, type FrameWriter } from '../frame/all.ts';
import { ProtocolError } from '../wire/errors.ts';
import { EMPTY } from '../wire/gather.ts';
import { BEFORE_AUTH_LIMITS } from '../wire/limits.ts';
import { answeredBy } from './counted.ts';
import type { Cut } from './events.ts';
import { LinkClock } from './link-clock.ts';
import type { Settings } from './options.ts';
import { framesIn, PackReader } from './pack-reader.ts';
import { freeLinkWriter, linkWriter } from './writers.ts';

/** The first frame of a link. */
export type Greeting = HelloOffer | HelloAnswer | Resume;

/** Who a link belongs to: what it tells, and where it gets what is to be written. */
export interface LinkOwner {
  /** The peer's HELLO or RESUME. */
  greeted(link: Link, greeting: Greeting, now: number): void;
  /** A counted frame, in the order in which they lie on the link. */
  counted(link: Link, frame: Frame, now: number): void;
  /** A counted frame, where `passes` says so: the decoder stands at it. */
  passed(link: Link, decoder: FrameDecoder, now: number): void;
  /** A PACK. */
  packed(link: Link, pack: Pack, offset: number, now: number): void;
  /** An ACK, whose head is at `offset`. */
  acknowledged(link: Link, received: Uint64, offset: number): void;
  extended(link: Link, extension: Extension): void;
  /** Bytes have come of a counted frame that is not whole, with its request id where it answers one: told where there is a `watch`. */
  arriving(link: Link, id: Uint64 | undefined): void;
  /** A CLOSE has come: nothing else will. */
  closed(link: Link, close: Close, now: number): void;
  /** A fault of framing, or in a frame that is not counted: it has to end the link. [SESSION-10] */
  faulted(link: Link, error: ProtocolError, now: number): void;
  /** The transport ended, or a deadline has passed: it has to end the link. */
  cut(link: Link, cut: Cut, now: number): void;
  /** Writes what is due on a link that is live. */
  fill(link: Link, now: number): void;
  /** Whether counted frames are wanted as they lie on the wire. */
  readonly passes: boolean;
  /** Whether counted frames wait for an ACK. */
  readonly outstanding: boolean;
  /** Whether nothing may be written before the journal is safe. */
  readonly held: boolean;
  /** How long the peer may hold back an ACK, in milliseconds. [HELLO-11] */
  readonly peerAckDelay: number;
}

/**
 * `greeting`: the peer's first frame is due. `judging`: it has come, and the application has to say yes. `live`: frames of
 * all kinds go both ways. `over`: nothing is read any more.
 */
type Phase = 'greeting' | 'judging' | 'live' | 'over';

/** Reads what comes before a link is live. */
const GREETINGS = /* @__PURE__ */ new PayloadReader({ limits: BEFORE_AUTH_LIMITS, lossless: true });

export class Link {
  owner: LinkOwner;
  /** The number of the next counted frame that comes on this link. */
  next: Uint64 = 1;
  /** Whether its transport takes no more, as that of an exchange once the request is complete. [SESSION-16] */
  sealed = false;
  /** What it waits for, and until when. */
  readonly clock: LinkClock;
  /** What is to be written, while something is. */
  private pending: FrameWriter | undefined;
  private phase: Phase = 'greeting';
  private readonly settings: Settings;
  private readonly decoder = new FrameDecoder({ limits: BEFORE_AUTH_LIMITS });
  /** One for all links with the same settings: what one reads is let go when it is read. */
  private reader: PayloadReader = GREETINGS;
  /** While the frames of a PACK are read. */
  private packReader: PackReader | undefined;
  /** A client may send frames behind its RESUME before the answer comes. */
  private ahead = false;
  /** What the latest PING asked to echo. */
  private echo: Uint8Array | undefined;
  /** Whether a PING of this side waits to be written. */
  private asking = false;
  /** What the frame that is not whole yet answers. */
  private answers: Uint64 | undefined;

  constructor(owner: LinkOwner, settings: Settings, now: number) {
    this.owner = owner;
    this.settings = settings;
    this.clock = new LinkClock(settings, now);
  }

  /** Whether frames of all kinds may come. */
  get live(): boolean {
    return this.phase === 'live';
  }

  /** What is written goes through here. */
  get out(): FrameWriter {
    return (this.pending ??= linkWriter());
  }

  /** Whether something is to be written. */
  get writes(): boolean {
    return this.pending !== undefined && this.pending.pos > 0;
  }

  /** Whether nothing is read any more: when `output` is empty, close the transport. */
  get over(): boolean {
    return this.phase === 'over';
  }

  /** Takes bytes that came; they are the link's from now on. */
  receive(chunk: Uint8Array, now: number): void {
    if (this.over || chunk.length === 0) return;
    const { decoder, clock } = this;
    clock.heard();
    const offset = decoder.position;
    try {
      decoder.feed(chunk);
      while (!this.over && decoder.next()) this.frame(now);
      decoder.rest();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.owner.faulted(this, error, now);
    }
    if (this.over) return;
    const { pending } = decoder;
    clock.progress(pending, decoder.position - pending > offset, now);
    if (pending > 0 && this.settings.given.watch !== undefined) this.arrive(chunk, pending);
    if (this.owner.outstanding) clock.expectAck(now, this.owner.peerAckDelay);
  }

  /** The transport ended. */
  lost(now: number): void {
    if (!this.over) this.owner.cut(this, { why: 'lost' }, now);
  }

  /** What is to be written, undefined when nothing is. */
  output(now: number): Uint8Array | undefined {
    if (this.owner.held && !this.over) return undefined;
    if (this.live || (this.ahead && !this.over)) this.fill(now);
    const { pending } = this;
    if (pending === undefined) return undefined;
    this.pending = undefined;
    this.asking = false;
    const bytes = pending.pos === 0 ? undefined : pending.take();
    freeLinkWriter(pending);
    if (bytes !== undefined && this.live) this.clock.live(now);
    return bytes;
  }

  /** When `handleTimeout` wants to be called; Infinity for never. */
  nextTimeout(): number {
    return this.over ? Infinity : this.clock.next;
  }

  handleTimeout(now: number): void {
    if (this.over) return;
    const { clock } = this;
    const why = clock.due(now);
    if (why === 'ask') {
      this.ping();
      clock.asked(now);
    } else if (why !== undefined) this.owner.cut(this, { why }, now);
  }

  /** Asks the peer whether it is there; one PING that is not written yet serves all who ask. [SESSION-26] */
  ask(now: number): void {
    this.ping();
    this.clock.expect(now);
  }

  private ping(): void {
    if (!this.asking) this.write({ kind: 'PING', echo: EMPTY });
    this.asking = true;
  }

  /** Writes a frame that is not counted. */
  write(body: FrameBody): void {
    this.out.frame(body);
  }

  /** Frames may be written before the answer has come: behind a RESUME. [HELLO-10] */
  goAhead(): void {
    this.ahead = true;
  }

  /** The handshake is done. */
  begin(now: number): void {
    const { limits, reader } = this.settings;
    this.phase = 'live';
    this.ahead = false;
    this.clock.live(now);
    this.decoder.setLimits(limits);
    this.reader = reader;
  }

  /** Reads no more, and writes nothing but what is written already. */
  end(): void {
    this.phase = 'over';
  }

  /** Says why, and reads no more. */
  close(close: Omit<Close, 'kind'>): void {
    if (this.over) return;
    this.write({ kind: 'CLOSE', ...close });
    this.end();
  }

  /** A frame's fields. @throws ProtocolError with the offset in the stream, or among a PACK's inflated bytes. */
  parse(frame: Frame): FrameBody {
    return this.packReader?.frame(frame) ?? readAny(this.reader, frame);
  }

  /** Hands out the frames of a PACK whose head is at `offset`, until the link is over. @throws ProtocolError as `framesIn`. */
  unpack(pack: Pack, offset: number, inflate: Inflate, take: (frame: Frame) => void): void {
    const { options } = this.reader;
    const frames = framesIn(pack, offset, inflate, options);
    this.packReader = new PackReader(options);
    try {
      for (const frame of frames) if (!this.over) take(frame);
    } finally {
      this.packReader = undefined;
    }
  }

  private fill(now: number): void {
    const { echo } = this;
    this.echo = undefined;
    if (echo !== undefined) this.write({ kind: 'PONG', echo });
    this.owner.fill(this, now);
  }

  /** The request id stands in a frame's first bytes, most often all in one chunk. */
  private arrive(chunk: Uint8Array, pending: number): void {
    if (pending <= chunk.length) this.answers = answeredBy(chunk.subarray(chunk.length - pending));
    this.owner.arriving(this, this.answers);
  }

  private frame(now: number): void {
    const { kind } = this.decoder;
    if (this.phase === 'live' && isCounted(kind) && this.owner.passes)
      return this.owner.passed(this, this.decoder, now);
    const frame = this.decoder.frame();
    if (this.phase !== 'live') return this.first(frame, now);
    if (isCounted(kind)) return this.owner.counted(this, frame, now);
    switch (kind) {
      case FrameKind.ACK:
        return this.owner.acknowledged(this, (this.parse(frame) as Ack).received, frame.offset);
      case FrameKind.PING:
        // only the latest of several is answered: a flood of them costs nothing [FRAME-14]
        this.echo = (this.parse(frame) as Ping).echo.slice();
        return;
      case FrameKind.PONG:
        this.parse(frame);
        return;
      case FrameKind.CLOSE:
        return this.ended(frame, now);
      case FrameKind.PACK:
        return this.owner.packed(this, this.parse(frame) as Pack, frame.offset, now);
      case FrameKind.EXTENSION:
        return this.extension(frame);
      default:
        throw misplaced(frame, 'a second handshake');
    }
  }

  /** HELLO or RESUME, and nothing else but CLOSE. [HELLO-1] */
  private first(frame: Frame, now: number): void {
    const { kind } = frame;
    if (kind === FrameKind.CLOSE) return this.ended(frame, now);
    const isGreeting = kind === FrameKind.HELLO || kind === FrameKind.RESUME;
    if (this.phase !== 'greeting' || !isGreeting)
      throw misplaced(frame, 'a frame before the handshake is done');
    this.phase = 'judging';
    this.owner.greeted(this, this.parse(frame) as Greeting, now);
  }

  private ended(frame: Frame, now: number): void {
    const close = this.parse(frame) as Close;
    this.end();
    this.owner.closed(this, close, now);
  }

  /** A fault within an EXTENSION is ignored like an unknown type. [SESSION-10] */
  private extension(frame: Frame): void {
    let body: Extension;
    try {
      body = this.parse(frame) as Extension;
    } catch (error) {
      if (error instanceof ProtocolError) return;
      throw error;
    }
    this.owner.extended(this, body);
  }
}

/** A frame that may not stand where it does. [HELLO-1] */
function misplaced({ offset }: Frame, detail: string): ProtocolError {
  return new ProtocolError('FRAME_PLACE', 'HELLO-1', offset, detail);
}
