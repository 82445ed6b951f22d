/** One of several processes that take the same clients: it finds the one that holds a session by the session's token. */
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { env } from 'node:process';
import type { PassOwner, Siblings } from '../passing.ts';
import type { DrainOptions, SessionServer } from '../server.ts';
import { SocketTransport } from '../transport/socket.ts';
import { listening } from '../transport/tcp.ts';
import type { Transport, TransportHandler } from '../transport/transport.ts';
import { handOver, movable, type HandedOver } from './hand-over.ts';
import { whenIntroduced } from './introduction.ts';
import { Relay } from './relay.ts';
import { RelayedExchange } from './relayed-exchange.ts';

/** What a worker is told of itself by the process that has started it. */
export interface Place {
  /** From 0: the first byte of its tokens. */
  readonly number: number;
  readonly count: number;
  /** Where the sockets are at which workers listen for each other; only their user may enter it. */
  readonly folder: string;
}

/** The variable of the environment in which a worker finds its place. */
export const PLACE = 'PETREL_WORKER';

/** What a worker tells the process that has started it. */
export interface Ready {
  readonly petrel: 'listening';
  readonly addresses: readonly string[];
}

/** What a worker is asked. */
export interface Leave {
  readonly petrel: 'drain';
  readonly options: Pick<DrainOptions, 'within' | 'after' | 'text'>;
}

/**
 * The place of this process among workers: the option `siblings` of `listen` and of `SessionServer`. Undefined in a process that
 * `startWorkers` has not started.
 */
export function thisWorker(): Worker | undefined {
  const place = env[PLACE];
  return place === undefined ? undefined : new Worker(JSON.parse(place) as Place);
}

export class Worker implements Siblings {
  readonly number: number;
  private readonly place: Place;

  /** Use `thisWorker`. */
  constructor(place: Place) {
    this.place = place;
    this.number = place.number;
  }

  /** A byte in front, so that what is unguessable stays so. [SESSION-5] */
  mark(secret: Uint8Array): Uint8Array {
    return Uint8Array.of(this.number, ...secret);
  }

  isTheirs([holder]: Uint8Array): boolean {
    return holder !== this.number && holder! < this.place.count;
  }

  pass(
    [holder]: Uint8Array,
    transport: Transport,
    said: readonly Uint8Array[],
    owner: PassOwner,
  ): TransportHandler {
    const to = holder!;
    return new Relay(this.pathOf(to), transport, said, owner, (all) => move(to, transport, all));
  }

  async takeFor(server: SessionServer): Promise<void> {
    const path = this.pathOf(this.number);
    // of a process before, which had this number
    await rm(path, { force: true });
    const listener = createServer({ allowHalfOpen: true }, (socket) => take(server, socket));
    await listening(server, listener, { socketPath: path });
    process.on('message', (message: Leave | HandedOver | null, socket?: Socket) => {
      if (message?.petrel === 'drain') void this.leave(server, message.options);
      if (message?.petrel === 'take' && socket !== undefined) takeOver(server, message, socket);
    });
  }

  listening(addresses: readonly string[]): void {
    process.send?.({ petrel: 'listening', addresses } satisfies Ready);
  }

  private async leave(server: SessionServer, options: DrainOptions = {}): Promise<void> {
    await server.drain(options);
    if (process.connected) process.disconnect();
  }

  private pathOf(number: number): string {
    return join(this.place.folder, String(number));
  }
}

function move(to: number, transport: Transport, said: readonly Uint8Array[]): boolean {
  const socket = process.connected ? movable(transport) : undefined;
  if (socket === undefined) return false;
  const message = { petrel: 'take', to, said: Buffer.concat(said).toString('base64') } as const;
  handOver(process.send!.bind(process), message, socket);
  return true;
}

function takeOver(server: SessionServer, { said }: HandedOver, socket: Socket): void {
  socket.unshift(Buffer.from(said, 'base64'));
  server.accept((handler) => new SocketTransport(socket, handler));
}

function take(server: SessionServer, socket: Socket): void {
  socket.on('error', () => undefined);
  whenIntroduced(socket, (exchange) =>
    server.accept((handler) =>
      exchange === undefined
        ? new SocketTransport(socket, handler)
        : new RelayedExchange(socket, handler, exchange),
    ),
  );
}
