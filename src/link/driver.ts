/** What a session needs of the world, whichever side it is: its events are told, its bytes written, its times kept. */
import type { ClientSession, ServerSession, SessionEvent } from '../session/index.ts';
import { Alarm, now } from './alarm.ts';
import type { Carrier, Owner } from './carrier.ts';

/** Is told all that happens in a session; what it says to the session meanwhile is sent when it returns. */
export type SessionListener<S extends ClientSession | ServerSession> = (
  event: SessionEvent,
  driver: SessionDriver<S>,
) => void;

export class SessionDriver<S extends ClientSession | ServerSession> implements Owner {
  readonly session: S;
  private readonly listener: SessionListener<S>;
  private readonly alarm: Alarm = new Alarm(() => this.ring());
  /** The link of now, and older ones that have something to say yet. */
  private readonly carriers = new Set<Carrier>();
  private waking = false;

  constructor(session: S, listener: SessionListener<S>) {
    this.session = session;
    this.listener = listener;
  }

  /** Takes a link of this session. */
  carry(carrier: Carrier): void {
    carrier.owner = this;
    this.carriers.add(carrier);
  }

  /** Tells what has happened and writes what is due: call it after you said something to the session unasked. */
  wake(): void {
    if (this.waking) return; // what the listener says is written below
    this.waking = true;
    try {
      const { session } = this;
      for (let event = session.poll(); event !== undefined; event = session.poll())
        this.listener(event, this);
    } finally {
      this.waking = false;
    }
    this.flush();
    this.alarm.set(this.session.nextTimeout());
  }

  /** Ends its sockets without a word, and its timer. */
  destroy(): void {
    this.alarm.stop();
    for (const carrier of this.carriers) carrier.destroy();
    this.carriers.clear();
  }

  private ring(): void {
    this.session.handleTimeout(now());
    this.wake();
  }

  private flush(): void {
    for (const carrier of this.carriers) {
      carrier.flush();
      if (carrier.over) this.carriers.delete(carrier);
    }
  }
}
