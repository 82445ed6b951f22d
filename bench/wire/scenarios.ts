/** What is said: a chat of ten minutes, and one message on a link that was silent. */
import type { Protocol } from './script.ts';
import { Wire, type Totals } from './wire.ts';

export interface Cost {
  readonly name: string;
  /** What making the connection took. */
  readonly connect: Totals;
  /** 20 messages each way in ten minutes, in turns. */
  readonly chat: Totals;
  /** One message alone, and all that follows from it. */
  readonly up: Totals;
  readonly down: Totals;
}

const MESSAGES = 20;
const MINUTES_10 = 600_000;
/** Everything that follows at once from a message has been said by then, and no heartbeat is due. */
const SETTLED = 15_000;

/** @param make a protocol that has said nothing yet: each scenario begins with a connection of its own. */
export function cost(make: () => Protocol): Cost {
  const { name } = make();
  const { wire, protocol, connect } = connected(make);
  for (let i = 0; i < MESSAGES; i++) {
    const period = MINUTES_10 / MESSAGES;
    wire.at(wire.now + i * period + period / 4, () => protocol.up(wire, i + 1));
    wire.at(wire.now + i * period + (3 * period) / 4, () => protocol.down(wire, i + 1));
  }
  wire.run(wire.now + MINUTES_10);
  const chat = wire.take();
  return { name, connect, chat, up: alone(make, 'up'), down: alone(make, 'down') };
}

interface Connected {
  readonly wire: Wire;
  readonly protocol: Protocol;
  readonly connect: Totals;
}

function connected(make: () => Protocol): Connected {
  const wire = new Wire();
  const protocol = make();
  protocol.connect(wire);
  wire.run(SETTLED);
  return { wire, protocol, connect: wire.take() };
}

function alone(make: () => Protocol, way: 'up' | 'down'): Totals {
  const { wire, protocol } = connected(make);
  protocol[way](wire, 1);
  wire.run(wire.now + SETTLED / 2);
  return wire.take();
}
