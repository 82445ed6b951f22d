/**
 * One direction of a TCP connection, put in order: segments go in as they were captured, bytes come out once each. Where
 * two segments say different things of the same bytes, the first wins. What the capture has not is told as a gap.
 */

/** What comes out. Places count from the first byte of the direction that was seen. */
export interface StreamSink {
  /** Bytes in order: a view, good until the call returns. */
  data(bytes: Uint8Array): void;
  /** So many bytes were sent, and are not in the capture. */
  gap(length: number): void;
}

/** What was odd about the segments, in bytes. */
export interface StreamCounts {
  /** Sent again, all of it known already. */
  retransmitted: number;
  /** Of segments that held new bytes as well: those that were known. */
  overlapping: number;
  /** Segments that came before the ones in front of them. */
  outOfOrder: number;
  /** Not in the capture. */
  missing: number;
  /** Segments whose numbers are far from all others. */
  stray: number;
}

/** A run that lies behind a hole: bytes, or bytes that were not captured. */
interface Run {
  offset: number;
  length: number;
  bytes: Uint8Array | undefined;
}

/** What all streams of a capture hold behind holes, and may hold, in bytes. */
export interface Budget {
  used: number;
  readonly limit: number;
}

/** What a run costs beside its bytes. */
const RUN_COST = 64;

/** How many segments may follow on bytes that the peer has acknowledged and the capture has not: it may hold packets in another order. */
const PATIENCE = 8;
/** The largest window of TCP is 1 GiB (RFC 7323, 2.3): what is farther off belongs to something else. */
const REACH = 2 ** 30;

export class ByteStream {
  readonly counts: StreamCounts = { retransmitted: 0, overlapping: 0, outOfOrder: 0, missing: 0, stray: 0 };
  /** Bytes that came out, gaps included. */
  position = 0;
  private readonly sink: StreamSink;
  private readonly maxHeld: number;
  private readonly budget: Budget;
  /** Sequence number of the byte at `position`. */
  private next = 0;
  private begun = false;
  /** Runs behind a hole, in order, none touching another's bytes. */
  private runs: Run[] = [];
  private held = 0;
  /** Where the peer's acknowledgements end. */
  private acknowledged = 0;
  private sinceHole = 0;
  private finAt = Infinity;

  /** @param maxHeld bytes that are held behind a hole before it is given up; @param budget that of all streams. */
  constructor(sink: StreamSink, maxHeld: number, budget: Budget) {
    this.sink = sink;
    this.maxHeld = maxHeld;
    this.budget = budget;
  }

  /** Whether any byte's number is known. */
  get started(): boolean {
    return this.begun;
  }

  /** Whether all is there up to the sender's FIN. */
  get finished(): boolean {
    return this.position >= this.finAt;
  }

  /** Whether the peer has acknowledged the FIN as well. */
  get ended(): boolean {
    return this.finished && this.acknowledged > this.finAt;
  }

  /** The first byte has this number. */
  start(sequence: number): void {
    this.begun = true;
    this.next = sequence >>> 0;
  }

  /** Where a number lies, seen from where the reading stands. */
  private place(sequence: number): number {
    return this.position + ((sequence - this.next) | 0);
  }

  /** Whether a segment so numbered can belong to this stream. */
  near(sequence: number): boolean {
    return Math.abs((sequence - this.next) | 0) <= REACH;
  }

  /** A segment's payload, of which `length` bytes were on the wire and the first `bytes.length` were captured. */
  add(sequence: number, bytes: Uint8Array, length: number): void {
    if (!this.begun) this.start(sequence);
    if (!this.near(sequence)) {
      this.counts.stray++;
      return;
    }
    const offset = this.place(sequence);
    const kept = Math.min(bytes.length, length);
    if (offset > this.position) this.counts.outOfOrder++;
    let fresh = this.take(offset, kept, bytes);
    if (length > kept) fresh += this.take(offset + kept, length - kept, undefined);
    if (fresh === 0) this.counts.retransmitted += length;
    else this.counts.overlapping += length - fresh;
    if (this.runs.length > 0) this.sinceHole++;
    this.settle();
  }

  /** The peer has received everything before this number. */
  acknowledge(sequence: number): void {
    if (!this.begun) this.start(sequence);
    if (!this.near(sequence)) return;
    this.acknowledged = Math.max(this.acknowledged, this.place(sequence));
    // a direction that is not in the capture: numbers are told apart within 2^31 only
    if (this.runs.length === 0 && this.acknowledged - this.position > REACH / 2)
      this.miss(this.acknowledged - this.position);
    this.settle();
  }

  /** The sender's last byte is the one before this number. */
  end(sequence: number): void {
    if (!this.begun) this.start(sequence);
    if (this.near(sequence)) this.finAt = Math.min(this.finAt, this.place(sequence));
  }

  /** Nothing more comes: what is held comes out, gaps where there are holes. */
  flush(): void {
    while (this.runs.length > 0) this.jump();
    const sent = Math.min(this.acknowledged, this.finAt);
    if (sent > this.position && Number.isFinite(sent)) this.miss(sent - this.position);
  }

  /** Takes of a run what is new. @returns how many bytes that was. */
  private take(offset: number, length: number, bytes: Uint8Array | undefined): number {
    const skipped = Math.max(0, this.position - offset);
    if (skipped >= length) return 0;
    const rest = bytes?.subarray(skipped);
    const start = offset + skipped;
    const size = length - skipped;
    if (start > this.position || this.runs.length > 0) return this.hold(start, size, rest);
    this.give(size, rest);
    return size;
  }

  /** Puts a run between those that are held: only the parts that none of them has. */
  private hold(offset: number, length: number, bytes: Uint8Array | undefined): number {
    const end = offset + length;
    let index = this.runs.length;
    while (index > 0 && this.runs[index - 1]!.offset + this.runs[index - 1]!.length > offset) index--;
    let fresh = 0;
    for (let at = offset; at < end;) {
      const run = this.runs[index];
      const until = run === undefined ? end : Math.min(end, run.offset);
      if (until > at) {
        this.runs.splice(index++, 0, {
          offset: at,
          length: until - at,
          bytes: bytes?.slice(at - offset, until - offset),
        });
        fresh += until - at;
        this.charge(until - at + RUN_COST);
      }
      if (run === undefined) break;
      at = run.offset + run.length;
      index++;
    }
    return fresh;
  }

  private charge(bytes: number): void {
    this.held += bytes;
    this.budget.used += bytes;
  }

  /** Lets out what has no hole before it; gives up a hole that won't be filled. */
  private settle(): void {
    for (let first = this.runs[0]; first !== undefined; first = this.runs[0]) {
      const lost = this.sinceHole > PATIENCE && this.acknowledged >= first.offset;
      if (first.offset > this.position && !lost && this.fits) return;
      this.jump();
    }
    this.sinceHole = 0;
  }

  private get fits(): boolean {
    return this.held <= this.maxHeld && this.budget.used <= this.budget.limit;
  }

  /** Lets out the first run, over the hole before it. */
  private jump(): void {
    const { offset, length, bytes } = this.runs.shift()!;
    this.charge(-length - RUN_COST);
    if (offset > this.position) this.miss(offset - this.position);
    this.give(length, bytes);
  }

  private give(length: number, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) return this.miss(length);
    this.advance(length);
    this.sink.data(bytes);
    return undefined;
  }

  private miss(length: number): void {
    this.advance(length);
    this.counts.missing += length;
    this.sink.gap(length);
  }

  private advance(length: number): void {
    this.position += length;
    this.next = (this.next + length) >>> 0;
  }
}
