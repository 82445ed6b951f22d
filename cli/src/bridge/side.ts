/** What carries one side of a connection: what it tells goes to who has it now. */
import type { Socket } from 'node:net';
import type { Transport, TransportHandler } from 'petrel/link';

export type SideName = 'resp' | 'link';

export interface SideOwner {
  data(side: Side, chunk: Uint8Array): void;
  /** The other end sends nothing more; with a reason, it is gone. */
  ended(side: Side, reason?: string): void;
  /** It takes more. */
  drained(side: Side): void;
  closed(side: Side): void;
}

/** So long what was ended may take to see the other end. */
const LINGER = 2000;

/** A reason in one word, where there is one. */
export function reasonOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}

export abstract class Side {
  abstract readonly name: SideName;
  owner: SideOwner;
  protected isEnded = false;
  private over = false;

  constructor(owner: SideOwner) {
    this.owner = owner;
  }

  abstract get gone(): boolean;
  /** @returns false when it wants no more for now. */
  abstract write(bytes: Uint8Array): boolean;
  /** Ends when what was written has gone out. */
  abstract end(): void;
  abstract destroy(): void;

  protected stop(reason?: string): void {
    if (this.over) return;
    this.over = true;
    this.owner.ended(this, reason);
  }

  protected close(): void {
    this.stop('the connection is closed');
    this.owner.closed(this);
  }
}

/** The socket of a client of Redis, or to a server. */
export class RespSide extends Side {
  readonly name = 'resp';
  private readonly socket: Socket;

  /** @param socket connects, or stands already. */
  constructor(socket: Socket, owner: SideOwner) {
    super(owner);
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.owner.data(this, chunk));
    socket.on('end', () => this.stop());
    socket.on('error', (error) => this.stop(reasonOf(error)));
    socket.on('drain', () => this.owner.drained(this));
    socket.on('close', () => this.close());
  }

  get gone(): boolean {
    return this.socket.closed || this.socket.destroyed;
  }

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
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** A transport that carries a link: TCP, TLS or WebSocket, whichever stands. */
export class LinkSide extends Side implements TransportHandler {
  readonly name = 'link';
  gone = false;
  private readonly transport: Transport;

  /** @param open hands out a transport that stands, and tells the handler of it. */
  constructor(open: (handler: TransportHandler) => Transport, owner: SideOwner) {
    super(owner);
    this.transport = open(this);
  }

  write(bytes: Uint8Array): boolean {
    if (this.isEnded || this.gone) return true;
    if (bytes.length > 0) this.transport.write(bytes);
    return !this.transport.full;
  }

  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.transport.end();
    setTimeout(() => this.destroy(), LINGER).unref();
  }

  destroy(): void {
    this.transport.destroy();
  }

  // What the transport tells. It stands already.

  opened(): void {}

  data(bytes: Uint8Array): void {
    this.owner.data(this, bytes);
  }

  writable(): void {
    this.owner.drained(this);
  }

  ended(error?: Error): void {
    this.stop(error === undefined ? undefined : reasonOf(error));
  }

  closed(): void {
    this.gone = true;
    this.close();
  }
}
