/** Vectors of bridges: what one half says to both its sides, step by step, in any chunks. */
import { ClientHalf, ServerHalf, Sessions, type BridgeOptions } from '../src/bridge/index.ts';
import { encodeFrame, parseFrame, type FrameBody } from '../src/frame/all.ts';
import { FrameDecoder } from '../src/frame/index.ts';
import { Tagged } from '../src/value/index.ts';
import { Failure, same } from './checks.ts';
import { toHex, unhex, type Hex } from './notation.ts';
import type { Vector } from './vector.ts';

/** What is said: bytes; or an error, a CLOSE, a HELLO, whose words are the implementation's: a CLOSE's begin with the fault's code. */
type Said =
  | Hex
  | { readonly error: string; readonly id?: number }
  | { readonly close: number; readonly code?: string }
  | { readonly hello: 'offer' | 'answer' };

/** What happens to a half, and then what it has said since, and which of its sides it has ended. */
export interface Step {
  readonly resp?: Hex;
  readonly link?: Hex;
  /** A side sends nothing more; it is gone. */
  readonly end?: 'resp' | 'link';
  readonly lost?: 'resp' | 'link';
  /** The server's connection stands. */
  readonly connected?: true;
  /** So many milliseconds pass. */
  readonly after?: number;
  /** Whether the RESP side takes what is written. */
  readonly takes?: boolean;
  readonly drain?: true;
  /** A further link stands, where the half wants one; what is said on the link is said on this one from now on. */
  readonly relink?: true;
  readonly toResp?: readonly Said[];
  readonly toLink?: readonly Said[];
  readonly ends?: readonly ('resp' | 'link')[];
}

/** What a server half's tokens are made of here. */
const TOKEN = 0x77;

export function runBridge(vector: Vector): void {
  for (const bytewise of [false, true]) new Run(vector, bytewise).run();
}

class Run {
  private readonly vector: Vector;
  private readonly bytewise: boolean;
  private half: ClientHalf | ServerHalf;
  private readonly given: BridgeOptions;
  private readonly sessions: Sessions;
  private now = 0;
  private readonly said = { resp: [] as Uint8Array[], link: [] as Uint8Array[] };

  constructor(vector: Vector, bytewise: boolean) {
    this.vector = vector;
    this.bytewise = bytewise;
    const { options = {}, limits = {} } = vector;
    this.given = { ...options, limits };
    this.sessions = new Sessions(this.given, (length) => new Uint8Array(length).fill(TOKEN));
    this.half = vector.half === 'client' ? new ClientHalf(this.given, 0) : this.server();
  }

  run(): void {
    if (this.vector.handshake !== false) this.shakeHands();
    for (const [i, step] of this.vector.steps!.entries()) {
      try {
        this.step(step);
      } catch (error) {
        if (error instanceof Failure) throw new Failure(`step ${i}${this.bytewise ? ', byte by byte' : ''}: ${error.message}`);
        throw error;
      }
    }
  } // prettier-ignore

  private server(): ServerHalf {
    return new ServerHalf(this.given, this.now, this.sessions);
  }

