/** The commands of this side that wait for their REPLY: each gets exactly one outcome. [SESSION-13], [SESSION-15] */
import { decodeFrames } from '../frame/parse.ts';
import type { Command, Uint64 } from '../frame/types.ts';
import type { Encodable } from '../value/types.ts';
import type { SavedCommand } from './journal.ts';
import { Queue } from '../wire/queue.ts';

export interface CommandOptions {
  /** When the answer is no longer wanted, as a time of the session's clock. */
  readonly deadline?: number;
  /**
   * The arguments hold a client message id, by which the server knows repeats: in a new session the command is sent again
   * if it was not answered.
   */
  readonly repeatable?: boolean;
}

/** A command on its way. */
export interface Request {
  readonly ticket: number;
  readonly verb: string;
  readonly args: readonly Encodable[];
  readonly deadline: number;
  readonly repeatable: boolean;
  /** Its request id and its frame's number; 0 as long as it has none. */
  id: number;
  number: number;
  /** It was sent in a session that was lost: it may have been done. */
  tried: boolean;
  /** Its outcome was told. */
  told: boolean;
  /** Its REPLY has come as this number. Its id is taken until that was taken, or it could come again for another. */
  by: number;
}

export class Requests {
  /** Those with an id, each at its own. */
  private open: (Request | undefined)[] = [];
  /** No id below it is free. */
  private lowest = 1;
  /** Those before a session is open. */
  private waiting: Request[] = [];
  /** The highest that was given: to commands, and to pushes. */
  private tickets = 0;
  /** No deadline is before it. */
  private earliest = Infinity;
  private untold = 0;
  /** Those whose REPLY has come and was not taken, in the order of that. */
  private readonly answered = new Queue<Request>();

  /** Commands without an outcome. */
  get size(): number {
    return this.untold;
  }

  /** Those of them that wait for a session. */
  get pending(): number {
    return this.waiting.length;
  }

  make(
    verb: string,
    args: readonly Encodable[],
    { deadline = Infinity, repeatable = false }: CommandOptions,
  ): Request {
    this.earliest = Math.min(this.earliest, deadline);
    this.untold++;
    const ticket = this.ticket();
    return { ticket, verb, args, deadline, repeatable, id: 0, number: 0, tried: false, told: false, by: 0 };
  }

  /** A command that a process before had made, with the id that it had. */
  made({ frame, ticket, repeatable, told }: SavedCommand): Request {
    const [{ id, verb, args }] = decodeFrames(frame, { lossless: true }) as [Command];
    if (!told) this.untold++;
    return {
      ticket,
      verb,
      args,
      deadline: Infinity,
      repeatable,
      id: Number(id),
      number: 0,
      tried: repeatable,
      told,
      by: 0,
    };
  }

  /** A ticket that was never given before. */
  ticket(): number {
    return ++this.tickets;
  }

  /** Tickets up to this one were given by a process before. */
  raise(lastTicket: number): void {
    this.tickets = Math.max(this.tickets, lastTicket);
  }

  /** The lowest id that is free: mostly a single byte. [SESSION-12] */
  get freeId(): number {
    while (this.open[this.lowest] !== undefined) this.lowest++;
    return this.lowest;
  }

  /** A command is on its way with its id. */
  add(request: Request): void {
    this.open[request.id] = request;
  }

  /** A command waits for a session. */
  wait(request: Request): void {
    this.waiting.push(request);
  }

  /** Those that wait, in their order; they do so no longer. */
  release(): Request[] {
    const { waiting } = this;
    this.waiting = [];
    return waiting;
  }

  /** The command that an id belongs to now, and that has no REPLY. */
  get(id: Uint64): Request | undefined {
    const request = typeof id === 'number' ? this.open[id] : undefined;
    return request?.by === 0 ? request : undefined;
  }

  /** The command of this ticket, if it has no outcome. */
  of(ticket: number): Request | undefined {
    const isIt = (request: Request | undefined): boolean => request?.ticket === ticket && !request.told;
    return this.open.find(isIt) ?? this.waiting.find(isIt);
  }

  /** A command's outcome is told, before its REPLY has come. */
  tell(request: Request): void {
    if (request.told) return;
    request.told = true;
    this.untold--;
    if (request.id === 0) this.waiting = this.waiting.filter((other) => other !== request);
  }

  /** A command goes on in another session: it has no outcome after all. */
  revive(request: Request): void {
    request.told = false;
    this.untold++;
  }

  /** A command's REPLY has come, as this number. */
  settle(request: Request, by: number): void {
    this.tell(request);
    request.by = by;
    this.answered.push(request);
  }

  /** REPLYs up to this number were taken: the ids are free. */
  free(taken: number): void {
    for (
      let first = this.answered.at(0);
      first !== undefined && first.by <= taken;
      first = this.answered.at(0)
    ) {
      this.answered.shift();
      this.open[first.id] = undefined;
      this.lowest = Math.min(this.lowest, first.id);
    }
  }

  /** Those without an outcome, in their order. */
  *[Symbol.iterator](): Generator<Request, void, void> {
    const sent = this.open.filter((request) => request?.told === false) as Request[];
    yield* sent.toSorted((a, b) => a.number - b.number);
    yield* this.waiting;
  }

  /** The ids of a session that is over are nobody's. */
  reset(): void {
    this.open = [];
    this.answered.clear();
    this.lowest = 1;
  }

  nextTimeout(): number {
    return this.earliest;
  }

  /** Those whose deadline has passed. */
  overdue(now: number): Request[] {
    if (now < this.earliest) return [];
    const late: Request[] = [];
    this.earliest = Infinity;
    for (const request of this) {
      if (request.deadline <= now) late.push(request);
      else this.earliest = Math.min(this.earliest, request.deadline);
    }
    return late;
  }
}
