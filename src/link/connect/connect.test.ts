import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, HOST, later, SECURE, served, TRUST, until, webSocketServer } from '../helpers.test.ts';
import { listenHttp, listenTcp, listenTls, type SessionServer } from '../index.ts';
import { connect, type ConnectOptions, type LinkClient, type LinkState } from './index.ts';

afterEach(cleanUp);

const QUICK = {
  race: { headStart: 40 },
  pacing: {
    work: { fresh: 20, recent: 20, foreground: 20, background: 20, inactive: 20 },
    idle: { fresh: 20, recent: 20, foreground: 20, background: 20, inactive: 20 },
    jitter: 10,
  },
  pollAfter: 10,
} as const;

async function connected(endpoints: readonly string[], options: Partial<ConnectOptions> = {}): Promise<LinkClient> {
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

type Tier = 'tcp' | 'tls' | 'ws' | 'http';

async function listenOn(server: SessionServer, tier: Tier, port = 0): Promise<string> {
  const host = HOST;
  switch (tier) {
    case 'tcp':
      return `tcp://${HOST}:${(await listenTcp(server, { host, port })).address.port}`;
    case 'tls':
      return `tls://${HOST}:${(await listenTls(server, { host, port, secure: SECURE })).address.port}`;
    case 'ws':
      return webSocketServer(server);
    case 'http':
      return `http://${HOST}:${(await listenHttp(server, { host, port })).address.port}`;
  }
}

/** Accepts connections, and never says a word. */
async function blackHole(): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server.listen(0, HOST), 'listening');
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  later(close);
  return { port: (server.address() as AddressInfo).port, close };
}

/** A port that nobody listens on. */
async function refusedPort(): Promise<number> {
  const { port, close } = await blackHole();
  await close();
  return port;
}

const TIERS: readonly Tier[] = ['tcp', 'tls', 'ws', 'http'];

describe.each(TIERS)('connect over %s', (tier) => {
  it('answers commands, tells pushes, and closes in good order', async () => {
    const { server, drivers, log } = served();
    const pushed: unknown[] = [];
    const client = await connected([await listenOn(server, tier)], {
      onPush: (verb, args) => pushed.push([verb, ...args]),
    });
    expect(await client.command('ECHO', ['hi'])).toBe('hi');
    drivers[0]!.session.push('NEWS', [1]);
    drivers[0]!.wake();
    await until(() => pushed.length > 0);
    expect(pushed).toEqual([['NEWS', 1]]);
    await client.push('TYPING', ['bob']);
    expect(await log.next('push')).toMatchObject({ verb: 'TYPING', args: ['bob'] });
    expect(client.endpoint?.transport).toBe(tier);
    await client.close({ text: 'enough' });
    expect(await log.next('closed')).toMatchObject({ text: 'enough' });
    await expect(client.command('ECHO', ['late'])).rejects.toMatchObject({ code: 'CLOSED', outcome: 'notDone' });
  });
});

describe('fallback', () => {
  it.each(['refused', 'swallowed'])('goes down the tiers where the better ones are %s', async (how) => {
    const port = async (): Promise<number> => (how === 'refused' ? refusedPort() : (await blackHole()).port);
    for (const [i, tier] of TIERS.entries()) {
      const { server } = served();
      const blocked = await Promise.all(TIERS.slice(0, i).map(async (each) => `${each}://${HOST}:${await port()}`));
      const client = await connected([...blocked, await listenOn(server, tier)]);
      expect(client.endpoint?.transport).toBe(tier);
      expect(await client.command('ECHO', [tier])).toBe(tier);
      await client.stop();
    }
  });

  it('moves back to the long link when it answers again, with requests in flight, each with one outcome', async () => {
    const { server, drivers, log: heard } = served();
    const port = await refusedPort();
    const states: LinkState[] = [];
    const client = await connected([`tcp://${HOST}:${port}`, await listenOn(server, 'http')], {
      returnAfter: 50,
      onState: (state) => states.push(state),
    });
    expect(client.endpoint?.transport).toBe('http');
    await listenOn(server, 'tcp', port);
    const replies: Promise<unknown>[] = [];
    for (let i = 0; client.endpoint?.transport !== 'tcp' || i < 200; i++) {
      replies.push(client.command('ECHO', [i]));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const all = await Promise.all(replies);
    expect(all).toEqual(all.map((_, i) => i));
    expect(heard.of('command')).toHaveLength(all.length);
    expect(drivers).toHaveLength(1);
  });
});
