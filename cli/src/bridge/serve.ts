/** A listener whose connections each get a half, and a socket to the other side. */
import { randomBytes } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { ClientHalf, ServerHalf, Sessions, type BridgeOptions } from 'petrel/bridge';
import { encodeFrame } from 'petrel/frame';
import type { Listener, Transport, TransportHandler, TransportHost } from 'petrel/link';
import { listenOn, type RouteOptions } from 'petrel/link/connect';
import type { Endpoint as Way } from 'petrel/link/policy';
import { encodeResp } from 'petrel/resp';
import { CloseCode } from 'petrel/session';
import { Tag, Tagged } from 'petrel/value';
import { WebSocketServer } from 'ws';
import { usage } from '../exit.ts';
import { listenAt } from '../listening.ts';
import { Complaints } from './complaints.ts';
import { Connection, now, type ConnectionOwner } from './connection.ts';
import { spelled, type Endpoint } from './endpoint.ts';
import { LinkSide, type SideOwner } from './side.ts';
import { noTotals, type Totals } from './totals.ts';
import { Ways, type Caller } from './ways.ts';

/** What both halves are told. */
interface CommonSettings {
  readonly maxClients: number;
  readonly options: BridgeOptions;
}

/** The half at the clients: it listens for RESP, and calls the other one at the best of several addresses. */
export interface ClientSettings extends CommonSettings {
  readonly listens: 'resp';
  readonly listen: Endpoint;
  /** `tcp://`, `tls://`, `ws://` or `wss://`, the best first. */
  readonly to: readonly string[];
  /** Whom it believes. */
  readonly routes?: RouteOptions;
}

/** The half at the server: it listens for links, and calls the server. */
export interface ServerSettings extends CommonSettings {
  readonly listens: 'petrel';
  /** The same. */
  readonly listen: readonly string[];
  readonly to: Endpoint;
  /** Certificate and key, for `tls` and `wss`. */
  readonly secure?: TlsOptions;
}

export type BridgeSettings = ClientSettings | ServerSettings;

/** What a client that is one too many is told: Redis's own words, and a CLOSE with the code OVERLOADED. */
const TOO_MANY = {
  resp: encodeResp(new Tagged(Tag.ERROR, 'ERR max number of clients reached')),
  petrel: closing(CloseCode.OVERLOADED, 'max number of clients reached'),
};
/** What a link is told that comes when the half is about to stop: who goes on with a session tries again, until it is over. */
const STOPPING = closing(CloseCode.GOING_AWAY, 'the bridge stops');

function closing(code: number, text: string): Uint8Array {
  return encodeFrame({ kind: 'CLOSE', scope: 'link', received: 0, code, after: 1000, text });
}

/** So long the last errors may take to be written, in milliseconds. */
const LAST_WORDS = 1000;

/** The links of all clients are cut together: not all of them come back together. */
function jittered(failures: number): number {
  return failures === 0 ? 50 * Math.random() : Math.random() * Math.min(2000, 50 * 2 ** Math.min(failures, 10));
} // prettier-ignore

export class Bridge implements ConnectionOwner, TransportHost {
  readonly totals: Totals = noTotals();
  readonly complaints: Complaints = new Complaints();
  /** Whom it calls, in words. */
  readonly to: string;
  /** Links may go on with sessions that are counted already: what one wants is known when it has spoken. */
  readonly maxConnections: number;
  private readonly settings: BridgeSettings;
  private readonly options: BridgeOptions;
  private readonly ways: Ways | undefined;
  private readonly listeners: Listener[] = [];
  private readonly connections = new Set<Connection>();
  private readonly sessions: Sessions;
  /** Halves that have a server, or dial it. */
  private readonly served = new Map<ServerHalf, Connection>();
  private stopping = false;
  private whenEmpty: () => void = () => undefined;

  /** @throws CommandError for an address that is none. */
  constructor(settings: BridgeSettings) {
    this.settings = settings;
    const { maxClients } = settings;
    this.maxConnections = settings.listens === 'resp' ? maxClients : 2 * maxClients;
    this.ways = settings.listens === 'resp' ? waysOf(settings) : undefined;
    this.to = settings.listens === 'resp' ? settings.to.map(shown).join(' or ') : spelled(settings.to);
    this.options = { redialAfter: jittered, ...settings.options, to: this.to };
    this.sessions = new Sessions(this.options, randomBytes);
  }

