/** One conversation over every transport, on real sockets: nothing is lost, doubled or reordered. */
import { afterEach, describe, expect, it } from 'vitest';
import { CloseCode } from '../session/index.ts';
import {
  cleanUp,
  dialled,
  fetching,
  http,
  served,
  tcp,
  tls,
  type Way,
  until,
  webSocket,
} from './helpers.test.ts';
import type { Open, Transport } from './index.ts';

afterEach(cleanUp);

/** The transports that a way opens, to be cut. */
async function cuttable(
  way: Way,
  server: Parameters<Way['listen']>[0],
): Promise<{ open: Open; live: Transport[] }> {
  const listening = await way.listen(server);
  const live: Transport[] = [];
  const open: Open = (handler, signal) => {
    const transport = listening(handler, signal);
    live.push(transport);
    return transport;
  };
  return { open, live };
}

describe.each([tcp, tls, http(0), http(2000), fetching(2000), webSocket])('a session over $name', (way) => {
  it('carries commands that were said before there was a link, and replies', async () => {
    const { server } = served();
    const { session, log } = dialled(await way.listen(server));
    const tickets = ['a', 'b'].map((text) => session.command('SEND', [text]));
    expect(await log.next('reply')).toMatchObject({ ticket: tickets[0], value: 'a' });
    expect(await log.next('reply')).toMatchObject({ ticket: tickets[1], value: 'b' });
  });

  it('carries pushes both ways', async () => {
    const { server, log: heard, drivers } = served();
    const { client, session, log } = dialled(await way.listen(server), { pollAfter: 10 });
    await log.next('open');
    session.push('NEWS', [1]);
    client.driver.wake();
    expect(await heard.next('push')).toMatchObject({ args: [1] });
    drivers[0]!.session.push('NEWS', [2]);
    drivers[0]!.wake();
    expect(await log.next('push')).toMatchObject({ args: [2] });
  });

  it('brings a reply that takes its time, and what is said meanwhile', async () => {
    const late: (() => void)[] = [];
    const { server } = served({}, (event, driver) => {
      if (event.type !== 'command' || event.verb !== 'SLOW') return false;
      const { id } = event;
      late.push(() => {
        driver.session.reply(id, 'slow');
        driver.wake();
      });
      return true;
    });
    const { client, session, log } = dialled(await way.listen(server), { pollAfter: 10 });
    const slow = session.command('SLOW', []);
    await until(() => late.length === 1);
    const quick = session.command('SEND', ['quick']);
    client.driver.wake();
    expect(await log.next('reply')).toMatchObject({ ticket: quick, value: 'quick' });
    late[0]!();
    expect(await log.next('reply')).toMatchObject({ ticket: slow, value: 'slow' });
  });

  it('brings long replies in parts, in order, through windows that are smaller', async () => {
    const parts = 40;
    const { server } = served({ outbox: { bytes: 1 << 22 } }, (event, { session }) => {
      if (event.type !== 'command') return false;
      for (let i = 0; i < parts; i++) session.part(event.id, [i, new Uint8Array(10_000)]);
      session.reply(event.id, 'done');
      return true;
    });
    const { session, log } = dialled(
      await way.listen(server),
      { pollAfter: 10 },
      { window: { bytes: 65_536 } },
    );
    session.command('HISTORY', []);
    expect(await log.next('reply')).toMatchObject({ value: 'done' });
    const numbers = log.of('part').map(({ value }) => (value as [number])[0]);
    expect(numbers).toEqual(Array.from({ length: parts }, (_, i) => i));
  });

  it('waits for a transport that is full, and sends the rest', async () => {
    const { server, log: heard } = served({ window: { bytes: 1 << 24 } });
    const { client, session, log } = dialled(await way.listen(server), {}, { outbox: { bytes: 1 << 26 } });
    await log.next('open');
    const count = 60;
    for (let i = 0; i < count; i++) session.push('NEWS', [i, new Uint8Array(50_000)]);
    client.driver.wake();
    for (let i = 0; i < count; i++) expect((await heard.next('push')).args[0]).toBe(i);
  });

  it('loses and doubles nothing while it is cut again and again', async () => {
    const { server, log: heard } = served();
    const { open, live } = await cuttable(way, server);
    const { client, session, log } = dialled(open, { pollAfter: 5 });
    await log.next('open');
    const count = 60;
    for (let i = 0; i < count; i++) {
      session.command('SEND', [i]);
      client.driver.wake();
      if (i % 4 === 3) live.at(-1)!.destroy();
      await new Promise((resolve) => setTimeout(resolve, i % 5));
    }
    await until(() => log.of('reply').length === count);
    const numbers = Array.from({ length: count }, (_, i) => i);
    expect(heard.of('command').map(({ args }) => args[0])).toEqual(numbers);
    expect(log.of('reply').map(({ value }) => value)).toEqual(numbers);
    expect(live.length).toBeGreaterThan(5);
    expect(heard.of('open')).toHaveLength(1);
  });

  it('is closed by the client in good order, on both sides', async () => {
    const { server, log: heard } = served();
    const { client, session, log } = dialled(await way.listen(server), { pollAfter: 10 });
    session.command('SEND', ['last']);
    await log.next('open');
    await client.close({ text: 'enough' });
    expect([...server.sessions]).toEqual([]);
    expect(log.of('reply')).toHaveLength(1);
    expect(await heard.next('closed')).toMatchObject({ by: 'peer', code: CloseCode.NORMAL, text: 'enough' });
    expect([...server.sessions]).toEqual([]);
    await until(() => server.connections === 0);
  });

  it('is drained by the server: what was asked is answered, who comes meanwhile is told to come later', async () => {
    let answer: (() => void) | undefined;
    const { server } = served({}, (event, driver) => {
      if (event.type !== 'command') return false;
      const { id } = event;
      answer = () => {
        driver.session.reply(id, 'at last');
        driver.wake();
      };
      return true;
    });
    const open = await way.listen(server);
    const { session, log } = dialled(open, { pollAfter: 10 });
    session.command('SLOW', []);
    await until(() => answer !== undefined);
    const drained = server.drain({ within: 20_000, after: 1234, text: 'an upgrade' });
    const stranger = dialled(open);
    const going = { by: 'peer', code: CloseCode.GOING_AWAY, after: 1234, text: 'an upgrade' };
    expect(await stranger.log.next('closed')).toMatchObject(going);
    answer!();
    expect(await log.next('reply')).toMatchObject({ value: 'at last' });
    expect(await log.next('closed')).toMatchObject(going);
    await drained;
    expect(server.connections).toBe(0);
  });
});

describe.each([tcp, tls, http(2000), webSocket])('a server over $name', (way) => {
  it('tells who is one too many when to come back', async () => {
    const { server } = served({ maxConnections: 1, overloadAfter: 77 });
    const open = await way.listen(server);
    const first = dialled(open, { pollAfter: 10 });
    await first.log.next('open');
    const second = dialled(open, { pollAfter: 10 });
    // between two exchanges of the first, the second may come in, and it is the first that is told
    const told = (): unknown[] =>
      [first, second].flatMap(({ log }) => log.of('broken').filter(({ why }) => why === 'closed'));
    await until(() => told().length > 0);
    expect(told()[0]).toMatchObject({ code: CloseCode.OVERLOADED, after: 77 });
  });
});
