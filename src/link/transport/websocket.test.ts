import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { decodeFrames, encodeFrame } from '../../frame/all.ts';
import { cleanUp, dialled, HOST, later, served, sleep, until, webSocketServer } from '../helpers.test.ts';
import { openWebSocket, type TransportHandler } from '../index.ts';
import { WebSocketTransport, type WebSocketLike } from './websocket.ts';

afterEach(cleanUp);

const HELLO = encodeFrame({ kind: 'HELLO', form: 'offer', versions: [1, 1] });

async function raw(
  url: string,
  protocols: string[],
): Promise<{ socket: WebSocket; closed: Promise<number> }> {
  const socket = new WebSocket(url, protocols);
  later(() => socket.terminate());
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  return { socket, closed };
}

/** A handler that writes down what it is told. */
function recorder(): { told: unknown[]; handler: TransportHandler } {
  const told: unknown[] = [];
  const handler: TransportHandler = {
    opened: () => told.push('opened'),
    data: (bytes) => told.push([...bytes]),
    writable: () => told.push('writable'),
    ended: (error) => told.push(['ended', error?.message]),
    closed: () => told.push('closed'),
  };
  return { told, handler };
}

/** A socket of which the test says what it holds, and what comes. */
class StubSocket implements WebSocketLike {
  binaryType = 'blob';
  bufferedAmount = 0;
  protocol = 'petrel.1';
  readonly sent: number[] = [];
  readonly listeners = new Map<string, (event: never) => void>();

  send(bytes: Uint8Array): void {
    this.sent.push(bytes.length);
    this.bufferedAmount += bytes.length;
  }

  close(code?: number): void {
    this.sent.push(-(code ?? 0));
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.listeners.set(type, listener);
  }
}

describe('WebSocket [TRANSPORT-3]', () => {
  it('carries a stream: where messages end means nothing', async () => {
    const { server, log } = served();
    const { socket } = await raw(await webSocketServer(server), ['petrel.1']);
    for (const byte of HELLO) socket.send(Uint8Array.of(byte));
    socket.send(new Uint8Array(0));
    const [answer] = (await once(socket, 'message')) as [Buffer];
    expect(decodeFrames(answer)[0]).toMatchObject({ kind: 'HELLO', form: 'answer' });
    await log.next('open');
  });

  it.each([
    ['a text message', 'hello', 1003],
    ['a message that is too long', new Uint8Array(65_537), 1009],
  ])('ends the link at %s', async (_what, message, code) => {
    const { server, log } = served();
    const { socket, closed } = await raw(await webSocketServer(server), ['petrel.1']);
    socket.send(HELLO);
    await log.next('open');
    socket.send(message);
    expect(await closed).toBe(code);
    expect(await log.next('broken')).toMatchObject({ why: 'lost' });
    await until(() => server.connections === 0);
  });

  it('takes a message of the greatest length', async () => {
    const { server, log } = served();
    const { socket } = await raw(await webSocketServer(server), ['petrel.1']);
    const push = encodeFrame({ kind: 'PUSH', verb: 'NEWS', args: [new Uint8Array(65_536)] });
    const bytes = Buffer.concat([HELLO, push]);
    socket.send(HELLO);
    await log.next('open');
    socket.send(bytes.subarray(HELLO.length, HELLO.length + 65_536));
    socket.send(bytes.subarray(HELLO.length + 65_536));
    expect(await log.next('push')).toMatchObject({ verb: 'NEWS' });
  });

  it.each([[['chat']], [[]]])('refuses a client that offers the subprotocols %j', async (protocols) => {
    const { server } = served();
    const socket = new WebSocket(await webSocketServer(server), protocols);
    later(() => socket.terminate());
    socket.on('error', () => {}); // `ws` complains itself where none of those that it offered was chosen
    const code = await new Promise((resolve) => socket.once('close', resolve));
    expect([1002, 1006]).toContain(code);
    expect(server.connections).toBe(0);
  });

  it('outlives what a client that was refused does wrong', async () => {
    const { server } = served();
    const { port } = new URL(await webSocketServer(server));
    const socket = connect(Number(port), HOST);
    later(() => socket.destroy());
    socket.on('error', () => {});
    socket.write(
      'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    // a frame of a kind that WebSocket does not have, in place of an answer to the close
    socket.once('data', () => socket.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff)));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(server.connections).toBe(0);
  });

  it('refuses a server that has chosen no subprotocol', async () => {
    const sockets = new WebSocketServer({ port: 0, host: HOST, handleProtocols: () => false });
    later(() => sockets.close());
    await once(sockets, 'listening');
    const url = `ws://${HOST}:${(sockets.address() as { port: number }).port}`;
    const { log, failures } = dialled(
      (handler, signal) => openWebSocket({ url, WebSocket }, handler, signal),
      {
        redialAfter: () => 50,
      },
    );
    await until(() => failures.length > 0);
    expect(log.events).toEqual([]);
  });

  it.each([
    ['petrel.1', ['opened']],
    ['', [['ended', 'the server speaks another subprotocol'], 'closed']],
  ])('is told that the server has chosen the subprotocol %j', async (protocol, expected) => {
    const { told, handler } = recorder();
    const sockets: StubSocket[] = [];
    class Opened extends StubSocket {
      override protocol = protocol;
      constructor() {
        super();
        sockets.push(this);
      }
    }
    openWebSocket({ url: 'ws://somewhere', WebSocket: Opened }, handler, new AbortController().signal);
    sockets[0]!.listeners.get('open')?.({} as never);
    await sleep(5);
    expect(told).toEqual(expected);
  });

  it('takes a server that is not there for a failure, and dials on', async () => {
    const { server } = served();
    const url = await webSocketServer(server);
    let there = false;
    const { log, failures } = dialled((handler, signal) =>
      openWebSocket({ url: there ? url : `ws://${HOST}:1`, WebSocket }, handler, signal),
    );
    await until(() => failures.length > 2);
    there = true;
    await log.next('open');
    expect(failures[0]).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('gives up one that does not open in time', async () => {
    const { told, handler } = recorder();
    const aborter = new AbortController();
    class Silent extends StubSocket {}
    openWebSocket({ url: 'ws://nowhere', WebSocket: Silent }, handler, aborter.signal);
    aborter.abort();
    await sleep(5);
    expect(told).toEqual([['ended', 'given up before it stood'], 'closed']);
  });

  it('writes messages that are not too long, wants no more while much is held, and tells when it is not', async () => {
    const socket = new StubSocket();
    const { told, handler } = recorder();
    const transport = new WebSocketTransport(socket, handler);
    transport.write(new Uint8Array(150_000));
    expect(socket.sent).toEqual([65_536, 65_536, 18_928]);
    expect(transport.full).toBe(false);
    transport.write(new Uint8Array(150_000));
    expect(transport.full).toBe(true);
    await sleep(50);
    expect(told).toEqual([]);
    socket.bufferedAmount = 131_072;
    await sleep(30);
    expect(transport.full).toBe(true);
    socket.bufferedAmount = 131_071;
    await until(() => !transport.full);
    expect(told).toEqual(['writable']);
  });

  it('is forgotten at once where a platform cannot end it at once', async () => {
    const socket = new StubSocket();
    const { told, handler } = recorder();
    const transport = new WebSocketTransport(socket, handler);
    transport.destroy();
    transport.write(new Uint8Array(1));
    await sleep(5);
    socket.listeners.get('message')?.({ data: new ArrayBuffer(1) } as never);
    socket.listeners.get('close')?.({} as never);
    expect(socket.sent).toEqual([-1000]);
    expect(told).toEqual([['ended', undefined], 'closed']);
  });
});
