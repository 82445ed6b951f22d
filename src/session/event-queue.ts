/** What the application is told, in order; and what it knows of it, since it asks for one event after the other. */
import { Queue } from '../wire/queue.ts';
import type { SessionEvent } from './events.ts';
import type { Journal } from './journal.ts';
import type { Settings } from './options.ts';
import type { Window } from './outbox.ts';

const NO_EXTENSIONS: Window = { frames: 0, bytes: 0 };

export class EventQueue {
  /** The number of the last counted frame that became an event. */
  last = 0;
  /** The number of the last that `next` has answered: nothing behind it can be taken. */
  polled = 0;
  /** Events at the front of a session that is over: what the application does because of them concerns nobody. */
  stale = 0;
  /** Whether the event that `next` has answered counts as taken with that. */
  taking = false;
  private readonly events = new Queue<SessionEvent>();
  /** Polled and not taken, where the application says itself what it takes: outcomes. */
  private readonly untold = new Queue<{ readonly number: number; readonly ticket: number }>();
  /** EXTENSIONs that were not polled. */
  private extensions = NO_EXTENSIONS;
  private readonly journal: Journal | undefined;
  private readonly manual: boolean;
  private readonly window: Window;

  constructor({ given, window }: Settings, journal: Journal | undefined) {
    this.journal = journal;
    this.manual = given.manualTake === true;
    this.window = window;
  }

  tell(event: SessionEvent): void {
    if ('number' in event) this.last = event.number;
    this.events.push(event);
    if (isEnd(event)) this.stale = this.events.length;
  }

  /** Tells of an EXTENSION, or drops it: those that wait are bounded like a window. [SESSION-18] */
  tellExtension(event: Extract<SessionEvent, { type: 'extension' }>): void {
    const { frames, bytes } = this.extensions;
    const sum = bytes + event.bytes.length;
    if (frames === this.window.frames || (frames > 0 && sum > this.window.bytes)) return;
    this.extensions = { frames: frames + 1, bytes: sum };
    this.tell(event);
  }

  /** The next event, undefined when there is none. */
  next(): SessionEvent | undefined {
    const event = this.events.shift();
    if (event === undefined) return undefined;
    const numbered = 'number' in event && this.stale === 0;
    if (this.stale > 0) this.stale--;
    if (numbered) this.polled = event.number;
    this.taking = numbered && !this.manual;
    if (event.type === 'extension') this.passed(event.bytes);
    // the application knows from now on: what it writes down with this is as safe
    if (isOutcome(event)) {
      if (numbered && this.manual) this.untold.push({ number: this.polled, ticket: event.ticket });
      else this.journal?.settled(event.ticket);
    }
    if (isEnd(event)) this.settle(Infinity);
    return event;
  }

  /** Outcomes were told up to this number. */
  settle(number: number): void {
    const { untold } = this;
    for (let first = untold.at(0); first !== undefined && first.number <= number; first = untold.at(0)) {
      this.journal?.settled(first.ticket);
      untold.shift();
    }
  }

  /** Drops what the peer wants done, and the application has not asked for: of the session of now. */
  dropWork(): void {
    const { events, stale } = this;
    const told = [...events];
    events.clear();
    for (const [i, event] of told.entries()) if (i < stale || !isWork(event)) events.push(event);
  }

  /** Numbers begin anew, behind what is told of those before. */
  begin(): void {
    this.last = this.polled = 0;
  }

  /** What was not asked for, in order. */
  *[Symbol.iterator](): Generator<SessionEvent, void, void> {
    yield* this.events;
  }

  private passed(bytes: Uint8Array): void {
    const { extensions } = this;
    this.extensions = { frames: extensions.frames - 1, bytes: extensions.bytes - bytes.length };
  }
}

/** Whether an event is something that the peer wants done. */
function isWork({ type }: SessionEvent): boolean {
  return type === 'command' || type === 'cancel' || type === 'push';
}

/** Whether an event says that a session is over, and all that was before it. */
function isEnd({ type }: SessionEvent): boolean {
  return type === 'lost' || type === 'closed';
}

/** Whether an event is the one outcome of something that has a ticket. */
function isOutcome(
  event: SessionEvent,
): event is Extract<SessionEvent, { type: 'reply' | 'failed' | 'undelivered' }> {
  const { type } = event;
  return type === 'reply' || type === 'failed' || type === 'undelivered';
}
