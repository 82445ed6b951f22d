/** TLS: the long link that nobody on the way can read, on port 443 most often. [TRANSPORT-2] */
import { isIP } from 'node:net';
import {
  connect,
  createServer,
  type ConnectionOptions,
  type SecureContextOptions,
  type TlsOptions,
  type TLSSocket,
} from 'node:tls';
import type { TransportHost } from './host.ts';
import { SocketTransport } from './socket.ts';
import { listening, type Listening, type ListenOptions, type TcpEndpoint } from './tcp.ts';
import {
  ALPN,
  TransportError,
  whileOpening,
  type Signal,
  type Transport,
  type TransportHandler,
} from './transport.ts';

export interface TlsEndpoint extends TcpEndpoint {
  /** The name that the server's certificate has to have, sent to the server. Default: `host`, if it is a name. */
  readonly servername?: string;
  /** Tickets of sessions of TLS, to be kept over several connections: each then saves a round trip of certificates. */
  readonly tickets?: TlsTickets;
  /** What is trusted, and a certificate of one's own; verification can be switched off in here by name only. */
  readonly secure?: SecureContextOptions &
    Pick<ConnectionOptions, 'rejectUnauthorized' | 'checkServerIdentity'>;
}

/** Most servers whose tickets are kept. */
const MOST_TICKETS = 64;

/** Tickets to resume sessions of TLS with. Share one only between endpoints that trust the same: a ticket skips certificates. */
export class TlsTickets {
  private readonly tickets = new Map<string, Buffer>();

  /** The newest ticket of this server. */
  get(server: string): Buffer | undefined {
    return this.tickets.get(server);
  }

  /** Keeps a ticket, in place of the oldest where there are many. */
  set(server: string, ticket: Buffer): void {
    this.tickets.delete(server);
    const [oldest] = this.tickets.keys();
    if (this.tickets.size >= MOST_TICKETS && oldest !== undefined) this.tickets.delete(oldest);
    this.tickets.set(server, ticket);
  }

  /** Forgets the ticket of a server that did not come to stand. */
  delete(server: string): void {
    this.tickets.delete(server);
  }
}

/**
 * Opens a TLS connection, with the certificate verified: an `Open` for one endpoint. A server that chooses another
 * protocol by ALPN is none of ours; one that chooses none may stand behind something that ends TLS.
 * @throws RangeError for a port that is none.
 */
export function openTls(endpoint: TlsEndpoint, handler: TransportHandler, signal: Signal): Transport {
  const { host, port, tickets, secure } = endpoint;
  const servername = endpoint.servername ?? (isIP(host) === 0 ? host : undefined);
  const key = `${servername ?? ''}@${host}:${port}`;
  const session = tickets?.get(key);
  const socket = connect({
    ...secure,
    host,
    port,
    ...(servername !== undefined && { servername }),
    ...(session !== undefined && { session }),
    ALPNProtocols: [ALPN],
  });
  const transport = new SocketTransport(socket, handler);
  const opened = whileOpening(signal, (error) => transport.fail(error));
  socket.once('close', opened);
  socket.once('error', () => tickets?.delete(key));
  socket.on('session', (ticket) => tickets?.set(key, ticket));
  socket.once('secureConnect', () => {
    opened();
    if (speaksOurs(socket)) handler.opened();
    else transport.fail(new TransportError('PROTOCOL', `the server chose ${String(socket.alpnProtocol)}`));
  });
  return transport;
}

function speaksOurs({ alpnProtocol }: TLSSocket): boolean {
  return alpnProtocol === ALPN || alpnProtocol === false || alpnProtocol === null;
}

export interface ListenTlsOptions extends ListenOptions {
  /** Certificate and key, at the least. */
  readonly secure: TlsOptions;
  /** Milliseconds within which TLS must be agreed on. Default 10,000. */
  readonly handshakeTimeout?: number;
}

/** Accepts TLS connections for a server. Rejects as `listenTcp`. */
export async function listenTls(server: TransportHost, options: ListenTlsOptions): Promise<Listening> {
  const { secure, handshakeTimeout = 10_000 } = options;
  const listener = createServer({ ...secure, ALPNProtocols: [ALPN], handshakeTimeout }, (socket) => {
    server.accept((handler) => new SocketTransport(socket, handler));
  });
  // Node tells of a handshake that failed or takes too long, and leaves it to its listener to end it
  listener.on('tlsClientError', (_error, socket) => socket.destroy());
  // those whose handshake is not done are not counted by the server
  listener.maxConnections = 2 * server.maxConnections;
  return listening(server, listener, options);
}
