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
  /** Offset in the stream of the first of `bytes`. */
  origin = 0;
  /** Index in `bytes` of the frame's first byte. */
  first = 0;

  /** How far the chunk is read, and the index before which frames are looked for in the short way: for readers that stand on this one. */
  pos = 0;
  near = 0;
  /** The chunk's length; what makes `next` look closer once the decoder has failed. */
  size = 0;
  limits: Limits;
  readonly copy: boolean;
  readonly head: FrameHead = new FrameHead();
  private failure: ProtocolError | undefined;

  /** What is read; `bytes` are its own, plain, from the first frame on that lies in it. */
  chunk: Uint8Array = EMPTY;
  /** Offset in the stream of the first byte after the chunk. */
  fed = 0;

  /** What there is of the frame that straddles chunks, and its length: 0 while its head is not whole. */
  readonly held: Gatherer;
  whole = 0;
  /** Bytes of it that are to come. */
  missing = 0;
  /** Its head, where that straddles too, and its offset in the stream. */
  private headBytes: Uint8Array | undefined;
  private headSize = 0;
  begin = 0;

  constructor({ limits, copy = false }: FrameDecoderOptions = {}) {
    this.limits = resolveLimits(limits);
    this.copy = copy;
    this.held = new Gatherer(copy);
  }

  /** Other limits from the next head on: after authentication, say. */
  setLimits(limits: Partial<Limits>): void {
    this.limits = resolveLimits(limits, this.limits);
  }

  /** Offset in the stream of the first byte of the frame that `next` found. */
  get offset(): number {
    return this.origin + this.first;
  }

  /** Bytes of a frame that is not whole yet. */
  get pending(): number {
    return this.headSize + (this.missing > 0 ? this.whole - this.missing : this.held.size);
  }

  /** Offset in the stream of the next byte to be read. */
  get position(): number {
    return this.fed - this.size + this.pos;
  }

  /**
   * Takes the next chunk. It is the decoder's from now on: payloads are views of it, unless `copy` is set.
   * @throws TypeError when frames of the chunk before were not read to the end (`next` answered true last).
   * @throws ProtocolError the fault of before: a failed decoder stays failed.
   */
  feed(chunk: Uint8Array): void {
    const { length } = chunk;
    const { held, missing, whole } = this;
    // A byte inside a frame goes where it belongs, and nothing else is touched: in chunks of a byte, two thirds of the time.
    if (length === 1 && missing > 1 && held.room === whole) {
      held.bytes[held.start + whole - missing] = chunk[0]!;
      this.missing--;
      this.fed++;
      return;
    }
    if (this.pos < this.size) {
      this.check();
      throw new TypeError('read all frames of a chunk before feeding the next');
    }
    if (length === 0) return;
    held.size = whole - missing;
    this.fed += length;
    this.size = length;
    this.missing = this.pos = this.near = 0;
    this.chunk = chunk;
  }

  /**
   * Steps to the next frame: `kind`, `bytes`, `start`, `end` and `offset` say where it is.
   * @returns false when the chunk holds no further whole frame; what is left of it waits for the next chunk.
   * @throws ProtocolError FRAME_ILLEGAL, VARINT_OVERLONG, VARINT_RANGE, LIMIT_PAYLOAD.
   */
  next(): boolean {
    const { bytes, pos } = this;
    if (pos < this.near) {
      const first = bytes[pos]!;
      let start = pos + 1;
      let size = first & 15;
      if (size === 15) {
        const low = bytes[start++]!;
        size += low;
        if (low > 0x7f) {
          const high = bytes[start++]!;
          if (high === 0 || high > 0x7f) return this.closely();
          size += (high << 7) - 0x80;
        }
      }
      const end = start + size;
      if (first > 15 && end <= this.size && size <= this.limits.maxPayload) {
        this.kind = first >> 4;
        this.first = pos;
        this.start = start;
        this.end = this.pos = end;
        return true;
      }
    }
    return this.pos < this.size && this.closely();
  }

  /** The frames of one chunk. Read them all before the next chunk is fed. */
  *frames(chunk: Uint8Array): Generator<Frame, void, void> {
    this.feed(chunk);
    while (this.next()) yield this.frame();
  }

  /** The frame that `next` found, as an object. */
  frame(): Frame {
    const { kind, bytes, start, end, offset, origin } = this;
    return { kind, payload: bytes.subarray(start, end), offset, start: origin + start };
  }

  /** Lets go of the chunk, when all of it is read: a connection on which nothing comes holds none of the last that came. */
  rest(): void {
    if (this.pos === this.size) this.chunk = this.bytes = this.head.bytes = EMPTY;
  }

  /**
   * Says that no more bytes come.
   * @throws ProtocolError TRUNCATED when the stream ended inside a frame. [WIRE-9]
   */
  finish(): void {
    this.check();
    if (this.pending > 0) throw this.failed(fault('TRUNCATED', 'WIRE-9', this.position, 'inside a frame'));
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private failed(error: ProtocolError): ProtocolError {
    this.pos = this.near = this.missing = 0;
    this.size = 1;
    return (this.failure = error);
  }

  /** What is not in the short way: the first frame of a chunk, the last, those that straddle, long ones, and faults. */
  private closely(): boolean {
    this.check();
    try {
      return this.pending > 0 ? this.resume() : this.step();
    } catch (error) {
      throw this.failed((error as ProtocolError).moved(this.origin));
    }
  }

  /** A frame that begins in this chunk. */
  private step(): boolean {
    const { chunk, head, pos, size } = this;
    this.origin = this.fed - size;
    const known = head.read(chunk, pos, size, this.limits.maxPayload);
    const end = head.pos + head.size;
    if (known && end <= size && !this.copy) {
      // Made plain only once it holds a frame: in chunks of a byte, most never do.
      if (this.near === 0) this.chunk = this.bytes = plain(chunk);
      this.near = size - 2;
      this.pos = end;
      return this.found(pos, end);
    }
    this.begin = this.origin + pos;
    this.whole = known ? end - pos : 0;
    return this.resume();
  }

  /** Goes on with the frame that straddles chunks. */
  private resume(): boolean {
    const { chunk, head, held, size } = this;
    const headBytes = (this.headBytes ??= new Uint8Array(6));
    this.origin = this.begin;
    while (this.whole === 0) {
      if (this.pos >= size) return false;
      headBytes[this.headSize++] = chunk[this.pos++]!;
      if (!head.read(headBytes, 0, this.headSize, this.limits.maxPayload)) continue;
      this.whole = head.pos + head.size;
      held.add(headBytes, 0, this.headSize, this.whole);
      this.headSize = 0;
    }
    const { pos, whole } = this;
    const end = Math.min(size, pos + whole - held.size);
    held.add(chunk, pos, end, whole);
    this.pos = end;
    this.missing = whole - held.size;
    if (this.missing > 0) return false;
    held.release();
    this.whole = this.near = 0;
    this.bytes = held.bytes;
    this.origin -= held.start;
    return this.found(held.start, held.start + whole);
  }

  private found(first: number, end: number): true {
    this.kind = this.head.kind;
    this.first = first;
    this.start = end - this.head.size;
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
