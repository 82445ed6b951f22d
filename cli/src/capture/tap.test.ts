import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  CaptureAnalyzer,
  LINKTYPE_RAW,
  pcapngHeader,
  pcapngPacket,
  type CaptureHandler,
} from 'petrel/capture';
import { afterEach, describe, expect, it } from 'vitest';
import { addressBytes, mapped } from './addresses.ts';
import { replay } from './replay.ts';
import { Tap } from './tap.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A server on a free port. */
async function serve(accept: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    accept(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Tells what a tap says of its packets, a line for each event. */
class Recorder implements CaptureHandler {
  readonly lines: string[] = [];
  readonly blocks: Uint8Array[] = [pcapngHeader(LINKTYPE_RAW)];

  data: CaptureHandler['data'] = (from, bytes) => {
    const who = from === from.connection.client ? 'client' : 'server';
    this.lines.push(`${who} ${Buffer.from(bytes).toString('latin1')}`);
  };

  closed: NonNullable<CaptureHandler['closed']> = (_connection, how) => {
    this.lines.push(how);
  };

  read(): string[] {
    const analyzer = new CaptureAnalyzer(this);
    for (const block of this.blocks) analyzer.push(block);
    analyzer.finish();
    return this.lines;
  }
}

async function tap(
  to: number,
): Promise<{ readonly port: number; readonly recorder: Recorder; readonly proxy: Tap }> {
  const recorder = new Recorder();
  const proxy = new Tap({ host: '127.0.0.1', port: 0 }, { host: '127.0.0.1', port: to }, (packet, time) => {
    recorder.blocks.push(pcapngPacket(packet, time));
    return undefined;
  });
  const where = await proxy.listen();
  cleanups.push(() => proxy.stop());
  return { port: Number(where.split(':').at(-1)), recorder, proxy };
}

/** Everything that a socket says until its end. */
async function heard(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}

describe('a tap', () => {
  it('passes on every byte as it is, and each end on its own', async () => {
    const port = await serve((socket) => {
      // answers after the client has ended
      void heard(socket).then((said) => socket.end(turned(said)));
    });
    const { port: at, recorder } = await tap(port);
    const socket = connect({ port: at, host: '127.0.0.1', allowHalfOpen: true });
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    socket.end(bytes);
    expect(await heard(socket)).toEqual(turned(bytes));
    await once(socket, 'close');
    expect(recorder.read()).toEqual([
      `client ${bytes.toString('latin1')}`,
      `server ${turned(bytes).toString('latin1')}`,
      'fin',
    ]);
  });

  it('holds back who writes faster than the other end reads, and loses nothing', async () => {
    const size = 8 << 20;
    let total = 0;
    const port = await serve((socket) => {
      socket.pause();
      setTimeout(() => socket.resume(), 200);
      socket.on('data', (chunk) => (total += chunk.length));
      socket.on('end', () => socket.end('done'));
    });
    const { port: at } = await tap(port);
    const socket = connect({ port: at, host: '127.0.0.1', allowHalfOpen: true });
    socket.end(Buffer.alloc(size, 'x'));
    expect(String(await heard(socket))).toBe('done');
    expect(total).toBe(size);
  });

  it('passes on a reset, from either end', async () => {
    const port = await serve((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const { port: at, recorder } = await tap(port);
    const socket = connect({ port: at, host: '127.0.0.1' });
    socket.write('boo');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    expect(recorder.read()).toEqual(['client boo', 'reset']);
  });

  it('resets a client whose server is not there', async () => {
    const port = await serve(() => {});
    for (const cleanup of cleanups.splice(0)) cleanup();
    const { port: at } = await tap(port);
    const socket = connect({ port: at, host: '127.0.0.1' });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });

  it('knows addresses of both families', () => {
    expect([...addressBytes('10.1.2.3')]).toEqual([10, 1, 2, 3]);
    expect([...addressBytes('::1')]).toEqual([...Array.from({ length: 15 }, () => 0), 1]);
    expect([...addressBytes('fe80::1:2%eth0')].slice(0, 2)).toEqual([0xfe, 0x80]);
    expect([...addressBytes('::ffff:10.0.0.1')].slice(10)).toEqual([0xff, 0xff, 10, 0, 0, 1]);
    expect([...addressBytes('nothing')]).toEqual([0, 0, 0, 0]);
    expect([...mapped(addressBytes('10.0.0.1'))]).toEqual([...addressBytes('::ffff:10.0.0.1')]);
  });
});

async function* played(blocks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, void> {
  yield* blocks;
}

/** The bytes in the other order. */
function turned(bytes: Uint8Array): Buffer {
  return Buffer.from([...bytes].toReversed());
}

describe('a replay', () => {
  it('says what the clients of a capture said, in their connections', async () => {
    const said: string[] = [];
    const port = await serve((socket) => {
      void heard(socket).then((bytes) => socket.end(said.push(String(bytes)) > 0 ? 'yes' : 'no'));
    });
    const { port: at, recorder } = await tap(port);
    for (const text of ['one', 'two']) {
      const socket = connect({ port: at, host: '127.0.0.1', allowHalfOpen: true });
      socket.write(text);
      setTimeout(() => socket.end('!'), 30);
      await heard(socket);
      await once(socket, 'close');
    }
    expect(said.splice(0)).toEqual(['one!', 'two!']);
    const settings = { to: { host: '127.0.0.1', port }, speed: Infinity, rate: undefined, wait: 2000 };
    const done = await replay(played(recorder.blocks), settings, new AbortController().signal);
    expect(said.toSorted()).toEqual(['one!', 'two!']);
    expect(done).toMatchObject({ connections: 2, failed: 0, sent: 8, recorded: 6, received: 6, missing: 0 });
  });

  it('keeps the times of the capture, or a rate', async () => {
    const port = await serve((socket) => socket.resume().on('end', () => socket.end()));
    const { port: at, recorder } = await tap(port);
    const socket = connect({ port: at, host: '127.0.0.1', allowHalfOpen: true });
    socket.write('a');
    await new Promise((resolve) => setTimeout(resolve, 300));
    socket.end('b');
    await heard(socket);
    const to = { host: '127.0.0.1', port };
    const at1 = await replay(
      played(recorder.blocks),
      { to, speed: 1, rate: undefined, wait: 2000 },
      new AbortController().signal,
    );
    expect(at1.seconds).toBeGreaterThan(0.25);
    const atRate = await replay(
      played(recorder.blocks),
      { to, speed: 1, rate: 4, wait: 2000 },
      new AbortController().signal,
    );
    expect(atRate.seconds).toBeGreaterThan(0.2);
  });

  it('counts connections that fail', async () => {
    const port = await serve((socket) => socket.resume().on('end', () => socket.end()));
    const { port: at, recorder } = await tap(port);
    const socket = connect({ port: at, host: '127.0.0.1', allowHalfOpen: true });
    socket.end('a');
    await heard(socket);
    for (const cleanup of cleanups.splice(0)) cleanup();
    const settings = { to: { host: '127.0.0.1', port }, speed: Infinity, rate: undefined, wait: 500 };
    const done = await replay(played(recorder.blocks), settings, new AbortController().signal);
    expect(done).toMatchObject({ connections: 1, failed: 1, received: 0 });
  });
});
