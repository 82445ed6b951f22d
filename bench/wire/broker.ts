/** Brokers for the tests that hold the scripts against them, and connections whose bytes are kept. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { MOSQUITTO, NATS, startServer, type Started } from '../../spec/servers.ts';

/** Anonymous, on a loopback port, in memory. */
export async function startMosquitto(): Promise<Started> {
  return startServer(MOSQUITTO, (port, folder) => {
    const file = join(folder, 'conf');
    writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
    return ['-c', file];
  });
}

export async function startNats(): Promise<Started> {
  return startServer(NATS, (port) => ['-a', '127.0.0.1', '-p', String(port)]);
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

  static async open({ port }: Started): Promise<Client> {
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
