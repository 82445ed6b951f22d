import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeFrames, encodeFrame } from '../frame/all.ts';
import type { Close } from '../frame/index.ts';
import { ClientSession, CloseCode, type ServerOptions, type ServerSession } from '../session/index.ts';
import {
  listenTcp,
  openTcp,
  SessionClient,
  SessionServer,
  type Judge,
  type Open,
  type SessionClientOptions,
  type SessionDriver,
} from './index.ts';
import { cleanUp, later, Log } from './helpers.test.ts';
import { SocketTransport } from './transport/socket.ts';

const HELLO = { kind: 'HELLO', form: 'offer', versions: [1, 1] } as const;

afterEach(cleanUp);

interface Served {
  readonly server: SessionServer;
  readonly port: number;
  readonly log: Log;
  /** Sessions that began, the newest last. */
  readonly drivers: SessionDriver<ServerSession>[];
}

/** A server that takes everybody and answers each command with its first argument. */
async function serve(options: ServerOptions = {}, judge?: Judge): Promise<Served> {
  const log = new Log();
  const drivers: SessionDriver<ServerSession>[] = [];
  const echo: Judge = () => (event, driver) => {
    if (event.type === 'open') drivers.push(driver);
    if (event.type === 'command') driver.session.reply(event.id, event.args[0] ?? null);
    log.add(event);
  };
  const server = new SessionServer(options, judge ?? echo);
  later(() => server.stop());
  const { address } = await listenTcp(server, { host: '127.0.0.1' });
  return { server, port: address.port, log, drivers };
}

interface Dialled {
  readonly client: SessionClient;
  readonly session: ClientSession;
  readonly log: Log;
  /** That it has opened, the newest last. */
  readonly sockets: Socket[];
}

function dial(port: number, options: Partial<SessionClientOptions> = {}): Dialled {
  const log = new Log();
  const sockets: Socket[] = [];
  const session = new ClientSession({ ackDelay: 0 });
  const open: Open = (handler, signal) => {
    if (options.open !== undefined) return options.open(handler, signal);
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.once('connect', () => handler.opened());
    return new SocketTransport(socket, handler);
  };
  const client = new SessionClient(session, { redialAfter: () => 1, ...options, open }, log.add);
  later(() => client.stop());
  client.dial();
  return { client, session, log, sockets };
}

