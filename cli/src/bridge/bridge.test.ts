/** Clients and a real Redis server, with both halves of a bridge between them, against the same clients without. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Tagged, type Value } from '../../../src/value/index.ts';
import { Conversation, startRedis } from '../../../spec/redis.ts';
import { freePort, isMissing, REDIS, type Started } from '../../../spec/servers.ts';
import { Bridge, type BridgeSettings } from './serve.ts';

const LOOPBACK = '127.0.0.1';
const bridges: Bridge[] = [];

type Settings = Partial<Pick<BridgeSettings, 'maxClients' | 'options'>>;

async function begin(settings: BridgeSettings): Promise<{ bridge: Bridge; port: number }> {
  const bridge = new Bridge(settings);
  bridges.push(bridge);
  const [where] = await bridge.listen();
  return { bridge, port: Number(where!.split(':').at(-1)) };
}

/** The half at the clients, in front of the one at a port. */
function near(to: number, settings: Settings = {}): ReturnType<typeof begin> {
  const listen = { host: LOOPBACK, port: 0 };
  return begin({
    listens: 'resp',
    listen,
    to: [`tcp://${LOOPBACK}:${to}`],
    maxClients: 100,
    options: {},
    ...settings,
  });
}

/** The half at the server at a port. */
function far(to: number, settings: Settings = {}): ReturnType<typeof begin> {
  const at = { host: LOOPBACK, port: to };
  return begin({
    listens: 'petrel',
    listen: [`tcp://${LOOPBACK}:0`],
    to: at,
    maxClients: 100,
    options: {},
    ...settings,
  });
}

/** Both halves before a server; where clients connect. */
async function bridged(server: number, settings: Settings = {}) {
  const inner = await far(server, settings);
  const outer = await near(inner.port, settings);
  return { port: outer.port, near: outer.bridge, far: inner.bridge };
}

afterEach(async () => {
  await Promise.all(bridges.splice(0).map((bridge) => bridge.stop(0)));
});

