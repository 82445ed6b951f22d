/** A socket of a connection: what it tells goes to who has it now. */
import type { Socket } from 'node:net';

export type SideName = 'resp' | 'link';

export interface SideOwner {
  data(side: Side, chunk: Buffer): void;
  /** The other end sends nothing more; with a reason, it is gone. */
  ended(side: Side, reason?: string): void;
  /** It takes more. */
  drained(side: Side): void;
  closed(side: Side): void;
}

/** So long a socket that was ended may take to see the other end. */
const LINGER = 2000;

export class Side {
  readonly name: SideName;
  readonly socket: Socket;
  owner: SideOwner;
  private isEnded = false;
  private over = false;

  constructor(name: SideName, socket: Socket, owner: SideOwner) {
    this.name = name;
    this.socket = socket;
    this.owner = owner;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.owner.data(this, chunk));
    socket.on('end', () => this.stop());
    socket.on('error', (error: NodeJS.ErrnoException) => this.stop(error.code ?? error.message));
    socket.on('drain', () => this.owner.drained(this));
    socket.on('close', () => {
      this.stop('the connection is closed');
      this.owner.closed(this);
    });
  }

  get gone(): boolean {
    return this.socket.closed || this.socket.destroyed;
  }

  /** @returns false when the socket wants no more for now. */
  write(bytes: Uint8Array): boolean {
    if (bytes.length === 0 || this.isEnded || this.socket.destroyed) return true;
    return this.socket.write(bytes);
  }

  pace(reads: boolean): void {
    if (this.socket.isPaused() === !reads) return;
    if (reads) this.socket.resume();
    else this.socket.pause();
  }

  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    // one that never stood has nobody to say it to
    if (this.socket.connecting) this.socket.destroy();
    else this.socket.end();
    if (this.name === 'link') setTimeout(() => this.socket.destroy(), LINGER).unref();
  }

  private stop(reason?: string): void {
    if (this.over) return;
    this.over = true;
    this.owner.ended(this, reason);
  }
}
