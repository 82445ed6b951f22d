/** Ports that are listened on, for transports of any kind. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import type { TransportHost } from '../transport/host.ts';
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
import { addressText, isSecure, parseAddress, type Address } from './address.ts';

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

export interface PortOptions {
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
  /** Pages of which other origins may exchange over HTTP from a browser: `https://chat.example`, or `*` for all. Default: none. */
  readonly origins?: HttpOptions['origins'];
  /** Ends the wait for the ports, and closes them later. */
  readonly signal?: Signal;
}

/**
 * Listens at all of the addresses, and hands the transports that come to the server.
 * @returns where it listens, with the ports that were free. Rejects with a TypeError or RangeError for options that make no sense, and with Node's
 *   error where it can't listen: then close what the server was told of.
 */
export async function listenOn(server: TransportHost, options: PortOptions): Promise<string[]> {
  const addresses = addressesIn(options);
  const texts: string[] = [];
  for (const group of shared(addresses)) texts.push(...(await listenAt(server, group, options)));
  return texts;
}

/** @throws TypeError or RangeError for options that make no sense. */
export function addressesIn(options: PortOptions): Address[] {
  const addresses = options.at.map((text) => parseAddress(text));
  demandParts(addresses, options);
  return addresses;
}

function demandParts(addresses: readonly Address[], { secure, WebSocketServer }: PortOptions): void {
  if (addresses.length === 0) throw new RangeError('at must name at least one address');
  for (const { scheme } of addresses) {
    if (isSecure(scheme) && secure === undefined) throw new TypeError(`${scheme}: needs the option secure`);
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
    const key = web && port > 0 ? `${host} ${port} ${isSecure(scheme)}` : String(i);
    groups.set(key, [...(groups.get(key) ?? []), address]);
  }
  return [...groups.values()];
}

/** @returns the addresses with the port that it is. */
async function listenAt(
  server: TransportHost,
  group: readonly Address[],
  options: PortOptions,
): Promise<string[]> {
  const [first] = group as [Address];
  const { address } = await listeningAt(server, first, group, options);
  return group.map((each) => addressText({ ...each, port: address.port }));
}

function listeningAt(
  server: TransportHost,
  first: Address,
  group: readonly Address[],
  options: PortOptions,
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
  server: TransportHost,
  where: { readonly host: string; readonly port: number; readonly signal?: Signal },
  group: readonly Address[],
  options: PortOptions,
): Promise<Listening> {
  const exchanges = group.find(({ scheme }) => scheme.startsWith('http'));
  const sockets = group.find(({ scheme }) => scheme.startsWith('ws'));
  const upgrade = sockets === undefined ? undefined : upgrader(server, sockets.path, options);
  return listenHttp(server, {
    ...where,
    // where nothing is exchanged, no path is right
    path: exchanges?.path ?? ' ',
    ...(isSecure(group[0]!.scheme) && options.secure !== undefined && { secure: options.secure }),
    ...(options.origins !== undefined && { origins: options.origins }),
    ...(upgrade !== undefined && { upgrade }),
  });
}

function upgrader(
  server: TransportHost,
  path: string,
  options: PortOptions,
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
