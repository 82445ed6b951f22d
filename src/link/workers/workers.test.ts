/** Real processes behind one port: clients whose connections are cut come back to any of them, and go on with their session. */
import { Agent } from 'node:http';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connected, middle, portOf, TIERS, type Tier } from '../connect/helpers.test.ts';
import { startWorkers, type LinkClient, type Workers } from '../connect/index.ts';
import { cleanUp, dialled, HOST, later, sleep, TRUST, until } from '../helpers.test.ts';
import { openHttp, openTcp, openTls, openWebSocket, type Open } from '../index.ts';

afterEach(cleanUp);

const COUNT = 3;
const NOTES = 60;
const CUT_EVERY = 3;

async function started(count = COUNT, restartAfter = 10): Promise<Workers> {
  return startWorkers({
    count,
    file: fileURLToPath(new URL('helpers.test.ts', import.meta.url)),
    args: [],
    execArgv: ['--import', 'tsx'],
    restartAfter,
  });
}

function addressOf(workers: Workers, tier: Tier): string {
  return workers.addresses.find((address) => address.startsWith(`${tier}:`))!;
}

/** How a port on the way is opened. */
const OPENERS: Readonly<Record<Tier, (port: number) => Open>> = {
  tcp: (port) => (handler, signal) => openTcp({ host: HOST, port }, handler, signal),
  tls: (port) => (handler, signal) =>
    openTls({ host: HOST, port, servername: 'localhost', secure: TRUST }, handler, signal),
  ws: (port) => (handler, signal) =>
    openWebSocket({ url: `ws://${HOST}:${port}/petrel`, WebSocket }, handler, signal),
  http(port) {
    const agent = new Agent();
    later(() => agent.destroy());
    const endpoint = { url: `http://${HOST}:${port}/petrel`, wait: 20, agent };
    return (handler, signal) => openHttp(endpoint, handler, signal);
  },
};

const NUMBERS = Array.from({ length: NOTES }, (_, i) => i);

describe('workers', () => {
  let workers: Workers;
  beforeAll(async () => (workers = await started()));
  afterAll(async () => {
    await workers.drain({ within: 1000 });
  });

  for (const tier of TIERS)
    it(`lose and double nothing of clients that are cut off, and come back to any of them, over ${tier}`, async () => {
      const address = addressOf(workers, tier);
      const way = await middle(portOf(address));
      const { client, session, log } = dialled(OPENERS[tier](way.port));
      await log.next('open');
      for (const i of NUMBERS) {
        session.command('NOTE', [i]);
        client.driver.wake();
        if (i % CUT_EVERY > 0) continue;
        // before the reply can have come: that needs another connection
        way.cut();
        await until(() => log.of('reply').length > i);
      }
      session.command('NOTES', []);
      client.driver.wake();
      await until(() => log.of('reply').length > NOTES && log.of('push').length >= NOTES);
      expect(log.of('reply').map(({ value }) => value)).toEqual([...NUMBERS, NUMBERS]);
      expect(log.of('push').map(({ args }) => args[0])).toEqual(NUMBERS);
      expect(log.of('resumed').length).toBeGreaterThanOrEqual(tier === 'http' ? 0 : NOTES / CUT_EVERY);
    });

  it('lose nothing of what is on its way while a socket goes from one to another', async () => {
    const way = await middle(portOf(addressOf(workers, 'tcp')));
    const { client, session, log } = dialled(OPENERS.tcp(way.port));
    await log.next('open');
    const notes: string[] = [];
    for (let round = 1; round <= 10; round++) {
      for (let i = 0; i < 100; i++) notes.push(`${notes.length} ${'and so on '.repeat(300)}`);
      for (const note of notes.slice(-100)) session.command('NOTE', [note]);
      client.driver.wake();
      await sleep(round % 7);
      way.cut();
      await until(() => log.of('resumed').length >= round);
    }
    await until(() => log.of('reply').length >= notes.length);
    expect(log.of('reply').every(({ value }, i) => value === notes[i])).toBe(true);
    expect(log.of('broken').filter(({ why }) => why !== 'lost')).toEqual([]);
  });

  it('take over from a link that still stands at another of them', async () => {
    const address = addressOf(workers, 'tcp');
    const ways = [await middle(portOf(address)), await middle(portOf(address))];
    const at = ways.map(({ port }) => `tcp://${HOST}:${port}`);
    const client = await connected(at, { session: { patience: 200 } });
    const holder = await client.command('WHERE');
    // nothing passes any more, and nobody is told: to the server the link is there
    ways.find(({ port }) => port === client.endpoint!.port)!.swallow(true);
    const replies = NUMBERS.map((i) => client.command('NOTE', [i]));
    expect(await Promise.all(replies)).toEqual(NUMBERS);
    expect(await client.command('NOTES')).toEqual(NUMBERS);
    expect(await client.command('WHERE')).toBe(holder);
  });

  it('passed some of them to each other', async () => {
    const passed: unknown[] = [];
    const addresses = [addressOf(workers, 'tcp')];
    for (let i = 0; i < COUNT; i++) passed.push(await (await connected(addresses)).command('PASSED'));
    expect(passed.reduce<number>((sum, each) => sum + Number(each), 0)).toBeGreaterThan(COUNT * TIERS.length);
  });
});

