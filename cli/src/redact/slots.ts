/** Packets that are written in the order of the capture, though what some of them say is known later than what follows. */
import type { End, Instant } from 'petrel/capture';
import type { Line } from './line.ts';

/** What is to be written of a connection. */
export interface Slot {
  readonly line: Line;
  readonly time: Instant;
  readonly what: 'open' | 'data' | 'gap' | 'end' | 'reset';
  readonly from: End;
  /** Of data: bytes of the capture that are not redacted yet; of a gap: its length. */
  left: number;
  /** Its bytes in the capture. */
  readonly size: number;
  readonly ready: Uint8Array[];
}

/** More that waits is written out of order: each connection keeps its own. */
const MOST_SLOTS = 65_536;
const MOST_BYTES = 32 << 20;

export class Slots {
  private queue: Slot[] = [];
  private bytes = 0;
  /** What waited when it was last passed over: that costs a look at all of it, and is not done for each packet. */
  private passed = { slots: 0, bytes: 0 };

  add(slot: Slot): void {
    this.queue.push(slot);
    this.bytes += slot.size;
  }

  /** Takes what can be written now; at the end all of it. */
  *take(): Generator<Slot, void, void> {
    const { queue } = this;
    let count = 0;
    while (count < queue.length && isReady(queue[count]!)) yield this.out(queue[count++]!);
    this.queue = count === queue.length ? [] : count > 0 ? queue.slice(count) : queue;
    const { slots, bytes } = this.passed;
    if (this.queue.length > MOST_SLOTS + 2 * slots || this.bytes > MOST_BYTES + 2 * bytes) yield* this.past();
  }

  private out(slot: Slot): Slot {
    this.bytes -= slot.size;
    return slot;
  }

  /** Passes over what is not known yet, and all that its connection says after it. */
  private *past(): Generator<Slot, void, void> {
    const blocked = new Set<Line>();
    const waiting: Slot[] = [];
    for (const slot of this.queue) {
      if (!isReady(slot)) blocked.add(slot.line);
      if (blocked.has(slot.line)) waiting.push(slot);
      else yield this.out(slot);
    }
    this.queue = waiting;
    this.passed = { slots: waiting.length, bytes: this.bytes };
  }
}

function isReady({ what, left }: Slot): boolean {
  return what !== 'data' || left === 0;
}
