/**
 * The session of either side, as the application has it: what it says, what it is told by `poll`, and time, which is an argument.
 */
import { CloseCode } from '../frame/close-code.ts';
import { FrameKind } from '../frame/kinds.ts';
import type { Uint64 } from '../frame/types.ts';
import type { Encodable } from '../value/types.ts';
import { kindOf } from './counted.ts';
import type { SessionEvent } from './events.ts';
import type { Saved, SavedFrame } from './journal.ts';
import type { CommandOptions, Request } from './requests.ts';
import type { Closing } from './session-core.ts';
import { SessionLinks } from './session-links.ts';

const NEVER = Infinity;

/** What is under way in a session. */
export interface Work {
  /** Whether something was not written on the link of now, or on the last. */
  readonly waiting: boolean;
  /** Commands of this side that have no outcome. */
  readonly unanswered: number;
  /** Commands of the peer that have no REPLY. */
  readonly asked: number;
  /** Whether it closes, and only its CLOSE is left to say. */
  readonly closing: boolean;
  /** Whether nothing waits for an acknowledgement or a REPLY, on either side. */
  readonly idle: boolean;
}

export abstract class Session extends SessionLinks {
  private drainBy = NEVER;

  // What the application says.

  /**
   * Sends a command.
   * @returns the ticket by which its parts and its reply come, or its failure; undefined when there is no room: wait for
   *   `writable`.
   * @throws TypeError or RangeError for what no frame can say, or what the peer does not take; Error when it closes.
   */
  command(verb: string, args: readonly Encodable[], options: CommandOptions = {}): number | undefined {
    this.demandOpen();
    if (!this.commandRoom) {
      this.refusedCommand = true;
      return undefined;
    }
    const request = this.requests.make(verb, args, options);
    try {
      this.dispatch(request);
    } catch (error) {
      this.requests.tell(request);
      throw error;
    }
    return request.ticket;
  }

  /** Says that a command's answer is not wanted any more. Its outcome comes all the same. */
  cancel(ticket: number): void {
    for (const { ticket: other, id } of this.requests)
      if (other === ticket && id > 0) this.sender.send({ kind: 'CANCEL', id });
  }

  /**
   * Gives a command up, as if its deadline had passed: it fails, the peer is told that the answer is not wanted, and what comes of
   * it all the same is counted, and told nobody. Of no effect on one that has its outcome.
   */
  giveUp(ticket: number): void {
    const request = this.requests.of(ticket);
    if (request !== undefined) this.late(request);
  }

  /**
   * Sends what nobody answers, once there is a session: before, there is no room.
   * @param news a key: where there is no room, only the latest of this key is kept, until there is. [SESSION-9]
   * @returns the ticket by which its sender is told when it is not delivered; undefined when there is no room, or no
   *   session yet: wait for `writable`.
   * @throws as `command`.
   */
  push(verb: string, args: readonly Encodable[], news?: string): number | undefined {
    this.demandOpen();
    const body = { kind: 'PUSH', verb, args } as const;
    const { room } = this;
    this.refused ||= !room;
    if (!room && news === undefined) return undefined;
    const ticket = this.requests.ticket();
    if (news === undefined) this.sender.send(body, ticket);
    else this.sender.sendNews(news, body, ticket, room);
    return ticket;
  }

  /**
   * Answers a command of the peer. There is always room for it; but a peer that takes no more REPLYs than the option
   * `replies` says, and asks on, ends the session. [SESSION-24]
   * Of no effect when the session is over in which it was asked; after `lost` its id is another's.
   * @throws RangeError when no such command is open; TypeError or RangeError for what no frame can say.
   */
  reply(id: Uint64, value: Encodable): void {
    if (!this.ended) this.respond(id, value);
  }

  /** Sends a part of a long reply. @returns false when there is no room: wait for `writable`. @throws as `reply`. */
  part(id: Uint64, value: Encodable): boolean {
    if (this.ended) return true;
    const open = this.answers.demand(id);
    this.refused ||= !this.room;
    if (!this.room) return false;
    this.sender.sendBulk({ kind: 'PART', id, value }, () => {
      open.parts--;
    });
    open.parts++;
    return true;
  }

  /**
   * Asks the peer with the next write whether it is there, for who keeps links alive by a policy of their own and has set
   * `pingInterval` to Infinity. The link is given up when no byte comes for `patience`. [SESSION-26]
   * @returns false where no link can say so: none is live, or it was an exchange whose request is complete.
   */
  ping(now: number): boolean {
    const { link } = this;
    if (link?.live !== true || link.sealed) return false;
    link.ask(now);
    return true;
  }

  /** With `manualTake`: what `poll` has answered up to this number is safe with the application. */
  take(number: number): void {
    if (this.ended || !(number <= this.events.polled)) return;
    this.events.settle(number);
    this.advance(number);
  }

