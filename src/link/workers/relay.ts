/** A transport of one worker whose session another worker has: its bytes go there and back through a local socket. */
import { connect, type Socket } from 'node:net';
import type { PassOwner } from '../passing.ts';
import type { Transport, TransportHandler } from '../transport/transport.ts';
import { introduction } from './introduction.ts';

/** Bytes that may wait for a worker: twice the usual window, and more. With more, it has stopped reading, and the transport ends. */
const MOST_WAITING = 2 ** 26;

/** This worker's end. */
export class Relay implements TransportHandler {
  private readonly transport: Transport;
  private readonly socket: Socket;
  private stands = false;
  private over = false;

  /** @param path of the socket at which the other worker listens. */
  constructor(path: string, transport: Transport, said: readonly Uint8Array[], owner: PassOwner) {
    this.transport = transport;
    // of an exchange, the answer comes when the request has ended
    const socket = connect({ path, allowHalfOpen: true });
    this.socket = socket;
    socket.write(introduction(transport.exchange));
    for (const bytes of said) socket.write(bytes);
    socket.once('connect', () => (this.stands = true));
    socket.on('data', (bytes) => this.back(bytes));
    socket.on('end', () => this.finish(() => owner.done()));
    socket.on('error', (error) => {
      if (this.stands) this.finish(() => transport.destroy());
      else this.finish(() => owner.unreached(isGone(error)));
    });
    socket.on('close', () => this.finish(() => transport.destroy()));
  }

  opened(): void {}

  data(bytes: Uint8Array): void {
    const { socket } = this;
    if (!socket.writable) return;
    socket.write(bytes);
    if (socket.writableLength > MOST_WAITING) socket.destroy();
  }

  /** The transport takes more; of an exchange, its request may be complete. */
  writable(): void {
    if (this.transport.exchange !== undefined && !this.transport.full) this.socket.end();
    this.socket.resume();
  }

  ended(): void {
    if (this.transport.exchange === undefined) this.socket.end();
    else this.socket.destroy();
  }

  closed(): void {
    this.over = true;
    this.socket.destroy();
  }

  private back(bytes: Uint8Array): void {
    this.transport.write(bytes);
    if (this.transport.full) this.socket.pause();
  }

  private finish(how: () => void): void {
    if (this.over) return;
    this.over = true;
    how();
  }
}

/** Whether nobody listens any more: of a worker that is there, the socket is. */
function isGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}