/** @returns a client, and the number of the worker that holds its session. */
async function held(workers: Workers): Promise<[client: LinkClient, holder: number]> {
  const client = await connected([addressOf(workers, 'tcp')]);
  return [client, Number(await client.command('WHERE'))];
}

describe('a worker that dies', () => {
  it('takes no link of TCP with it that it has passed on', async () => {
    const workers = await started(2, Infinity);
    try {
      const [mine, holder] = await held(workers);
      const [others, other] = await held(workers);
      const passed = await others.command('PASSED');
      const way = await middle(portOf(addressOf(workers, 'tcp')));
      const { client, session, log } = dialled(OPENERS.tcp(way.port));
      // turns: the first of these connections is the holder's, and the next the other's
      client.driver.wake();
      await log.next('open');
      way.cut();
      await log.next('resumed');
      expect(await others.command('PASSED')).toBe(Number(passed) + 1);
      process.kill(workers.pids[other]!, 'SIGKILL');
      await until(() => workers.pids[other] === undefined);
      session.command('WHERE', []);
      client.driver.wake();
      expect((await log.next('reply')).value).toBe(holder);
      expect(log.of('broken')).toHaveLength(1);
      await mine.stop();
    } finally {
      await workers.stop();
    }
  });

  it('takes its sessions with it, which is said, and no others; another one takes its place', async () => {
    const workers = await started(2);
    try {
      const [[mine, holder], [others, other]] = [await held(workers), await held(workers)];
      expect(other).not.toBe(holder);
      const waiting = mine.command('WAIT');
      process.kill(workers.pids[holder]!, 'SIGKILL');
      await expect(waiting).rejects.toMatchObject({ code: 'LOST', outcome: 'unknown' });
      expect(await mine.command('NOTES')).toEqual([]);
      expect(await others.command('WHERE')).toBe(other);
      await until(() => workers.pids[holder] !== undefined);
    } finally {
      await workers.stop();
    }
  });
});

describe('startWorkers', () => {
  for (const count of [0, 257, 1.5])
    it(`refuses ${count} workers`, async () => {
      await expect(startWorkers({ count })).rejects.toThrow(RangeError);
    });

  it('rejects when a worker ends before it listens', async () => {
    const file = fileURLToPath(new URL('no-such-module.ts', import.meta.url));
    await expect(startWorkers({ count: 1, file, args: [], execArgv: [] })).rejects.toThrow(
      'worker 0 ended with code 1 before it listened',
    );
  });
});