/** All that a server says to these bytes, in chunks of this size, up to the end. */
async function said(port: number, bytes: Buffer, size = bytes.length): Promise<string> {
  const socket = connect({ port, host: LOOPBACK, noDelay: true, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  for (let i = 0; i < bytes.length; i += size) socket.write(bytes.subarray(i, i + size));
  await once(socket, 'end');
  socket.end();
  return normal(Buffer.concat(chunks).toString('latin1'));
}

/** What differs from connection to connection. */
function normal(text: string): string {
  return text.replace(/(\$2\r\nid\r\n:)\d+/g, '$1ID').replace(/^\+\d+\.\d{6} \[0 [\d.:]+\]/gm, '+TIME');
}

const script = (...lines: string[]): Buffer =>
  Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1');

/** Conversations of one client; each ends with QUIT, which every mode allows. */
const CONVERSATIONS: readonly (readonly [name: string, ...lines: string[]])[] = [
  ['pipelines', 'SET k v', 'GET k', 'INCR n', 'LPUSH l a b c', 'LRANGE l 0 -1', 'GET none', 'NOSUCH', 'DEL k n l'],
  ['strings that are no text', 'SET b "\\xff\\x00\\r\\n"', 'GET b', 'SET u "\\xe5\\x9c\\xa8\\xe5\\x90\\x97"', 'GET u'],
  ['every type of RESP3', 'HELLO 3', ...['string', 'integer', 'double', 'null', 'array', 'set', 'map', 'attrib', 'push', 'verbatim', 'true', 'bignum'].map((type) => `DEBUG PROTOCOL ${type}`)],
  ['transactions', 'MULTI', 'SET k 1', 'INCR k', 'LPUSH k x', 'EXEC', 'MULTI', 'NOSUCH', 'EXEC', 'MULTI', 'DISCARD', 'EXEC', 'MULTI', 'MULTI', 'EXEC x', 'GET k', 'DISCARD', 'WATCH k', 'SET k 2', 'MULTI', 'GET k', 'EXEC'],
  ['versions', 'HELLO', 'HELLO 3', 'HELLO 2', 'HELLO 4', 'GET none', 'HELLO 3', 'GET none', 'RESET', 'GET none', 'MULTI', 'HELLO 3', 'GET none', 'EXEC', 'GET none'],
  ['subscriptions in RESP2', 'SUBSCRIBE a b a', 'PSUBSCRIBE p*', 'PING', 'GET k', 'UNSUBSCRIBE', 'PUNSUBSCRIBE', 'UNSUBSCRIBE', 'GET none', 'SSUBSCRIBE s', 'SUNSUBSCRIBE', 'SUBSCRIBE', 'PUBLISH a x'],
  ['subscriptions in RESP3', 'HELLO 3', 'SUBSCRIBE a b', 'PUBLISH a x', 'PSUBSCRIBE p* q*', 'PUBLISH pq y', 'GET none', 'UNSUBSCRIBE a none', 'PUNSUBSCRIBE', 'UNSUBSCRIBE', 'SSUBSCRIBE s t', 'SPUBLISH s z', 'SUNSUBSCRIBE t', 'SUNSUBSCRIBE', 'RESET', 'PUBLISH a x'],
  ['subscriptions within transactions', 'MULTI', 'SUBSCRIBE a b', 'PUBLISH a hi', 'UNSUBSCRIBE', 'GET none', 'EXEC', 'PING', 'HELLO 3', 'MULTI', 'SUBSCRIBE a b', 'PUBLISH b hi', 'PSUBSCRIBE c', 'EXEC', 'PING', 'MULTI', 'UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SET k v', 'EXEC', 'GET k'],
  ['messages of what a transaction does', 'CONFIG SET notify-keyspace-events KEA', 'MULTI', 'PSUBSCRIBE __key*', 'SET k v', 'LPUSH l message a b', 'LRANGE l 0 2', 'PUNSUBSCRIBE', 'DEL l', 'EXEC', 'CONFIG SET notify-keyspace-events ""'],
  ['names that are no text', 'SUBSCRIBE "\\xff" "1" "__proto__"', 'UNSUBSCRIBE "\\xff"', 'UNSUBSCRIBE', 'PING'],
  ['MONITOR', 'MONITOR', 'SET k v', 'PING', 'MONITOR', 'ECHO hi', 'RESET', 'GET k', 'MULTI', 'MONITOR', 'EXEC', 'PING'],
  ['CLIENT REPLY', 'CLIENT REPLY ON', 'CLIENT REPLY SKIP', 'GET none', 'PING', 'CLIENT REPLY OFF', 'PING', 'NOSUCH', 'SUBSCRIBE a b', 'UNSUBSCRIBE', 'CLIENT REPLY SKIP', 'CLIENT REPLY ON', 'PING', 'CLIENT REPLY', 'client reply skip', 'CLIENT REPLY ON', 'PING'],
  ['CLIENT REPLY and RESET', 'CLIENT REPLY SKIP', 'RESET', 'PING', 'CLIENT REPLY OFF', 'RESET', 'PING', 'CLIENT REPLY OFF', 'CLIENT REPLY SKIP', 'RESET', 'PING'],
  ['CLIENT REPLY and transactions', 'CLIENT REPLY OFF', 'MULTI', 'SUBSCRIBE a b', 'PUBLISH a 1', 'GET none', 'EXEC', 'PUBLISH a 1', 'RESET', 'CLIENT REPLY OFF', 'HELLO 3', 'SUBSCRIBE a', 'PUBLISH a 1', 'MULTI', 'UNSUBSCRIBE', 'EXEC', 'CLIENT REPLY ON', 'MULTI', 'CLIENT REPLY ON', 'EXEC'],
  ['CLIENT REPLY and MONITOR', 'MONITOR', 'ECHO b', 'CLIENT REPLY OFF', 'ECHO c', 'CLIENT REPLY ON', 'ECHO d'],
  ['commands that get no reply', '', '*0', '   ', 'PING'],
  ['words in quotes', `SET 'a b' "c\\x41\\n\\"d"`, `GET "a b"`, `ECHO 'it\\'s'`, 'ECHO "a"b'],
  ['quotes that do not end', 'PING', 'ECHO "a'],
  ['blocking', 'LPUSH l a', 'BLPOP l 0', 'BLPOP none 0.01', 'XADD s 1-1 a b', 'XREAD BLOCK 10 STREAMS s 0', 'WAIT 0 10', 'DEL s'],
  ['tracking', 'HELLO 3', 'CLIENT TRACKING ON', 'GET k', 'SET k 1', 'GET k', 'FLUSHALL', 'CLIENT TRACKING OFF'],
  ['scripts', 'EVAL "return {1,2,{3}}" 0', `EVAL "return redis.status_reply('CONTINUE')" 0`, `EVAL "return redis.error_reply('MY no')" 0`, `EVAL "return {'message','a','b'}" 0`],
  ['after QUIT', 'PING', 'QUIT', 'PING'],
]; // prettier-ignore

describe.skipIf(isMissing(REDIS))('a bridge', () => {
  let redis: Started;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it.each(CONVERSATIONS)('says what Redis says: %s', async (_name, ...lines) => {
    const bytes = script(...lines, 'QUIT');
    const { port } = await bridged(redis.port);
    const direct = await said(redis.port, Buffer.concat([script('FLUSHALL', 'RESET'), bytes]));
    expect(await said(port, Buffer.concat([script('FLUSHALL', 'RESET'), bytes]))).toBe(direct);
    expect(await said(port, Buffer.concat([script('FLUSHALL', 'RESET'), bytes]), 1)).toBe(direct);
  });

  it('carries messages between clients, in RESP2 and RESP3', async () => {
    const { port } = await bridged(redis.port);
    const [two, three, other] = [
      await Conversation.open({ port, stop }),
      await Conversation.open({ port, stop }),
      await Conversation.open({ port, stop }),
    ];
    expect(await two.ask('SUBSCRIBE', 'news')).toEqual(['subscribe', 'news', 1]);
    await three.ask('HELLO', '3');
    three.send(['PSUBSCRIBE', 'n*']);
    expect(pushed(await three.next())).toEqual(['psubscribe', 'n*', 1]);
    expect(await other.ask('PUBLISH', 'news', 'hi')).toBe(2);
    expect(await two.next()).toEqual(['message', 'news', 'hi']);
    expect(pushed(await three.next())).toEqual(['pmessage', 'n*', 'news', 'hi']);
    expect(await three.ask('PING')).toMatchObject({ tag: 7, value: 1 });
  });

  it('tells a client what others changed', async () => {
    const { port } = await bridged(redis.port);
    const [tracker, other] = [
      await Conversation.open({ port, stop }),
      await Conversation.open({ port, stop }),
    ];
    await tracker.ask('HELLO', '3');
    await tracker.ask('CLIENT', 'TRACKING', 'ON');
    await tracker.ask('GET', 'key');
    await other.ask('SET', 'key', '1');
    expect(pushed(await tracker.next())).toEqual(['invalidate', ['key']]);
  });

  it('wakes who waits for a list, and answers what waited behind it', async () => {
    const { port } = await bridged(redis.port);
    const [waiting, other] = [
      await Conversation.open({ port, stop }),
      await Conversation.open({ port, stop }),
    ];
    waiting.send(['BLPOP', 'jobs', '0']);
    waiting.send(['PING']);
    await until(() => waits(other));
    await other.ask('RPUSH', 'jobs', 'one');
    expect(await waiting.next()).toEqual(['jobs', 'one']);
    expect(await waiting.next()).toMatchObject({ tag: 7, value: 1 });
  });

  it('takes nothing for a client that has gone while it waited', async () => {
    const { port } = await bridged(redis.port);
    const [waiting, other] = [
      await Conversation.open({ port, stop }),
      await Conversation.open({ port, stop }),
    ];
    waiting.send(['BLPOP', 'jobs', '0']);
    await until(() => waits(other));
    await waiting.close();
    await until(async () => !(await waits(other)));
    await other.ask('RPUSH', 'jobs', 'one');
    expect(await other.ask('LRANGE', 'jobs', '0', '-1')).toEqual(['one']);
    await other.ask('DEL', 'jobs');
  });

  it('answers what was sent before a client ended its side', async () => {
    const { port } = await bridged(redis.port);
    const socket = connect({ port, host: LOOPBACK, allowHalfOpen: true });
    const got = collect(socket);
    socket.end(script(...Array.from({ length: 3000 }, (_, i) => `ECHO ${i}`)));
    await once(socket, 'end');
    expect(
      got()
        .split('\r\n')
        .filter((_, i) => i % 2 === 1),
    ).toEqual(Array.from({ length: 3000 }, (_, i) => String(i)));
  });

  it('carries values of every size', async () => {
    const { port } = await bridged(redis.port);
    const client = await Conversation.open({ port, stop });
    for (const size of [0, 38, 39, 60, 15_000, 65_536, 3_000_000]) {
      await client.ask('SET', 'big', 'x'.repeat(size));
      expect(await client.ask('GET', 'big')).toBe('x'.repeat(size));
      await client.ask('SET', 'big', Buffer.alloc(size, 255));
      expect(await client.ask('STRLEN', 'big')).toBe(size);
    }
  });

  it('says what is over a limit, command or reply', async () => {
    const { port } = await bridged(redis.port, { options: { limits: { maxPayload: 1000 } } });
    const client = await Conversation.open({ port, stop });
    await client.ask('SET', 'k', 'x'.repeat(900));
    expect(await client.ask('MGET', 'k')).toEqual(['x'.repeat(900)]);
    expect(await client.ask('MGET', 'k', 'k')).toMatchObject({
      tag: 2,
      value: expect.stringMatching(/^ERR .*LIMIT_/) as string,
    });
  });

  it('answers with an error what a server that dies leaves open', async () => {
    const mortal = await startRedis();
    const { port } = await bridged(mortal.port);
    const client = await Conversation.open({ port, stop });
    await client.ask('SET', 'k', 'v');
    client.write(script('BLPOP none 0', 'PING'));
    const other = await Conversation.open(mortal);
    await until(() => waits(other));
    await mortal.stop();
    const lost = {
      tag: 2,
      value: expect.stringMatching(/^ERR .*whether this command ran is not known/) as string,
    };
    expect(await client.next()).toMatchObject(lost);
    expect(await client.next()).toMatchObject(lost);
    await expect(client.next()).rejects.toThrow('closed');
  });

  it('says so where there is no server, and where there is no other half', async () => {
    const nobody = await freePort();
    const { port } = await bridged(nobody);
    expect(await said(port, script('PING', 'PING'))).toBe(
      `-ERR petrel bridge: can't reach the server 127.0.0.1:${nobody} (ECONNREFUSED)\r\n`.repeat(2),
    );
    const alone = await near(nobody);
    expect(await said(alone.port, script('PING'))).toBe(
      `-ERR petrel bridge: can't reach the other half 127.0.0.1:${nobody} (ECONNREFUSED)\r\n`,
    );
    expect(await said(alone.port, Buffer.alloc(0))).toMatch(/^-ERR [^\r]*\r\n$/);
  });

  it('says so where the other side does not answer, or speaks the other protocol', async () => {
    const mute = await listener((socket) => socket.resume());
    const waiting = await near(mute.port, { options: { helloWithin: 50 } });
    const where = `127.0.0.1:${mute.port}`;
    expect(await said(waiting.port, script('PING'))).toBe(
      `-ERR petrel bridge: the other half ${where} does not answer; is it a petrel bridge --petrel-to-resp?\r\n`,
    );
    mute.server.close();
    const inner = await far(redis.port);
    expect(await said(inner.port, script('PING'))).toContain('no Petrel: it begins as RESP does');
    const outer = await near((await near(inner.port)).port);
    expect(await said(outer.port, script('PING'))).toMatch(/^-ERR petrel bridge: what came is no Petrel/);
  });

  it('ends who has nothing pending at once when it stops, and tells the others in the end', async () => {
    const { port, near } = await bridged(redis.port);
    const [subscriber, waiting, other] = [
      await Conversation.open({ port, stop }),
      await Conversation.open({ port, stop }),
      await Conversation.open(redis),
    ];
    await subscriber.ask('SUBSCRIBE', 'news');
    waiting.send(['BLPOP', 'none', '0']);
    await until(() => waits(other));
    const stopped = near.stop(1000);
    await expect(subscriber.next()).rejects.toThrow('closed');
    await until(() => Promise.resolve(near.totals.open < 2));
    expect(near.totals.open).toBe(1);
    expect(await waiting.next()).toMatchObject({
      tag: 2,
      value: 'ERR petrel bridge: the bridge stops; whether this command ran is not known',
    });
    await stopped;
    expect(near.totals.open).toBe(0);
  });

  it('ends a client for which the other half dies, and does not come back', async () => {
    const { port, far } = await bridged(redis.port, { options: { resumeWithin: 50 } });
    const client = await Conversation.open({ port, stop });
    await client.ask('PING');
    client.send(['BLPOP', 'none', '0']);
    const other = await Conversation.open(redis);
    await until(() => waits(other));
    far.destroy();
    expect(await client.next()).toMatchObject({ tag: 2 });
    await expect(client.next()).rejects.toThrow('closed');
  });

  it('takes no more clients than it may', async () => {
    const { port } = await bridged(redis.port, { maxClients: 1 });
    const first = await Conversation.open({ port, stop });
    await first.ask('PING');
    expect(await said(port, script('PING'))).toBe('-ERR max number of clients reached\r\n');
  });

  it('stops a server whose client does not read, and loses nothing', async () => {
    const { port, near } = await bridged(redis.port);
    const client = await Conversation.open(redis);
    await client.ask('SET', 'big', 'x'.repeat(100_000));
    const socket = connect({ port, host: LOOPBACK, noDelay: true });
    socket.pause();
    const asked = 400;
    socket.write(script(...Array.from({ length: asked }, () => 'GET big')));
    let before = -1;
    await until(() => {
      const now = near.totals.petrelIn;
      const still = now === before && now > 0;
      before = now;
      return Promise.resolve(still);
    }, 100);
    // of 40 MB, what windows and sockets hold
    expect(near.totals.petrelIn).toBeLessThan(20_000_000);
    let length = 0;
    socket.on('data', (chunk) => (length += chunk.length)).resume();
    await until(() => Promise.resolve(length === asked * (100_000 + 11)));
    socket.destroy();
  });

  it('stops a client whose server does not read', async () => {
    const deaf = await listener((socket) => socket.pause());
    const { port, near, far } = await bridged(deaf.port);
    const socket = connect({ port, host: LOOPBACK });
    const block = script(`SET k ${'x'.repeat(10_000)}`);
    let written = 0;
    const pump = (): void => {
      while (written < 100_000_000 && socket.write(block)) written += block.length;
    };
    socket.on('drain', pump);
    pump();
    let before = -1;
    await until(() => {
      const still = near.totals.respIn === before && before > 0;
      before = near.totals.respIn;
      return Promise.resolve(still);
    }, 100);
    expect(near.totals.respIn).toBeLessThan(20_000_000);
    expect(far.totals.petrelIn).toBeLessThan(20_000_000);
    socket.destroy();
    deaf.server.close();
  });

  it('ends when told to, after what is pending', async () => {
    const { port, near, far } = await bridged(redis.port);
    const client = await Conversation.open({ port, stop });
    await client.ask('PING');
    client.send(['BLPOP', 'none', '0.2']);
    await until(() => Promise.resolve(far.totals.commands === 2));
    await near.stop(5000);
    expect(await client.next()).toMatchObject({ tag: 8 });
    expect(near.totals).toMatchObject({ connections: 1, open: 0, commands: 2, replies: 2 });
  });
});

/** Whether some client waits for a list. */
async function waits(other: Conversation): Promise<boolean> {
  return ((await other.ask('CLIENT', 'LIST')) as string).includes('cmd=blpop');
}

const stop = (): Promise<void> => Promise.resolve();

function pushed(value: Value): unknown {
  return value instanceof Tagged && value.tag === 6 ? value.value : value;
}

function collect(socket: Socket): () => string {
  const reader: Buffer[] = [];
  socket.on('data', (chunk) => reader.push(chunk));
  return () => Buffer.concat(reader).toString('latin1');
}

/** Asks again until it is so. */
async function until(isSo: () => Promise<boolean>, pause = 10): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, pause));
}

async function listener(take: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer(take);
  await once(server.listen(0, LOOPBACK), 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}
