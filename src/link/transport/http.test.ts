import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeFrames, encodeFrame } from '../../frame/all.ts';
import { CloseCode } from '../../session/index.ts';
import {
  cleanUp,
  dialled,
  HOST,
  later,
  portal,
  SECURE,
  served,
  sleep,
  TRUST,
  until,
} from '../helpers.test.ts';
import {
  listenHttp,
  openHttp,
  type ListenHttpOptions,
  type SessionServer,
  type SessionServerOptions,
} from '../index.ts';

afterEach(cleanUp);

const TYPE = 'application/vnd.petrel';
const HELLO = encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1] });
/** The head of a HELLO of 1,000 bytes. */
const LONG = Uint8Array.of(0x8f, 0xd9, 0x07);

async function listen(
  options: ListenHttpOptions = {},
  serverOptions: SessionServerOptions = {},
): Promise<{ port: number; server: SessionServer }> {
  const { server } = served(serverOptions);
  const { address } = await listenHttp(server, { host: HOST, ...options });
  return { port: address.port, server };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** One request; a body in pieces goes without a length. */
async function post(
  port: number,
  headers: Record<string, string | number>,
  body: Uint8Array | readonly Uint8Array[] = HELLO,
  { path = '/petrel', method = 'POST' } = {},
): Promise<Answer> {
  const sent = request({ host: HOST, port, path, method, headers, agent: new Agent() });
  sent.on('error', () => {});
  for (const piece of body instanceof Uint8Array ? [body] : body) sent.write(piece);
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) };
}

