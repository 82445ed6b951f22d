/** Every wait ends: by a deadline, or by the signal of who waits. */
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { CloseCode } from '../session/index.ts';
import { cleanUp, dialled, HOST, http, later, served, tcp, until, type Served } from './helpers.test.ts';
import { listenTcp, openTcp, SessionServer } from './index.ts';
import { Waits } from './waits.ts';

afterEach(cleanUp);

/** A server that answers nothing. */
function mute(): Served {
  return served({}, (event) => event.type === 'command');
}

describe('waits', () => {
  it('end for all when it has happened, and each by its own signal', async () => {
    const waits = new Waits();
    const aborter = new AbortController();
    const first = waits.wait();
    const second = waits.wait(aborter.signal);
    aborter.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    waits.end();
    await first;
    await expect(waits.wait(aborter.signal)).rejects.toThrow('enough');
  });
});

describe('a client', () => {
  it('closes all the same when the wait for it was given up', async () => {
    const { server } = mute();
    const { client, session, log } = dialled(await tcp.listen(server), {}, { drainTimeout: 100 });
    session.command('SEND', ['nobody answers']);
    await log.next('open');
    const closed = client.close({}, { signal: AbortSignal.timeout(20) });
    await expect(closed).rejects.toThrow('timeout');
    expect(await log.next('closed')).toMatchObject({ by: 'us', code: CloseCode.TIMEOUT });
    await client.close();
  });

  it('waits for a close no longer when it is stopped', async () => {
    const { server } = mute();
    const { client, session, log } = dialled(await tcp.listen(server));
    session.command('SEND', ['nobody answers']);
    await log.next('open');
    const closed = client.close();
    client.stop();
    expect(await closed).toBeUndefined();
  });
});

describe('a server', () => {
  it.each([tcp, http(1000)])('ends what is not done in time when it drains, over $name', async (way) => {
    const { server } = mute();
    const { session, log } = dialled(await way.listen(server), { pollAfter: 10 });
    session.command('SEND', ['nobody answers']);
    await until(() => [...server.sessions].some((driver) => driver.session.work.asked === 1));
    await server.drain({ within: 30, text: 'out of time' });
    expect([...server.sessions]).toEqual([]);
    expect(server.connections).toBe(0);
    // an exchange that has not answered yet is told so; where there is none, nobody is
    await until(() => log.of('closed').length + log.of('broken').length > 0);
  });

  it('drains no longer than its signal allows', async () => {
    const { server } = mute();
    const { session, log } = dialled(await tcp.listen(server));
    session.command('SEND', ['nobody answers']);
    await until(() => [...server.sessions].some((driver) => driver.session.work.asked === 1));
    await server.drain({ within: 60_000, signal: AbortSignal.timeout(20) });
    expect(server.connections).toBe(0);
    // with its last word, or without
    await until(() => log.of('broken').length + log.of('closed').length > 0);
  });

  it('waits for nobody who has no link and nothing under way', async () => {
    const { server, log } = served();
    const { client, log: told } = dialled(await tcp.listen(server));
    await told.next('open');
    client.stop();
    await log.next('broken');
    await server.drain({ within: 60_000 });
    expect(await log.next('closed')).toMatchObject({ by: 'us', code: CloseCode.GOING_AWAY });
  });

  it('stops listening on a signal, and ends what it has accepted there', async () => {
    const { server } = served();
    const aborter = new AbortController();
    const { address } = await listenTcp(server, { host: HOST, signal: aborter.signal });
    const socket = connect(address.port, HOST);
    later(() => socket.destroy());
    socket.on('error', () => {});
    await until(() => server.connections === 1);
    aborter.abort();
    await until(() => server.connections === 0);
    const { failures } = dialled(
      (handler, signal) => openTcp({ host: HOST, port: address.port }, handler, signal),
      {
        redialAfter: () => 20,
      },
    );
    await until(() => failures.length > 0);
    expect(failures[0]).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('does not begin to listen when the signal came before', async () => {
    const server = new SessionServer({}, () => ({}));
    const signal = AbortSignal.abort(new Error('not today'));
    await expect(listenTcp(server, { host: HOST, signal })).rejects.toThrow('not today');
    await server.stop();
  });

  it('takes nobody once it has stopped', async () => {
    const { server } = served();
    await server.stop();
    let destroyed = false;
    server.accept(() => ({ full: false, write: () => {}, end: () => {}, destroy: () => (destroyed = true) }));
    expect(destroyed).toBe(true);
  });
});
