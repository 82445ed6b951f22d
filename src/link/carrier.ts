/** A socket with the link that it carries: bytes both ways, as far as the socket takes them, and its end. */
import type { Socket } from 'node:net';
import type { Link } from '../session/index.ts';
import { now } from './alarm.ts';

/** So long a socket may take to write its last bytes and to see the other end, in milliseconds. */
const LINGER = 2000;

/** Who is told that something has come on a link, or that its socket takes more. */
export interface Owner {
  wake(): void;
}

export class Carrier {
  readonly link: Link;
  owner: Owner;
  private readonly socket: Socket;
  /** Whether all that the link had is written. */
  private ended = false;

  /** @param socket is connected; it is the carrier's from now on. */
  constructor(socket: Socket, link: Link, owner: Owner) {
    this.socket = socket;
    this.link = link;
    this.owner = owner;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('end', () => this.lost());
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => this.lost());
    socket.on('drain', () => this.owner.wake());
  }

  /** Whether the socket is gone: its owner can forget it. */
  get over(): boolean {
    return this.socket.destroyed;
  }

  /** Writes what the link has, unless the socket is full, and ends the socket of one that is over. */
  flush(): void {
    const { socket, link } = this;
    if (this.ended || (socket.writableNeedDrain && !link.over)) return;
    const bytes = link.output(now());
    if (bytes !== undefined && socket.writable) socket.write(bytes);
    if (link.over) this.end();
  }

  /** Ends at once and without a word. */
  destroy(): void {
    this.ended = true;
    this.socket.destroy();
  }

  private take(chunk: Uint8Array): void {
    if (this.ended) return;
    this.link.receive(chunk, now());
    this.owner.wake();
  }

  /** A link that has ended in one direction is of no use in the other. */
  private lost(): void {
    if (!this.ended) this.link.lost(now());
    this.owner.wake();
  }

  /** The last bytes go to a peer that may read yet: closed at once, a socket that has unread input would take them back. */
  private end(): void {
    const { socket } = this;
    this.ended = true;
    if (socket.destroyed) return;
    socket.end();
    const linger = setTimeout(() => socket.destroy(), LINGER);
    socket.once('close', () => clearTimeout(linger));
  }
}
