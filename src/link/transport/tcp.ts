/** TCP: the plain long link. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Listener, TransportHost } from './host.ts';
import { SocketTransport } from './socket.ts';
import { whileOpening, type Signal, type Transport, type TransportHandler } from './transport.ts';

export interface TcpEndpoint {
  readonly port: number;
  /** A name or an address. */
  readonly host: string;
}

/** Opens a TCP connection: an `Open` for one endpoint. @throws RangeError for a port that is none. */
export function openTcp(endpoint: TcpEndpoint, handler: TransportHandler, signal: Signal): Transport {
  const { host, port } = endpoint;
  const socket = connect({ host, port });
  const transport = new SocketTransport(socket, handler);
  const opened = whileOpening(signal, (error) => transport.fail(error));
  socket.once('close', opened);
  socket.once('connect', () => {
    opened();
    handler.opened();
  });
  return transport;
}

export interface ListenOptions {
  /** 0, the default: a free one. */
  readonly port?: number;
  /** Default: all addresses. */
  readonly host?: string;
  /** Ends the wait for the port; and closes the listener later. */
  readonly signal?: Signal;
}

/** One that listens on a port. */
export interface Listening extends Listener {
  readonly address: AddressInfo;
}

/** Accepts TCP connections for a server. Rejects with Node's error where it can't listen. */
export async function listenTcp(server: TransportHost, options: ListenOptions = {}): Promise<Listening> {
  const listener = createServer((socket) => {
    server.accept((handler) => new SocketTransport(socket, handler));
  });
  return listening(server, listener, options);
}

/** Listens, and closes with the server or on the signal; what it has accepted goes with it, also what is nobody's yet. */
export async function listening(
  server: TransportHost,
  listener: Server,
  { port = 0, host, socketPath, signal }: ListenOptions & { readonly socketPath?: string },
): Promise<Listening> {
  demandWanted(signal);
  const sockets = new Set<Socket>();
  const closed = new Promise((resolve) => listener.once('close', resolve));
  // one function for all: with 10,000 connections, one for each is 2 MB
  const forget = function (this: Socket): void {
    sockets.delete(this);
  };
  listener.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', forget);
  });
  const close = async (): Promise<void> => {
    signal?.removeEventListener('abort', abort);
    listener.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const abort = (): void => void close();
  listener.listen(socketPath === undefined ? { port, host } : { path: socketPath, exclusive: true });
  await once(listener, 'listening');
  signal?.addEventListener('abort', abort);
  if (signal?.aborted === true) await close();
  demandWanted(signal);
  const result = { address: listener.address() as AddressInfo, close };
  server.listens(result);
  return result;
}

function demandWanted(signal: Signal | undefined): void {
  if (signal?.aborted === true) throw signal.reason;
}
