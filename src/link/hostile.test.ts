/** Peers that hold connections without using them: each is closed by a deadline, and who is honest is served meanwhile. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeFrame } from '../frame/all.ts';
import { cleanUp, dialled, HOST, later, served, tcp, until } from './helpers.test.ts';
import { listenTcp } from './index.ts';

afterEach(cleanUp);

const MANY = 150;
const HELLO = encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1], agent: 'a'.repeat(1000) });

/** Connections that say something every so often, until they are closed. */
function crowd(port: number, say: (socket: Socket, time: number) => void): Promise<unknown[]> {
  const closed = Array.from({ length: MANY }, async () => {
    const socket = connect(port, HOST);
    later(() => socket.destroy());
    socket.on('error', () => {});
    let time = 0;
    const timer = setInterval(() => say(socket, time++), 20);
    later(() => clearInterval(timer));
    await once(socket.resume(), 'close');
    clearInterval(timer);
  });
  return Promise.all(closed);
}

describe('a server with hostile peers [TRANSPORT-8]', () => {
  it.each([
    ['say nothing', () => {}],
    [
      'say a byte now and then',
      (socket: Socket, time: number) => socket.write(HELLO.subarray(time, time + 1)),
    ],
  ])('closes those that %s by the deadline of the handshake', async (_what, say) => {
    const { server } = served({ handshakeTimeout: 300 });
    const { address } = await listenTcp(server, { host: HOST });
    const all = crowd(address.port, say);
    await until(() => server.connections > MANY / 2);
    const open = await tcp.listen(server);
    const { client, session, log } = dialled(open);
    session.command('SEND', ['honest']);
    expect(await log.next('reply')).toMatchObject({ value: 'honest' });
    client.stop();
    await all;
    await until(() => server.connections === 0);
    expect([...server.sessions].length).toBeLessThan(2);
  });

  it('closes a crowd that came together in turns, so that others are served between', async () => {
    const { server } = served({ handshakeTimeout: 64 });
    const ended: number[] = [];
    let turn = 0;
    const turning = {
      immediate: setImmediate(function again() {
        turn++;
        turning.immediate = setImmediate(again);
      }),
    };
    later(() => clearImmediate(turning.immediate));
    for (let i = 0; i < MANY; i++)
      server.accept((handler) => ({
        full: false,
        write: () => {},
        end() {
          ended.push(turn);
          queueMicrotask(() => handler.closed());
        },
        destroy: () => {},
      }));
    await until(() => ended.length === MANY);
    const perTurn = new Map(ended.map((at) => [at, ended.filter((other) => other === at).length]));
    expect(Math.max(...perTurn.values())).toBeLessThanOrEqual(16);
    expect(server.connections).toBe(0);
  });

  it('closes those that begin a frame and go on a byte at a time', async () => {
    const { server, log } = served({ frameTimeout: 80, leastRate: 1e6, keepFor: 1 });
    const { address } = await listenTcp(server, { host: HOST });
    const push = encodeFrame({ kind: 'PUSH', verb: 'NEWS', args: [new Uint8Array(1000)] });
    await crowd(address.port, (socket, time) =>
      socket.write(time === 0 ? HELLO : push.subarray(time - 1, time)),
    );
    await until(() => log.of('closed').length === MANY);
    expect(log.of('broken').every(({ why }) => why === 'slow')).toBe(true);
    expect(server.connections).toBe(0);
    expect([...server.sessions]).toEqual([]);
  });

  it('notices those that are gone without a word', async () => {
    const { server, log } = served({ pingInterval: 30, patience: 40, keepFor: 1 });
    const { address } = await listenTcp(server, { host: HOST });
    // half open: the connection stands, and nobody answers
    await crowd(address.port, (socket, time) => time === 0 && socket.write(HELLO));
    await until(() => log.of('closed').length === MANY);
    expect(log.of('broken').every(({ why }) => why === 'silent')).toBe(true);
  });

  it('ends links of peers that read nothing', async () => {
    const { server, log, drivers } = served({ patience: 60, ackDelay: 0, outbox: { bytes: 1 << 24 } });
    const { address } = await listenTcp(server, { host: HOST });
    const socket = connect(address.port, HOST).pause();
    later(() => socket.destroy());
    socket.on('error', () => {});
    socket.write(
      encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1], ackDelay: 0, windowBytes: 1 << 24 }),
    );
    await log.next('open');
    while (drivers[0]!.session.push('NEWS', [new Uint8Array(100_000)]) !== undefined);
    drivers[0]!.wake();
    expect(await log.next('broken')).toMatchObject({ why: 'silent' });
    await until(() => server.connections === 0);
  });

  it('takes no more than it was told to, and says nothing to those beyond', async () => {
    const { server } = served({ maxConnections: 10 });
    const { address } = await listenTcp(server, { host: HOST });
    const said: number[] = [];
    for (let i = 0; i < 150; i++) {
      const socket = connect({ port: address.port, host: HOST, allowHalfOpen: true });
      later(() => socket.destroy());
      socket.on('error', () => {});
      said[i] = 0;
      socket.on('data', (chunk) => (said[i] = chunk.length));
      if (i >= 10) void once(socket, 'close');
    }
    await until(() => said.filter((length) => length > 0).length === 100);
    expect(server.connections).toBeLessThanOrEqual(110);
  });

  it('demands room for one connection at least', () => {
    expect(() => served({ maxConnections: 0 })).toThrow('maxConnections must be at least 1, not 0');
  });
});
