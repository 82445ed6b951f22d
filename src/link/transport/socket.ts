/** A socket of Node's, plain or with TLS, as a transport. */
import type { Socket } from 'node:net';
import type { Transport, TransportHandler } from './transport.ts';

const TRANSPORT = Symbol('transport');

/** A socket knows its transport, so that all sockets share their listeners: a function for each of five events takes 350 bytes. */
type Carrying = Socket & { [TRANSPORT]: SocketTransport };

export class SocketTransport implements Transport {
  private readonly socket: Socket;
  private readonly handler: TransportHandler;
  private error: Error | undefined;
  private told = false;

  /** @param socket connects, or stands already; it is the transport's from now on. */
  constructor(socket: Socket, handler: TransportHandler) {
    this.socket = socket;
    this.handler = handler;
    (socket as Carrying)[TRANSPORT] = this;
    socket.setNoDelay(true);
    socket.on('data', SocketTransport.onData);
    socket.on('drain', SocketTransport.onDrain);
    socket.on('end', SocketTransport.onEnd);
    socket.on('error', SocketTransport.onError);
    socket.on('close', SocketTransport.onClose);
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

  private static onData(this: Socket, chunk: Uint8Array): void {
    (this as Carrying)[TRANSPORT].handler.data(chunk);
  }

  private static onDrain(this: Socket): void {
    (this as Carrying)[TRANSPORT].handler.writable();
  }

  private static onEnd(this: Socket): void {
    (this as Carrying)[TRANSPORT].tellEnd();
  }

  /** 'close' follows. */
  private static onError(this: Socket, error: Error): void {
    (this as Carrying)[TRANSPORT].error ??= error;
  }

  private static onClose(this: Socket): void {
    const transport = (this as Carrying)[TRANSPORT];
    transport.tellEnd();
    transport.handler.closed();
  }
}
