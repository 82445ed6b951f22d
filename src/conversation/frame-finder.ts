/** One direction of a capture as frames: they are found anew where the capture enters it in its midst, and after each gap. */
import { FrameDecoder, type Frame } from '../frame/decoder.ts';
import { ProtocolError } from '../wire/errors.ts';
import type { Limits } from '../wire/limits.ts';
import { findBoundary } from './boundary.ts';

/** Bytes in which a boundary is looked for before the first of them are given up. */
const WINDOW = 1 << 17;

export class FrameFinder {
  private decoder: FrameDecoder;
  private readonly limits: Partial<Limits>;
  /** Where in the direction the decoder's stream begins. */
  private base = 0;
  /** What was captured since the reading lost its place; undefined while it has one. */
  private window: Uint8Array[] | undefined;
  private size = 0;
  /** All before it in the window is no boundary. */
  private from = 0;
  private looked = 0;
  private failed = false;
  /** Bytes of the direction so far. */
  private fed = 0;
  private readonly unread: (length: number, why: ProtocolError | undefined) => void;

  constructor(limits: Partial<Limits>, lost: boolean, unread: FrameFinder['unread']) {
    this.limits = limits;
    this.decoder = this.fresh();
    this.unread = unread;
    if (lost) this.window = [];
  }

  private fresh(): FrameDecoder {
    return new FrameDecoder({ limits: this.limits });
  }

  *read(bytes: Uint8Array): Generator<Frame, void, void> {
    this.fed += bytes.length;
    if (this.failed) return this.unread(bytes.length, undefined);
    if (this.window === undefined) return yield* this.frames(bytes);
    this.window.push(bytes);
    this.size += bytes.length;
    // looked at only where there is much more than before, so that single bytes cost no more than long segments
    if (this.size >= Math.max(2 * this.looked, 64)) yield* this.seek(false);
    return undefined;
  }

  /** Bytes are missing: what follows may begin anywhere. */
  *lose(length: number): Generator<Frame, void, void> {
    yield* this.finish();
    this.fed += length;
    this.base = this.fed;
    this.window = [];
    this.from = this.looked = this.size = 0;
    this.failed = false;
    this.decoder = this.fresh();
  }

  /** No more bytes come, or none without a gap. */
  *finish(): Generator<Frame, void, void> {
    if (this.size > 0) yield* this.seek(true);
    if (this.failed || this.decoder.pending === 0) return;
    this.unread(this.decoder.pending, undefined);
  }

  private *seek(last: boolean): Generator<Frame, void, void> {
    const window = join(this.window!, this.size);
    const { at, sure } = findBoundary(window, this.from, last, this.limits);
    if (sure) {
      this.window = undefined;
      this.size = 0;
      this.skip(at);
      return yield* this.frames(window.subarray(at));
    }
    const most = Math.max(at, window.length >> 1);
    const gone = last ? window.length : window.length > WINDOW ? most : 0;
    this.window = [window.subarray(gone)];
    this.looked = this.size = window.length - gone;
    this.from = Math.max(0, at - gone);
    this.skip(gone);
    return undefined;
  }

  private skip(length: number): void {
    this.base += length;
    if (length > 0) this.unread(length, undefined);
  }

  private *frames(bytes: Uint8Array): Generator<Frame, void, void> {
    const { decoder, base } = this;
    try {
      for (const frame of decoder.frames(bytes))
        yield { ...frame, offset: frame.offset + base, start: frame.start + base };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.failed = true;
      this.unread(this.fed - base - error.offset, error);
    }
  }
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const joined = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