  /** Of a channel: all that was delivered is safe with it, and its outbox was written to. */
  takeAll(): void {
    this.advance(this.intake.delivered);
  }

  /** Closes when all that is under way is answered and acknowledged, or `drainTimeout` has passed. [SESSION-21] */
  close(closing: Closing, now: number): void {
    if (this.state === 'closed' || this.leaving !== undefined) return;
    this.leaving = { code: CloseCode.NORMAL, text: '', after: 0, ...closing };
    this.drainBy = now + this.settings.drainTimeout;
    if (this.step('drain') === 'closed') this.finish('us', this.leaving, 0);
    else this.drained();
  }

  /** Closes at once; what has no outcome fails. */
  abort(closing: Closing = {}): void {
    if (this.state !== 'closed') this.end(closing);
  }

  /** What happened next, undefined when nothing did. Without `manualTake` it counts as taken. [SESSION-8] */
  poll(): SessionEvent | undefined {
    const { events } = this;
    const event = events.next();
    if (event !== undefined && events.taking && 'number' in event) this.advance(event.number);
    return event;
  }

  /** What is under way, for who opens and ends links that serve one exchange. [SESSION-16] */
  get work(): Work {
    const { sender, requests, answers } = this;
    return {
      waiting: sender.waiting || requests.pending > 0,
      unanswered: requests.size,
      asked: answers.size,
      closing: this.state !== 'closed' && this.quiet,
      idle: sender.empty && requests.size === 0 && answers.size === 0,
    };
  }

  /** Says with the next write what was taken, though it may wait: its link is about to end. */
  ackNow(): void {
    this.ack.come();
  }

  // Time.

  /** When `handleTimeout` wants to be called; Infinity for never. */
  nextTimeout(): number {
    if (this.state === 'closed') return NEVER;
    return Math.min(
      this.nextAck(),
      this.drainBy,
      this.requests.nextTimeout(),
      this.link?.nextTimeout() ?? NEVER,
    );
  }

  handleTimeout(now: number): void {
    if (this.state === 'closed') return;
    for (const request of this.requests.overdue(now)) this.late(request);
    if (now >= this.drainBy) return this.end({ ...this.leaving, code: CloseCode.TIMEOUT });
    if (now >= this.nextAck()) this.ack.come();
    this.link?.handleTimeout(now);
    this.makeRoom();
  }

  /** When an ACK is due that is not due yet. */
  protected nextAck(): number {
    return this.intake.owing && !this.held && this.link?.live === true ? this.ack.next : NEVER;
  }

  /** A deadline has passed. The frame may be on its way: what becomes of it is unknown. */
  protected late(request: Request): void {
    const outcome = request.number === 0 && !request.tried ? 'notDone' : 'unknown';
    this.requests.tell(request);
    if (request.id > 0) this.sender.send({ kind: 'CANCEL', id: request.id });
    this.tell({ type: 'failed', ticket: request.ticket, outcome, why: 'deadline' });
  }

  // A process before.

  /** Tells what became of things of which a process before was not told. */
  protected mourn(orphans: readonly SavedFrame[]): void {
    for (const { frame, ticket } of orphans) {
      const isCommand = kindOf(frame) === FrameKind.COMMAND;
      const outcome = 'unknown';
      this.tell(
        isCommand
          ? { type: 'failed', ticket, outcome, why: 'lost' }
          : { type: 'undelivered', ticket, outcome },
      );
    }
  }

  /** Stands where a process before stood. */
  protected recall(saved: Saved): void {
    const { taken, lastTicket, open, acked, frames, unanswered } = saved;
    this.state = 'broken';
    // what was written before the process ended is not known: all of it may have been
    this.sender.outbox.restore(acked, acked + frames.length, frames);
    this.intake.restore(taken);
    for (const id of open) this.answers.add(id);
    for (const { number, ...command } of unanswered) {
      const request = this.requests.made(command);
      request.number = number;
      this.requests.add(request);
    }
    this.requests.raise(lastTicket);
    this.durable(this.checkpoint());
  }

  // Commands.

  /** Numbers a command, or lets it wait for a session. */
  protected dispatch(request: Request): void {
    const { verb, args, ticket, repeatable } = request;
    if (!this.established) return this.wait(request);
    const id = this.requests.freeId;
    request.number = this.sender.send({ kind: 'COMMAND', id, verb, args }, ticket, repeatable);
    request.id = id;
    this.requests.add(request);
  }

  /** A command waits for a session. */
  protected wait(request: Request): void {
    const { ticket, verb, args, repeatable } = request;
    const frame = this.sender.encode({ kind: 'COMMAND', id: 1, verb, args });
    this.requests.wait(request);
    this.journal?.waits({ frame, ticket, repeatable });
  }

  protected demandOpen(): void {
    if (this.state === 'closed' || this.leaving !== undefined)
      throw new Error('the session is closing or closed');
  }
}
