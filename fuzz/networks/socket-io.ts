/**
 * The same by Socket.IO as it is advised for delivery: the client repeats what was not acknowledged (`retries`), and the server
 * keeps what a client missed (`connectionStateRecovery`). Both its transports go through one port.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { FILLING } from '../cuts/flow.ts';
import type { Ears, Subject, Talk } from './subject.ts';

/** The server pings so often, in milliseconds, and the answer has so much time; the client waits as long for a ping. */
const PING = { pingInterval: 40, pingTimeout: 160 };
const BOUND = PING.pingInterval + PING.pingTimeout;
const REDIAL = 5;
/** Milliseconds until a message that was not acknowledged is sent again, as often as it takes. */
const ACK_TIMEOUT = 400;
const KEEP_FOR = 60_000;
const CONNECT_TIMEOUT = 250;

class SocketIoTalk implements Talk {
  readonly notes: string[] = [];
  readonly ready: Promise<void>;
  private readonly socket: Socket;
  private readonly say: (number: number) => void;

  constructor(name: string, port: number, ears: Ears, say: (number: number) => void) {
    this.say = say;
    this.socket = io(`http://127.0.0.1:${port}`, {
      auth: { name },
      forceNew: true,
      transports: ['websocket', 'polling'],
      reconnectionDelay: REDIAL,
      reconnectionDelayMax: REDIAL,
      timeout: CONNECT_TIMEOUT,
      retries: Number.MAX_SAFE_INTEGER,
      ackTimeout: ACK_TIMEOUT,
    });
    this.socket.on('down', (number: number) => ears.down(number));
    this.socket.on('disconnect', () => ears.noticed());
    this.ready = new Promise((resolve) => this.socket.once('connect', () => resolve()));
  }

  up(number: number): void {
    this.socket.emit('up', number, FILLING);
  }

  down(number: number): void {
    this.say(number);
  }

  stop(): void {
    this.socket.removeAllListeners();
    this.socket.disconnect();
  }
}

export async function socketIo(): Promise<Subject> {
  const ears = new Map<string, Ears>();
  const http = createServer();
  const server = new Server(http, {
    ...PING,
    connectionStateRecovery: { maxDisconnectionDuration: KEEP_FOR },
    serveClient: false,
  });
  server.on('connection', (socket) => {
    const { name } = socket.handshake.auth as { readonly name: string };
    void socket.join(name);
    socket.on('up', (number: number, _filling: string, done: () => void) => {
      ears.get(name)?.up(number);
      done();
    });
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  return {
    name: 'socket.io',
    ports: [(http.address() as AddressInfo).port],
    bound: BOUND,
    talk(name, [port], told) {
      ears.set(name, told);
      return new SocketIoTalk(name, port!, told, (number) => server.to(name).emit('down', number, FILLING));
    },
    async stop() {
      await server.close();
    },
  };
}
