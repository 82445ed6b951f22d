/** Petrel's sessions, over TCP, then WebSocket, then HTTP: commands with replies go up, pushes come down. */
import { once } from 'node:events';
import { Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import {
  acceptWebSocket,
  listenHttp,
  listenTcp,
  openHttp,
  openTcp,
  openWebSocket,
  SessionClient,
  webSocketServerOptions,
  type Open,
  type SessionDriver,
} from '../../src/link/index.ts';
import {
  ClientSession,
  type ServerSession,
  type SessionEvent,
  type SessionOptions,
} from '../../src/session/index.ts';
import { FILLING } from '../cuts/flow.ts';
import { isFault, servingNamed, type Named } from '../cuts/named-sessions.ts';
import { Ladder } from './ladder.ts';
import type { Ears, Subject, Talk } from './subject.ts';

const HOST = '127.0.0.1';
const OPTIONS: SessionOptions = { ackDelay: 10, pingInterval: 40, patience: 150, handshakeTimeout: 300 };
/** An ACK is late by so much, or a PING is sent after so much; then it is waited for the answer. */
const BOUND = OPTIONS.pingInterval! + OPTIONS.ackDelay! + OPTIONS.patience!;
const KEEP_FOR = 60_000;
const CONNECT_TIMEOUT = 250;
/** Milliseconds between transports, between exchanges, and on a lower rung before the highest is tried again. */
const REDIAL = 5;
const POLL = 25;
const STAY = 200;
class PetrelTalk implements Talk, Named {
  readonly notes: string[] = [];
  readonly ready: Promise<void>;
  readonly client: SessionClient;
  private readonly ears: Ears;
  private readonly ladder: Ladder;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly asked = new Map<number, number>();
  private readonly waiting: number[] = [];
  private server: SessionDriver<ServerSession> | undefined;
  private begun: () => void = () => undefined;

  constructor(name: string, ports: readonly number[], ears: Ears) {
    this.ears = ears;
    this.ready = new Promise((resolve) => (this.begun = resolve));
    this.ladder = new Ladder(this.rungs(ports), STAY);
    this.client = new SessionClient(
      new ClientSession({ ...OPTIONS, credentials: name }),
      {
        open: this.ladder.open,
        connectTimeout: CONNECT_TIMEOUT,
        redialAfter: () => REDIAL,
        pollAfter: POLL,
        failed: this.ladder.failed,
      },
      (event) => this.heard(event),
    );
    this.client.dial();
  }

  up(number: number): void {
    const { driver } = this.client;
    const ticket = driver.session.command('SEND', [number, FILLING]);
    if (ticket === undefined) throw new Error('there is no room in the outbox');
    this.asked.set(ticket, number);
    driver.wake();
  }

  down(number: number): void {
    this.waiting.push(number);
    this.pushAll();
  }

  /** The server has a session for it; what the application has there stands before and after. */
  takes(driver: SessionDriver<ServerSession>): (event: SessionEvent) => void {
    if (this.server !== undefined) this.notes.push('a second session');
    this.server = driver;
    return (event) => {
      if (event.type === 'command') {
        this.ears.up(event.args[0] as number);
        driver.session.reply(event.id, event.args[0] as number);
      } else if (event.type === 'writable') this.pushAll();
      else if (event.type !== 'broken') this.judge(event);
    };
  }

  stop(): void {
    this.ladder.stop();
    this.client.stop();
    this.agent.destroy();
    if (this.asked.size > 0) this.notes.push(`${this.asked.size} commands have no reply`);
    this.server?.session.abort();
    this.server?.wake();
  }

  private rungs([tcp, webSocket, http]: readonly number[]): Open[] {
    const { agent } = this;
    return [
      (handler, signal) => openTcp({ host: HOST, port: tcp! }, handler, signal),
      (handler, signal) => openWebSocket({ url: `ws://${HOST}:${webSocket}`, WebSocket }, handler, signal),
      (handler, signal) =>
        openHttp({ url: `http://${HOST}:${http}/petrel`, wait: 0, agent }, handler, signal),
    ];
  }

  private heard(event: SessionEvent): void {
    this.ladder.on(event, this.client);
    if (event.type === 'open') this.begun();
    else if (event.type === 'push') this.ears.down(event.args[0] as number);
    else if (event.type === 'reply') this.answered(event.ticket, event.value as number);
    else if (event.type === 'broken') {
      if (event.why === 'silent' || event.why === 'slow') this.ears.noticed();
    } else this.judge(event);
  }

  private answered(ticket: number, value: number): void {
    if (this.asked.get(ticket) !== value) this.notes.push(`${value} in reply to ${this.asked.get(ticket)}`);
    this.asked.delete(ticket);
  }

  private judge(event: SessionEvent): void {
    const closed = event.type === 'closed' && (event.by === 'peer' || event.error !== undefined);
    if (closed || isFault(event)) this.notes.push(JSON.stringify(event));
  }

  private pushAll(): void {
    const { server, waiting } = this;
    if (server === undefined) return;
    while (waiting.length > 0 && server.session.push('NEWS', [waiting[0]!, FILLING]) !== undefined)
      waiting.shift();
    server.wake();
  }
}

export async function petrel(): Promise<Subject> {
  const talks = new Map<string, PetrelTalk>();
  const server = servingNamed({ ...OPTIONS, keepFor: KEEP_FOR }, talks);
  const sockets = new WebSocketServer({ ...webSocketServerOptions(), port: 0, host: HOST });
  sockets.on('connection', (socket) => acceptWebSocket(server, socket));
  const tcp = await listenTcp(server, { host: HOST });
  const http = await listenHttp(server, { host: HOST });
  if (sockets.address() === null) await once(sockets, 'listening');
  return {
    name: 'Petrel',
    ports: [tcp.address.port, (sockets.address() as AddressInfo).port, http.address.port],
    bound: BOUND,
    talk(name, ports, ears) {
      const talk = new PetrelTalk(name, ports, ears);
      talks.set(name, talk);
      return talk;
    },
    async stop() {
      for (const socket of sockets.clients) socket.terminate();
      const closed = once(sockets, 'close');
      sockets.close();
      await closed;
      await server.stop();
    },
  };
}