describe('exchanges over HTTP, the server [TRANSPORT-4] [TRANSPORT-5]', () => {
  it('answers a HELLO with its HELLO, at once', async () => {
    const { port } = await listen();
    const { status, headers, body } = await post(port, { 'content-type': TYPE, prefer: 'wait=100' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': TYPE, 'cache-control': 'no-store' });
    expect(decodeFrames(body)).toMatchObject([{ kind: 'HELLO', form: 'answer' }]);
  });

  it('says nothing before the request is complete: many clients read nothing earlier', async () => {
    const { server, log } = served();
    const { address } = await listenHttp(server, { host: HOST });
    const headers = { 'content-type': TYPE };
    const sent = request({ host: HOST, port: address.port, path: '/petrel', method: 'POST', headers });
    const order: string[] = [];
    sent.on('response', (answer) => order.push('answer') && answer.resume());
    sent.write(HELLO);
    await log.next('open');
    await sleep(20);
    order.push('end');
    sent.end();
    await until(() => order.length === 2);
    expect(order).toEqual(['end', 'answer']);
  });

  it('answers what is no frame with a CLOSE', async () => {
    const { port } = await listen();
    const { status, body } = await post(port, { 'content-type': TYPE }, new Uint8Array(10));
    expect(status).toBe(200);
    expect(decodeFrames(body)).toMatchObject([{ kind: 'CLOSE', code: CloseCode.MALFORMED }]);
  });

  it.each([
    ['another path', { 'content-type': TYPE }, { path: '/' }, 404, {}],
    ['another method', { 'content-type': TYPE }, { method: 'PUT' }, 405, { allow: 'POST' }],
    ['another content type', { 'content-type': 'application/json' }, {}, 415, { accept: TYPE }],
    ['no content type', {}, {}, 415, { accept: TYPE }],
  ])('refuses %s', async (_what, headers, options, status, answered) => {
    const { port, server } = await listen();
    const answer = await post(port, headers, HELLO, options);
    expect(answer).toMatchObject({ status, headers: { ...answered, connection: 'close' } });
    expect(server.connections).toBe(0);
  });

  it('takes a content type in any case, with parameters, and a path with a query', async () => {
    const { port } = await listen();
    const headers = { 'content-type': 'Application/VND.Petrel; v=1' };
    expect((await post(port, headers, HELLO, { path: '/petrel?a=b' })).status).toBe(200);
  });

  it('refuses a body by its length before it is read', async () => {
    const { port, server } = await listen({ maxBody: 100 });
    const sent = request({
      host: HOST,
      port,
      path: '/petrel',
      method: 'POST',
      headers: { 'content-type': TYPE, 'content-length': 101 },
    });
    later(() => sent.destroy());
    sent.on('error', () => {});
    sent.flushHeaders();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(413);
    expect(server.connections).toBe(0);
  });

  it('refuses a body without a length as soon as it is too long', async () => {
    const { port, server } = await listen({ maxBody: 100 });
    const { status } = await post(port, { 'content-type': TYPE }, [
      LONG,
      new Uint8Array(50),
      new Uint8Array(51),
    ]);
    expect(status).toBe(413);
    await until(() => server.connections === 0);
  });

  it('refuses a body that is too slow, also when it never stands still', async () => {
    const { port, server } = await listen({ bodyTimeout: 60, leastRate: 1e9 });
    const sent = request({
      host: HOST,
      port,
      path: '/petrel',
      method: 'POST',
      headers: { 'content-type': TYPE },
    });
    later(() => sent.destroy());
    sent.on('error', () => {});
    sent.write(LONG);
    const drip = setInterval(() => sent.write(Uint8Array.of(0)), 10);
    later(() => clearInterval(drip));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(408);
    clearInterval(drip);
    answer.resume();
    await until(() => server.connections === 0);
  });

  it('lets a body take longer that comes fast enough', async () => {
    const { port } = await listen({ bodyTimeout: 20, leastRate: 1 });
    const sent = request({
      host: HOST,
      port,
      path: '/petrel',
      method: 'POST',
      headers: { 'content-type': TYPE },
    });
    sent.write(HELLO);
    setTimeout(() => sent.end(), 80);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(200);
  });

  it('closes connections that say nothing', async () => {
    const { port, server } = await listen({ headTimeout: 40 });
    const silent = ['', 'POST /petrel HTTP/1.1\r\n'].map(async (said) => {
      const socket = connect(port, HOST);
      later(() => socket.destroy());
      socket.on('error', () => {});
      socket.write(said);
      await once(socket.resume(), 'close');
    });
    await Promise.all(silent);
    expect(server.connections).toBe(0);
  });

  it('waits no longer than the server allows', async () => {
    const { server, log, drivers } = served();
    const { address } = await listenHttp(server, { host: HOST, maxWait: 40 });
    const url = `http://${HOST}:${address.port}/petrel`;
    const { log: told } = dialled((handler, signal) => openHttp({ url, wait: 60_000 }, handler, signal), {
      pollAfter: 1,
    });
    await told.next('open');
    for (let i = 0; i < 3; i++) await log.next('resumed');
    expect(drivers).toHaveLength(1);
  });
});

describe('exchanges over HTTP, the client [TRANSPORT-4] [TRANSPORT-6] [TRANSPORT-7]', () => {
  it('verifies the certificate of https:', async () => {
    const { server } = served();
    const { address } = await listenHttp(server, { host: HOST, secure: SECURE });
    const url = `https://${HOST}:${address.port}/petrel`;
    const refused = dialled((handler, signal) => openHttp({ url }, handler, signal), {
      redialAfter: () => 20,
    });
    await until(() => refused.failures.length > 0);
    expect(refused.failures[0]).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const secure = { ...TRUST, servername: 'localhost' };
    const { session, log } = dialled((handler, signal) => openHttp({ url, secure }, handler, signal));
    session.command('SEND', ['over HTTPS']);
    expect(await log.next('reply')).toMatchObject({ value: 'over HTTPS' });
  });

  it.each([
    ['a status', 502, { 'content-type': TYPE }, { code: 'STATUS', message: 'HTTP status 502' }],
    ['a portal', 200, { 'content-type': 'text/html' }, { code: 'PROTOCOL' }],
    [
      'a redirection',
      302,
      { location: 'http://example.org/' },
      { code: 'STATUS', message: 'HTTP status 302' },
    ],
    ['a wish to be asked later', 503, { 'retry-after': '3' }, { code: 'STATUS', after: 3000 }],
    ['a wish for another year', 503, { 'retry-after': '99999999' }, { code: 'STATUS', after: 600_000 }],
    [
      'a wish of long ago',
      503,
      { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' },
      { code: 'STATUS', after: 0 },
    ],
    ['a wish that says nothing', 503, { 'retry-after': 'soon' }, { code: 'STATUS', after: 0 }],
  ])('takes nothing of %s, and tells', async (_what, status, headers, error) => {
    const frame = encodeFrame({ kind: 'CLOSE', scope: 'session', received: 0, code: 0, after: 0, text: '' });
    const url = await portal((_request, response) => response.writeHead(status, headers).end(frame));
    const { log, failures } = dialled((handler, signal) => openHttp({ url }, handler, signal), {
      redialAfter: () => 20,
    });
    await until(() => failures.length > 0 && log.events.length > 0);
    expect(failures[0]).toMatchObject(error);
    expect(log.events[0]).toMatchObject({ type: 'broken', why: 'lost' });
    expect(log.of('closed')).toEqual([]);
  });

  it('comes back as late as it was asked to', async () => {
    const times: number[] = [];
    const url = await portal((_request, response) => {
      times.push(performance.now());
      response.writeHead(503, { 'retry-after': '1' }).end();
    });
    dialled((handler, signal) => openHttp({ url }, handler, signal));
    await until(() => times.length === 2);
    expect(times[1]! - times[0]!).toBeGreaterThan(990);
  });

  it('takes an answer that is cut for no answer, and goes on', async () => {
    const url = await portal((_request, response) => {
      response.writeHead(200, { 'content-type': TYPE, 'content-length': 1000 });
      response.write(LONG);
      setTimeout(() => response.destroy(), 5);
    });
    const { failures, log } = dialled((handler, signal) => openHttp({ url }, handler, signal), {
      redialAfter: () => 20,
    });
    await until(() => failures.length > 1);
    expect(log.of('broken').every(({ why }) => why === 'lost')).toBe(true);
  });

  it('demands a URL of HTTP', () => {
    expect(() =>
      dialled((handler, signal) => openHttp({ url: 'ftp://example.org' }, handler, signal)),
    ).toThrow(TypeError);
    expect(() => dialled((handler, signal) => openHttp({ url: 'nowhere' }, handler, signal))).toThrow(
      TypeError,
    );
  });

  it('sends nothing, and is gone, when it is given up before the first write', async () => {
    const told: string[] = [];
    const aborter = new AbortController();
    const handler = {
      opened: () => told.push('opened'),
      data: () => told.push('data'),
      writable: () => told.push('writable'),
      ended: (error?: Error) => told.push(`ended: ${error?.message}`),
      closed: () => told.push('closed'),
    };
    openHttp({ url: `http://${HOST}:1/` }, handler, aborter.signal);
    aborter.abort();
    await sleep(5);
    expect(told).toEqual(['ended: given up before it stood', 'closed']);
  });

  it('opens few exchanges: one for HELLO, one for what is said and answered, one to say goodbye', async () => {
    const { server, log: heard } = served();
    const { address } = await listenHttp(server, { host: HOST });
    const url = `http://${HOST}:${address.port}/petrel`;
    const { client, session, log } = dialled((handler, signal) => openHttp({ url }, handler, signal), {
      pollAfter: Infinity,
    });
    for (let i = 0; i < 20; i++) session.command('SEND', [i]);
    for (let i = 0; i < 20; i++) await log.next('reply');
    await sleep(30);
    await client.close();
    await heard.next('closed');
    expect(heard.of('resumed')).toHaveLength(2);
    expect(heard.of('command')).toHaveLength(20);
  });

  it('asks for no news where it is not to, and says at once what it has to', async () => {
    const { server, log: heard } = served();
    const { address } = await listenHttp(server, { host: HOST });
    const url = `http://${HOST}:${address.port}/petrel`;
    const { client, session, log } = dialled(
      (handler, signal) => openHttp({ url, wait: 0 }, handler, signal),
      { pollAfter: Infinity },
    );
    await log.next('open');
    await sleep(30);
    expect(heard.of('resumed')).toEqual([]);
    session.push('NEWS', ['now']);
    client.driver.wake();
    await heard.next('push');
    await sleep(30);
    expect(heard.of('resumed')).toHaveLength(1);
  });

  it('replaces an exchange that only waits for news by one that says what there is', async () => {
    const { server } = served({}, (event) => event.type === 'command' && event.verb === 'NEVER');
    const { address } = await listenHttp(server, { host: HOST, maxWait: 600_000 });
    const url = `http://${HOST}:${address.port}/petrel`;
    const { client, session, log } = dialled((handler, signal) =>
      openHttp({ url, wait: 600_000 }, handler, signal),
    );
    session.command('NEVER', []);
    await log.next('resumed');
    session.command('SEND', ['at once']);
    client.driver.wake();
    expect(await log.next('reply')).toMatchObject({ value: 'at once' });
  });

  it('ends an answer when the window is full, though something else waits for its reply', async () => {
    const { server } = served({}, (event, { session }) => {
      if (event.type !== 'command' || event.verb === 'NEVER') return event.type === 'command';
      for (let i = 0; i < 20; i++) session.part(event.id, new Uint8Array(10_000));
      session.reply(event.id, 'done');
      return true;
    });
    const { address } = await listenHttp(server, { host: HOST, maxWait: 600_000 });
    const url = `http://${HOST}:${address.port}/petrel`;
    const { session, log } = dialled(
      (handler, signal) => openHttp({ url, wait: 600_000 }, handler, signal),
      { pollAfter: 1 },
      { window: { bytes: 32_768 } },
    );
    session.command('NEVER', []);
    session.command('HISTORY', []);
    expect(await log.next('reply')).toMatchObject({ value: 'done' });
    expect(log.of('part')).toHaveLength(20);
  });

  it('acknowledges before an answer ends what was taken while it waited', async () => {
    const { server } = served({ manualTake: true, ackDelay: 60_000 }, (event, driver) => {
      if ('number' in event) setTimeout(() => driver.session.take(event.number), 5);
      return false;
    });
    const { address } = await listenHttp(server, { host: HOST, maxWait: 60 });
    const url = `http://${HOST}:${address.port}/petrel`;
    const { client, session, log } = dialled((handler, signal) => openHttp({ url }, handler, signal), {
      pollAfter: Infinity,
    });
    await log.next('open');
    session.push('NEWS', ['one']);
    client.driver.wake();
    await log.next('resumed');
    await log.next('broken');
    expect(session.outstanding).toBe(false);
  });

  it('does not say again at once what a whole exchange has brought no acknowledgement of', async () => {
    const { server, log: heard, drivers } = served({ manualTake: true, window: { frames: 4 } });
    const { address } = await listenHttp(server, { host: HOST });
    const url = `http://${HOST}:${address.port}/petrel`;
    const { client, session, log } = dialled((handler, signal) =>
      openHttp({ url, wait: 0 }, handler, signal),
    );
    await log.next('open');
    for (let i = 1; i <= 8; i++) session.push('NEWS', [i]);
    client.driver.wake();
    await sleep(150);
    expect(heard.of('push')).toHaveLength(4);
    expect(heard.of('resumed').length).toBeLessThan(4);
    drivers[0]!.session.take(4);
    await until(() => heard.of('push').length === 8);
  });
});
