/** Clients that reach their server and stay, on real sockets. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Uint64 } from '../../frame/index.ts';
import { CloseCode } from '../../session/index.ts';
import { Tag, Tagged, type Encodable } from '../../value/index.ts';
import { cleanUp, HOST, later, served, sleep, until } from '../helpers.test.ts';
import { SessionServer } from '../index.ts';
import { BudgetError } from '../policy/index.ts';
import { connected, listenOn, middle, portOf, refusedPort, TIERS } from './helpers.test.ts';
import { connect, LinkError, ReplyError, type LinkState } from './index.ts';

afterEach(cleanUp);

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'petrel-connect-'));
  later(() => rmSync(path, { recursive: true }));
  return path;
}

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
    await expect(client.command('ECHO', ['late'])).rejects.toMatchObject({
      code: 'CLOSED',
      outcome: 'notDone',
    });
  });
});

describe('fallback', () => {
  it.each(['refused', 'swallowed'])('goes down the tiers where the better ones are %s', async (how) => {
    const port = async (): Promise<number> => (how === 'refused' ? refusedPort() : (await middle()).port);
    for (const [i, tier] of TIERS.entries()) {
      const { server } = served();
      const better = await Promise.all(
        TIERS.slice(0, i).map(async (each) => `${each}://${HOST}:${await port()}`),
      );
      const client = await connected([...better, await listenOn(server, tier)]);
      expect(client.endpoint?.transport).toBe(tier);
      expect(await client.command('ECHO', [tier])).toBe(tier);
      await client.stop();
    }
  });

  it('tries several ports of one tier', async () => {
    const { server } = served();
    const ports = [await refusedPort(), (await middle()).port];
    const good = await listenOn(server, 'tcp');
    const client = await connected([...ports.map((port) => `tcp://${HOST}:${port}`), good]);
    expect(client.endpoint?.port).toBe(portOf(good));
    expect(client.attempts.find(({ outcome }) => outcome === 'won')?.endpoint.port).toBe(portOf(good));
  });

  it('moves back to the long link when it answers again, with requests in flight, each with one outcome', async () => {
    const { server, drivers, log: heard } = served();
    const port = await refusedPort();
    const client = await connected([`tcp://${HOST}:${port}`, await listenOn(server, 'http')], {
      returnAfter: 50,
    });
    expect(client.endpoint?.transport).toBe('http');
    await listenOn(server, 'tcp', port);
    const replies: Promise<Encodable>[] = [];
    for (let i = 0; client.endpoint?.transport !== 'tcp' || i < 100; i++) {
      replies.push(client.command('ECHO', [i]));
      await sleep(1);
    }
    const all = await Promise.all(replies);
    expect(all).toEqual(all.map((_, i) => i));
    expect(heard.of('command').map(({ args }) => args[0])).toEqual(all);
    expect(drivers).toHaveLength(1);
  });

  it('leaves a link that falls silent within its bound, for another tier, and loses and doubles nothing', async () => {
    const { server, drivers, log: heard } = served();
    const way = await middle(portOf(await listenOn(server, 'tcp')));
    const client = await connected([`tcp://${HOST}:${way.port}`, await listenOn(server, 'ws')], {
      session: { patience: 300 },
      returnAfter: 60_000,
    });
    expect(client.endpoint?.transport).toBe('tcp');
    const replies: Promise<Encodable>[] = [];
    for (let i = 0; i < 60; i++) {
      if (i === 20) way.swallow(true);
      replies.push(client.command('ECHO', [i]));
      await sleep(2);
    }
    const all = await Promise.all(replies);
    expect(client.endpoint?.transport).toBe('ws');
    expect(all).toEqual(all.map((_, i) => i));
    expect(heard.of('command').map(({ args }) => args[0])).toEqual(all);
    expect(drivers).toHaveLength(1);
  });
});

describe('a link that is cut', () => {
  it('is dialled again and again, and each command has exactly one outcome', async () => {
    const { server, drivers, log: heard } = served();
    const way = await middle(portOf(await listenOn(server, 'tcp')));
    const states: LinkState[] = [];
    const client = await connected([`tcp://${HOST}:${way.port}`], { onState: (state) => states.push(state) });
    const online = (): Extract<LinkState, { state: 'online' }>[] =>
      states.filter((each) => each.state === 'online');
    const replies: Promise<Encodable>[] = [];
    const rounds = 6;
    for (let round = 1; round <= rounds; round++) {
      for (let i = 0; i < 20; i++) replies.push(client.command('ECHO', [replies.length]));
      // some are on their way then, some answered, some wait
      await sleep(round % 3);
      way.cut();
      replies.push(client.command('ECHO', [replies.length]));
      await until(() => online().length > round);
    }
    const all = await Promise.all(replies);
    expect(all).toEqual(all.map((_, i) => i));
    expect(heard.of('command').map(({ args }) => args[0])).toEqual(all);
    expect(drivers).toHaveLength(1);
    expect(online().map(({ fresh }) => fresh)).toEqual(online().map((_, i) => i === 0));
  });

  it('does not matter to a network change: a new link is there at once', async () => {
    const { server, drivers } = served();
    const client = await connected([await listenOn(server, 'tcp')], { label: 'home', pacing: {} });
    const online = client.states();
    client.networkChanged('carrier', 'mobile');
    for await (const { state } of online) if (state === 'online') break;
    expect(await client.command('ECHO', [1])).toBe(1);
    expect(drivers).toHaveLength(1);
  });
});

describe('promises', () => {
  it('reject with the error that the server answers, with a deadline, and with the reason of their signal', async () => {
    const { server, log } = served({}, (event, { session }) => {
      if (event.type !== 'command') return false;
      if (event.verb === 'FAIL') session.reply(event.id, new Tagged(Tag.ERROR, 'ERR no'));
      if (event.verb === 'ECHO') return false;
      return true;
    });
    const client = await connected([await listenOn(server, 'tcp')]);
    const failed = await client.command('FAIL').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ReplyError);
    expect(failed).toMatchObject({ message: 'ERR no', value: 'ERR no' });
    const late = await client.command('NEVER', [], { within: 30 }).catch((error: unknown) => error);
    expect(late).toBeInstanceOf(LinkError);
    expect(late).toMatchObject({ code: 'DEADLINE', outcome: 'unknown' });
    const aborter = new AbortController();
    const given = client.command('NEVER', [], { signal: aborter.signal });
    // the one whose deadline has passed
    await log.next('cancel');
    aborter.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    expect(await log.next('cancel')).toBeDefined();
    await expect(client.command('ECHO', [1], { signal: aborter.signal })).rejects.toThrow('enough');
    await expect(client.command('', [])).rejects.toThrow(RangeError);
    expect(await client.command('ECHO', [2])).toBe(2);
  });

  it('bring the parts of a long answer, in order', async () => {
    const { server } = served({}, (event, { session }) => {
      if (event.type !== 'command') return false;
      for (let i = 0; i < 5; i++) session.part(event.id, i);
      session.reply(event.id, 'done');
      return true;
    });
    const client = await connected([await listenOn(server, 'tcp')]);
    const parts: Encodable[] = [];
    expect(await client.command('HISTORY', [], { onPart: (part) => parts.push(part) })).toBe('done');
    expect(parts).toEqual([0, 1, 2, 3, 4]);
  });

  it('wait for room where the outbox is full, each in its turn', async () => {
    const { server, log } = served();
    const client = await connected([await listenOn(server, 'tcp')], { session: { outbox: { frames: 4 } } });
    const count = 100;
    await Promise.all(Array.from({ length: count }, (_, i) => client.command('ECHO', [i])));
    expect(log.of('command')).toHaveLength(count);
  });

  it('tell pushes to who iterates, and end with the client', async () => {
    const { server, drivers } = served();
    const client = await connected([await listenOn(server, 'tcp')]);
    const heard: unknown[] = [];
    const listening = (async () => {
      for await (const { args } of client.pushes()) heard.push(args[0]);
    })();
    for (let i = 0; i < 5; i++) drivers[0]!.session.push('NEWS', [i]);
    drivers[0]!.wake();
    await until(() => heard.length === 5);
    await client.close();
    await listening;
    expect(heard).toEqual([0, 1, 2, 3, 4]);
  });

  it('reject who does not keep up with pushes, in place of holding them without end', async () => {
    const { server, drivers } = served({ outbox: { frames: 10_000 } });
    let count = 0;
    const client = await connected([await listenOn(server, 'tcp')], { onPush: () => count++ });
    const pushes = client.pushes();
    const { session } = drivers[0]!;
    const flooded = (): boolean => count >= 5000;
    while (!flooded()) {
      for (let i = 0; i < 200; i++) session.push('NEWS', [i]);
      drivers[0]!.wake();
      await sleep(1);
    }
    const drained = (async () => {
      for await (const _ of pushes);
    })();
    await expect(drained).rejects.toMatchObject({ code: 'OVERFLOW', waiting: { items: 4096 } });
  });

  it('count the bytes of pushes that wait, too', async () => {
    const { server, drivers } = served();
    const client = await connected([await listenOn(server, 'tcp')]);
    const heard: number[] = [];
    const pushes = client.pushes({ limit: { bytes: 250_000 } });
    for (let i = 0; i < 3; i++) drivers[0]!.session.push('NEWS', [new Uint8Array(100_000).fill(i)]);
    drivers[0]!.wake();
    await client.command('ECHO', [1]);
    const drained = (async () => {
      for await (const { args } of pushes) heard.push((args[0] as Uint8Array)[0]!);
    })();
    await expect(drained).rejects.toMatchObject({ code: 'OVERFLOW', waiting: { items: 2 } });
    expect(heard).toEqual([0, 1]);
  });
});

describe('a command that takes too long on a link', () => {
  it('ends as a timeout, moves the link to another endpoint, and its late answer harms nothing', async () => {
    const late: Uint64[] = [];
    const { server, drivers } = served({}, (event) => {
      if (event.type === 'command' && event.verb === 'LATE') return late.push(event.id) > 0;
      return false;
    });
    const [first, second] = [await listenOn(server, 'tcp'), await listenOn(server, 'tcp')];
    const client = await connected([first, second], {
      timeouts: { wifi: { first: 60, perInFlight: 0 } },
      race: { headStart: 2000 },
    });
    const before = client.endpoint?.port;
    const states = client.states();
    const failed = await client.command('LATE').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(LinkError);
    expect(failed).toMatchObject({ code: 'TIMEOUT', ran: 'first', outcome: 'unknown' });
    for await (const { state } of states) if (state === 'online') break;
    expect(client.endpoint?.port).toBe([portOf(first), portOf(second)].find((port) => port !== before));
    drivers[0]!.session.reply(late[0]!, 'too late');
    drivers[0]!.wake();
    expect(await client.command('ECHO', [1], { timeouts: false })).toBe(1);
    expect(drivers).toHaveLength(1);
    await until(() => drivers[0]!.session.work.idle);
  });

  it.each([
    ['the client', { timeouts: false }, {}],
    ['the command', { timeouts: { wifi: { first: 10 } } }, { timeouts: false }],
  ] as const)('does not, where %s says so', async (_who, options, call) => {
    const { server } = served({}, (event, driver) => {
      if (event.type !== 'command') return false;
      setTimeout(() => {
        driver.session.reply(event.id, 'late');
        driver.wake();
      }, 60);
      return true;
    });
    const client = await connected([await listenOn(server, 'tcp')], options);
    expect(await client.command('LATE', [], call)).toBe('late');
  });
});

describe('the end', () => {
  it('rejects where nobody answers in time, and nothing of it goes on', async () => {
    const endpoints = [`tcp://${HOST}:${await refusedPort()}`];
    await expect(connected(endpoints, { ready: 100 })).rejects.toMatchObject({ code: 'UNREACHABLE' });
    const signal = AbortSignal.timeout(50);
    await expect(connected(endpoints, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('comes when the server refuses the session, and says why', async () => {
    const server = new SessionServer({}, () => ({ code: CloseCode.AUTH, text: 'who are you?' }));
    later(() => server.stop());
    const refused = connected([await listenOn(server, 'tcp')]);
    await expect(refused).rejects.toMatchObject({
      code: 'CLOSED',
      message: expect.stringContaining('who are you?'),
    });
  });

  it('does not come with the server: who is told to come back does, in a new session', async () => {
    const first = served();
    const address = await listenOn(first.server, 'tcp');
    const states: LinkState[] = [];
    const client = await connected([address], { onState: (state) => states.push(state) });
    expect(await client.command('ECHO', [1])).toBe(1);
    await first.server.drain({ after: 30 });
    const second = served();
    await listenOn(second.server, 'tcp', portOf(address));
    expect(await client.command('ECHO', [2])).toBe(2);
    expect(second.drivers).toHaveLength(1);
    expect(states.at(-1)).toMatchObject({ state: 'online', fresh: true });
  });

  it('waits for what is under way, but not for longer than was said', async () => {
    const { server } = served({}, (event) => event.type === 'command' && event.verb === 'NEVER');
    const client = await connected([await listenOn(server, 'tcp')]);
    const never = client.command('NEVER').catch((error: unknown) => error);
    await client.close({ within: 50 });
    expect(await never).toMatchObject({ code: 'CLOSED', outcome: 'unknown' });
  });
});

describe('what is learned and kept', () => {
  it('is in a file: the endpoint that answered is tried first by the next process', async () => {
    const { server } = served();
    const historyFile = join(folder(), 'history.json');
    const good = await listenOn(server, 'tcp');
    const endpoints = [`tcp://${HOST}:${await refusedPort()}`, `tcp://${HOST}:${await refusedPort()}`, good];
    const first = await connected(endpoints, { historyFile });
    await first.close();
    expect(JSON.parse(readFileSync(historyFile, 'utf8'))).toMatchObject({ version: 1 });
    for (let i = 0; i < 5; i++) {
      const next = await connected(endpoints, { historyFile });
      expect(next.attempts).toMatchObject([{ endpoint: { port: portOf(good) }, outcome: 'won' }]);
      await next.close();
    }
  });

  it('are commands that were not sent when the process ended, with a journal', async () => {
    const journalFile = join(folder(), 'client.journal');
    const port = await refusedPort();
    const endpoints = [`tcp://${HOST}:${port}`];
    const first = await connected(endpoints, { journalFile, ready: 0 });
    void first.command('SEND', ['written down']).catch(() => undefined);
    await sleep(200);
    await first.stop();
    const { server, log } = served();
    await listenOn(server, 'tcp', port);
    await connected(endpoints, { journalFile });
    expect(await log.next('command')).toMatchObject({ verb: 'SEND', args: ['written down'] });
  });

  it('is a list of endpoints that the server has sent, and what it bans', async () => {
    const { server } = served();
    const [first, second] = [await listenOn(server, 'tcp'), await listenOn(server, 'tcp')];
    const way = await middle(portOf(first));
    const client = await connected([`tcp://${HOST}:${way.port}`]);
    client.takeEndpoints([
      { address: HOST, port: portOf(second) },
      { address: HOST, port: 1, transport: 'quic' },
    ]);
    expect(() => client.takeEndpoints([{ address: 'a b', port: 1 }])).toThrow(RangeError);
    await way.close();
    expect(await client.command('ECHO', [1])).toBe(1);
    expect(client.endpoint?.port).toBe(portOf(second));
    expect(client.latencies().map(({ endpoint }) => endpoint.port)).toContain(portOf(second));
  });
});

describe('an idle moment', () => {
  it('measures endpoints that were not dialled, for the server to be told, without a session', async () => {
    const { server, drivers } = served();
    const endpoints = await Promise.all(TIERS.map(async (tier) => listenOn(server, tier)));
    const client = await connected(endpoints);
    expect(client.latencies()).toHaveLength(1);
    const measured = await client.measure();
    expect(new Set(measured.map(({ endpoint }) => endpoint.transport))).toEqual(new Set(TIERS));
    expect(drivers).toHaveLength(1);
    expect(await client.command('ECHO', [1])).toBe(1);
  });
});

describe('what a client refuses of itself', () => {
  it('is the same request too often, as a typed error with the time to wait', async () => {
    const { server } = served();
    const client = await connected([await listenOn(server, 'tcp')], { budgets: { sameRequest: true } });
    for (let i = 0; i < 105; i++) await client.command('ECHO', ['again']);
    const error = await client.command('ECHO', ['again']).catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(BudgetError);
    expect(error).toMatchObject({ code: 'TOO_OFTEN' });
    expect(await client.command('ECHO', ['another'])).toBe('another');
  });

  it('is more traffic than a mobile network is meant for', async () => {
    const { server } = served();
    const budgets = { traffic: { bucket: 4000 } };
    const client = await connected([await listenOn(server, 'tcp')], { budgets, network: 'mobile' });
    await expect(client.command('ECHO', ['x'.repeat(5000)])).rejects.toMatchObject({
      code: 'TRAFFIC',
      wait: Infinity,
    });
    client.networkChanged('home', 'wifi');
    expect(await client.command('ECHO', ['x'.repeat(5000)])).toHaveLength(5000);
  });

  it.each([
    ['no endpoint', { endpoints: [] }, RangeError],
    ['what is no address', { endpoints: ['tcp://'] }, TypeError],
    ['a port that can not be dialled', { endpoints: ['tcp://host:0'] }, RangeError],
    ['WebSocket without one', { endpoints: ['wss://host'], WebSocket: undefined }, TypeError],
    [
      'credentials that could be read',
      { endpoints: ['tcp://host:1'], session: { credentials: 'secret' } },
      TypeError,
    ],
    ['a timeout that is none', { endpoints: ['tcp://host:1'], timeouts: { reply: -1 } }, RangeError],
    ['a head start that is none', { endpoints: ['tcp://host:1'], race: { headStart: -1 } }, RangeError],
  ])('is %s', async (_what, options, error) => {
    await expect(connect(options as never)).rejects.toThrow(error);
  });
});

describe('the heartbeat', () => {
  it('beats as it is told, and gives a silent link up within its bound', async () => {
    const { server, drivers } = served();
    const way = await middle(portOf(await listenOn(server, 'tcp')));
    const client = await connected([`tcp://${HOST}:${way.port}`], {
      heartbeat: { fixed: 40, replyTimeout: 60 },
    });
    await sleep(300);
    expect(client.state.state).toBe('online');
    const states = client.states();
    way.swallow(true);
    expect((await states.next()).value?.state).toMatch(/dialling|offline/);
    way.swallow(false);
    way.cut();
    for await (const { state } of states) if (state === 'online') break;
    expect(await client.command('ECHO', [1])).toBe(1);
    expect(drivers).toHaveLength(1);
  });
});

describe('names', () => {
  it('are resolved while addresses are dialled already, and those that are not known harm nothing', async () => {
    const { server } = served();
    const good = await listenOn(server, 'tcp');
    const asked: string[] = [];
    const resolve = async (name: string): Promise<string[]> => {
      asked.push(name);
      if (name === 'unknown.test') throw new Error('ENOTFOUND');
      return [HOST];
    };
    const endpoints = [`tcp://unknown.test:1`, `tcp://known.test:${portOf(good)}`];
    const client = await connected(endpoints, { resolve });
    expect(client.endpoint).toMatchObject({ address: HOST, port: portOf(good) });
    expect(asked.toSorted()).toEqual(['known.test', 'unknown.test']);
    const slow = await connected([good, 'tcp://slow.test:1'], {
      resolve: () => new Promise(() => undefined),
    });
    expect(slow.endpoint?.port).toBe(portOf(good));
  });
});
