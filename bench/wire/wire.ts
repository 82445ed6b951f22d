/**
 * Two ends of a connection in virtual time. It counts what both write, and the TCP segments that carry it: writes of one moment
 * share a segment, and what came is acknowledged by the next segment back, or by one of its own when none comes in time.
 */

export type Side = 'client' | 'server';

/** From one end to the other, in milliseconds: a mobile network. */
const DELAY = 50;
/** How long an end waits for a segment to acknowledge with: what Linux begins with (RFC 1122, 4.2.3.2, allows 500). */
const TCP_ACK_DELAY = 40;
/** IPv4 and TCP without options. */
const HEADERS = 40;
/** Payload of a segment. */
const MOST = 1460;

export interface Totals {
  /** What the ends wrote. */
  readonly bytes: number;
  readonly segments: number;
  /** With the headers of all segments, those that only acknowledge included. */
  readonly withHeaders: number;
}

interface End {
  /** When the last segment with data was begun, and what it holds. */
  wroteAt: number;
  filled: number;
  /** When what came must be acknowledged; Infinity: all is. */
  ackBy: number;
}

const newEnd = (): End => ({ wroteAt: -1, filled: 0, ackBy: Infinity });

export class Wire {
  now = 0;
  private bytes = 0;
  private segments = 0;
  private counted: Totals = { bytes: 0, segments: 0, withHeaders: 0 };
  private readonly ends: Readonly<Record<Side, End>> = { client: newEnd(), server: newEnd() };
  /** What will happen, the latest first. */
  private readonly events: { readonly at: number; readonly does: () => void }[] = [];

  /** Does something at a time. What is due at the same moment happens in the order in which it was asked for. */
  at(at: number, does: () => void): void {
    const before = this.events.findLastIndex((event) => event.at > at);
    this.events.splice(before + 1, 0, { at, does });
  }

  /** Bytes go from one end to the other. @param arrived what they do there. */
  write(from: Side, bytes: Uint8Array | string, arrived: () => void = () => undefined): void {
    const length = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
    const end = this.ends[from];
    this.bytes += length;
    const shares = end.wroteAt === this.now ? end.filled : 0;
    this.segments += Math.ceil((shares + length) / MOST) - Math.ceil(shares / MOST);
    end.filled = shares + length;
    end.wroteAt = this.now;
    end.ackBy = Infinity;
    this.at(this.now + DELAY, () => {
      this.owe(from === 'client' ? 'server' : 'client');
      arrived();
    });
  }

  /** Lets time go by. */
  run(until: number): void {
    for (let next = this.events.at(-1); next !== undefined && next.at <= until; next = this.events.at(-1)) {
      this.events.pop();
      this.now = next.at;
      next.does();
    }
    this.now = until;
  }

  /** What was counted since it was asked for the last time. */
  take(): Totals {
    const { bytes, segments, counted } = this;
    const totals = { bytes: bytes - counted.bytes, segments: segments - counted.segments };
    this.counted = { bytes, segments, withHeaders: 0 };
    return { ...totals, withHeaders: totals.bytes + HEADERS * totals.segments };
  }

  private owe(side: Side): void {
    const end = this.ends[side];
    if (end.ackBy !== Infinity) return;
    const by = this.now + TCP_ACK_DELAY;
    end.ackBy = by;
    this.at(by, () => {
      if (end.ackBy !== by) return;
      end.ackBy = Infinity;
      this.segments++;
    });
  }
}
