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
  /** What has come before the other worker was there. */
  private said: Uint8Array[] | undefined;
  private over = false;

  /**
   * @param path of the socket at which the other worker listens.
   * @param move hands over the transport itself; answers whether it could.
   */
  constructor(
    path: string,
    transport: Transport,
    said: readonly Uint8Array[],
    owner: PassOwner,
    move: (said: readonly Uint8Array[]) => boolean,
  ) {
    this.transport = transport;
    this.said = [...said];
    // of an exchange, the answer comes when the request has ended
    const socket = connect({ path, allowHalfOpen: true });
    this.socket = socket;
    socket.once('connect', () => this.begin(move));
    socket.on('data', (bytes) => this.back(bytes));
    socket.on('end', () => this.finish(() => owner.done()));
    socket.on('error', (error) => {
      if (this.said === undefined) this.finish(() => transport.destroy());
      else this.finish(() => owner.unreached(isGone(error)));
    });
    socket.on('close', () => this.finish(() => transport.destroy()));
  }

  opened(): void {}

  data(bytes: Uint8Array): void {
    const { socket, said } = this;
    if (said !== undefined) return void said.push(bytes);
    if (!socket.writable) return;
    socket.write(bytes);
    if (socket.writableLength > MOST_WAITING) socket.destroy();
  }

  /** The transport takes more; of an exchange, its request may be complete. */
  writable(): void {
    if (this.said !== undefined) return;
    if (this.transport.exchange !== undefined && !this.transport.full) this.socket.end();
    this.socket.resume();
  }

  ended(): void {
    if (this.transport.exchange === undefined && this.said === undefined) this.socket.end();
    else this.socket.destroy();
  }

  closed(): void {
    this.over = true;
    this.socket.destroy();
  }

  /** The other worker is there: the transport itself goes to it, or its bytes do from now on. */
  private begin(move: (said: readonly Uint8Array[]) => boolean): void {
    const { socket, transport, said = [] } = this;
    this.said = undefined;
    if (move(said)) {
      this.over = true;
      return void socket.destroy();
    }
    socket.write(introduction(transport.exchange));
    for (const bytes of said) socket.write(bytes);
    this.writable();
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
