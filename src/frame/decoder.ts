/**
 * The incremental frame decoder: fed chunks of any size, it finds frames in linear time. A frame that lies in one chunk is
 * a view of it; the bytes of one that straddles chunks are copied once.
 *
 * For speed, the cursor: `feed`, then `while (decoder.next())` and the fields. For comfort, `frames`.
 */
import { fault, type ProtocolError } from '../wire/errors.ts';
import { EMPTY, Gatherer, plain } from '../wire/gather.ts';
import { resolveLimits, type Limits } from '../wire/limits.ts';
import { FrameHead } from './head.ts';

/** A frame as it lies on the wire. */
export interface Frame {
  /** 1 to 15; `FrameKind` names them. */
  readonly kind: number;
  /** A view of the chunk, or of the decoder's copy of a frame that straddled chunks; its own bytes with `copy`. */
  readonly payload: Uint8Array;
  /** Offset of the frame's first byte in the stream. */
  readonly offset: number;
  /** Offset of the payload's first byte in the stream. */
  readonly start: number;
}

/** How a stream of frames is read. */
export interface FrameDecoderOptions {
  /** The receiver's limits; only `maxPayload` matters for framing. */
  readonly limits?: Partial<Limits>;
  /** Payloads as copies: for callers that read every chunk into the same buffer. Default false. */
  readonly copy?: boolean;
}

/**
 * Finds frames in a stream that is fed in chunks. A decoder that failed stays failed.
 *
 * @example
 * const decoder = new FrameDecoder({ limits: BEFORE_AUTH_LIMITS });
 * socket.on('data', (chunk) => {
 *   for (const frame of decoder.frames(chunk)) handle(parseFrame(frame));
 * });
 */
export class FrameDecoder {
  /** The frame that `next` found: its kind, and its payload as `bytes[start, end)`. */
  kind = 0;
  bytes: Uint8Array = EMPTY;
  start = 0;
  end = 0;
  /** Offset in the stream of the frame's first byte. */
  offset = 0;

  private limits: Limits;
  private readonly copy: boolean;
  private readonly head = new FrameHead();
  private failure: ProtocolError | undefined;

  private chunk: Uint8Array = EMPTY;
  private pos = 0;
  /** Offset in the stream of the chunk's first byte. */
  private base = 0;

  /** What there is of the frame that straddles chunks, and its length: 0 while its head is not whole. */
  private readonly held: Gatherer;
  private whole = 0;

  constructor({ limits, copy = false }: FrameDecoderOptions = {}) {
    this.limits = resolveLimits(limits);
    this.copy = copy;
    this.held = new Gatherer(copy);
  }

  /** Other limits from the next head on: after authentication, say. */
  setLimits(limits: Partial<Limits>): void {
    this.limits = resolveLimits(limits, this.limits);
  }

  /** Bytes of a frame that is not whole yet. */
  get pending(): number {
    return this.held.size;
  }

  /** Offset in the stream of the next byte to be read. */
  get position(): number {
    return this.base + this.pos;
  }

  /**
   * Takes the next chunk. It is the decoder's from now on: payloads are views of it, unless `copy` is set.
   * @throws TypeError when frames of the chunk before were not read to the end (`next` answered true last).
   * @throws ProtocolError the fault of before: a failed decoder stays failed.
   */
  feed(chunk: Uint8Array): void {
    this.check();
    if (this.pos < this.chunk.length)
      throw new TypeError('read all frames of a chunk before feeding the next');
    this.base += this.pos;
    // A chunk that a frame goes on in is made plain once it holds another: in chunks of a byte, most never are.
    this.chunk = this.held.size > 0 ? chunk : plain(chunk);
    this.pos = 0;
  }

  /**
   * Steps to the next frame: `kind`, `bytes`, `start`, `end` and `offset` say where it is.
   * @returns false when the chunk holds no further whole frame; what is left of it waits for the next chunk.
   * @throws ProtocolError FRAME_ILLEGAL, VARINT_OVERLONG, VARINT_RANGE, LIMIT_PAYLOAD.
   */
  next(): boolean {
    this.check();
    const straddles = this.held.size > 0;
    try {
      return straddles ? this.resume() : this.step();
    } catch (error) {
      throw (this.failure = (error as ProtocolError).moved(straddles ? this.offset : this.base));
    }
  }

  /** The frames of one chunk. Read them all before the next chunk is fed. */
  *frames(chunk: Uint8Array): Generator<Frame, void, void> {
    this.feed(chunk);
    while (this.next()) yield this.frame();
  }

  /** The frame that `next` found, as an object. */
  frame(): Frame {
    const { kind, bytes, start, end, offset } = this;
    return { kind, payload: bytes.subarray(start, end), offset, start: this.position - end + start };
  }

  /**
   * Says that no more bytes come.
   * @throws ProtocolError TRUNCATED when the stream ended inside a frame. [WIRE-9]
   */
  finish(): void {
    this.check();
    if (this.pending > 0)
      throw (this.failure = fault('TRUNCATED', 'WIRE-9', this.position, 'inside a frame'));
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** A frame that begins in this chunk. */
  private step(): boolean {
    const { chunk, head, pos } = this;
    const size = chunk.length;
    if (pos >= size) return false;
    this.offset = this.position;
    const known = head.read(chunk, pos, size, this.limits.maxPayload);
    const start = head.pos;
    const end = start + head.size;
    if (known && end <= size && !this.copy) {
      this.pos = end;
      return this.found(chunk, start, end);
    }
    this.whole = known ? end - pos : 0;
    return this.resume();
  }

  /** Goes on with the frame that straddles chunks. */
  private resume(): boolean {
    const { chunk, head, held } = this;
    while (this.whole === 0) {
      if (this.pos >= chunk.length) return false;
      held.add(chunk, this.pos, ++this.pos);
      if (!head.read(held.bytes, 0, held.size, this.limits.maxPayload)) continue;
      this.whole = head.pos + head.size;
    }
    const { whole } = this;
    const end = Math.min(chunk.length, this.pos + whole - held.size);
    held.add(chunk, this.pos, end, whole);
    this.pos = end;
    if (held.size < whole) return false;
    held.release();
    this.chunk = plain(chunk);
    const stop = held.start + whole;
    return this.found(held.bytes, stop - head.size, stop);
  }

  private found(bytes: Uint8Array, start: number, end: number): true {
    this.kind = this.head.kind;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    return true;
  }
}

/** The whole frames of `bytes`. @throws ProtocolError as `FrameDecoder`, TRUNCATED when the input ends inside a frame. */
export function* readFrames(bytes: Uint8Array, options?: FrameDecoderOptions): Generator<Frame, void, void> {
  const decoder = new FrameDecoder(options);
  yield* decoder.frames(bytes);
  decoder.finish();
}
