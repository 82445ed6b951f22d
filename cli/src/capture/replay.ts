/** Says again what the clients of a capture said, to a server, when they said it. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CaptureAnalyzer,
  elapsed,
  type CaptureHandler,
  type Connection,
  type Instant,
  type Side,
} from 'petrel/capture';
import type { Endpoint } from '../bridge/endpoint.ts';

export interface ReplaySettings {
  readonly to: Endpoint;
  /** How much faster than it was: 1 as recorded, Infinity without a pause. */
  readonly speed: number;
  /** Segments a second instead; undefined for the recorded times. */
  readonly rate: number | undefined;
  /** Milliseconds that replies may still take after the last was sent. */
  readonly wait: number;
}

/** What came of it. */
export interface Replayed {
  connections: number;
  /** That could not be opened, or broke. */
  failed: number;
  /** Bytes that clients said, and that were sent. */
  sent: number;
  /** Bytes that servers said in the capture, and now. */
  recorded: number;
  received: number;
  /** Bytes of clients that are not in the capture: those of a connection behind a gap are not sent. */
  missing: number;
  seconds: number;
}

/** What is to be done, and when it was. */
interface Step {
  readonly time: Instant | undefined;
  readonly connection: Connection;
  readonly what: 'open' | 'end' | Uint8Array;
}

/** Collects what clients did; bytes behind a gap would be read as something else, and are left out. */
class Script implements CaptureHandler {
  readonly steps: Step[] = [];
  readonly done: Replayed;
  private readonly broken = new Set<Connection>();

  constructor(done: Replayed) {
    this.done = done;
  }

  opened(connection: Connection): void {
    this.steps.push({ time: connection.began, connection, what: 'open' });
  }

  data(from: Side, bytes: Uint8Array): void {
    const { connection } = from;
    if (from !== connection.client) this.done.recorded += bytes.length;
    else if (this.broken.has(connection)) this.done.missing += bytes.length;
    else this.steps.push({ time: connection.last, connection, what: bytes.slice() });
  }

  gap(from: Side, length: number): void {
    if (from !== from.connection.client) return;
    this.broken.add(from.connection);
    this.done.missing += length;
  }

  closed(connection: Connection): void {
    this.broken.delete(connection);
    this.steps.push({ time: connection.last, connection, what: 'end' });
  }
}

/** @throws CaptureError where the file is at fault; what was read before is replayed first. */
export async function replay(
  chunks: AsyncIterable<Uint8Array>,
  settings: ReplaySettings,
  signal: AbortSignal,
): Promise<Replayed> {
  const done: Replayed = {
    connections: 0,
    failed: 0,
    sent: 0,
    recorded: 0,
    received: 0,
    missing: 0,
    seconds: 0,
  };
  const script = new Script(done);
  const analyzer = new CaptureAnalyzer(script);
  const player = new Player(settings, done, signal);
  const start = performance.now();
  try {
    for await (const chunk of chunks) {
      analyzer.push(chunk);
      for (const step of script.steps.splice(0)) await player.play(step);
      if (signal.aborted) break;
    }
    analyzer.finish();
  } finally {
    for (const step of script.steps.splice(0)) await player.play(step);
    await player.finish();
    done.seconds = (performance.now() - start) / 1000;
  }
  return done;
}

class Player {
  private readonly settings: ReplaySettings;
  private readonly done: Replayed;
  private readonly signal: AbortSignal;
  private readonly sockets = new Map<Connection, Socket>();
  private readonly open = new Set<Socket>();
  private first: Instant | undefined;
  private readonly start = performance.now();
  private segments = 0;

  constructor(settings: ReplaySettings, done: Replayed, signal: AbortSignal) {
    this.settings = settings;
    this.done = done;
    this.signal = signal;
  }

  async play({ time, connection, what }: Step): Promise<void> {
    if (this.signal.aborted) return;
    await this.due(time, what instanceof Uint8Array);
    if (what === 'open') return this.connect(connection);
    const socket = this.sockets.get(connection);
    if (socket === undefined) return;
    if (what === 'end') {
      this.sockets.delete(connection);
      socket.end();
    } else if (!socket.destroyed) {
      this.done.sent += what.length;
      if (!socket.write(what))
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {});
    }
  }

  /** Waits until it is time. */
  private async due(time: Instant | undefined, segment: boolean): Promise<void> {
    const { speed, rate } = this.settings;
    this.first ??= time;
    const recorded = time === undefined || this.first === undefined ? 0 : elapsed(this.first, time) / speed;
    const at = rate === undefined ? recorded : (segment ? this.segments++ : this.segments) / rate;
    const millis = at * 1000 - (performance.now() - this.start);
    if (millis > 0) await sleep(millis, undefined, { signal: this.signal }).catch(() => {});
  }

  private connect(connection: Connection): void {
    const { host, port } = this.settings.to;
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    this.done.connections++;
    this.sockets.set(connection, socket);
    this.open.add(socket);
    socket.on('data', (bytes) => (this.done.received += bytes.length));
    socket.once('end', () => socket.end());
    socket.once('error', () => this.done.failed++);
    socket.once('close', () => this.open.delete(socket));
  }

  /** Waits for what servers still say, and for as long as it was said to. */
  async finish(): Promise<void> {
    for (const socket of this.sockets.values()) socket.end();
    const limit = performance.now() + this.settings.wait;
    while (this.open.size > 0 && performance.now() < limit && !this.signal.aborted) await sleep(20);
    for (const socket of this.open) socket.destroy();
  }
}
