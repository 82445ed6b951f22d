/** Servers over any transport, with handlers, and clients of all sorts. */
import { connect as connectSocket } from 'node:net';
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { CloseCode } from '../../session/index.ts';
import { cleanUp, HOST, later, SECURE, sleep, until } from '../helpers.test.ts';
import { connected, portOf, refusedPort } from './helpers.test.ts';
import {
  listen,
  ReplyError,
  type ConnectOptions,
  type LinkServer,
  type ListenAtOptions,
  type ServedPeer,
} from './index.ts';

afterEach(cleanUp);

async function listening(options: Partial<ListenAtOptions> = {}): Promise<LinkServer> {
  const server = await listen({
    at: [`tcp://${HOST}:0`],
    secure: SECURE,
    WebSocketServer,
    ackDelay: 0,
    onCommand: ([value]) => value ?? null,
    ...options,
  });
  later(() => server.stop());
  return server;
}

const SCHEMES = ['tcp', 'tls', 'ws', 'http'] as const;

function says(credentials: string): Partial<ConnectOptions> {
  return { plainCredentials: true, session: { credentials } };
}

describe('listen', () => {
  it('accepts every transport into the same sessions', async () => {
    const server = await listening({ at: SCHEMES.map((scheme) => `${scheme}://${HOST}:0`) });
    for (const address of server.addresses) {
      const client = await connected([address]);
      expect(await client.command('ECHO', [address])).toBe(address);
      await client.close();
    }
    expect([...server.peers]).toHaveLength(0);
  });

  it('serves WebSocket and HTTP on one port, and nothing on other paths', async () => {
    const port = await refusedPort();
    const server = await listening({ at: [`ws://${HOST}:${port}/live`, `http://${HOST}:${port}/short`] });
    expect(server.addresses.map(portOf)).toEqual([port, port]);
    for (const address of server.addresses) {
      const client = await connected([address]);
      expect(await client.command('ECHO', [1])).toBe(1);
    }
    const wrong = connected([`ws://${HOST}:${port}/other`, `http://${HOST}:${port}/other`], { ready: 200 });
    await expect(wrong).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('answers each command once: by its handler, with an error where there is none or it throws', async () => {
    const faults: unknown[] = [];
    const server = await listening({
      commands: {
        ADD: ([a, b]) => Number(a) + Number(b),
        REFUSE: () => {
          throw new ReplyError('ERR not you');
        },
        BREAK: async () => {
          await sleep(1);
          throw new Error('a secret of the server');
        },
        NONSENSE: () => Symbol('x') as never,
      },
      onCommand: undefined as never,
      onFault: (error) => faults.push(error),
    });
    const client = await connected(server.addresses);
    expect(await client.command('ADD', [1, 2])).toBe(3);
    for (const [verb, message] of [
      ['REFUSE', 'ERR not you'],
      ['BREAK', 'ERR internal error'],
      ['NONSENSE', 'ERR internal error'],
      ['UNKNOWN', 'ERR unknown command'],
      ['constructor', 'ERR unknown command'],
      ['__proto__', 'ERR unknown command'],
    ])
      await expect(client.command(verb!)).rejects.toMatchObject({ name: 'ReplyError', message });
    expect(faults).toHaveLength(2);
  });

  it('sends parts as there is room, and is told when the answer is not wanted any more', async () => {
    let given: unknown;
    const server = await listening({
      commands: {
        PARTS: async ([count], { part }) => {
          for (let i = 0; i < Number(count); i++) await part([i, 'x'.repeat(1000)]);
          return 'done';
        },
        NEVER: (_args, { signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => {
              given = signal.reason;
              resolve(null);
            });
          }),
      },
      outbox: { frames: 8 },
    });
    const client = await connected(server.addresses);
    let parts = 0;
    expect(await client.command('PARTS', [100], { onPart: () => parts++ })).toBe('done');
    expect(parts).toBe(100);
    const aborter = new AbortController();
    const never = client.command('NEVER', [], { signal: aborter.signal });
    setTimeout(() => aborter.abort(), 20);
    await expect(never).rejects.toThrow(/abort/);
    await until(() => given !== undefined);
    expect(given).toMatchObject({ code: 'CLOSED' });
  });

  it('pushes to those who have a session, and is told what they push', async () => {
    const heard: unknown[] = [];
    const peers: ServedPeer[] = [];
    const server = await listening({
      onSession: (peer) => peers.push(peer),
      onPush: (verb, args) => heard.push([verb, ...args]),
    });
    const pushed: unknown[] = [];
    const client = await connected(server.addresses, {
      onPush: (verb, args) => pushed.push([verb, ...args]),
    });
    await client.push('TYPING', [1]);
    await until(() => heard.length === 1);
    await peers[0]!.push('NEWS', [2]);
    await until(() => pushed.length === 1);
    expect([heard, pushed]).toEqual([[['TYPING', 1]], [['NEWS', 2]]]);
    await client.close();
    await until(() => peers[0]!.closed);
    await expect(peers[0]!.push('NEWS', [3])).rejects.toMatchObject({ code: 'CLOSED', outcome: 'notDone' });
  });

  it('judges who wants a session', async () => {
    const server = await listening({
      authenticate: ({ credentials }) => credentials === 'me' || { code: CloseCode.AUTH, text: 'who?' },
    });
    expect(await (await connected(server.addresses, says('me'))).command('ECHO', [1])).toBe(1);
    await expect(connected(server.addresses, says('you'))).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('drains: what was asked is answered', async () => {
    const server = await listening({
      commands: {
        SLOW: async () => {
          await sleep(100);
          return 'at last';
        },
      },
    });
    const client = await connected(server.addresses);
    const slow = client.command('SLOW');
    await client.command('ECHO', [1]);
    await server.drain({ after: 60_000 });
    expect(await slow).toBe('at last');
    expect(client.state).toMatchObject({ state: 'offline' });
  });

  it('closes connections that say nothing, or one byte now and then, by its deadline', async () => {
    const server = await listening({ handshakeTimeout: 150 });
    const port = portOf(server.addresses[0]!);
    const sockets = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const socket = connectSocket(port, HOST);
        socket.on('error', () => undefined);
        await once(socket, 'connect');
        const drip = setInterval(() => socket.write(Uint8Array.of(0x8f)), 40);
        if (i % 2 === 0) clearInterval(drip);
        later(() => clearInterval(drip));
        return socket;
      }),
    );
    const ended = sockets.map((socket) => once(socket.resume(), 'close'));
    const honest = await connected(server.addresses);
    expect(await honest.command('ECHO', [1])).toBe(1);
    await Promise.all(ended);
    await until(() => server.server.connections === 1);
  });

  it.each<[string, object, typeof RangeError | typeof TypeError]>([
    ['no address', { at: [] }, RangeError],
    ['TLS without a certificate', { at: [`tls://${HOST}:0`], secure: undefined }, TypeError],
    ['WebSocket without a server of it', { at: [`ws://${HOST}:0`], WebSocketServer: undefined }, TypeError],
    ['what is no address', { at: ['ftp://x'] }, TypeError],
  ])('refuses %s', async (_what, options, error) => {
    await expect(listening(options)).rejects.toThrow(error);
  });

  it('leaves no port open where one of them is taken', async () => {
    const taken = portOf((await listening()).addresses[0]!);
    const free = await refusedPort();
    await expect(
      listening({ at: [`tcp://${HOST}:${free}`, `tcp://${HOST}:${taken}`] }),
    ).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await listening({ at: [`tcp://${HOST}:${free}`] });
  });
});