/** A client without a session: what it says, and all that it is answered until the end. */
async function say(port: number, bytes: Uint8Array): Promise<Uint8Array> {
  const socket = connect(port, '127.0.0.1');
  later(() => socket.destroy());
  socket.write(bytes);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

describe('a session over TCP', () => {
  it('carries commands that were said before there was a link, and replies', async () => {
    const { port } = await serve();
    const { session, log } = dial(port);
    const tickets = ['a', 'b'].map((text) => session.command('SEND', [text]));
    expect(await log.next('reply')).toMatchObject({ ticket: tickets[0], value: 'a' });
    expect(await log.next('reply')).toMatchObject({ ticket: tickets[1], value: 'b' });
  });

  it('sends what is said unasked when it is woken, on either side', async () => {
    const { port, log: served, drivers } = await serve();
    const { client, session, log } = dial(port);
    await log.next('open');
    session.push('NEWS', [1]);
    client.driver.wake();
    expect(await served.next('push')).toMatchObject({ args: [1] });
    drivers[0]!.session.push('NEWS', [2]);
    drivers[0]!.wake();
    expect(await log.next('push')).toMatchObject({ args: [2] });
  });

  it('goes on by itself when its socket is lost', async () => {
    const { port, log: served, drivers } = await serve();
    const { client, session, log, sockets } = dial(port);
    await log.next('open');
    sockets[0]!.destroy();
    session.push('NEWS', ['while there was no link']);
    expect(await log.next('broken')).toMatchObject({ why: 'lost' });
    await log.next('resumed');
    client.driver.wake();
    expect(await served.next('push')).toMatchObject({ args: ['while there was no link'] });
    expect(drivers).toHaveLength(1);
  });

  it('goes on by itself when its socket is reset', async () => {
    const { port } = await serve();
    const { log, sockets } = dial(port);
    await log.next('open');
    sockets[0]!.resetAndDestroy();
    await log.next('broken');
    expect(await log.next('resumed')).toMatchObject({ attempt: 1 });
  });

  it('takes a socket that has ended in one direction for lost, and ends it in the other [TRANSPORT-1]', async () => {
    const { port, log: served } = await serve();
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    later(() => socket.destroy());
    socket.end(encodeFrame(HELLO));
    socket.resume();
    expect(await served.next('broken')).toMatchObject({ why: 'lost' });
    await once(socket, 'end');
  });

  it('moves to a new link on demand, and ends the older one', async () => {
    const { port, log: served, drivers } = await serve();
    const { client, session, log, sockets } = dial(port);
    await log.next('open');
    client.dial();
    await log.next('resumed');
    session.push('NEWS', ['on the second']);
    client.driver.wake();
    await served.next('push');
    expect(drivers).toHaveLength(1);
    if (!sockets[0]!.closed) await once(sockets[0]!, 'close');
    expect(sockets).toHaveLength(2);
  });

  it('waits for a socket that is full, and sends the rest when it drains', async () => {
    const { port, drivers } = await serve({ outbox: { bytes: 1 << 26 } });
    const { log, sockets } = dial(port);
    await log.next('open');
    const [driver] = drivers;
    sockets[0]!.pause();
    const count = 200;
    for (let i = 0; i < count; i++) driver!.session.push('NEWS', [i, new Uint8Array(1 << 16)]);
    driver!.wake();
    await once(sockets[0]!, 'readable'); // the first have come, and nobody has taken them
    driver!.session.push('NEWS', [count, null]);
    driver!.wake();
    sockets[0]!.resume();
    for (let i = 0; i <= count; i++) expect((await log.next('push')).args[0]).toBe(i);
  });

  it('ends with its session, and dials no more', async () => {
    const { server, port, log: served } = await serve();
    const { client, session, log, sockets } = dial(port);
    await log.next('open');
    session.close({ text: 'enough' }, performance.now());
    client.driver.wake();
    expect(await served.next('closed')).toMatchObject({ by: 'peer', code: CloseCode.NORMAL, text: 'enough' });
    await once(sockets[0]!, 'close');
    client.dial();
    expect(sockets).toHaveLength(1);
    expect([...server.sessions]).toEqual([]);
  });
});

describe('a client over TCP', () => {
  it('dials until somebody listens, and counts its failures in a row', async () => {
    const { port, server } = await serve();
    await server.stop();
    const counts: number[] = [];
    const later = await new Promise<number>((resolve) => {
      dial(port, {
        redialAfter: (failures) => {
          counts.push(failures);
          if (failures === 3) resolve(failures);
          return 1;
        },
      });
    });
    expect(later).toBe(3);
    expect(counts).toEqual([0, 1, 2, 3]);
  });

  it('counts anew when it came to a session', async () => {
    const { port } = await serve();
    const counts: number[] = [];
    const { log, sockets } = dial(port, { redialAfter: (failures) => counts.push(failures) });
    await log.next('open');
    for (const i of [0, 1]) {
      sockets[i]!.destroy();
      await log.next('resumed');
    }
    expect(counts).toEqual([0, 0]);
  });

  it('gives up a transport that does not stand in time', async () => {
    const { port } = await serve();
    const failures: Error[] = [];
    let ended = false;
    const stuck: Open = (handler, signal) => {
      signal.addEventListener('abort', () => handler.ended(new Error('given up')));
      return { full: false, write: () => {}, end: () => {}, destroy: () => (ended = true) };
    };
    const { client, log } = dial(port, {
      connectTimeout: 5,
      open: stuck,
      failed: (error) => failures.push(error),
    });
    while (failures.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    client.dial((handler, signal) => openTcp({ host: '127.0.0.1', port }, handler, signal));
    await log.next('open');
    expect(ended).toBe(true);
    expect(failures[0]!.message).toBe('given up');
  });

  it('waits for as long as a CLOSE of the link says', async () => {
    const close = { kind: 'CLOSE', scope: 'link', received: 0, code: CloseCode.OVERLOADED, after: 60, text: '' } as const;
    const times: number[] = [];
    const server = createServer((socket) => {
      times.push(performance.now());
      socket.on('error', () => undefined);
      socket.end(encodeFrame(close));
    });
    later(() => server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { log, client } = dial((server.address() as AddressInfo).port, { redialAfter: () => 0 });
    for (const _ of [1, 2]) expect(await log.next('broken')).toMatchObject({ why: 'closed', after: 60 });
    client.stop();
    expect(times[1]! - times[0]!).toBeGreaterThan(50);
  }); // prettier-ignore

  it('leaves a link for another where there is no token to resume with', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(encodeFrame({ kind: 'HELLO', form: 'answer', version: 1 })));
    });
    later(() => server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { client, log, sockets } = dial((server.address() as AddressInfo).port);
    await log.next('open');
    client.dial();
    expect(await log.next('broken')).toMatchObject({ why: 'replaced' });
    await log.next('lost');
    await log.next('open');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sockets).toHaveLength(2);
  });

  it('is not called back once it has stopped', async () => {
    const { port } = await serve();
    const { client, log, sockets } = dial(port);
    await log.next('open');
    client.stop();
    await once(sockets[0]!, 'close');
    client.dial();
    expect(sockets).toHaveLength(1);
  });
});

