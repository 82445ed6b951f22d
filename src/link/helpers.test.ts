/** What the tests of sessions on transports share: servers and clients over each of them, and logs of what they were told. */
import { once } from 'node:events';
import { Agent, createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import {
  ClientSession,
  type ClientOptions,
  type ServerSession,
  type SessionEvent,
} from '../session/index.ts';
import {
  acceptWebSocket,
  listenHttp,
  listenTcp,
  listenTls,
  openHttp,
  openTcp,
  openTls,
  openWebSocket,
  SessionClient,
  SessionServer,
  webSocketServerOptions,
  type Judge,
  type Open,
  type SessionClientOptions,
  type SessionDriver,
  type SessionServerOptions,
} from './index.ts';
import { openFetch } from './fetch.ts';
import { CERTIFICATE, KEY } from './transport/helpers.test.ts';

export const HOST = '127.0.0.1';

const cleanUps: (() => unknown)[] = [];

/** Is called when the test is over, the last first. */
export function later(cleanUp: () => unknown): void {
  cleanUps.push(cleanUp);
}

export async function cleanUp(): Promise<void> {
  for (const each of cleanUps.splice(0).toReversed()) await each();
}

/** Events, and a wait for one of a type that was not waited for yet. */
export class Log {
  readonly events: SessionEvent[] = [];
  private from = 0;
  private told: () => void = () => undefined;

  readonly add = (event: SessionEvent): void => {
    this.events.push(event);
    this.told();
  };

  async next<T extends SessionEvent['type']>(type: T): Promise<Extract<SessionEvent, { type: T }>> {
    for (;;) {
      const at = this.events.findIndex((event, i) => i >= this.from && event.type === type);
      if (at >= 0) {
        this.from = at + 1;
        return this.events[at] as Extract<SessionEvent, { type: T }>;
      }
      await new Promise<void>((resolve) => (this.told = resolve));
    }
  }

  of<T extends SessionEvent['type']>(type: T): Extract<SessionEvent, { type: T }>[] {
    return this.events.filter((event) => event.type === type) as Extract<SessionEvent, { type: T }>[];
  }
}

export interface Served {
  readonly server: SessionServer;
  readonly log: Log;
  /** Sessions that began, the newest last. */
  readonly drivers: SessionDriver<ServerSession>[];
}

/** A server that takes everybody and answers each command with its first argument, but for those that `on` answers. */
export function served(
  options: SessionServerOptions = {},
  on: (event: SessionEvent, driver: SessionDriver<ServerSession>) => boolean = () => false,
): Served {
  const log = new Log();
  const drivers: SessionDriver<ServerSession>[] = [];
  const judge: Judge = () => (event, driver) => {
    if (event.type === 'open') drivers.push(driver);
    if (!on(event, driver) && event.type === 'command') driver.session.reply(event.id, event.args[0] ?? null);
    log.add(event);
  };
  const server = new SessionServer({ ackDelay: 0, ...options }, judge);
  later(() => server.stop());
  return { server, log, drivers };
}

export interface Dialled {
  readonly client: SessionClient;
  readonly session: ClientSession;
  readonly log: Log;
  readonly failures: Error[];
}

export function dialled(
  open: Open,
  options: Partial<SessionClientOptions> = {},
  session: ClientOptions = {},
): Dialled {
  const log = new Log();
  const failures: Error[] = [];
  const client = new SessionClient(
    new ClientSession({ ackDelay: 0, ...session }),
    { redialAfter: () => 1, failed: (error) => failures.push(error), ...options, open },
    log.add,
  );
  later(() => client.stop());
  client.dial();
  return { client, session: client.driver.session, log, failures };
}

/** A way for a server to be reached. */
export interface Way {
  readonly name: string;
  listen(server: SessionServer): Promise<Open>;
}

export const tcp: Way = {
  name: 'TCP',
  async listen(server) {
    const { address } = await listenTcp(server, { host: HOST });
    return (handler, signal) => openTcp({ host: HOST, port: address.port }, handler, signal);
  },
};

export const SECURE = { cert: CERTIFICATE, key: KEY };
export const TRUST = { ca: CERTIFICATE };

export const tls: Way = {
  name: 'TLS',
  async listen(server) {
    const { address } = await listenTls(server, { host: HOST, secure: SECURE });
    const endpoint = { host: HOST, port: address.port, servername: 'localhost', secure: TRUST };
    return (handler, signal) => openTls(endpoint, handler, signal);
  },
};

/** @param wait milliseconds of a long poll. */
export function http(wait: number): Way {
  return {
    name: `HTTP that waits ${wait} ms`,
    async listen(server) {
      const { address } = await listenHttp(server, { host: HOST });
      const agent = new Agent({ keepAlive: true });
      later(() => agent.destroy());
      const endpoint = { url: `http://${HOST}:${address.port}/petrel`, wait, agent };
      return (handler, signal) => openHttp(endpoint, handler, signal);
    },
  };
}

/** Exchanges by `fetch`, which is Node's here. @param wait milliseconds of a long poll. */
export function fetching(wait: number): Way {
  return {
    name: `fetch that waits ${wait} ms`,
    async listen(server) {
      const { address } = await listenHttp(server, { host: HOST });
      const url = `http://${HOST}:${address.port}/petrel`;
      return (handler, signal) => openFetch({ url, wait }, handler, signal);
    },
  };
}

/** A server of HTTP that answers as it likes. */
export async function portal(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  later(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server.listen(0, HOST), 'listening');
  return `http://${HOST}:${(server.address() as AddressInfo).port}/petrel`;
}

export async function webSocketServer(server: SessionServer): Promise<string> {
  const sockets = new WebSocketServer({ ...webSocketServerOptions(), port: 0, host: HOST });
  sockets.on('connection', (socket) => acceptWebSocket(server, socket));
  later(() => sockets.close());
  await once(sockets, 'listening');
  return `ws://${HOST}:${(sockets.address() as { port: number }).port}`;
}

export const webSocket: Way = {
  name: 'WebSocket',
  async listen(server) {
    const url = await webSocketServer(server);
    return (handler, signal) => openWebSocket({ url, WebSocket }, handler, signal);
  },
};

export async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until something holds: the test's own time bounds it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(2);
}
