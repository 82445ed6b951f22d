/** Commands and pushes as promises: each is kept or broken exactly once. */
import type { ClientSession, SessionEvent, Watch } from '../../session/index.ts';
import type { Encodable } from '../../value/index.ts';
import { Alarm } from '../alarm.ts';
import { after, cancel, now } from '../clock.ts';
import type { SessionDriver } from '../driver.ts';
import type { TaskClocks } from '../policy/index.ts';
import type { Signal } from '../transport/transport.ts';
import { Waits } from '../waits.ts';
import { failureOf, LinkError, replyErrorOf } from './errors.ts';

export interface CallOptions {
  /** Gives the command up: the server is told that the answer is not wanted, the promise rejects with the signal's reason, and nothing waits for it. */
  readonly signal?: Signal;
  /** Milliseconds within which the answer is wanted. Default: the client's own `within`. */
  readonly within?: number;
  /** False: it may take as long on a link as it does. */
  readonly timeouts?: false;
  /** Bytes that its answer may have: it may take as much longer. Default 65,536. */
  readonly replySize?: number;
  /** Is told each part of a long answer. */
  readonly onPart?: (value: Encodable) => void;
  /** The arguments hold a client message id: it is sent again in a new session where the server has lost the old one. */
  readonly repeatable?: boolean;
}

export interface PushOptions {
  /** Ends the wait for room. */
  readonly signal?: Signal;
  /** A key: where there is no room, only the latest of this key is kept, and the promise is kept at once. */
  readonly news?: string;
}

interface Call {
  readonly resolve: (value: Encodable) => void;
  readonly reject: (error: unknown) => void;
  readonly onPart: ((value: Encodable) => void) | undefined;
}

/** The times of commands, where they have any, and who is told that the link may be to blame. */
export interface CallTimes {
  readonly clocks: TaskClocks;
  readonly unheard: () => void;
}

export class Calls {
  /** For the sessions whose calls these are. */
  readonly watch: Watch = {
    written: (ticket, bytes) => this.times?.clocks.written(ticket, bytes),
    arriving: (ticket) => {
      const { times } = this;
      if (times !== undefined) this.alarm.set(times.clocks.arriving(ticket, now()));
    },
  };
  private readonly driver: () => SessionDriver<ClientSession>;
  private readonly times: CallTimes | undefined;
  private readonly alarm: Alarm = new Alarm(() => this.ring());
  private readonly calls = new Map<number, Call>();
  private readonly room: Waits = new Waits();
  private over = false;

  constructor(driver: () => SessionDriver<ClientSession>, times?: CallTimes) {
    this.driver = driver;
    this.times = times;
  }

  /** Commands without an outcome. */
  get size(): number {
    return this.calls.size;
  }

  async command(verb: string, args: readonly Encodable[], options: CallOptions): Promise<Encodable> {
    const { signal, within = Infinity, onPart, repeatable = false } = options;
    const deadline = now() + within;
    const take = (): number | undefined => {
      const ticket = this.session.command(verb, args, { deadline, repeatable });
      // before anything can be written
      if (ticket !== undefined && options.timeouts !== false)
        this.times?.clocks.add(ticket, options.replySize);
      return ticket;
    };
    const ticket = await this.taken(take, signal, deadline);
    return this.answer(ticket, signal, onPart);
  }

  /** Resolves when the session has it: it is delivered once, over any number of links. */
  async push(verb: string, args: readonly Encodable[], { signal, news }: PushOptions): Promise<void> {
    await this.taken(() => this.session.push(verb, args, news), signal, Infinity);
  }

  /** @returns whether it was an event of a call. */
  on(event: SessionEvent): void {
    switch (event.type) {
      case 'part':
        this.arrived(event.ticket);
        this.calls.get(event.ticket)?.onPart?.(event.value);
        break;
      case 'reply': {
        const error = replyErrorOf(event.value);
        const call = this.settle(event.ticket, true);
        if (error === undefined) call?.resolve(event.value);
        else call?.reject(error);
        break;
      }
      case 'failed':
        this.settle(event.ticket)?.reject(failureOf(event.why, event.outcome, event.error));
        break;
      case 'writable':
      case 'open':
      case 'closed':
        this.room.end();
        break;
      default:
    }
  }

  /** All that is due was written. */
  settled(): void {
    if (this.times !== undefined && !this.driver().congested) this.alarm.set(this.times.clocks.sent(now()));
  }

  /** A link stands, or does not. */
  linked(stands: boolean): void {
    const { times } = this;
    if (times === undefined) return;
    if (!stands) return times.clocks.pause(now());
    times.clocks.resume(now());
    this.alarm.set(times.clocks.nextTimeout());
  }

  /** There is no session any more, and was no outcome. */
  end(): void {
    this.over = true;
    this.alarm.stop();
    this.room.end();
    for (const [ticket] of this.calls) this.settle(ticket)?.reject(new LinkError('CLOSED', 'unknown'));
  }

  private get session(): ClientSession {
    return this.driver().session;
  }

  private arrived(ticket: number): void {
    const { times } = this;
    if (times !== undefined) this.alarm.set(times.clocks.arrived(ticket, now()));
  }

  private ring(): void {
    const { times } = this;
    if (times === undefined) return;
    const expired = times.clocks.expired(now());
    for (const { ticket, ran } of expired) {
      const call = this.settle(ticket);
      this.session.giveUp(ticket);
      call?.reject(LinkError.timeout(ran));
    }
    if (expired.some(({ unheard }) => unheard)) times.unheard();
    if (expired.length > 0) this.driver().wake();
    this.alarm.set(times.clocks.nextTimeout());
  }

  private settle(ticket: number, answered = false): Call | undefined {
    this.times?.clocks.settled(ticket, answered, now());
    const call = this.calls.get(ticket);
    this.calls.delete(ticket);
    return call;
  }

  /** Waits for room. */
  private async taken(
    take: () => number | undefined,
    signal: Signal | undefined,
    deadline: number,
  ): Promise<number> {
    const timer = deadline < Infinity ? after(deadline - now(), () => this.room.end()) : undefined;
    try {
      return await this.untilTaken(take, signal, deadline);
    } finally {
      cancel(timer);
    }
  }

  private async untilTaken(
    take: () => number | undefined,
    signal: Signal | undefined,
    deadline: number,
  ): Promise<number> {
    for (;;) {
      if (signal?.aborted === true) throw signal.reason;
      if (this.over) throw new LinkError('CLOSED', 'notDone');
      if (now() >= deadline) throw new LinkError('DEADLINE', 'notDone');
      const ticket = this.session.state === 'closed' ? undefined : take();
      if (ticket !== undefined) return ticket;
      await this.room.wait(signal);
    }
  }

  private answer(ticket: number, signal: Signal | undefined, onPart: Call['onPart']): Promise<Encodable> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        if (this.settle(ticket) === undefined) return;
        this.session.giveUp(ticket);
        this.driver().wake();
        reject(signal?.reason);
      };
      const done =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', abort);
          then(value);
        };
      this.calls.set(ticket, { resolve: done(resolve), reject: done(reject), onPart });
      signal?.addEventListener('abort', abort);
      this.driver().wake();
    });
  }
}
