/** Sessions of Petrel over all their connections: what was counted, what waits, and which token names which. */
import type { Connection } from '../capture/connection.ts';
import { Requests } from './requests.ts';

/** One direction of a session. */
export class Direction {
  /** Commands of this direction. */
  readonly requests: Requests = new Requests();
  /** The number of the counted frame that comes next on this link; undefined where no handshake told. */
  next: number | undefined;
  /** The highest number that was seen. */
  highest = 0;
  /** What this side has acknowledged of the other's. */
  acknowledged = 0;
}

export class Session {
  /** 1 for the first of the capture. */
  readonly id: number;
  readonly client: Direction = new Direction();
  readonly server: Direction = new Direction();
  /** Ids of its connections, in their order. */
  readonly connections: number[] = [];
  /** The newest of them. */
  connection: Connection | undefined;
  /** Whether a side has said that it ends, with this connection. */
  closing = false;

  constructor(id: number) {
    this.id = id;
  }
}

/** Sessions that may go on, and tokens of each: the newest, and the one before [SESSION-5]. */
const MOST = 4096;

export class Sessions {
  count = 0;
  private readonly ended: (session: Session) => void;
  /** The newest at the end. */
  private readonly byToken = new Map<string, Session>();
  private readonly live = new Set<Session>();

  /** @param ended is told of each session once: it does not go on, as far as the capture shows. */
  constructor(ended: (session: Session) => void) {
    this.ended = ended;
  }

  create(): Session {
    const session = new Session(++this.count);
    this.live.add(session);
    if (this.live.size > MOST) this.end(this.live.values().next().value!);
    return session;
  }

  end(session: Session): void {
    if (this.live.delete(session)) this.ended(session);
  }

  /** The capture is over. */
  finish(): void {
    for (const session of this.live) this.end(session);
  }

  /** A session is named by this token from now on. */
  name(token: Uint8Array, session: Session): void {
    this.byToken.set(keyOf(token), session);
    if (this.byToken.size > MOST) this.byToken.delete(this.byToken.keys().next().value!);
  }

  find(token: Uint8Array): Session | undefined {
    return this.byToken.get(keyOf(token));
  }
}

/** A token has at most 255 bytes. */
function keyOf(token: Uint8Array): string {
  return String.fromCharCode(...token);
}