  /** Both say HELLO, and the server's connection stands. */
  private shakeHands(): void {
    const { half, vector } = this;
    const { peer = {} } = vector;
    if (half instanceof ClientHalf) half.fromLink(encodeFrame({ kind: 'HELLO', form: 'answer', version: 1, ...peer }), 0);
    else {
      half.fromLink(encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1], ...peer }), 0);
      half.connected(0);
    }
    half.takeLink();
  } // prettier-ignore

  private step(step: Step): void {
    this.happen(step);
    this.collect();
    const { resp, link } = this.said;
    const { toResp = [], toLink = [], ends } = step;
    matchResp(joined(resp.splice(0)), toResp);
    matchLink(joined(link.splice(0)), toLink);
    const { respEnds, linkEnds } = this.half;
    const ended = [respEnds && 'resp', linkEnds && 'link'].filter((side) => side !== false);
    if (ends !== undefined) same('ends', ended.join(), ends.join());
  }

  private happen(step: Step): void {
    const { half } = this;
    if (step.after !== undefined) half.tick((this.now += step.after));
    if (step.connected && half instanceof ServerHalf) half.connected(this.now);
    if (step.takes !== undefined) half.blockResp(!step.takes, this.now);
    for (const chunk of this.chunks(step.resp)) half.fromResp(chunk, this.now);
    if (step.relink) this.relink();
    for (const chunk of this.chunks(step.link)) this.fromLink(chunk);
    if (step.end === 'resp' || step.lost === 'resp') half.fromRespEnd(this.now, step.lost && 'ECONNRESET');
    if (step.end === 'link' || step.lost === 'link') half.fromLinkEnd(this.now, step.lost && 'ECONNRESET');
    if (step.drain) half.drain(this.now);
  }

  private relink(): void {
    if (this.half instanceof ServerHalf) this.half = this.server();
    else {
      same('whether it dials', String(this.half.dials(this.now)), 'true');
      this.half.connectLink(this.now);
    }
  }

  private fromLink(chunk: Uint8Array): void {
    const { half } = this;
    half.fromLink(chunk, this.now);
    if (!(half instanceof ServerHalf) || half.successor === undefined) return;
    half.successor.adopt(half, this.now);
    this.half = half.successor;
  }

  private *chunks(hex: Hex | undefined): Generator<Uint8Array> {
    if (hex === undefined) return;
    const bytes = unhex(hex);
    if (!this.bytewise) yield bytes;
    else
      for (const byte of bytes) {
        yield Uint8Array.of(byte);
        this.collect();
      }
  }

  private collect(): void {
    this.said.resp.push(Uint8Array.from(this.half.takeResp()));
    this.said.link.push(Uint8Array.from(this.half.takeLink()));
  }
}

// No Buffer: this runs in browsers too.
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

function matchResp(found: Uint8Array, expected: readonly Said[]): void {
  let rest = latin1(found);
  for (const said of expected) {
    const isBytes = typeof said === 'string' || Array.isArray(said);
    const text = isBytes ? latin1(unhex(said as Hex)) : undefined;
    const start = text ?? `-${(said as { error: string }).error}`;
    if (!rest.startsWith(start)) throw new Failure(`to RESP: ${JSON.stringify(rest)}, not ${JSON.stringify(start)}`);
    rest = rest.slice(text === undefined ? rest.indexOf('\r\n') + 2 : start.length);
  }
  same('to RESP, too much', rest, '');
} // prettier-ignore

function matchLink(found: Uint8Array, expected: readonly Said[]): void {
  const frames = [...new FrameDecoder().frames(found)];
  const shown = frames.map((frame, i) => {
    const said = expected[i];
    const bytes = toHex(found.subarray(frame.offset, frame.start + frame.payload.length));
    return typeof said === 'object' && !Array.isArray(said) ? shownAs(parseFrame(frame), said) : bytes;
  });
  const wanted = expected.map((said) => (typeof said === 'string' || Array.isArray(said) ? toHex(unhex(said)) : JSON.stringify(said)));
  same('to the link', shown.join(' '), wanted.join(' '));
} // prettier-ignore

/** A frame in the words of what was expected. */
function shownAs(body: FrameBody, said: object): string {
  if (body.kind === 'CLOSE') {
    const code = 'code' in said ? { code: /^\w+/.exec(body.text)?.[0] } : {};
    return JSON.stringify({ close: Number(body.code), ...code });
  }
  if (body.kind === 'HELLO') return JSON.stringify({ hello: body.form });
  if (body.kind !== 'REPLY' || !(body.value instanceof Tagged)) return JSON.stringify(body);
  const { error = '' } = said as { error?: string };
  const { value } = body.value;
  const text = typeof value === 'string' ? value : '';
  return JSON.stringify({ error: text.startsWith(error) ? error : text, id: Number(body.id) });
}
