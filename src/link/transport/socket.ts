/** A socket of Node's, plain or with TLS, as a transport. */
import type { Socket } from 'node:net';
import type { Transport, TransportHandler } from './transport.ts';

export class SocketTransport implements Transport {
  private readonly socket: Socket;
  private readonly handler: TransportHandler;
  private error: Error | undefined;
  private told = false;

  /** @param socket connects, or stands already; it is the transport's from now on. */
  constructor(socket: Socket, handler: TransportHandler) {
    this.socket = socket;
    this.handler = handler;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => handler.data(chunk));
    socket.on('drain', () => handler.writable());
    socket.on('end', () => this.tellEnd());
    socket.on('error', (error) => (this.error ??= error)); // 'close' follows
    socket.on('close', () => {
      this.tellEnd();
      handler.closed();
    });
  }

  get full(): boolean {
    return this.socket.writableNeedDrain;
  }

  write(bytes: Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  end(): void {
    if (!this.socket.destroyed) this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Ends before it stands. */
  fail(error: Error): void {
    this.error ??= error;
    this.socket.destroy();
  }

  private tellEnd(): void {
    if (this.told) return;
    this.told = true;
    this.handler.ended(this.error);
  }
}
