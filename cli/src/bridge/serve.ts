/** A listener whose connections each get a half, and a socket to the other side. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { ClientHalf, ServerHalf, Sessions, type BridgeOptions } from 'petrel/bridge';
import { encodeFrame } from 'petrel/frame';
import { encodeResp } from 'petrel/resp';
import { Tag, Tagged } from 'petrel/value';
import { listenAt } from '../listening.ts';
import { Complaints } from './complaints.ts';
import { Connection, now, type ConnectionOwner } from './connection.ts';
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

/** The links of all clients are cut together: not all of them come back together. */
function jittered(failures: number): number {
  return failures === 0 ? 50 * Math.random() : Math.random() * Math.min(2000, 50 * 2 ** Math.min(failures, 10));
} // prettier-ignore

export class Bridge implements ConnectionOwner {
  readonly totals: Totals = noTotals();
  private readonly settings: BridgeSettings;
  private readonly options: BridgeOptions;
  readonly complaints: Complaints = new Complaints();
  private readonly server: Server;
  private readonly connections = new Set<Connection>();
  private readonly sessions: Sessions;
  /** Halves that have a server, or dial it. */
  private readonly served = new Map<ServerHalf, Connection>();
  private whenEmpty: () => void = () => undefined;

  constructor(settings: BridgeSettings) {
    this.settings = settings;
    this.options = { redialAfter: jittered, ...settings.options, to: spelled(settings.to) };
    this.sessions = new Sessions(this.options, randomBytes);
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
    // a link may go on with a session that is counted already: what it wants is known when it has spoken
    if (this.connections.size >= (listens === 'resp' ? maxClients : 2 * maxClients)) {
      socket.on('error', () => socket.destroy());
      socket.resume().end(TOO_MANY[listens]);
      return;
    }
    const connection =
      listens === 'resp' ? this.open(new ClientHalf(this.options, now())) : this.open(new ServerHalf(this.options, now(), this.sessions));
    connection.attach(listens === 'resp' ? 'resp' : 'link', socket);
    if (listens === 'resp') connection.attach('link', this.dial());
    connection.flush();
  } // prettier-ignore

  dial(): Socket {
    const { host, port } = this.settings.to;
    return connect({ host, port, allowHalfOpen: true, noDelay: true });
  }

  /** A server half may want its server now, or its link be another's. */
  stepped(connection: Connection): void {
    const { half } = connection;
    if (!(half instanceof ServerHalf) || this.served.has(half)) return;
    const { successor } = half;
    const other = successor === undefined ? undefined : this.served.get(successor);
    if (other !== undefined) other.adopt(connection);
    else if (half.wantsServer) this.serve(connection, half);
  }

  private serve(connection: Connection, half: ServerHalf): void {
    if (this.served.size >= this.settings.maxClients) return half.turnAway(now());
    this.served.set(half, connection);
    const server = this.dial();
    server.once('connect', () => {
      half.connected(now());
      connection.flush();
    });
    return connection.attach('resp', server);
  }

  done(connection: Connection): void {
    this.connections.delete(connection);
    if (connection.half instanceof ServerHalf) this.served.delete(connection.half);
    if (this.connections.size === 0) this.whenEmpty();
  }

  private open(half: ClientHalf | ServerHalf): Connection {
    const connection = new Connection(half, this);
    this.connections.add(connection);
    return connection;
  }
}
