/** A Redis server of its own for the tests that talk to one, and connections that keep all that was said. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RespReader, RespWriter } from '../src/resp/index.ts';
import { Tag, Tagged, type Value } from '../src/value/index.ts';
import { DEEPEST } from './resp.ts';

const REDIS = '/usr/bin/redis-server';
const READY = /Ready to accept connections/;

export interface Redis {
  readonly port: number;
  stop(): Promise<void>;
}

/** In CI nothing is skipped: there a missing server is a failure. */
export function redisIsMissing(): boolean {
  try {
    accessSync(REDIS, constants.X_OK);
    return false;
  } catch {
    if (process.env['CI']) return false;
    process.stderr.write(`skipped: ${REDIS} is not there; install it with: apt-get install redis-server\n`);
    return true;
  }
}

/** Starts a server on a loopback port, a free one where none is given. It keeps nothing on disk. */
export async function startRedis(given?: number): Promise<Redis> {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-redis-'));
  const port = given ?? (await freePort());
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const server = spawn(REDIS, [...options, '--enable-debug-command', 'yes'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await ready(server);
  return {
    port,
    async stop() {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
} // prettier-ignore

async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, '127.0.0.1'), 'listening');
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  return port;
}

/** Until the server's log says so; what it said instead, when it ends before. */
async function ready(server: ChildProcess): Promise<void> {
  let log = '';
  for await (const chunk of server.stdout!.setEncoding('utf8')) {
    log += String(chunk);
    if (READY.test(log)) break;
  }
  if (!READY.test(log)) throw new Error(`redis-server did not start: ${log}`);
}

type Command = readonly (string | Uint8Array)[];

/** One connection. What goes each way is kept. */
export class Conversation {
  private readonly socket: Socket;
  private readonly reader = new RespReader({ limits: { maxDepth: DEEPEST } });
  private readonly received: Uint8Array[] = [];
  private readonly sent: Uint8Array[] = [];
  private readonly waiting: Value[] = [];
  private wake: () => void = () => undefined;
  private failure: unknown;
  private closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', (error) => (this.failure = error));
    socket.on('close', () => {
      this.closed = true;
      this.wake();
    });
  }

  static async open({ port }: Redis): Promise<Conversation> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Conversation(socket);
  }

  private take(chunk: Uint8Array): void {
    this.received.push(Uint8Array.from(chunk));
    try {
      this.waiting.push(...this.reader.replies(chunk));
    } catch (error) {
      this.failure = error;
      this.socket.destroy();
    }
    this.wake();
  }

  /** Sends a command and waits for its reply; pushes that come before it are passed over. */
  async ask(...command: Command): Promise<Value> {
    this.send(command);
    for (;;) {
      const value = await this.next();
      if (!(value instanceof Tagged && value.tag === Tag.PUSH)) return value;
    }
  }

  send(command: Command): void {
    const writer = new RespWriter();
    writer.command(command);
    this.write(writer.take());
  }

  /** Sends bytes as they are. */
  write(bytes: Uint8Array): void {
    this.sent.push(bytes);
    this.socket.write(bytes);
  }

  /** The next value, push or not. */
  async next(): Promise<Value> {
    for (;;) {
      if (this.waiting.length > 0) return this.waiting.shift()!;
      if (this.failure !== undefined) throw this.failure;
      if (this.closed) throw new Error('the server has closed the connection');
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** Ends the connection, or waits until the server has. */
  async close(by: 'us' | 'server' = 'us'): Promise<void> {
    if (by === 'us') this.socket.end();
    while (!this.closed) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.failure !== undefined) throw this.failure;
  }

  /** All bytes that the server sent, and all that were sent to it. */
  get transcript(): { readonly server: Uint8Array; readonly client: Uint8Array } {
    return { server: Buffer.concat(this.received), client: Buffer.concat(this.sent) };
  }
}
