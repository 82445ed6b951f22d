/** The commands of this side that wait for their REPLY: each gets exactly one outcome. [SESSION-13], [SESSION-15] */
import { decodeFrames } from '../frame/parse.ts';
import type { Command, Uint64 } from '../frame/types.ts';
import type { Encodable } from '../value/types.ts';
import type { SavedFrame } from './journal.ts';
import { Rising } from './rising.ts';

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
}

export class Requests {
  /** Those with an id, by it: ids rise, in one session, and are not used again. */
  private readonly sent = new Rising<Request>();
  /** Those before a session is open. */
  private waiting: Request[] = [];
  /** The highest that was given: to commands, and to pushes. */
  private tickets = 0;
  /** No deadline is before it. */
  private earliest = Infinity;

  /** Commands without an outcome. */
  get size(): number {
    return this.sent.size + this.waiting.length;
  }

  /** The highest id that was used. */
  get lastId(): Uint64 {
    return this.sent.last;
  }

  make(verb: string, args: readonly Encodable[], { deadline = Infinity, repeatable = false }: CommandOptions): Request {
    this.earliest = Math.min(this.earliest, deadline);
    return { ticket: this.ticket(), verb, args, deadline, repeatable, id: 0, number: 0, tried: false };
  }

  /** A ticket that was never given before. */
  ticket(): number {
    return ++this.tickets;
  }

  /** A command that a process before had made. */
  made({ frame, ticket, repeatable }: SavedFrame): Request {
    const [{ id, verb, args }] = decodeFrames(frame, { lossless: true }) as [Command];
    return { ticket, verb, args, deadline: Infinity, repeatable, id: Number(id), number: 0, tried: repeatable };
  }

  /** The id that the next command takes. */
  get nextId(): number {
    return Number(this.sent.last) + 1;
  }

  /** A command was numbered and is on its way. */
  add(request: Request): void {
    this.sent.add(request.id, request);
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

  /** A command by its id, undefined when it is no longer open. */
  get(id: Uint64): Request | undefined {
    return this.sent.get(id);
  }

  /** Whether an id was ever used. [SESSION-13] */
  used(id: Uint64): boolean {
    return id <= this.sent.last;
  }

  /** A command has its outcome. */
  settle(request: Request): void {
    if (request.id > 0) this.sent.delete(request.id);
    else this.waiting = this.waiting.filter((other) => other !== request);
  }

  /** Those without an outcome, in their order. */
  *[Symbol.iterator](): Generator<Request, void, void> {
    for (const [, request] of this.sent) yield request;
    yield* this.waiting;
  }

  /** Ids and tickets up to these were used: by a process before. */
  raise(lastId: Uint64, lastTicket: number): void {
    if (lastId > this.sent.last) this.sent.last = lastId;
    this.tickets = Math.max(this.tickets, lastTicket);
  }

  /** Begins anew, with the ids of another session. */
  reset(): void {
    this.sent.clear();
    this.sent.last = 0;
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
