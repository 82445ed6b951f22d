/** A way to a server through a bad network: bytes take their time, wait for those that were lost, or do not pass at all. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../session/random.ts';
import type { Fault, Passage, Standing } from './faults.ts';

export interface Conditions {
  /** Milliseconds that a byte travels. */
  readonly delay: number;
  /** Bytes a second, each way of a connection. */
  readonly rate: number;
  /** Of a hundred chunks, so many are lost at first: they, and all behind them, wait until they were sent again. */
  readonly loss: number;
  /** Milliseconds until that. */
  readonly again: number;
}

/** More bytes than these are not taken from a sender until some have passed. */
const ROOM = 262_144;

/** Bytes on their way, or an end. */
interface Travelling {
  readonly what: Uint8Array | 'fin' | 'rst';
  /** When it arrives. */
  readonly at: number;
}

/** One direction of a connection. */
class Lane {
  private readonly from: Socket;
  private readonly to: Socket;
  private readonly conditions: Conditions;
  private readonly random: Random;
  private readonly passed: (bytes: number) => void;
  private queue: Travelling[] = [];
  private held = 0;
  passes: 'yes' | 'later' | 'never' = 'yes';
  /** When all that was sent has left. */
  private free = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    from: Socket,
    to: Socket,
    conditions: Conditions,
    random: Random,
    passed: (bytes: number) => void,
  ) {
    this.from = from;
    this.to = to;
    this.conditions = conditions;
    this.random = random;
    this.passed = passed;
    from.on('data', (chunk) => this.take(chunk));
    from.on('end', () => this.send('fin'));
    from.on('error', () => this.send('rst'));
  }

  /** Nothing passes: for a time, or ever. */
  shut(state: 'later' | 'never'): void {
    this.passes = state;
    clearTimeout(this.timer);
    this.timer = undefined;
    if (state === 'never') this.queue = [];
  }

  /** What was held passes. */
  release(): void {
    if (this.passes !== 'later') return;
    this.passes = 'yes';
    this.wait();
  }

  private take(chunk: Uint8Array): void {
    this.held += chunk.length;
    if (this.held >= ROOM) this.from.pause();
    this.send(chunk);
  }

  private send(what: Travelling['what']): void {
    if (this.passes === 'never') return;
    const { delay, rate, loss, again } = this.conditions;
    const length = typeof what === 'string' ? 0 : what.length;
    const lost = length > 0 && this.random.chance(loss) ? again : 0;
    this.free = Math.max(performance.now(), this.free) + (1000 * length) / rate + lost;
    this.queue.push({ what, at: this.free + delay });
    if (this.passes === 'yes') this.wait();
  }

  private wait(): void {
    const [next] = this.queue;
    if (next !== undefined)
      this.timer ??= setTimeout(() => this.pass(), Math.max(0, next.at - performance.now()));
  }

  private pass(): void {
    this.timer = undefined;
    for (const { what, at } of this.queue.slice()) {
      if (at > performance.now()) break;
      this.queue.shift();
      this.arrive(what);
    }
    this.wait();
  }

  private arrive(what: Travelling['what']): void {
    const { to } = this;
    if (what === 'rst') to.resetAndDestroy();
    else if (what === 'fin') to.end();
    else {
      this.held -= what.length;
      if (this.held < ROOM && this.from.isPaused()) this.from.resume();
      if (!to.writable) return;
      to.write(what);
      this.passed(what.length);
    }
  }
}

/** A connection through it. */
class Through {
  private readonly client: Socket;
  private readonly server: Socket;
  private readonly up: Lane;
  private readonly down: Lane;
  /** Whether the fault of now has met it. */
  struck = false;

  constructor(client: Socket, server: Socket, lane: (from: Socket, to: Socket, way: Through) => Lane) {
    this.client = client;
    this.server = server;
    this.up = lane(client, server, this);
    this.down = lane(server, client, this);
  }

  strike(standing: Standing): void {
    this.struck = true;
    const { up, down } = this;
    if (standing === 'held') for (const lane of [up, down]) lane.shut('later');
    else for (const lane of standing === 'gone up' ? [up] : standing === 'gone down' ? [down] : [up, down]) lane.shut('never');
    if (standing === 'fin') for (const socket of [this.client, this.server]) socket.end();
    if (standing === 'rst') for (const socket of [this.client, this.server]) socket.resetAndDestroy();
  } // prettier-ignore

  /** What was held passes: who has not given it up meanwhile goes on. */
  heal(): void {
    if (this.up.passes === 'later') this.struck = false;
    this.up.release();
    this.down.release();
  }

  isOf(socket: Socket): boolean {
    return socket === this.client;
  }

  destroy(): void {
    this.client.destroy();
    this.server.destroy();
  }
}

export class Path {
  /** Bytes that arrived, both ways. */
  carried = 0;
  /** Connections that it was asked for. */
  asked = 0;
  /** When something last came from the server on a connection that no fault has met. */
  aliveAt = -Infinity;
  private readonly target: number;
  private readonly conditions: Conditions;
  private readonly random: Random;
  private readonly server: Server;
  private readonly connections = new Set<Through>();
  private readonly waiting = new Set<Socket>();
  private passage: Passage = 'open';
  private port = 0;

  /** @param target the port of the server, on the loopback. */
  constructor(target: number, conditions: Conditions, random: Random) {
    this.target = target;
    this.conditions = conditions;
    this.random = random;
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.accept(client));
  }

  /** @returns the port at which it listens. */
  async listen(): Promise<number> {
    await this.open();
    return this.port;
  }

  /** The fault begins; it lasts until `heal`. */
  strike({ standing, fresh }: Fault): void {
    for (const connection of this.connections) connection.strike(standing);
    this.passage = fresh;
    if (fresh === 'refused') this.server.close();
  }

  /** Connections can be made again, and what was held arrives. */
  async heal(): Promise<void> {
    for (const connection of this.connections) connection.heal();
    if (this.passage === 'refused') await this.open();
    this.passage = 'open';
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.destroy();
    for (const socket of this.waiting) socket.destroy();
    if (this.server.listening) await once(this.server.close(), 'close');
  }

  /** Another may have taken the port meanwhile: it is waited for. */
  private async open(): Promise<void> {
    for (;;) {
      this.server.listen(this.port, '127.0.0.1');
      const stands = await once(this.server, 'listening').then(
        () => true,
        () => false,
      );
      if (stands) break;
      await sleep(20);
    }
    this.port = (this.server.address() as AddressInfo).port;
  }

  private accept(client: Socket): void {
    this.asked++;
    client.on('error', () => undefined);
    if (this.passage === 'silent') {
      this.waiting.add(client);
      client.once('close', () => this.waiting.delete(client));
      client.resume();
      return;
    }
    const server = connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const through = new Through(client, server, (from, to, way) => this.lane(from, to, way));
    this.connections.add(through);
    client.once('close', () => {
      if (server.destroyed) this.connections.delete(through);
    });
    server.once('close', () => {
      if (client.destroyed) this.connections.delete(through);
    });
  }

  private lane(from: Socket, to: Socket, way: Through): Lane {
    return new Lane(from, to, this.conditions, this.random, (bytes) => {
      this.carried += bytes;
      if (way.isOf(to) && !way.struck) this.aliveAt = performance.now();
    });
  }
}
