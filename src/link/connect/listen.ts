/** One call that makes a server of sessions, transports and handlers. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import type { HelloOffer } from '../../frame/handshake.ts';
import { SessionServer, type DrainOptions, type SessionServerOptions } from '../server.ts';
import { listenHttp, type HttpOptions } from '../transport/http-server.ts';
import { listenTcp, type Listening } from '../transport/tcp.ts';
import { listenTls } from '../transport/tls.ts';
import type { Signal } from '../transport/transport.ts';
import {
  acceptWebSocket,
  webSocketServerOptions,
  type WebSocketServerOptions,
} from '../transport/websocket-server.ts';
import type { WebSocketLike } from '../transport/websocket.ts';
import { addressText, parseAddress, type Address } from './address.ts';
import { ServedPeer, type Handlers } from './served-peer.ts';

/** What this needs of the `WebSocketServer` of `ws`. */
export interface WebSocketServerLike {
  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    callback: (socket: WebSocketLike) => void,
  ): void;
  close(): void;
}

export interface ListenAtOptions extends SessionServerOptions, Handlers {
  /**
   * Where: `tcp://host:port`, `tls://`, `ws://`, `wss://`, `http://`, `https://`; port 0 takes a free one. Of WebSocket and HTTP, those of one
   * host and port share it.
   */
  readonly at: readonly string[];
  /** Certificate and key, for `tls`, `wss` and `https`. */
  readonly secure?: TlsOptions;
  /** Needed for `ws` and `wss`: what `ws` exports. */
  readonly WebSocketServer?: new (
    options: WebSocketServerOptions & { noServer: true },
  ) => WebSocketServerLike;
  /**
   * Judges who wants a session, by what its HELLO says: true, or why not. Default: everybody is welcome.
   */
  readonly authenticate?: (
    offer: HelloOffer,
  ) => true | { readonly code?: number; readonly text?: string; readonly after?: number };
  /** Pages of which other origins may exchange over HTTP from a browser: `https://chat.example`, or `*` for all. Default: none. */
  readonly origins?: HttpOptions['origins'];
  /** Ends the wait for the ports, and closes them later; for a good end, `drain`. */
  readonly signal?: Signal;
}

export class LinkServer {
  readonly server: SessionServer;
  /** Where it listens, with the ports that were free. */
  readonly addresses: readonly string[];
  private readonly peersBySession: Set<ServedPeer>;

  /** Use `listen`. */
  constructor(server: SessionServer, addresses: readonly string[], peers: Set<ServedPeer>) {
    this.server = server;
    this.addresses = addresses;
    this.peersBySession = peers;
  }

  /** Who has a session, with a link or without. */
  get peers(): Iterable<ServedPeer> {
    return this.peersBySession;
  }

  /** Stops in good order: what was asked is answered, clients are told when to come back. @returns when all is over. */
  async drain(options: DrainOptions = {}): Promise<void> {
    await this.server.drain(options);
  }

  /** Stops at once and without a word. */
  async stop(): Promise<void> {
    await this.server.stop();
  }
}

/**
 * Listens for clients over any transport.
 *
 * @example
 * const server = await listen({
 *   at: ['tcp://0.0.0.0:5222', 'http://0.0.0.0:8080'],
 *   commands: { ECHO: async ([value]) => value ?? null },
 * });
 *
 * @returns the server when all ports are open. Rejects with a TypeError or RangeError for options that make no sense, and with Node's error where
 *   it can't listen: then no port stays open.
 */
