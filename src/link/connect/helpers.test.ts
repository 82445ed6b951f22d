/** What the tests of clients that stay connected share. */
import { once } from 'node:events';
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { HOST, later, SECURE, TRUST, webSocketServer } from '../helpers.test.ts';
import { listenHttp, listenTcp, listenTls, type SessionServer } from '../index.ts';
import { connect, type ConnectOptions, type LinkClient } from './index.ts';

const SOON = { fresh: 20, recent: 20, foreground: 20, background: 20, inactive: 20 };

/** Pauses of milliseconds where there are seconds, so that tests are short. */
export const QUICK = {
  race: { headStart: 40 },
  pacing: { work: SOON, idle: SOON, jitter: 10 },
  pollAfter: 10,
} as const;

export async function connected(
  endpoints: readonly string[],
  options: Partial<ConnectOptions> = {},
): Promise<LinkClient> {
  const client = await connect({
    endpoints,
    secure: TRUST,
    servername: 'localhost',
    WebSocket,
    ...QUICK,
    ...options,
    session: { ackDelay: 0, ...options.session },
  });
  later(() => client.stop());
  return client;
}

export const TIERS = ['tcp', 'tls', 'ws', 'http'] as const;
export type Tier = (typeof TIERS)[number];

/** @returns the address at which a server then listens. */
export async function listenOn(server: SessionServer, tier: Tier, port = 0): Promise<string> {
  const where = { host: HOST, port };
  switch (tier) {
    case 'tcp':
      return `tcp://${HOST}:${(await listenTcp(server, where)).address.port}`;
    case 'tls':
      return `tls://${HOST}:${(await listenTls(server, { ...where, secure: SECURE })).address.port}`;
    case 'ws':
      return webSocketServer(server);
    default:
      return `http://${HOST}:${(await listenHttp(server, where)).address.port}`;
  }
}

export interface Middle {
  readonly port: number;
  /** Ends all connections, and lets nobody in any more. */
  close(): Promise<void>;
  /** Ends all connections without a word. */
  cut(): void;
  /** From now on nothing passes, and nothing ends: what a network does that has lost its way. */
  swallow(on: boolean): void;
}

/** A port in front of another, or of nothing: then it accepts everybody, and never says a word. */
export async function middle(to?: number): Promise<Middle> {
  const sockets = new Set<Socket>();
  let swallows = to === undefined;
  const server = createServer((near) => {
    keep(near, sockets);
    if (to === undefined) return;
    const far = keep(connectSocket(to, HOST), sockets);
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => {
        if (!swallows) into.write(bytes);
      });
      from.on('close', () => into.destroy());
    }
  });
  await once(server.listen(0, HOST), 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const close = async (): Promise<void> => {
    cut();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  later(close);
  return { port: (server.address() as AddressInfo).port, close, cut, swallow: (on) => (swallows = on) };
}

function keep(socket: Socket, sockets: Set<Socket>): Socket {
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.on('close', () => sockets.delete(socket));
  return socket;
}

/** A port that nobody listens on. */
export async function refusedPort(): Promise<number> {
  const way = await middle();
  await way.close();
  return way.port;
}

export function portOf(address: string): number {
  return Number(/:(\d+)(?:\/|$)/.exec(address)![1]);
}
