/** Lets ways die briefly; `npm run fuzz:networks` does so a thousand times. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Random } from '../session/random.ts';
import { FAULTS, isSilent } from './faults.ts';
import { Heard } from './heard.ts';
import { Path, type Conditions } from './path.ts';
import { petrel } from './petrel.ts';
import { isClean, lineOf, table } from './report.ts';
import { run, TRAIN } from './run.ts';
import { webSocket } from './websocket.ts';

const SILENT = 30;

describe('a way that dies under traffic', () => {
  it("loses, doubles and reorders nothing of Petrel's, with 30 silent faults", async () => {
    const subject = await petrel();
    const outcome = await run(subject, {
      events: SILENT,
      lanes: 10,
      seed: 1,
      conditions: TRAIN,
      quiet: 1000,
    });
    await subject.stop();
    expect(outcome.notes).toEqual([]);
    expect(isClean(outcome)).toBe(true);
    expect(outcome.silent).toBe(SILENT);
    expect(outcome.recovered).toHaveLength(SILENT + outcome.told);
    expect(outcome.returned).toHaveLength(SILENT + outcome.told);
    expect(outcome.tally.messages).toBeGreaterThan(200);
    expect(lineOf(outcome)).toContain(' 0 lost, 0 duplicated, 0 reordered, 0 stuck');
  });

  it('loses what a client without a session had written', async () => {
    const subject = await webSocket();
    const outcome = await run(subject, { events: 6, lanes: 6, seed: 1, conditions: TRAIN, quiet: 1000 });
    await subject.stop();
    expect(outcome.tally.lost).toBeGreaterThan(0);
    expect(isClean(outcome)).toBe(false);
    expect(table([outcome])).toMatch(/\*\*lost\*\* \| [1-9]/);
  });
});

describe('messages that were heard', () => {
  it.each([
    ['nothing, when all come in order', [1, 2, 3, 4], 0, 0, 0],
    ['what never came', [1, 3, 4], 1, 0, 0],
    ['what came twice, in turn or late', [1, 1, 2, 3, 4, 2], 0, 2, 0],
    ['what came behind a later one', [2, 1, 4, 3], 0, 0, 2],
  ])('count %s', (_what, numbers, lost, duplicated, reordered) => {
    const heard = new Heard();
    for (const number of numbers) heard.hear(number);
    expect(heard.tally(4)).toEqual({ messages: 4, lost, duplicated, reordered });
    expect(heard.hasAll(4)).toBe(lost === 0);
  });
});

const QUICK: Conditions = { delay: 0, rate: 1e9, loss: 0, again: 0 };

/** An end of a connection, and what has become of it. */
class End {
  text = '';
  ended = false;
  reset = false;
  readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => (this.text += String(chunk)));
    socket.on('end', () => (this.ended = true));
    socket.on('error', () => (this.reset = true));
  }
}

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanUps.splice(0).toReversed()) await each();
});

/** A path with a connection through it. */
async function joined(conditions: Conditions): Promise<{ path: Path; client: End; server: End; dial: () => End }> {
  const listener = createServer({ allowHalfOpen: true });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  cleanUps.push(() => listener.close());
  const path = new Path((listener.address() as AddressInfo).port, conditions, new Random(1));
  const port = await path.listen();
  cleanUps.push(() => path.close());
  const dial = (): End => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    cleanUps.push(() => socket.destroy());
    return new End(socket);
  };
  const accepted = once(listener, 'connection');
  const client = dial();
  const [socket] = (await accepted) as [Socket];
  cleanUps.push(() => socket.destroy());
  const server = new End(socket);
  client.socket.write('up1');
  server.socket.write('down1');
  await vi.waitFor(() => expect([server.text, client.text]).toEqual(['up1', 'down1']), { timeout: 20_000 });
  return { path, client, server, dial };
} // prettier-ignore

const seen = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 2 });

describe('a way through the network', () => {
  it('takes its time, and keeps the order of what was lost at first', async () => {
    const { client, server } = await joined({ delay: 20, rate: 10_000, loss: 50, again: 30 });
    const began = performance.now();
    const words = Array.from({ length: 20 }, (_, i) => `word ${i};`);
    for (const word of words) {
      client.socket.write(word);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await seen(() => expect(server.text).toBe(`up1${words.join('')}`));
    expect(performance.now() - began).toBeGreaterThan(20 + words.join('').length / 10);
  });

  it.each(FAULTS)('$name', async (fault) => {
    const { path, client, server, dial } = await joined(QUICK);
    path.strike(fault);
    client.socket.write('up2');
    server.socket.write('down2');
    const next = dial();
    const refused = fault.fresh === 'refused';
    await seen(() => expect([next.reset, next.socket.connecting]).toEqual([refused, false]));
    const up = fault.standing === 'gone down' ? 'up1up2' : 'up1';
    const down = fault.standing === 'gone up' ? 'down1down2' : 'down1';
    const told = !isSilent(fault);
    await seen(() =>
      expect([server.text, client.text, client.ended || client.reset]).toEqual([up, down, told]),
    );
    await path.heal();
    const held = fault.standing === 'held' ? ['up1up2', 'down1down2'] : [up, down];
    await seen(() => expect([server.text, client.text]).toEqual(held));
    const later = dial();
    await seen(() => expect(later.socket.readyState).toBe('open'));
  });
});
