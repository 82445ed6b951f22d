/** A client's session over TCP: it dials, and dials again for as long as the session lives. */
import type { Socket } from 'node:net';
import type { ClientSession, SessionEvent } from '../session/index.ts';
import { now } from './alarm.ts';
import { Carrier } from './carrier.ts';
import { SessionDriver, type SessionListener } from './driver.ts';

export interface TcpClientOptions {
  /** A socket that connects to the server, as `() => connect(port, host)` of `node:net`. */
  readonly open: () => Socket;
  /** Milliseconds that a socket may take to connect. Default 10,000. */
  readonly connectTimeout?: number;
  /**
   * Milliseconds until the next socket when so many in a row have not come to a session; 0: the last one has. Default: up to
   * 100 at first, then twice as much with each, at most 30,000. A server that asks for more time gets it.
   */
  readonly redialAfter?: (failures: number) => number;
}

/** Most milliseconds between two sockets, by default. */
const SLOWEST = 30_000;

export class TcpClient {
  readonly driver: SessionDriver<ClientSession>;
  private readonly options: Required<TcpClientOptions>;
  private readonly listener: SessionListener<ClientSession>;
  /** One that does not stand yet. */
  private connecting: Socket | undefined;
  private redialling: NodeJS.Timeout | undefined;
  private failures = 0;
  private stopped = false;

  /** It begins with `dial`. What is said to the session before waits for it. */
  constructor(session: ClientSession, options: TcpClientOptions, listener: SessionListener<ClientSession>) {
    this.options = { connectTimeout: 10_000, redialAfter: backOff, ...options };
    this.listener = listener;
    this.driver = new SessionDriver(session, (event) => this.on(event));
  }

  /**
   * Opens a link now, also in place of one that lives: to begin, or when the network has changed. Of no effect when the
   * session is closed.
   */
  dial(): void {
    if (this.over) return;
    this.abandon();
    const socket = this.options.open();
    this.connecting = socket;
    const tooLong = setTimeout(() => socket.destroy(), this.options.connectTimeout);
    socket.once('connect', () => {
      clearTimeout(tooLong);
      this.connected(socket);
    });
    socket.on('error', () => undefined); // 'close' follows
    socket.once('close', () => {
      clearTimeout(tooLong);
      if (this.connecting === socket) this.redial(0);
    });
  }

  /** Ends its socket without a word, and dials no more. For a good end, close the session. */
  stop(): void {
    this.stopped = true;
    this.abandon();
    this.driver.destroy();
  }

  private get over(): boolean {
    return this.stopped || this.driver.session.state === 'closed';
  }

  /** What is under way to the next link is given up. */
  private abandon(): void {
    const { connecting } = this;
    clearTimeout(this.redialling);
    this.redialling = this.connecting = undefined;
    connecting?.destroy();
  }

  private connected(socket: Socket): void {
    if (this.connecting !== socket) return;
    this.connecting = undefined;
    const { driver } = this;
    if (this.over) return void socket.destroy();
    driver.carry(new Carrier(socket, driver.session.connect(now()), driver));
    driver.wake();
  }

  private on(event: SessionEvent): void {
    const { type } = event;
    if (type === 'open' || type === 'resumed') this.failures = 0;
    if (type === 'closed') this.abandon();
    else if (type === 'broken') this.redial(Number(event.after ?? 0));
    else if (type === 'lost') this.redial(0);
    this.listener(event, this.driver);
  }

  private redial(atLeast: number): void {
    if (this.over || this.linked || this.redialling !== undefined) return;
    this.connecting = undefined;
    const pause = Math.max(atLeast, this.options.redialAfter(this.failures++));
    this.redialling = setTimeout(() => this.dial(), pause);
  }

  /** Whether there is a link: what has ended was one before it. */
  private get linked(): boolean {
    const { state } = this.driver.session;
    return state !== 'idle' && state !== 'broken';
  }
}

/** Full jitter: clients that a server has lost together don't come back together. */
function backOff(failures: number): number {
  return Math.random() * Math.min(SLOWEST, 100 * 2 ** failures);
}
