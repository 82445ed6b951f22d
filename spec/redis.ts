/** A Redis server of its own for the tests that talk to one, and connections that keep all that was said. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { RespReader, RespWriter } from '../src/resp/index.ts';
import { Tag, Tagged, type Value } from '../src/value/index.ts';
import { DEEPEST } from './resp.ts';
import { REDIS, startServer, type Started } from './servers.ts';

/** Starts a server on a loopback port, a free one where none is given. It keeps nothing on disk. */
export async function startRedis(given?: number): Promise<Started> {
  return startServer(REDIS, redisArguments, given);
}

const redisArguments = (port: number, folder: string): readonly string[] =>
  `--port ${port} --bind 127.0.0.1 --dir ${folder} --appendonly no --enable-debug-command yes`
    .split(' ')
    .concat('--save', '');

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

  static async open({ port }: Started): Promise<Conversation> {
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
