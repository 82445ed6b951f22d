/** Brokers for the tests that hold the scripts against them, and connections whose bytes are kept. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Broker {
  readonly port: number;
  stop(): Promise<void>;
}

/** In CI nothing is skipped: there a missing broker is a failure. */
export function isMissing(command: string): boolean {
  try {
    accessSync(command, constants.X_OK);
    return false;
  } catch {
    if (process.env['CI']) return false;
    process.stderr.write(
      `skipped: ${command} is not there; install it with: apt-get install ${nameOf(command)}\n`,
    );
    return true;
  }
}

const nameOf = (command: string): string => command.slice(command.lastIndexOf('/') + 1);

export const MOSQUITTO = '/usr/sbin/mosquitto';
export const NATS = '/usr/sbin/nats-server';

/** Anonymous, on a loopback port, in memory. */
export async function startMosquitto(): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-mosquitto-'));
  const port = await freePort();
  const file = join(folder, 'conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const broker = await started(MOSQUITTO, ['-c', file], port);
  return {
    port,
    async stop() {
      await broker.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function startNats(): Promise<Broker> {
  const port = await freePort();
  return started(NATS, ['-a', '127.0.0.1', '-p', String(port)], port);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, '127.0.0.1'), 'listening');
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  return port;
}

async function started(command: string, args: readonly string[], port: number): Promise<Broker> {
  const broker = spawn(command, args, { stdio: 'ignore' });
  let failed = false;
  broker.once('exit', () => (failed = true));
  while (!(await listens(port))) {
    if (failed) throw new Error(`${nameOf(command)} did not start`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    port,
    async stop() {
      const ended = once(broker, 'exit');
      broker.kill('SIGKILL');
      await ended;
    },
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const found = await Promise.race([
    once(socket, 'connect').then(() => true),
    new Promise<boolean>((resolve) => socket.once('error', () => resolve(false))),
  ]).catch(() => false);
  socket.destroy();
  return found;
}

/** A client of a broker: what comes is kept until somebody takes it. */
export class Client {
  private readonly socket: Socket;
  private held: Buffer = Buffer.alloc(0);
  private wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.held = Buffer.concat([this.held, chunk]);
      this.wake();
    });
  }

  static async open({ port }: Broker): Promise<Client> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Client(socket);
  }

  say(bytes: Uint8Array | string): void {
    this.socket.write(bytes);
  }

  /** So many bytes, as soon as they are there. */
  async take(length: number): Promise<Buffer> {
    return this.takeWhen(() => (this.held.length >= length ? length : undefined));
  }

  /** All up to the end of this text. */
  async takeThrough(text: string): Promise<Buffer> {
    return this.takeWhen(() => {
      const at = this.held.indexOf(text);
      return at < 0 ? undefined : at + text.length;
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private async takeWhen(enough: () => number | undefined): Promise<Buffer> {
    for (;;) {
      const length = enough();
      if (length !== undefined) {
        const taken = this.held.subarray(0, length);
        this.held = this.held.subarray(length);
        return taken;
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
