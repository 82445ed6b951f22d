/** A socket of Node's, plain or with TLS, as a transport. */
import { Socket } from 'node:net';
import type { Transport, TransportHandler } from './transport.ts';

const TRANSPORT = Symbol('transport');

/** A socket knows its transport, so that all sockets share their listeners: a function for each of five events takes 350 bytes. */
type Carrying = Socket & { [TRANSPORT]: SocketTransport };

export class SocketTransport implements Transport {
  readonly socket: Socket;
  readonly handler: TransportHandler;
  private error: Error | undefined;
  private told = false;

  /** @param socket connects, or stands already; it is the transport's from now on. */
  constructor(socket: Socket, handler: TransportHandler) {
    this.socket = socket;
    this.handler = handler;
    (socket as Carrying)[TRANSPORT] = this;
    socket.setNoDelay(true);
    socket.on('data', onData);
    socket.on('drain', onDrain);
    socket.on('end', onEnd);
    socket.on('error', onError);
    socket.on('close', onClose);
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

  /** Nothing comes any more. */
  tellEnd(): void {
    if (this.told) return;
    this.told = true;
    this.handler.ended(this.error);
  }

  /** What was wrong; 'close' follows. */
  blame(error: Error): void {
    this.error ??= error;
  }
}

function onData(this: Socket, chunk: Uint8Array): void {
  (this as Carrying)[TRANSPORT].handler.data(chunk);
}

function onDrain(this: Socket): void {
  (this as Carrying)[TRANSPORT].handler.writable();
}

function onEnd(this: Socket): void {
  (this as Carrying)[TRANSPORT].tellEnd();
}

function onError(this: Socket, error: Error): void {
  (this as Carrying)[TRANSPORT].blame(error);
}

function onClose(this: Socket): void {
  const transport = (this as Carrying)[TRANSPORT];
  transport.tellEnd();
  transport.handler.closed();
}
