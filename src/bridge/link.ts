/**
 * The link between the halves of a bridge, of this side: handshake, windows, ACKs, heartbeat, end. It knows no socket and no
 * clock: chunks and `now` go in, frames come out of `out`. There is no session: what a link loses is lost.
 */
import { FrameDecoder } from '../frame/decoder.ts';
import { isCounted, FrameKind } from '../frame/kinds.ts';
import { headLength } from '../frame/head.ts';
import { PayloadReader } from '../frame/payload.ts';
import type { HelloFields, HelloOffer } from '../frame/types.ts';
import { FrameWriter, readAny, type FrameBody } from '../frame/all.ts';
import { VERSION } from '../frame/hello.ts';
import { ProtocolError, type ErrorCode } from '../wire/errors.ts';
import { BEFORE_AUTH_LIMITS, DEFAULT_LIMITS, type Limits } from '../wire/limits.ts';
import { CloseCode } from '../frame/close-code.ts';
import type { Ending } from './close.ts';
import type { Settings } from './options.ts';
import { Receipt } from './receipt.ts';
import { SendWindow } from './window.ts';

const WIDEST = 0xffff_ffff;
const DEEPEST = 1000;

/** Who gets what comes. */
export interface LinkUser {
  /** The peer has offered: `answer` goes when this side is ready. The dialler's own is never told. */
  offered(): void;
  /** Both have said HELLO. */
  opened(): void;
  /** A counted frame. */
  frame(decoder: FrameDecoder): void;
}

export class Link {
  /** What is to be sent; whoever takes it sets `pos` to 0. */
  readonly out: FrameWriter = new FrameWriter({ maxPayload: WIDEST, maxDepth: DEEPEST });
  /** What the peer takes. [HELLO-7] */
  limits: Limits = DEFAULT_LIMITS;
  /** Both have said HELLO. */
  stood = false;
  /** And neither CLOSE. */
  open = false;
  /** Why it ended, once it has. */
  ending: Ending | undefined;
  /** The peer sends nothing more, and this side may not any more. */
  peerEnded = false;
  ended = false;
  /** The sockets can't take more now. */
  blocked = false;

  private readonly settings: Settings;
  private readonly dials: boolean;
  private readonly user: LinkUser;
  private readonly decoder: FrameDecoder;
  private readonly reader: PayloadReader;
  private readonly receipt: Receipt;
  private window = new SendWindow(0, 0);
  /** A frame that was written and fits no window yet. */
  private stalled: Uint8Array | undefined;
  private greeted = false;
  private heard: number;
  private pinged = -Infinity;
  private readonly began: number;
  private pong: Uint8Array | undefined;

  constructor(dials: boolean, settings: Settings, user: LinkUser, now: number) {
    this.dials = dials;
    this.settings = settings;
    this.user = user;
    this.heard = this.began = now;
    this.decoder = new FrameDecoder({ limits: dials ? settings.limits : BEFORE_AUTH_LIMITS });
    this.reader = new PayloadReader({ limits: settings.limits, lossless: true });
    this.receipt = new Receipt(settings);
    if (dials) this.out.frame({ kind: 'HELLO', form: 'offer', versions: [VERSION, VERSION], ...this.said() });
  }

  /** The answer to the offer. */
  answer(): void {
    if (this.open || this.ending !== undefined) return;
    const { unknown } = this;
    const answer = { kind: 'HELLO', form: 'answer', version: VERSION, ...this.said() } as const;
    this.out.frame(unknown.length > 0 ? { ...answer, unknown } : answer);
    this.open = this.stood = true;
    this.user.opened();
  }

  private unknown: NonNullable<HelloOffer['unknownKeys']> = [];

  private said(): HelloFields {
    const { limits, windowBytes, windowFrames, ackDelay, agent } = this.settings;
    return { ...limits, windowBytes, windowFrames, ackDelay, agent };
  }

  /** What the peer sends. */
  receive(chunk: Uint8Array, now: number): void {
    if (this.ending !== undefined || chunk.length === 0) return;
    this.heard = now;
    if (!this.greeted && this.decoder.position === 0 && isResp(chunk[0]!))
      return this.close(CloseCode.MALFORMED, NO_PETREL);
    try {
      this.decoder.feed(chunk);
      while (this.ending === undefined && this.decoder.next()) this.take();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.close(codeOf(error), error.message);
    }
  }

  /** The peer is gone. */
  lose(reason: string): void {
    const text = this.greeted ? `the other half is lost (${reason})` : `can't reach ${this.peer} (${reason})`;
    this.fail(CloseCode.INTERNAL, text);
  }

