/** Protocols as what they say: one side writes, and what arrives makes the other side write. */
import { Wire, type Side } from './wire.ts';

type Bytes = Uint8Array | string;

/** Writes in turn, the first by the side that begins. A list is several that follow at once. */
export type Exchange = readonly Bytes[];

/** A protocol with a link that stands between a client and a server. */
export interface Protocol {
  readonly name: string;
  /** Makes the connection, beyond TCP's own. */
  connect(wire: Wire): void;
  /** The client sends its message of this number, from 1. */
  up(wire: Wire, number: number): void;
  /** The client gets a message. */
  down(wire: Wire, number: number): void;
}

export interface Script {
  readonly name: string;
  /** The client begins. */
  readonly connect: Exchange;
  /** Whether the server speaks first when a connection stands. */
  readonly serverGreets?: boolean;
  readonly up: (number: number) => Exchange;
  readonly down: (number: number) => Exchange;
  readonly heartbeat?: Heartbeat;
}

export interface Heartbeat {
  /** Who begins it. */
  readonly by: Side;
  /** Milliseconds. */
  readonly every: number;
  /** Of silence of this side, or by the clock whatever is said. */
  readonly counts: 'from its last write' | 'by the clock';
  readonly says: Exchange;
}

export function scripted(script: Script): Protocol {
  const { name, connect, serverGreets = false, up, down, heartbeat } = script;
  const speak = new Speaker(heartbeat);
  return {
    name,
    connect(wire) {
      speak.exchange(wire, serverGreets ? 'server' : 'client', connect);
      speak.beat(wire);
    },
    up: (wire, number) => speak.exchange(wire, 'client', up(number)),
    down: (wire, number) => speak.exchange(wire, 'server', down(number)),
  };
}

class Speaker {
  private readonly heartbeat: Heartbeat | undefined;
  private wrote: Record<Side, number> = { client: 0, server: 0 };

  constructor(heartbeat: Heartbeat | undefined) {
    this.heartbeat = heartbeat;
  }

  exchange(wire: Wire, side: Side, [first, ...rest]: Exchange): void {
    if (first === undefined) return;
    this.wrote[side] = wire.now;
    const other = side === 'client' ? 'server' : 'client';
    wire.write(side, first, () => {
      this.exchange(wire, other, rest);
    });
  }

  /** Beats from now on, as long as the wire lasts. */
  beat(wire: Wire): void {
    if (this.heartbeat === undefined) return;
    const { by, every, counts, says } = this.heartbeat;
    const due = counts === 'by the clock' ? wire.now + every : Math.max(this.wrote[by] + every, wire.now + 1);
    wire.at(due, () => {
      if (counts === 'by the clock' || this.wrote[by] + every <= wire.now) this.exchange(wire, by, says);
      this.beat(wire);
    });
  }
}
