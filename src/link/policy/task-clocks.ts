/** The times of all requests of a client that are on their way: whose has run out, and whether the link is to blame. */
import type { NetworkClass } from './network.ts';
import {
  TaskClock,
  timeoutFigures,
  taskTimeouts,
  type TaskTimeout,
  type TimeoutFigures,
  type TimeoutOptions,
} from './timeouts.ts';

/** A request whose time has run out. */
export interface ExpiredTask {
  readonly ticket: number;
  readonly ran: TaskTimeout;
  /** Whether nothing of any answer has come since it was written: then it may be the link, or who stands behind it. */
  readonly unheard: boolean;
}

interface Running {
  /** Bytes that its answer may have. */
  readonly reply: number | undefined;
  /** Bytes that were written; 0 before. */
  length: number;
  /** Undefined until it is sent. */
  clock: TaskClock | undefined;
}

/**
 * Requests have tickets. A clock goes on while there is a link, and stands still while there is none: nothing can come then.
 * `now` is in milliseconds.
 */
export class TaskClocks {
  private readonly figures: TimeoutFigures;
  private network: NetworkClass;
  private readonly running = new Map<number, Running>();
  /** Those that were written, and wait in their transport. */
  private unsent: number[] = [];
  private started = 0;
  /** First bytes in a row that came quickly. */
  private quick = 0;
  private movedAt = -Infinity;
  private heardAt = -Infinity;
  /** Since when there is no link, and the time without one before. */
  private pausedAt: number | undefined;
  private pauses = 0;

  /** @throws RangeError as `timeoutFigures`. */
  constructor(network: NetworkClass, options?: TimeoutOptions) {
    this.network = network;
    this.figures = timeoutFigures(options);
  }

  /** The device is on another network: what was quick on the one before says nothing. */
  networkChanged(network: NetworkClass): void {
    this.network = network;
    this.quick = 0;
  }

  /** A request waits to be written. @param reply bytes that its answer may have. */
  add(ticket: number, reply?: number): void {
    this.running.set(ticket, { reply, length: 0, clock: undefined });
  }

  /** It is written, all of it; maybe once more. Of no effect for a ticket that was not added. */
  written(ticket: number, bytes: number): void {
    const task = this.running.get(ticket);
    if (task === undefined) return;
    task.length = bytes;
    this.unsent.push(ticket);
  }

  /** What was written has left: its clocks begin. @returns when the first of them may run out. */
  sent(now: number): number {
    const { unsent } = this;
    if (unsent.length === 0) return Infinity;
    let next = Infinity;
    for (const ticket of unsent) {
      const task = this.running.get(ticket);
      if (task !== undefined) next = Math.min(next, this.start(task, this.local(now)).nextTimeout());
    }
    this.unsent = [];
    return next + this.pauses;
  }

  /** A part of the answer to this one has come. @returns when it may run out. */
  arrived(ticket: number, now: number): number {
    this.heardAt = this.local(now);
    return this.received(ticket, this.heardAt) + this.pauses;
  }

  /**
   * Bytes have come of a frame that is not whole yet: of the answer to this one, or undefined. All answers may wait behind it: nobody's
   * time runs out until it has stood still for as long as an answer may.
   * @returns when it may run out.
   */
  arriving(ticket: number | undefined, now: number): number {
    this.movedAt = this.heardAt = this.local(now);
    return ticket === undefined ? Infinity : this.received(ticket, this.movedAt) + this.pauses;
  }

  /** It has its outcome. @param answered whether that is its answer. */
  settled(ticket: number, answered: boolean, now: number): void {
    const task = this.running.get(ticket);
    if (task === undefined) return;
    if (answered) {
      this.heardAt = this.local(now);
      if (task.clock !== undefined) this.heard(task.clock, this.heardAt);
    }
    this.forget(ticket, task);
  }

  /** There is no link any more. */
  pause(now: number): void {
    this.pausedAt ??= now;
  }

  /** There is one again. */
  resume(now: number): void {
    if (this.pausedAt === undefined) return;
    this.pauses += now - this.pausedAt;
    this.pausedAt = undefined;
  }

  /** When the first one may run out; Infinity for never, or not without a link. */
  nextTimeout(): number {
    if (this.pausedAt !== undefined) return Infinity;
    let next = Infinity;
    for (const { clock } of this.running.values())
      if (clock !== undefined) next = Math.min(next, clock.nextTimeout(this.movedAt));
    return next + this.pauses;
  }

  /** Those that have run out; they are forgotten with it. */
  expired(now: number): ExpiredTask[] {
    const at = this.local(now);
    const expired: ExpiredTask[] = [];
    if (this.pausedAt !== undefined) return expired;
    for (const [ticket, task] of this.running) {
      const ran = task.clock?.expired(at, this.movedAt);
      if (ran === undefined) continue;
      const unheard = ran === 'first' && this.heardAt < task.clock!.writtenAt;
      expired.push({ ticket, ran, unheard });
      this.quick = 0;
      this.forget(ticket, task);
    }
    return expired;
  }

  /** The time of those clocks that stand still while there is no link. */
  private local(now: number): number {
    return (this.pausedAt ?? now) - this.pauses;
  }

  private start(task: Running, at: number): TaskClock {
    const { clock, length, reply } = task;
    if (clock !== undefined) {
      clock.written(at);
      return clock;
    }
    const { network, figures } = this;
    const excellent = this.quick >= figures.excellentAfter;
    const asked = { network, length, inFlight: this.started++, excellent };
    const times = taskTimeouts(reply === undefined ? asked : { ...asked, reply }, figures);
    return (task.clock = new TaskClock(times, at));
  }

  private received(ticket: number, at: number): number {
    const clock = this.running.get(ticket)?.clock;
    if (clock === undefined) return Infinity;
    this.heard(clock, at);
    clock.received(at);
    return clock.nextTimeout();
  }

  private heard({ answered, writtenAt }: TaskClock, at: number): void {
    if (!answered) this.quick = at - writtenAt <= this.figures.excellentWithin ? this.quick + 1 : 0;
  }

  private forget(ticket: number, task: Running): void {
    if (task.clock !== undefined) this.started--;
    this.running.delete(ticket);
  }
}