export async function listen(options: ListenAtOptions): Promise<LinkServer> {
  const addresses = options.at.map((text) => parseAddress(text));
  demandParts(addresses, options);
  const peers = new Set<ServedPeer>();
  const server = new SessionServer(options, (offer) => {
    const judgement = options.authenticate?.(offer) ?? true;
    if (judgement !== true) return judgement;
    let peer: ServedPeer | undefined;
    return (event, driver) => {
      if (peer === undefined) peers.add((peer = new ServedPeer(driver, offer, options)));
      if (event.type === 'closed') peers.delete(peer);
      peer.on(event);
    };
  });
  try {
    const texts: string[] = [];
    // before somebody can get a session here, and come back to another process
    await options.siblings?.takeFor(server);
    for (const group of shared(addresses)) texts.push(...(await listenAt(server, group, options)));
    options.siblings?.listening(texts);
    return new LinkServer(server, texts, peers);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function demandParts(addresses: readonly Address[], { secure, WebSocketServer }: ListenAtOptions): void {
  if (addresses.length === 0) throw new RangeError('at must name at least one address');
  for (const { scheme } of addresses) {
    if (['tls', 'wss', 'https'].includes(scheme) && secure === undefined)
      throw new TypeError(`${scheme}: needs the option secure`);
    if (scheme.startsWith('ws') && WebSocketServer === undefined)
      throw new TypeError(`${scheme}: needs the option WebSocketServer`);
  }
}

/** WebSocket and HTTP of one port are one group; of port 0, each is its own. */
function shared(addresses: readonly Address[]): Address[][] {
  const groups = new Map<string, Address[]>();
  for (const [i, address] of addresses.entries()) {
    const { scheme, host, port } = address;
    const web = scheme.startsWith('ws') || scheme.startsWith('http');
    const key = web && port > 0 ? `${host} ${port} ${isSecureWeb(address)}` : String(i);
    groups.set(key, [...(groups.get(key) ?? []), address]);
  }
  return [...groups.values()];
}

function isSecureWeb({ scheme }: Address): boolean {
  return scheme === 'wss' || scheme === 'https';
}

/** @returns the addresses with the port that it is. */
async function listenAt(
  server: SessionServer,
  group: readonly Address[],
  options: ListenAtOptions,
): Promise<string[]> {
  const [first] = group as [Address];
  const { address } = await listeningAt(server, first, group, options);
  return group.map((each) => addressText({ ...each, port: address.port }));
}

function listeningAt(
  server: SessionServer,
  first: Address,
  group: readonly Address[],
  options: ListenAtOptions,
): Promise<Listening> {
  const { secure = {}, signal } = options;
  const { scheme, host, port } = first;
  const where = { host, port, ...(signal !== undefined && { signal }) };
  if (scheme === 'tcp') return listenTcp(server, where);
  if (scheme === 'tls') return listenTls(server, { ...where, secure });
  return listenWeb(server, where, group, options);
}

/** HTTP's exchanges, WebSocket, or both, on one port. */
async function listenWeb(
  server: SessionServer,
  where: { readonly host: string; readonly port: number; readonly signal?: Signal },
  group: readonly Address[],
  options: ListenAtOptions,
): Promise<Listening> {
  const exchanges = group.find(({ scheme }) => scheme.startsWith('http'));
  const sockets = group.find(({ scheme }) => scheme.startsWith('ws'));
  const upgrade = sockets === undefined ? undefined : upgrader(server, sockets.path, options);
  return listenHttp(server, {
    ...where,
    // where nothing is exchanged, no path is right
    path: exchanges?.path ?? ' ',
    ...(isSecureWeb(group[0]!) && options.secure !== undefined && { secure: options.secure }),
    ...(options.origins !== undefined && { origins: options.origins }),
    ...(upgrade !== undefined && { upgrade }),
  });
}

function upgrader(
  server: SessionServer,
  path: string,
  options: ListenAtOptions,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const sockets = new options.WebSocketServer!({ ...webSocketServerOptions(), noServer: true });
  server.listens({
    close() {
      sockets.close();
      return Promise.resolve();
    },
  });
  return (request, socket, head) => {
    socket.on('error', () => undefined);
    if (request.url?.split('?', 1)[0] === path)
      sockets.handleUpgrade(request, socket, head, (webSocket) => acceptWebSocket(server, webSocket));
    else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
  };
}
