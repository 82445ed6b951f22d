/** What the halves meet over: TLS, WebSocket, and the next of several addresses where one does not do. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { CERTIFICATE, KEY } from '../../../src/link/transport/helpers.test.ts';
import { Conversation, startRedis } from '../../../spec/redis.ts';
import { freePort, isMissing, REDIS, type Started } from '../../../spec/servers.ts';
import { Bridge, type ClientSettings } from './serve.ts';

const HOST = '127.0.0.1';
const TRUSTING = { WebSocket, servername: 'localhost', secure: { ca: CERTIFICATE } };
const OPTIONS = { redialAfter: () => 0, pingAfter: 100, deadAfter: 400 };
const COMMON = { maxClients: 10, options: OPTIONS };
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  vi.restoreAllMocks();
});

/** The half at the server. @returns its addresses. */
async function far(
  redis: number,
  schemes: readonly string[],
  demands: TlsOptions = {},
): Promise<readonly string[]> {
  const listen = schemes.map((scheme) => `${scheme}://${HOST}:0`);
  const to = { host: HOST, port: redis };
  const bridge = new Bridge({
    listens: 'petrel',
    listen,
    to,
    secure: { cert: CERTIFICATE, key: KEY, ...demands },
    ...COMMON,
  });
  closers.push(() => bridge.stop(0));
  return (await bridge.listen()).map((text, i) => (schemes[i] === 'tcp' ? `tcp://${text}` : text));
}

const stop = (): Promise<void> => Promise.resolve();

/** A client of the half at the clients. */
async function client(
  to: readonly string[],
  routes: ClientSettings['routes'] = TRUSTING,
): Promise<Conversation> {
  const bridge = new Bridge({ listens: 'resp', listen: { host: HOST, port: 0 }, to, routes, ...COMMON });
  closers.push(() => bridge.stop(0));
  const [where] = await bridge.listen();
  return Conversation.open({ port: Number(where!.split(':').at(-1)), stop });
}

/** A listener of our own. @returns its port, and the sockets that came. */
async function listener(
  take: (socket: Socket) => unknown,
): Promise<{ server: Server; port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    take(socket);
  });
  await once(server.listen(0, HOST), 'listening');
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { server, port: (server.address() as AddressInfo).port, sockets };
}

describe.skipIf(isMissing(REDIS))('the halves of a bridge', () => {
  let redis: Started;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it.each(['tcp', 'tls', 'ws', 'wss'])('meet over %s', async (scheme) => {
    const here = await client(await far(redis.port, [scheme]));
    const big = 'x'.repeat(300_000);
    expect(await here.ask('SET', scheme, big)).toMatchObject({ tag: 7 });
    expect(await here.ask('GET', scheme)).toBe(big);
  });

  it.each([
    ['trusted by nobody', { servername: 'localhost' }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['of another name', { ...TRUSTING, servername: 'example.org' }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('do not meet where the certificate is %s, and say so', async (_what, routes, code) => {
    const [address] = await far(redis.port, ['tls']);
    const here = await client([address!], routes);
    const value = `ERR petrel bridge: can't reach the other half ${address} (${code})`;
    expect(await here.ask('PING')).toMatchObject({ tag: 2, value });
  });

  it.each(['tls', 'wss'])('meet over %s only with a certificate, where one is demanded', async (scheme) => {
    const demands = { ca: CERTIFICATE, requestCert: true, rejectUnauthorized: true };
    const at = await far(redis.port, [scheme], demands);
    const known = { ...TRUSTING, secure: { ca: CERTIFICATE, cert: CERTIFICATE, key: KEY } };
    expect(await (await client(at, known)).ask('PING')).toMatchObject({ tag: 7 });
    const value = expect.stringMatching(/^ERR petrel bridge: /) as string;
    expect(await (await client(at)).ask('PING')).toMatchObject({ tag: 2, value });
  });

  it('meet unverified where that was asked for', async () => {
    const here = await client(await far(redis.port, ['tls']), { secure: { rejectUnauthorized: false } });
    expect(await here.ask('PING')).toMatchObject({ tag: 7 });
  });

  it('take the next address where one refuses, or nobody answers the handshake of TLS there', async () => {
    const hole = await listener((socket) => socket.resume());
    const [good] = await far(redis.port, ['ws']);
    const refused = `tcp://${HOST}:${await freePort()}`;
    const here = await client([refused, `tls://${HOST}:${hole.port}`, good!]);
    expect(await here.ask('PING')).toMatchObject({ tag: 7 });
  });

  it.each([
    ['refuses', true],
    ['takes all and says nothing', false],
  ])(
    'go on at another address when the first %s, and nothing is lost or runs twice',
    async (_what, refuses) => {
      const [tcp, wss] = await far(redis.port, ['tcp', 'wss']);
      let swallows = false;
      const proxy = await listener((socket) => {
        if (swallows) return socket.resume();
        const on = connect(Number(tcp!.split(':').at(-1)), HOST);
        on.on('error', () => undefined);
        socket.on('close', () => on.destroy());
        return socket.pipe(on).pipe(socket);
      });
      const here = await client([`tcp://${HOST}:${proxy.port}`, wss!]);
      await here.ask('DEL', 'n');
      for (let n = 1; n < 10; n++) expect(await here.ask('INCR', 'n')).toBe(n);
      swallows = true;
      if (refuses) proxy.server.close();
      for (const socket of proxy.sockets.splice(0)) socket.destroy();
      for (let n = 10; n < 20; n++) expect(await here.ask('INCR', 'n')).toBe(n);
      expect(proxy.sockets.length).toBe(refuses ? 0 : 1);
    },
  );
});
