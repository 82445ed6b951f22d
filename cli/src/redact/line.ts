/** One connection that is redacted: what each end said and is not redacted yet, and the packets that say the rest anew. */
import { SyntheticConnection, type Connection, type CutPacket, type Socket } from 'petrel/capture';
import type { Slot } from './slots.ts';

/** What one end said. */
export class Direction {
  /** Where in the direction, gaps included, the bytes begin that are not redacted. */
  done = 0;
  /** Whether frames are known to begin there. */
  synced: boolean;
  /** Whether nothing of it can be read any more. */
  lost = false;
  /** Bytes before the first gap. */
  ahead = 0;
  /** Bytes, and lengths of gaps. */
  private parts: (Uint8Array | number)[] = [];
  private waiting: Slot[] = [];

  constructor(synced: boolean) {
    this.synced = synced;
  }

  add(bytes: Uint8Array, slot: Slot): void {
    if (!this.gapped) this.ahead += bytes.length;
    this.parts.push(bytes);
    this.waiting.push(slot);
  }

  addGap(length: number): void {
    this.parts.push(length);
    if (this.ahead === 0) this.pass();
  }

  private get gapped(): boolean {
    return this.parts.some((part) => typeof part === 'number');
  }

  /** The next `size` bytes, which are there, joined; a gap behind them is passed. */
  take(size: number): Uint8Array {
    const taken: Uint8Array[] = [];
    let left = size;
    let used = 0;
    for (; left > 0; used++) {
      const part = this.parts[used] as Uint8Array;
      taken.push(part.subarray(0, left));
      if (part.length > left) {
        this.parts[used] = part.subarray(left);
        break;
      }
      left -= part.length;
    }
    this.parts.splice(0, used);
    this.done += size;
    this.ahead -= size;
    if (this.ahead === 0) this.pass();
    return taken.length === 1 ? taken[0]! : Buffer.concat(taken);
  }

  private pass(): void {
    while (typeof this.parts[0] === 'number') {
      this.done += this.parts.shift() as number;
      this.synced = false;
    }
    const next = this.parts.findIndex((part) => typeof part === 'number');
    const run = next < 0 ? this.parts : this.parts.slice(0, next);
    for (const part of run as Uint8Array[]) this.ahead += part.length;
  }

  /** Says `bytes` in the place of the next `size` of the capture, in the same segments as far as that goes. */
  say(size: number, bytes: Uint8Array): void {
    let left = size;
    let at = 0;
    let used = 0;
    while (left > 0) {
      const slot = this.waiting[used]!;
      const part = Math.min(slot.left, left);
      left -= part;
      slot.left -= part;
      // all that is longer than it was goes with the last segment
      const end = left === 0 ? bytes.length : Math.min(bytes.length, at + part);
      slot.ready.push(bytes.subarray(at, end));
      at = end;
      if (slot.left === 0) used++;
    }
    this.waiting.splice(0, used);
  }
}

export class Line {
  readonly connection: Connection;
  readonly client: Direction;
  readonly server: Direction;
  /** What it speaks, once that is known. */
  protocol: string | undefined;
  private readonly packets: SyntheticConnection;

  constructor(connection: Connection, client: Socket, server: Socket) {
    this.connection = connection;
    this.client = new Direction(connection.complete);
    this.server = new Direction(connection.complete);
    // ports that are taken again need another number
    this.packets = new SyntheticConnection(client, server, connection.id * 1_000_003);
  }

  /** The packets of a slot. */
  packetsOf({ what, from, left, ready }: Slot): (Uint8Array | CutPacket)[] {
    const { packets, connection } = this;
    switch (what) {
      case 'open':
        return connection.complete ? packets.open() : packets.acknowledge('client');
      case 'data':
        return packets.data(from, ready.length === 1 ? ready[0]! : Buffer.concat(ready));
      case 'gap':
        return packets.missing(from, left);
      case 'end':
        return [...packets.end('client'), ...packets.end('server')];
      case 'reset':
        return packets.reset(from);
      default:
        return what satisfies never;
    }
  }
}
