/**
 * Counted frames of one direction, from the first that the peer has not acknowledged. A frame's number is its place: it
 * costs no byte on the wire. [SESSION-1]
 */
import { Queue } from '../wire/queue.ts';
import type { Watch } from './options.ts';

/** A frame that waits for its acknowledgement. */
export interface Held {
  /** Head and payload. */
  readonly frame: Uint8Array;
  /** By which its sender knows it; 0 where that is told nothing. */
  readonly ticket: number;
}

/** What the peer can hold. [SESSION-9] */
export interface Window {
  readonly frames: number;
  readonly bytes: number;
}

export class Outbox {
  /** Highest number that the peer has acknowledged. */
  acked = 0;
  /** Highest number that was written on any link: nothing above it can be acknowledged. [SESSION-8] */
  written = 0;
  /** Highest number that is safe in the journal; what is above it is not written yet. */
  durable: number = Number.MAX_SAFE_INTEGER;
  /** Bytes of the frames held. */
  bytes = 0;
  private readonly frames = new Queue<Held>();
  /**
   * Frames that the peer has acknowledged before they were written on this link, as the answer to a RESUME may: they are
   * written all the same, since a frame's number is its place. [SESSION-3]
   */
  private readonly owed = new Queue<Uint8Array>();
  /** Highest number written on the link of now, and the bytes of those not acknowledged. */
  private cursor = 0;
  private flight = 0;
  private readonly watch: Watch | undefined;

  constructor(watch?: Watch) {
    this.watch = watch;
  }

  /** Highest number given. */
  get last(): number {
    return this.acked + this.frames.length;
  }

  /** Frames held. */
  get length(): number {
    return this.frames.length;
  }

  /** Takes a frame; it is the outbox's from now on. @returns its number. */
  push(held: Held): number {
    this.frames.push(held);
    this.bytes += held.frame.length;
    return this.last;
  }

  /** A link begins: what is not acknowledged is to be written again, in order. @returns the number of the first. */
  rewind(): number {
    this.cursor = this.acked;
    this.flight = 0;
    this.owed.clear();
    return this.acked + 1;
  }

  /**
   * The next frame to be written on this link; then it counts as written.
   * @returns undefined when there is none, or when the window holds no further one. A frame larger than the window goes
   *   alone. [SESSION-9]
   */
  next({ frames, bytes }: Window): Uint8Array | undefined {
    const owed = this.owed.shift();
    if (owed !== undefined) {
      this.cursor++;
      return owed;
    }
    const outstanding = this.cursor - this.acked;
    const frame = this.frames.at(outstanding)?.frame;
    if (frame === undefined || this.cursor >= this.durable || outstanding >= frames) return undefined;
    if (outstanding > 0 && this.flight + frame.length > bytes) return undefined;
    this.flight += frame.length;
    this.cursor++;
    if (this.cursor > this.written) this.written = this.cursor;
    const { watch } = this;
    if (watch !== undefined) this.tellWritten(watch, outstanding);
    return frame;
  }

  private tellWritten(watch: Watch, at: number): void {
    const { ticket, frame } = this.frames.at(at)!;
    if (ticket > 0) watch.written(ticket, frame.length);
  }

  /** Whether frames wait to be written on this link. */
  get waiting(): boolean {
    return this.cursor < this.last;
  }

  /** Whether frames were written on this link and not acknowledged. */
  get outstanding(): boolean {
    return this.cursor > this.acked;
  }

  /**
   * Frees what the peer has taken. A number that is not above the highest so far frees nothing.
   * @returns false for a number above what was ever written. [SESSION-8]
   */
  acknowledge(number: number | bigint): boolean {
    if (number > this.written) return false;
    while (this.acked < number) {
      const { frame } = this.frames.shift()!;
      this.acked++;
      this.bytes -= frame.length;
      if (this.acked <= this.cursor) this.flight -= frame.length;
      else this.owed.push(frame);
    }
    return true;
  }

  /** What is held, in order: to save it. */
  *[Symbol.iterator](): Generator<Held, void, void> {
    yield* this.frames;
  }

  /** Sets an empty outbox to where another stood. */
  restore(acked: number, written: number, frames: Iterable<Held>): void {
    this.acked = this.cursor = acked;
    for (const held of frames) this.push(held);
    this.written = Math.min(Math.max(written, acked), this.last);
  }
}