  /** @returns where it listens. @throws CommandError where it can't. */
  async listen(): Promise<readonly string[]> {
    const { settings } = this;
    if (settings.listens === 'petrel') return this.listenForLinks(settings);
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.client(socket));
    this.listens({ close: () => Promise.resolve(void server.close()) });
    return [await listenAt(server, settings.listen)];
  }

  private async listenForLinks({ listen, secure }: ServerSettings): Promise<readonly string[]> {
    try {
      const at = { at: listen, WebSocketServer, ...(secure !== undefined && { secure }) };
      return (await listenOn(this, at)).map(shown);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw usage(code === undefined ? message : `can't listen on ${listen.map(shown).join(', ')}: ${code}`);
    }
  }

  /** Is closed at the end. */
  listens(listener: Listener): void {
    this.listeners.push(listener);
  }

  /**
   * Takes no more connections, ends those with nothing pending, and waits for the others: at most `within` milliseconds, then
   * what is pending gets an error.
   */
  async stop(within: number): Promise<void> {
    this.stopping = true;
    // links may still have to be told where they are wanted; their port closes in the end
    if (this.settings.listens === 'resp') await this.close();
    for (const connection of this.connections) connection.drain();
    if (this.connections.size > 0) await this.emptied(within);
    await this.close();
  }

  private async close(): Promise<void> {
    await Promise.all(this.listeners.splice(0).map((listener) => listener.close()));
  }

  private async emptied(within: number): Promise<void> {
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

  /** A client of Redis. */
  private client(socket: Socket): void {
    if (this.connections.size >= this.maxConnections) {
      socket.on('error', () => socket.destroy());
      socket.resume().end(TOO_MANY.resp);
      return;
    }
    const connection = this.open(new ClientHalf(this.options, now(), false));
    connection.serve(socket);
    connection.flush();
  }

  /** A transport from the other half. */
  accept(open: (handler: TransportHandler) => Transport): void {
    if (this.stopping || this.connections.size >= this.maxConnections) {
      const side = new LinkSide(open, NOBODY);
      side.write(this.stopping ? STOPPING : TOO_MANY.petrel);
      return side.end();
    }
    const connection = this.open(new ServerHalf(this.options, now(), this.sessions));
    connection.carry(new LinkSide(open, connection));
    return connection.flush();
  }

  call(caller: Caller): () => void {
    return this.ways!.dial(caller);
  }

  judged(way: Way, stood: boolean): void {
    if (stood) this.ways!.works(way);
    else this.ways!.fails(way);
  }

  /** A server half may want its server now, or its link be another's. */
  stepped(connection: Connection): void {
    const { half } = connection;
    if (!(half instanceof ServerHalf) || this.served.has(half)) return;
    const { successor } = half;
    const other = successor === undefined ? undefined : this.served.get(successor);
    if (other !== undefined) other.adopt(connection);
    else if (half.wantsServer && this.settings.listens === 'petrel') this.serve(connection, half, this.settings);
  } // prettier-ignore

  private serve(connection: Connection, half: ServerHalf, { maxClients, to }: ServerSettings): void {
    if (this.served.size >= maxClients) return half.turnAway(now());
    this.served.set(half, connection);
    const server = connect({ ...to, allowHalfOpen: true, noDelay: true });
    server.once('connect', () => {
      half.connected(now());
      connection.flush();
    });
    return connection.serve(server);
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

/** Who is told of links that are sent away. */
const NOBODY: SideOwner = { data() {}, ended() {}, drained() {}, closed() {} };

function waysOf({ to, routes = {} }: ClientSettings): Ways {
  try {
    return new Ways(to, routes);
  } catch (error) {
    throw usage((error as Error).message);
  }
}

/** An address as it is shown: without `tcp://`. */
function shown(address: string): string {
  return address.replace(/^tcp:\/\//, '');
}
