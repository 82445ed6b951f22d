/**
 * Counted frames of a channel, which lie one behind the other in a few buffers: neither an object nor a view is made of each, and
 * what may be written goes in runs. Otherwise it is as `Outbox`. [SESSION-1]
 */
import { FrameWriter } from '../frame/all.ts';
import { Queue } from '../wire/queue.ts';
import { Outbox, type Held, type Window } from './outbox.ts';

/** Bytes of a buffer that is written into, and how few are left when the next begins. */
const SLAB = 16_384;
const SPARE = 2048;
/** Frames of which the ends are known at first: a power of two, as it is when it has grown. */
const FRAMES = 64;

/** A buffer that is full: `[from, to)` of the stream of all frames lies at `bytes[0]` on. */
interface Slab {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** The number of its last frame. */
  readonly last: number;
}

export class RunOutbox extends Outbox {
  /** A frame is written here; then `sent` numbers it. */
  readonly writer: FrameWriter;
  private readonly slabs = new Queue<Slab>();
  /** Offset in the stream of the writer's first byte. */
  private from = 0;
  private count = 0;
  /** By a frame's number modulo the size: where it ends in the stream. */
  private ends: Float64Array = new Float64Array(FRAMES);
  /** What of the stream is acknowledged, and written on the link of now, with the number of its last frame. */
  private ackedEnd = 0;
  private place = 0;
  private placeEnd = 0;
  /** Frames, and bytes, of the window that the last frame has to leave free. [SESSION-9] */
  private left = 0;

  constructor(writer: FrameWriter) {
    super();
    this.writer = writer;
  }

  /** All that is in the writer is frames; the last of them gets its number with this. @param leaves room for another one, as a PART has to. */
  sent(leaves = false): void {
    const { writer } = this;
    this.left = leaves ? 1 : 0;
    if (this.count - Math.min(this.acked, this.place) >= this.ends.length - 1) this.grow();
    this.ends[++this.count & (this.ends.length - 1)] = this.from + writer.pos;
    if (writer.bytes.length - writer.pos < SPARE) this.turnOver();
  }

  /** Whether a further frame of a byte would have room in the window: nothing waits then for any but its transport. */
  fits({ frames, bytes }: Window): boolean {
    const outstanding = this.count - this.acked;
    return outstanding <= 0 || (outstanding < frames && this.end(this.count) - this.ackedEnd < bytes);
  }

  override get last(): number {
    return this.count;
  }

  override get length(): number {
    return this.count - this.acked;
  }

  override rewind(): number {
    this.place = this.acked;
    this.placeEnd = this.ackedEnd;
    return this.acked + 1;
  }

  /** The next frames that may be written on this link, in one run. */
  override next(window: Window): Uint8Array | undefined {
    const { place, placeEnd, writer } = this;
    if (place === this.count) return undefined;
    const slab = this.slabAt(placeEnd);
    const to = this.allowed(window, slab === undefined ? this.count : slab.last);
    if (to === place) return undefined;
    const from = slab === undefined ? this.from : slab.from;
    const end = this.end(to);
    const run = (slab?.bytes ?? writer.bytes).subarray(placeEnd - from, end - from);
    this.place = to;
    this.placeEnd = end;
    if (to > this.written) this.written = to;
    this.free();
    return run;
  }

  /** The highest number up to `most` that the window allows. A frame larger than it goes alone. [SESSION-9] */
  private allowed({ frames, bytes }: Window, most: number): number {
    const { acked, ackedEnd, left } = this;
    // what is acknowledged and was not written on this link yet goes in any case: a frame's number is its place
    let last = Math.max(this.place, Math.min(most, acked));
    const to = Math.min(most, acked + Math.max(1, frames - left));
    if (to > last && this.end(to) - ackedEnd <= bytes - left) return to;
    while (last < to && this.end(last + 1) - ackedEnd <= bytes - left) last++;
    return last <= acked && last < to ? last + 1 : last;
  }

  override get waiting(): boolean {
    return this.place < this.count;
  }

  override get outstanding(): boolean {
    return this.place > this.acked;
  }

  override acknowledge(number: number | bigint): boolean {
    if (number > this.written) return false;
    if (number <= this.acked) return true;
    this.acked = Number(number);
    this.ackedEnd = this.end(this.acked);
    this.free();
    return true;
  }

  /** Nobody is told of its frames: who uses the channel knows what it has sent. */
  override *[Symbol.iterator](): Generator<Held, void, void> {}

  private end(number: number): number {
    return this.ends[number & (this.ends.length - 1)]!;
  }

  /** The full buffer in which an offset of the stream lies; undefined for the one that is written into. */
  private slabAt(offset: number): Slab | undefined {
    if (offset >= this.from) return undefined;
    for (const slab of this.slabs) if (offset < slab.to) return slab;
    return undefined;
  }

  /** What is acknowledged and was written, here or on a link before, is not needed any more. */
  private free(): void {
    const { slabs, writer } = this;
    const needed = Math.min(this.ackedEnd, this.placeEnd);
    for (let first = slabs.at(0); first !== undefined && first.to <= needed; first = slabs.at(0))
      slabs.shift();
    // what a link writes is a copy: nobody looks at these bytes any more
    if (needed < this.from + writer.pos) return;
    this.from += writer.pos;
    writer.pos = 0;
  }

  private turnOver(): void {
    const { writer, from, count } = this;
    const to = from + writer.pos;
    this.slabs.push({ bytes: writer.bytes, from, to, last: count });
    writer.bytes = new Uint8Array(SLAB);
    writer.pos = 0;
    this.from = to;
  }

  private grow(): void {
    const { ends } = this;
    const grown = new Float64Array(ends.length * 2);
    for (let number = Math.min(this.acked, this.place); number <= this.count; number++)
      grown[number & (grown.length - 1)] = ends[number & (ends.length - 1)]!;
    this.ends = grown;
  }
}