  private get peer(): string {
    return called('the other half', this.dials ? this.settings.to : '');
  }

  /** The peer sends nothing more. A dialler that is not answered any more has lost the link; a listener answers still. */
  receiveEnd(): void {
    this.peerEnded = true;
    if (this.dials && !this.greeted)
      this.fail(CloseCode.MALFORMED, `${this.peer} ended the link before it answered; ${IS_IT}`);
    else if (this.dials) this.fail(CloseCode.NORMAL, 'the other half has ended the link');
    else if (!this.open) this.fail(CloseCode.NORMAL, 'the link was ended before it stood');
    else this.release(); // no ACK will come for it
  }

  private take(): void {
    const { decoder } = this;
    const { kind } = decoder;
    if (isCounted(kind)) return this.counted(decoder);
    if (kind === FrameKind.HELLO || kind === FrameKind.RESUME) return this.hello();
    if (kind === FrameKind.EXTENSION) return;
    if (!this.greeted && kind !== FrameKind.CLOSE) return this.close(CloseCode.MALFORMED, 'a frame before HELLO');
    const body = this.parse();
    switch (body.kind) {
      case 'ACK':
        if (!this.window.acknowledge(Number(body.received)))
          return this.close(CloseCode.SESSION_LOST, 'an ACK of more than was sent');
        return this.release();
      case 'PING':
        this.pong = body.echo;
        return undefined;
      case 'CLOSE':
        return this.fail(Number(body.code), body.text);
      case 'PACK':
        return this.close(CloseCode.UNSUPPORTED, 'a PACK, of which no dictionary was offered');
      default:
        return undefined; // a PONG shows life, no more
    }
  } // prettier-ignore

  private counted(decoder: FrameDecoder): void {
    if (!this.open) return this.close(CloseCode.MALFORMED, 'a frame before HELLO');
    const size = decoder.end - decoder.start;
    if (!this.receipt.add(size + headLength(size)) && !this.ended)
      return this.close(CloseCode.LIMIT, 'more than the window allows');
    this.user.frame(decoder);
  }

  private hello(): void {
    if (this.greeted) return this.close(CloseCode.MALFORMED, 'a second handshake');
    this.greeted = true;
    const body = this.parse();
    if (body.kind !== 'HELLO') return this.close(CloseCode.SESSION_LOST, 'a bridge has no sessions to resume');
    if ((body.form === 'answer') !== this.dials) return this.close(CloseCode.MALFORMED, `no ${body.form} is due`);
    this.limits = { ...DEFAULT_LIMITS, ...limitsIn(body) };
    const { windowBytes = this.limits.maxPayload, windowFrames = 1024 } = body;
    this.window = new SendWindow(windowFrames, windowBytes);
    if (this.dials) {
      this.open = this.stood = true;
      return this.user.opened();
    }
    if (body.form === 'offer') this.unknown = (body.unknownKeys ?? []).slice(0, 32);
    this.decoder.setLimits(this.settings.limits);
    this.user.offered();
  } // prettier-ignore

  /** The frame that the decoder is at, read. */
  parse(): FrameBody {
    return readAny(this.open || this.dials ? this.reader : this.firstReader, this.decoder.frame());
  }

  private get firstReader(): PayloadReader {
    return new PayloadReader({ limits: BEFORE_AUTH_LIMITS, lossless: true });
  }

  /** Whether a counted frame may be written now. */
  get ready(): boolean {
    return this.open && !this.ended && !this.blocked && this.stalled === undefined && (this.peerEnded || this.window.fits(1));
  } // prettier-ignore

  /** Whether a frame waits for room in the window. */
  get holds(): boolean {
    return this.stalled !== undefined;
  }

  /** What was written to `out` from `start` on is a counted frame; it waits where the window has no room for it. */
  sent(start: number, more = 0): void {
    const size = this.out.pos - start;
    if (this.peerEnded) return; // no ACK can come: only the transport paces
    if (this.window.fits(size, more)) return this.window.add(size);
    this.stalled = this.out.bytes.slice(start, this.out.pos);
    this.out.pos = start;
  }

  private release(): void {
    const { stalled } = this;
    if (stalled === undefined || !(this.peerEnded || this.window.fits(stalled.length))) return;
    this.stalled = undefined;
    this.out.raw(stalled);
    this.window.add(stalled.length);
  }

  /** What was received is on its way. */
  took(now: number): void {
    this.receipt.take(now);
  }

