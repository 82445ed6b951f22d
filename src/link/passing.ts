/** Several processes with the same clients: a transport whose session another one holds goes on to that. */
import { CloseCode } from '../frame/close-code.ts';
import { Carrier } from './carrier.ts';
import type { SessionServer } from './server.ts';
import type { Transport, TransportHandler } from './transport/transport.ts';

/** The processes beside a server's, and how they are reached. */
export interface Siblings {
  /** A token of these unguessable bytes, and of who holds its session. */
  mark(secret: Uint8Array): Uint8Array;
  /** Whether a token that is not known here says that another process holds its session. */
  isTheirs(token: Uint8Array): boolean;
  /**
   * Passes a transport to who holds the session of a token.
   * @param said what has come on it.
   * @returns who is told from now on what happens to it.
   */
  pass(
    token: Uint8Array,
    transport: Transport,
    said: readonly Uint8Array[],
    owner: PassOwner,
  ): TransportHandler;
  /** Takes for this server, until it stops, what others pass. */
  takeFor(server: SessionServer): Promise<void>;
  /** The server listens at these addresses. */
  listening(addresses: readonly string[]): void;
}

/** Is told what becomes of a transport that is passed. */
export interface PassOwner {
  /** Nobody has taken it. @param gone whether who held the session is no more, and the session with it. */
  unreached(gone: boolean): void;
  /** Who has taken it has said all. */
  done(): void;
}

/** What is asked of a client whose process does not answer. */
const LATER = 1000;

export class PassingCarrier extends Carrier implements PassOwner {
  /** What has come before it was known whose it is. */
  private said: Uint8Array[] | undefined = [];
  private heir: TransportHandler | undefined;

  /** Another process holds the session of this token: all that comes and came is for that. */
  pass(siblings: Siblings, token: Uint8Array): void {
    this.heir = siblings.pass(token, this.transport!, this.said ?? [], this);
    this.said = undefined;
  }

  /** What went with its process is lost, and said to be; one that is only busy is asked again. [SESSION-22] */
  unreached(gone: boolean): void {
    this.heir = undefined;
    const { SESSION_LOST, OVERLOADED } = CloseCode;
    const why = gone
      ? ({ scope: 'session', code: SESSION_LOST, after: 0 } as const)
      : ({ scope: 'link', code: OVERLOADED, after: LATER } as const);
    this.link.write({ kind: 'CLOSE', received: 0, text: '', ...why });
    this.flush();
  }

  done(): void {
    this.finish();
  }

  override data(bytes: Uint8Array): void {
    if (this.heir !== undefined) return this.heir.data(bytes);
    this.said?.push(bytes);
    super.data(bytes);
    if (this.link.live || this.link.over) this.said = undefined;
  }

  override writable(): void {
    if (this.heir === undefined) super.writable();
    else this.heir.writable();
  }

  override ended(error?: Error): void {
    if (this.heir === undefined) super.ended();
    else this.heir.ended(error);
  }

  override closed(): void {
    this.heir?.closed();
    super.closed();
  }
}
