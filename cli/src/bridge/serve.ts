/** A listener whose connections each get a half, and a socket to the other side. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { ClientHalf, ServerHalf, type BridgeOptions } from 'petrel/bridge';
import { encodeFrame } from 'petrel/frame';
import { encodeResp } from 'petrel/resp';
import { Tag, Tagged } from 'petrel/value';
import { listenAt } from '../listening.ts';
import { Complaints } from './complaints.ts';
import { Connection, now } from './connection.ts';
import { spelled, type Endpoint } from './endpoint.ts';
import { noTotals, type Totals } from './totals.ts';

export interface BridgeSettings {
  /** Who listens: for clients of Redis, or for the other half. */
  readonly listens: 'resp' | 'petrel';
  readonly listen: Endpoint;
  readonly to: Endpoint;
  readonly maxClients: number;
  readonly options: BridgeOptions;
}

/** What a client that is one too many is told: Redis's own words, and a CLOSE with the code OVERLOADED. */
const TOO_MANY = {
  resp: encodeResp(new Tagged(Tag.ERROR, 'ERR max number of clients reached')),
  petrel: encodeFrame({ kind: 'CLOSE', scope: 'link', received: 0, code: 9, after: 1000, text: 'max number of clients reached' }),
}; // prettier-ignore

/** So long the last errors may take to be written, in milliseconds. */
const LAST_WORDS = 1000;

export class Bridge {
  readonly totals: Totals = noTotals();
  private readonly settings: BridgeSettings;
  private readonly options: BridgeOptions;
  private readonly complaints = new Complaints();
  private readonly server: Server;
  private readonly connections = new Set<Connection>();
  private whenEmpty: () => void = () => undefined;

  constructor(settings: BridgeSettings) {
    this.settings = settings;
    this.options = { ...settings.options, to: spelled(settings.to) };
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.accept(socket));
  }

  /** @returns where it listens. @throws CommandError where it can't. */
  async listen(): Promise<string> {
    return listenAt(this.server, this.settings.listen);
  }

  /**
   * Takes no more connections, ends those with nothing pending, and waits for the others: at most `within` milliseconds, then
   * what is pending gets an error.
   */
  async stop(within: number): Promise<void> {
    this.server.close();
    for (const connection of this.connections) connection.drain();
    if (this.connections.size === 0) return;
    const timers = [
      setTimeout(() => this.connections.forEach((connection) => connection.stop()), within),
      setTimeout(() => this.destroy(), within + LAST_WORDS),
    ];
    await new Promise<void>((resolve) => (this.whenEmpty = resolve));
    timers.forEach(clearTimeout);
  }

  /** Ends all connections at once. */
  destroy(): void {
    for (const connection of this.connections) connection.destroy();
  }

  private accept(socket: Socket): void {
    const { listens, maxClients } = this.settings;
    if (this.connections.size >= maxClients) {
      socket.on('error', () => socket.destroy());
      socket.resume().end(TOO_MANY[listens]);
      return;
    }
    if (listens === 'resp') this.acceptClient(socket);
    else this.acceptHalf(socket);
  }

  private acceptClient(socket: Socket): void {
    const connection = this.open(new ClientHalf(this.options, now()), () => undefined);
    connection.attach('resp', socket);
    connection.attach('link', this.dial());
    connection.flush();
  }

  private acceptHalf(socket: Socket): void {
    const half = new ServerHalf(this.options, now());
    let dialled = false;
    const connection = this.open(half, () => {
      if (!half.wantsServer || dialled) return;
      dialled = true;
      const server = this.dial();
      server.once('connect', () => {
        half.connected(now());
        connection.flush();
      });
      connection.attach('resp', server);
    });
    connection.attach('link', socket);
    connection.flush();
  }

  private dial(): Socket {
    const { host, port } = this.settings.to;
    return connect({ host, port, allowHalfOpen: true, noDelay: true });
  }

  private open(half: ClientHalf | ServerHalf, whenStepped: () => void): Connection {
    const connection: Connection = new Connection(half, this.totals, this.complaints, whenStepped, () => {
      this.connections.delete(connection);
      if (this.connections.size === 0) this.whenEmpty();
    });
    this.connections.add(connection);
    return connection;
  }
}
