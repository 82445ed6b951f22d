/** Cuts real connections briefly; `npm run fuzz:cuts` does so after every byte. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Flow } from './flow.ts';
import { lines } from './lines.ts';
import { isMissing, MOSQUITTO } from '../../spec/servers.ts';
import { mqtt } from './mqtt.ts';
import { petrel } from './petrel.ts';
import { FAILURES, Places, type Cut } from './plan.ts';
import { Proxy } from './proxy.ts';
import { cutsOf, isClean, lineOf, table } from './report.ts';
import { run, type Outcome, type Settings } from './run.ts';
import { MESSAGES } from './side.ts';
import type { Subject } from './subject.ts';

async function outcomeOf(starting: Promise<Subject>, settings: Settings): Promise<Outcome> {
  const subject = await starting;
  try {
    return await run(subject, settings);
  } finally {
    await subject.stop();
  }
}

describe('a connection that is cut', () => {
  it("loses, doubles and reorders nothing of Petrel's, with 300 cuts", async () => {
    const outcome = await outcomeOf(petrel(), { cuts: 300, lanes: 8 });
    expect(outcome.faults).toEqual([]);
    expect(isClean(outcome)).toBe(true);
    expect(outcome.tally.messages).toBe(3 * MESSAGES * outcome.conversations);
    const { first, again } = cutsOf(outcome);
    expect(first + again).toBeGreaterThanOrEqual(300);
    for (const pair of Object.values(outcome.made))
      for (const count of pair) expect(count).toBeGreaterThan(0);
    expect(outcome.noticed.client.length).toBeGreaterThan(50);
    expect(lineOf(outcome)).toContain(' 0 lost, 0 duplicated, 0 reordered, 0 stuck');
  });

  it('loses what a client without a session had written', async () => {
    const outcome = await outcomeOf(lines(false), { cuts: 24, lanes: 12 });
    expect(outcome.tally.lost).toBeGreaterThan(0);
    expect(outcome.tally.duplicated).toBe(0);
    expect(isClean(outcome)).toBe(false);
    expect(outcome.faults[0]).toContain('--plan');
  });

  it('doubles what a client without counters says again', async () => {
    const outcome = await outcomeOf(lines(true), { cuts: 24, lanes: 12 });
    expect(outcome.tally.duplicated).toBeGreaterThan(0);
    expect(table([outcome])).toMatch(/\*\*duplicated\*\* \| \d+, in \d+ conversations? \|/);
  });

  it.skipIf(isMissing(MOSQUITTO))('doubles what MQTT says with QoS 1', async () => {
    const outcome = await outcomeOf(mqtt(1), { cuts: 60, lanes: 40 });
    expect(outcome.tally.messages).toBe(3 * MESSAGES * outcome.conversations);
    expect(outcome.tally.duplicated).toBeGreaterThan(0);
    expect(outcome.stuck).toBe(0);
  });
});

describe('the plan', () => {
  it('has a cut after every byte, each way, in every manner, in its round', () => {
    const places = new Places({ up: 3, down: 5 });
    const firsts = Array.from({ length: places.round }, (_, i) => JSON.stringify(places.plan(i)[0]));
    expect(new Set(firsts).size).toBe(FAILURES.length * (4 + 6));
    expect(firsts).toHaveLength(FAILURES.length * (4 + 6));
  });

  it('has every byte of the handshake that follows', () => {
    const places = new Places({ up: 100, down: 100 });
    const seconds = Array.from({ length: places.round }, (_, i) => JSON.stringify(places.plan(i)[1]));
    for (let bytes = 0; bytes <= 40; bytes++)
      for (const up of [true, false])
        for (const how of FAILURES) expect(seconds).toContain(JSON.stringify({ up, bytes, how }));
  });
});

describe('a flow', () => {
  it.each([
    ['nothing, when all come in order', [1, 2, 3, 4], 0, 0, 0],
    ['what never came', [1, 3, 4], 1, 0, 0],
    ['what came twice, in turn or late', [1, 1, 2, 3, 4, 2], 0, 2, 0],
    ['what came behind a later one', [2, 1, 4, 3], 0, 0, 2],
    ['all three', [4, 4, 1], 2, 1, 1],
    ['everything, when nothing came', [], 4, 0, 0],
  ])('counts %s', (_what, numbers, lost, duplicated, reordered) => {
    const flow = new Flow(4);
    for (const number of numbers) flow.hear(number);
    expect(flow.tally).toEqual({ messages: 4, lost, duplicated, reordered });
    expect(flow.complete).toBe(lost === 0);
  });

  it.each([0, 5, Number.NaN])('refuses %s, which nobody said', (number) => {
    expect(() => new Flow(4).hear(number)).toThrow('nobody said');
  });
});

/** What has become of an end. */
interface Seen {
  bytes: number;
  ended: boolean;
  reset: boolean;
}

function watch(socket: Socket): Seen {
  const seen = { bytes: 0, ended: false, reset: false };
  socket.on('data', (chunk) => (seen.bytes += chunk.length));
  socket.on('end', () => (seen.ended = true));
  socket.on('error', () => (seen.reset = true));
  return seen;
}

interface Ends {
  readonly client: Seen;
  readonly server: Seen;
}

/** Cuts a connection of which first one end says ten bytes, then the other; and hands over what has become of them. */
async function cutOnce(cut: Cut, judge: (ends: Ends) => Promise<void>): Promise<void> {
  const listener = createServer({ allowHalfOpen: true });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const proxy = new Proxy((listener.address() as AddressInfo).port);
  const port = await proxy.listen();
  const made = new Promise((resolve) => proxy.begin([cut], resolve));
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [server] = (await once(listener, 'connection')) as [Socket];
  const ends = { client: watch(client), server: watch(server) };
  const [first, second] = cut.up ? [client, server] : [server, client];
  first.write('0123456789');
  await made;
  if (second.writable) second.write('0123456789');
  await judge(ends);
  client.destroy();
  server.destroy();
  await proxy.close();
  await once(listener.close(), 'close');
}

describe('the proxy', () => {
  it.each([0, 1, 7, 10])('lets exactly %i bytes through, each way, in every manner', async (bytes) => {
    for (const how of FAILURES)
      for (const up of [true, false])
        await cutOnce({ up, bytes, how }, async ({ client, server }) => {
          const judge = (): void =>
            expect({ how, up, ends: up ? [client, server] : [server, client] }).toEqual({
              how,
              up,
              ends: [
                { bytes: how.startsWith('half') ? 10 : 0, ended: how === 'fin', reset: how === 'rst' },
                { bytes, ended: how.endsWith('fin'), reset: how === 'rst' },
              ],
            });
          await vi.waitFor(judge, { timeout: 20_000, interval: 2 });
          await later(5);
          judge();
        });
  });

  it('leaves alone the connections that its plan does not name', async () => {
    const listener = createServer((socket) => socket.pipe(socket));
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    const proxy = new Proxy((listener.address() as AddressInfo).port);
    const port = await proxy.listen();
    proxy.begin([], () => expect.unreachable());
    const client = connect(port, '127.0.0.1');
    const seen = watch(client);
    client.end('x'.repeat(100_000));
    await once(client, 'close');
    expect(seen).toEqual({ bytes: 100_000, ended: true, reset: false });
    await proxy.close();
    await once(listener.close(), 'close');
  });
});
