/** Petrel, by the sessions themselves over their default options. */
import assert from 'node:assert/strict';
import { Acceptor, ClientSession, type Link, type ServerSession, type SessionOptions } from 'petrel/session';
import { FROM, PEER, TEXT } from './message.ts';
import type { Protocol } from './script.ts';
import type { Side, Wire } from './wire.ts';

interface Manner extends SessionOptions {
  /** Commands carry a client's message id, by which they are done once also when the server loses the session. */
  readonly messageIds?: boolean;
}

/** Of a client that has sent a thousand before. */
const FIRST_MESSAGE_ID = 1000;

export function petrel(name: string, { messageIds = false, ...options }: Manner = {}): Protocol {
  let pair: Pair | undefined;
  return {
    name,
    connect(wire) {
      pair = new Pair(wire, options);
    },
    up(_wire, number) {
      const id = messageIds ? [FIRST_MESSAGE_ID + number] : [];
      pair!.client.command('SEND', [PEER, TEXT, ...id], { repeatable: messageIds });
      pair!.pump();
    },
    down() {
      pair!.server!.push('NEWS', [PEER, TEXT]);
      pair!.pump();
    },
  };
}

/** Two sessions on a wire. */
class Pair {
  readonly client: ClientSession;
  server: ServerSession | undefined;
  private readonly acceptor: Acceptor;
  private readonly wire: Wire;
  private readonly links: Readonly<Record<Side, Link>>;
  private awake = Infinity;

  constructor(wire: Wire, options: SessionOptions) {
    this.wire = wire;
    this.client = new ClientSession({ ...options, credentials: FROM });
    this.acceptor = new Acceptor(options, (length) => new Uint8Array(length).fill(0xa5));
    this.links = { client: this.client.connect(wire.now), server: this.acceptor.open(wire.now) };
    this.pump();
  }

  /** Writes what is due, and comes back when something will be. */
  pump(): void {
    const { now } = this.wire;
    for (const side of ['client', 'server'] as const) {
      const bytes = this.links[side].output(now);
      const other = side === 'client' ? 'server' : 'client';
      if (bytes !== undefined) this.wire.write(side, bytes, () => this.arrive(other, bytes));
    }
    const next = Math.min(this.client.nextTimeout(), this.server?.nextTimeout() ?? Infinity);
    if (next >= this.awake || next === Infinity) return;
    this.awake = next;
    this.wire.at(next, () => this.wake(next));
  }

  private wake(due: number): void {
    if (due !== this.awake) return;
    this.awake = Infinity;
    for (const session of [this.client, this.server]) session?.handleTimeout(this.wire.now);
    this.take();
    this.pump();
  }

  private arrive(side: Side, bytes: Uint8Array): void {
    const { now } = this.wire;
    this.links[side].receive(bytes, now);
    const told = this.acceptor.poll();
    if (told?.type === 'hello') this.server = this.acceptor.accept(told.link, now);
    this.take();
    this.pump();
  }

  /** Applications that take what they are told; the server answers. */
  private take(): void {
    for (const session of [this.client, this.server]) {
      for (let event = session?.poll(); event !== undefined; event = session?.poll()) {
        assert(event.type !== 'broken' && event.type !== 'failed', `${event.type} on a good link`);
        if (event.type === 'command') session!.reply(event.id, null);
      }
    }
  }
}