  /** Writes what is due now: PONG, ACK, PING. `rides`: frames are written anyway. */
  tick(now: number, rides = false): void {
    if (this.ending !== undefined) return;
    const { pingAfter, deadAfter, helloWithin } = this.settings;
    if (!this.open && now >= this.began + helloWithin) return this.close(CloseCode.TIMEOUT, this.dials ? `${this.peer} does not answer; ${IS_IT}` : 'no handshake in time');
    if (this.open && this.silent && now >= this.heard + deadAfter) return this.close(CloseCode.TIMEOUT, 'the other half is silent');
    if (!this.open || this.ended) return;
    if (this.pong !== undefined && !this.blocked) {
      this.out.frame({ kind: 'PONG', echo: this.pong });
      this.pong = undefined;
    }
    const received = this.receipt.acknowledge(now, rides);
    if (received > 0) this.out.frame({ kind: 'ACK', received });
    if (now >= Math.max(this.heard, this.pinged) + pingAfter) {
      this.pinged = now;
      this.out.frame({ kind: 'PING', echo: new Uint8Array(0) });
    }
  } // prettier-ignore

  /** A peer that has ended its side says nothing, and is not dead. */
  private get silent(): boolean {
    return !this.peerEnded;
  }

  /** When `tick` has something to do. */
  get deadline(): number {
    if (this.ending !== undefined) return Infinity;
    const { pingAfter, deadAfter, helloWithin } = this.settings;
    if (!this.open) return this.began + helloWithin;
    const dead = this.silent ? this.heard + deadAfter : Infinity;
    if (this.ended) return dead;
    return Math.min(dead, this.receipt.due, Math.max(this.heard, this.pinged) + pingAfter);
  }

  /** This side sends nothing more, and still takes what comes. */
  end(): void {
    this.ended = true;
  }

  /** Ends the link for the frame that the decoder is at: the CLOSE names the code and the rule. */
  refuse(code: ErrorCode, rule: string, detail: string): void {
    const error = new ProtocolError(code, rule, this.decoder.offset, detail);
    this.close(codeOf(error), error.message);
  }

  /** Ends the link, and tells the peer why. */
  close(code: number, text: string): void {
    if (this.ending !== undefined) return;
    if (!this.ended) {
      const scope = code === CloseCode.SESSION_LOST ? 'session' : 'link';
      this.out.frame({ kind: 'CLOSE', scope, received: this.receipt.received, code, after: 0, text: shortened(text) });
    }
    this.fail(code, text);
  } // prettier-ignore

  /** The link is gone; why. */
  fail(code: number, text: string): void {
    this.ending ??= { code, text };
    this.open = false;
    this.ended = true;
    this.stalled = undefined;
  }
}

const IS_IT = 'is it a petrel bridge --petrel-to-resp?';
const NO_PETREL =
  'what came is no Petrel: it begins as RESP does (for clients of Redis there is petrel bridge --resp-to-petrel)';

/** Whether a stream that begins so is RESP, or text: no link begins with a counted frame. */
function isResp(byte: number): boolean {
  return byte >= 0x20 && byte < 0x80;
}

/** A side in the words of an error, with its address where that was told. */
export function called(side: string, to: string): string {
  return to === '' ? side : `${side} ${to}`;
}

function limitsIn(fields: HelloFields): Partial<Limits> {
  const { maxPayload, maxDepth, maxElements, maxExpanded } = fields;
  return {
    ...(maxPayload !== undefined && { maxPayload: Math.min(maxPayload, WIDEST) }),
    ...(maxDepth !== undefined && { maxDepth: Math.min(maxDepth, DEEPEST) }),
    ...(maxElements !== undefined && { maxElements: Math.min(maxElements, WIDEST) }),
    ...(maxExpanded !== undefined && { maxExpanded: Math.min(maxExpanded, WIDEST) }),
  };
}

/** The code of a CLOSE for bad framing or a bad handshake. */
function codeOf(error: ProtocolError): number {
  if (error.code === 'VERSION_UNSUPPORTED') return CloseCode.VERSION;
  if (error.class === 'limit') return CloseCode.LIMIT;
  return error.class === 'unsupported' ? CloseCode.UNSUPPORTED : CloseCode.MALFORMED;
}

/** At most 1,024 bytes [FRAME-15]: a quarter as many UTF-16 units are, whatever they are. */
function shortened(text: string): string {
  return text.slice(0, 256).replace(/\p{Cs}$/u, '');
}
