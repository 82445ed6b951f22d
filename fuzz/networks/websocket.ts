/**
 * The same by JSON over a WebSocket, as it is often written first: it pings, connects again, and sends what was said meanwhile;
 * what was written to a connection that is gone is gone with it.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import { FILLING } from '../cuts/flow.ts';
import type { Ears, Subject, Talk } from './subject.ts';

/** Milliseconds between pings, and without an answer after which the connection is taken for dead. */
const PING = 40;
const SILENCE = 160;
const REDIAL = 5;
const CONNECT_TIMEOUT = 250;

interface Message {
  readonly type: 'hello' | 'ping' | 'pong' | 'message';
  readonly name?: string;
  readonly number?: number;
  readonly text?: string;
}

/** @param data one buffer, as `ws` has it unless it is told otherwise. */
function parse(data: RawData): Message {
  return JSON.parse((data as Buffer).toString()) as Message;
}

/** Says messages on the connection of now, or on the next. */
class Mouth {
  private readonly waiting: string[] = [];
  private socket: WebSocket | undefined;

  use(socket: WebSocket): void {
    this.socket = socket;
    for (const text of this.waiting.splice(0)) socket.send(text);
  }

  say(number: number): void {
    const text = JSON.stringify({ type: 'message', number, text: FILLING } satisfies Message);
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(text);
    else this.waiting.push(text);
  }
}

class WebSocketTalk implements Talk {
  readonly notes: string[] = [];
  readonly ready: Promise<void>;
  readonly ears: Ears;
  readonly server = new Mouth();
  private readonly client = new Mouth();
  private readonly name: string;
  private readonly port: number;
  private socket: WebSocket | undefined;
  private begun: () => void = () => undefined;
  private stopped = false;

  constructor(name: string, port: number, ears: Ears) {
    this.name = name;
    this.port = port;
    this.ears = ears;
    this.ready = new Promise((resolve) => (this.begun = resolve));
    this.dial();
  }

  up(number: number): void {
    this.client.say(number);
  }

  down(number: number): void {
    this.server.say(number);
  }

  stop(): void {
    this.stopped = true;
    this.socket?.terminate();
  }

  private dial(): void {
    if (this.stopped) return;
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}`, { handshakeTimeout: CONNECT_TIMEOUT });
    this.socket = socket;
    let heardAt = performance.now();
    const pinging = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN) heardAt = performance.now();
      else if (performance.now() - heardAt > SILENCE) socket.terminate();
      else socket.send(JSON.stringify({ type: 'ping' } satisfies Message));
    }, PING);
    socket.on('error', () => undefined); // 'close' follows
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'hello', name: this.name } satisfies Message));
      this.client.use(socket);
      this.begun();
    });
    socket.on('message', (data: RawData) => {
      const { type, number } = parse(data);
      // what comes down says nothing of what goes up
      if (type === 'pong') heardAt = performance.now();
      else this.ears.down(number!);
    });
    socket.on('close', () => {
      clearInterval(pinging);
      if (!this.stopped) this.ears.noticed();
      setTimeout(() => this.dial(), REDIAL);
    });
  }
}

export async function webSocket(): Promise<Subject> {
  const talks = new Map<string, WebSocketTalk>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    let talk: WebSocketTalk | undefined;
    socket.on('error', () => undefined);
    socket.on('message', (data: RawData) => {
      const { type, name, number } = parse(data);
      if (type === 'hello') {
        talk = talks.get(name!);
        talk?.server.use(socket);
      } else if (type === 'ping') socket.send(JSON.stringify({ type: 'pong' } satisfies Message));
      else talk?.ears.up(number!);
    });
  });
  await once(server, 'listening');
  return {
    name: 'ws + JSON',
    ports: [(server.address() as AddressInfo).port],
    bound: PING + SILENCE,
    talk(name, [port], ears) {
      const talk = new WebSocketTalk(name, port!, ears);
      talks.set(name, talk);
      return talk;
    },
    async stop() {
      for (const socket of server.clients) socket.terminate();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
