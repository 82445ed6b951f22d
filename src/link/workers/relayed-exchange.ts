/** An exchange that another worker has with a client, for a session of this one: the request has ended when its bytes have. */
import type { Socket } from 'node:net';
import {
  TransportError,
  type Exchange,
  type Transport,
  type TransportHandler,
} from '../transport/transport.ts';

export class RelayedExchange implements Transport {
  readonly exchange: Exchange;
  private readonly socket: Socket;
  private complete = false;

  constructor(socket: Socket, handler: TransportHandler, exchange: Exchange) {
    this.socket = socket;
    this.exchange = exchange;
    socket.on('data', (bytes) => handler.data(bytes));
    socket.on('drain', () => handler.writable());
    socket.on('end', () => {
      this.complete = true;
      handler.writable();
    });
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      handler.ended(this.complete ? undefined : new TransportError('CUT', 'the exchange was broken off'));
      handler.closed();
    });
  }

  get full(): boolean {
    return !this.complete || this.socket.writableNeedDrain;
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
}
