/** Exchanges by `fetch`, and which pages a server lets do that. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeFrame } from '../../frame/all.ts';
import { listen } from '../connect/index.ts';
import { openFetch } from '../fetch.ts';
import { cleanUp, dialled, HOST, later, portal, served, sleep, until } from '../helpers.test.ts';
import { listenHttp, type ListenHttpOptions, type Transport } from '../index.ts';

afterEach(cleanUp);

const TYPE = 'application/vnd.petrel';
const FRAME = encodeFrame({ kind: 'CLOSE', scope: 'session', received: 0, code: 0, after: 0, text: '' });

describe('exchanges by fetch, the client [TRANSPORT-4]', () => {
  it.each([
    ['a status', 502, { 'content-type': TYPE }, { code: 'STATUS', message: 'HTTP status 502' }],
    ['a portal', 200, { 'content-type': 'text/html' }, { code: 'PROTOCOL' }],
    ['a redirection', 302, { location: 'http://example.org/' }, { name: 'TypeError' }],
    ['a wish to be asked later', 503, { 'retry-after': '3' }, { code: 'STATUS', after: 3000 }],
  ])('takes nothing of %s, and tells', async (_what, status, headers, error) => {
    const url = await portal((_request, response) => response.writeHead(status, headers).end(FRAME));
    const { log, failures } = dialled((handler, signal) => openFetch({ url }, handler, signal), {
      redialAfter: () => 20,
    });
    await until(() => failures.length > 0 && log.events.length > 0);
    expect(failures[0]).toMatchObject(error);
    expect(log.events[0]).toMatchObject({ type: 'broken', why: 'lost' });
    expect(log.of('closed')).toEqual([]);
  });

  it.each([
    ['nobody listens', `http://${HOST}:1/petrel`],
    ['the URL is none', 'nowhere'],
  ])('tells where %s', async (_what, url) => {
    const { failures } = dialled((handler, signal) => openFetch({ url }, handler, signal), {
      redialAfter: () => 20,
    });
    await until(() => failures.length > 1);
    expect(failures[0]).toBeInstanceOf(TypeError);
  });

  it('takes an answer that is cut for no answer, and goes on', async () => {
    const url = await portal((_request, response) => {
      response.writeHead(200, { 'content-type': TYPE, 'content-length': 1000 });
      response.write(Uint8Array.of(0x8f, 0xd9, 0x07));
      setTimeout(() => response.destroy(), 5);
    });
    const { failures, log } = dialled((handler, signal) => openFetch({ url }, handler, signal), {
      redialAfter: () => 20,
    });
    await until(() => failures.length > 1);
    expect(log.of('broken').every(({ why }) => why === 'lost')).toBe(true);
  });

  it('asks for what a page may ask for: no cookies, no cache, no other place', async () => {
    const heads: IncomingMessage[] = [];
    const url = await portal((asked, response) => {
      heads.push(asked);
      response.writeHead(500).end();
    });
    const asked: Record<string, unknown>[] = [];
    const own = (async (at: string, init: RequestInit) => {
      asked.push(init as never);
      return fetch(at, init);
    }) as never;
    dialled((handler, signal) => openFetch({ url, wait: 7900, fetch: own }, handler, signal), {
      redialAfter: () => Infinity,
    });
    await until(() => heads.length > 0);
    expect(asked[0]).toMatchObject({ cache: 'no-store', credentials: 'omit', redirect: 'error' });
    expect(heads[0]).toMatchObject({ method: 'POST', headers: { 'content-type': TYPE, prefer: 'wait=7' } });
  });

  it.each([
    ['before the first write, with its signal', 'abort', ['ended: given up before it stood', 'closed']],
    ['before the first write', 'destroy', ['ended: the answer is not complete', 'closed']],
    ['while it waits', 'write', ['opened', 'full', 'ended: This operation was aborted', 'closed']],
  ])('ends when it is given up %s', async (_when, how, expected) => {
    const url = await portal(() => undefined);
    const told: string[] = [];
    const aborter = new AbortController();
    const transport: Transport = openFetch(
      { url },
      {
        opened: () => void told.push('opened'),
        data: () => void told.push('data'),
        writable: () => void told.push('writable'),
        ended: (error) => void told.push(`ended: ${error?.message}`),
        closed: () => void told.push('closed'),
      },
      aborter.signal,
    );
    if (how === 'abort') aborter.abort();
    else if (how === 'destroy') transport.destroy();
    else {
      await sleep(1);
      transport.write(FRAME);
      transport.write(FRAME);
      await sleep(1);
      told.push(transport.full ? 'full' : 'not full');
      transport.destroy();
    }
    await until(() => told.includes('closed'));
    expect(told).toEqual(expected);
  });
});

/** The answer of a server with these options. */
async function asked(
  options: ListenHttpOptions,
  method: string,
  headers: Record<string, string>,
  body?: Uint8Array,
): Promise<IncomingMessage> {
  const { server } = served();
  const { address } = await listenHttp(server, { host: HOST, ...options });
  const sent = request({ host: HOST, port: address.port, path: '/petrel', method, headers });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer;
}

describe('pages of other origins', () => {
  const PAGE = 'https://chat.example';

  const preflight = { origin: PAGE, 'access-control-request-method': 'POST' };

  it.each([
    ['all', '*', '*'],
    ['this one', ['https://other.example', PAGE], PAGE],
  ] as const)('may exchange where the server allows %s', async (_who, origins, allowed) => {
    const may = await asked({ origins }, 'OPTIONS', preflight);
    expect(may).toMatchObject({
      statusCode: 204,
      headers: {
        'access-control-allow-origin': allowed,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'content-type, prefer',
      },
    });
    const hello = encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1] });
    const answer = await asked({ origins }, 'POST', { origin: PAGE, 'content-type': TYPE }, hello);
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'access-control-allow-origin': allowed } });
    const refusal = await asked({ origins }, 'POST', { origin: PAGE });
    expect(refusal).toMatchObject({ statusCode: 415, headers: { 'access-control-allow-origin': allowed } });
  });

  it.each<[name: string, options: ListenHttpOptions, headers: Record<string, string>]>([
    ['by default', {}, preflight],
    ['where others are allowed', { origins: ['https://other.example'] }, preflight],
    ['for another method', { origins: '*' }, { ...preflight, 'access-control-request-method': 'PUT' }],
    ['where nobody asks for that', { origins: '*' }, { origin: PAGE }],
  ])('may not %s', async (_when, options, headers) => {
    const answer = await asked(options, 'OPTIONS', headers);
    expect(answer.statusCode).toBe(405);
    expect(answer.headers).not.toHaveProperty('access-control-allow-methods');
  });

  it('may by an option of listen, too', async () => {
    const server = await listen({ at: [`http://${HOST}:0`], origins: [PAGE] });
    later(() => server.stop());
    const answer = await fetch(server.addresses[0]!, { method: 'OPTIONS', headers: preflight });
    // fetch of Node sends these headers, as those of browsers do by themselves
    expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
  });
});
