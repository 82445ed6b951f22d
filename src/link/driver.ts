/** What a session needs of the world, whichever side it is: its events are told, its bytes written, its times kept. */
import type { ClientSession, ServerSession, SessionEvent } from '../session/index.ts';
import { Alarm } from './alarm.ts';
import type { Carrier, Owner } from './carrier.ts';
import { now } from './clock.ts';

/** Is told all that happens in a session; what it says to the session meanwhile is sent when it returns. */
export type SessionListener<S extends ClientSession | ServerSession> = (
  event: SessionEvent,
  driver: SessionDriver<S>,
) => void;

export class SessionDriver<S extends ClientSession | ServerSession> implements Owner {
  readonly session: S;
  private readonly listener: SessionListener<S>;
  private readonly settled: (() => void) | undefined;
  private readonly alarm: Alarm = new Alarm(() => this.ring());
  /** The link of now, and older ones that have something to say yet. */
  private carriers: readonly Carrier[] = [];
  private waking = false;
  private destroyed = false;

  /** @param settled is called when all has been told and written. */
  constructor(session: S, listener: SessionListener<S>, settled?: () => void) {
    this.session = session;
    this.listener = listener;
    this.settled = settled;
  }

  /** Takes a link of this session. */
  carry(carrier: Carrier): void {
    carrier.owner = this;
    // a literal is as long as it needs to be, 130 bytes less than what has grown
    this.carriers = this.carriers.length === 0 ? [carrier] : [...this.carriers, carrier];
  }

  /** Whether a transport of this session is not gone. */
  get carrying(): boolean {
    return this.carriers.length > 0;
  }

  /** Whether something that was written waits in a transport until that takes more. */
  get congested(): boolean {
    for (const carrier of this.carriers) if (carrier.congested) return true;
    return false;
  }

  /** Tells what has happened and writes what is due: call it after you said something to the session unasked. */
  wake(): void {
    if (this.waking) return; // what the listener says is written below
    this.waking = true;
    try {
      do this.tell();
      while (this.flush());
    } finally {
      this.waking = false;
    }
    let next = this.session.nextTimeout();
    for (const carrier of this.carriers) next = Math.min(next, carrier.nextTimeout());
    // what its transports tell when they are gone sets no timer: it would hold up the end of a process
    if (!this.destroyed) this.alarm.set(next);
    this.settled?.();
  }

  /** Ends its transports without a word, and its timer. */
  destroy(): void {
    this.destroyed = true;
    this.alarm.stop();
    for (const carrier of this.carriers) carrier.destroy();
    this.carriers = [];
  }

  private ring(): void {
    this.session.handleTimeout(now());
    this.wake();
  }

  private tell(): void {
    const { session } = this;
    for (let event = session.poll(); event !== undefined; event = session.poll()) this.listener(event, this);
  }

  /** @returns whether an exchange has ended with it: that has to be told. */
  private flush(): boolean {
    let concluded = false;
    for (const carrier of this.carriers) {
      carrier.flush();
      if (this.isAnswered(carrier)) {
        this.session.ackNow();
        carrier.conclude();
        concluded = true;
      }
      if (carrier.over) this.carriers = this.carriers.filter((other) => other !== carrier);
    }
    return concluded;
  }

  /**
   * Whether the answer of an exchange is complete: its time is over, or counted frames are on it and either nothing that
   * was asked waits for its REPLY, or no more has room before the next exchange acknowledges them. [TRANSPORT-6]
   */
  private isAnswered(carrier: Carrier): boolean {
    const { patience, link } = carrier;
    const { session } = this;
    if (patience === undefined || !link.live || session.held) return false;
    if (patience === 'none') return true;
    if (!session.outstanding) return false;
    const { asked, waiting } = session.work;
    return asked === 0 || waiting;
  }
}
