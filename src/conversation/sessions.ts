/** Sessions of Petrel over all their connections: what was counted, what waits, and which token names which. */
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

  constructor(id: number) {
    this.id = id;
  }
}

/** Sessions that are remembered, and tokens of each: the newest, and the one before [SESSION-5]. */
const MOST = 4096;

export class Sessions {
  count = 0;
  /** The newest at the end. */
  private readonly byToken = new Map<string, Session>();

  create(): Session {
    return new Session(++this.count);
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