describe('a server over TCP', () => {
  it('sends away whom it does not want, with a reason', async () => {
    const { port } = await serve({}, () => ({ code: CloseCode.AUTH, text: 'who?' }));
    const { log, sockets } = dial(port);
    expect(await log.next('closed')).toMatchObject({ by: 'peer', code: CloseCode.AUTH, text: 'who?' });
    expect(sockets).toHaveLength(1);
  });

  it.each([
    ['what is no frame', new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'), 'link'],
    ['what may not come first', encodeFrame({ kind: 'PING', echo: new Uint8Array(0) }), 'link'],
    [
      'an unknown token',
      encodeFrame({ kind: 'RESUME', form: 'offer', token: new Uint8Array(16), attempt: 1, received: 0, next: 1 }),
      'session',
    ],
  ])('answers %s with a CLOSE, and goes on', async (_what, bytes, scope) => {
    const { port } = await serve();
    const answer = await say(port, bytes);
    expect((decodeFrames(answer)[0] as Close).scope).toBe(scope);
    await dial(port).log.next('open');
  }); // prettier-ignore

  it('accepts no link that is over when its HELLO is judged', async () => {
    const { port, drivers } = await serve();
    const frames = [encodeFrame(HELLO), encodeFrame({ kind: 'PING', echo: new Uint8Array(0) })];
    const [close] = decodeFrames(await say(port, Buffer.concat(frames))) as Close[];
    expect(close).toMatchObject({ kind: 'CLOSE', scope: 'link' });
    expect(drivers).toEqual([]);
  });

  it('ends connections that say nothing', async () => {
    const { port } = await serve({ handshakeTimeout: 10 });
    const [close] = decodeFrames(await say(port, new Uint8Array(0))) as Close[];
    expect(close).toMatchObject({ kind: 'CLOSE', code: CloseCode.TIMEOUT });
  });

  it('forgets sessions that nobody has come back to', async () => {
    const { server, port, log } = await serve({ keepFor: 10 });
    const { client, log: dialled } = dial(port);
    await dialled.next('open');
    client.stop();
    expect(await log.next('closed')).toMatchObject({ by: 'us', code: CloseCode.TIMEOUT });
    expect([...server.sessions]).toEqual([]);
  });

  it('rejects when it cannot listen', async () => {
    const { port } = await serve();
    const second = new SessionServer({}, () => ({}));
    await expect(listenTcp(second, { port, host: '127.0.0.1' })).rejects.toThrow('EADDRINUSE');
    await second.stop();
  });

  it('stops with connections in every state', async () => {
    const { server, port } = await serve();
    const { log } = dial(port);
    const silent = connect(port, '127.0.0.1');
    await Promise.all([log.next('open'), once(silent, 'connect')]);
    await server.stop();
    await once(silent.resume(), 'close');
    expect(await log.next('broken')).toMatchObject({ why: 'lost' });
  });
});
