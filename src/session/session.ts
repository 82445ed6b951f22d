/**
 * The session of either side: counters, requests and events. It knows no socket and no clock: bytes come and go by links,
 * time is an argument, and what happened is asked for by `poll`.
 */
import type { Frame } from '../frame/decoder.ts';
import { FrameKind } from '../frame/kinds.ts';
import type { Close, Extension, Pack, Resume, Uint64 } from '../frame/types.ts';
import * as Tag from '../value/tag.ts';
import { Tagged, type Encodable } from '../value/types.ts';
import { ProtocolError } from '../wire/errors.ts';
import { CloseCode } from '../frame/close-code.ts';
import { closeCodeOf } from './codes.ts';
import type { Cut, Failure, Outcome, SessionEvent } from './events.ts';
import { kindOf, requestId } from './counted.ts';
import { Intake } from './intake.ts';
import type { Checkpoint, Journal, Saved, SavedFrame, SavedState } from './journal.ts';
import type { Greeting, Link, LinkOwner } from './link.ts';
import type { Settings } from './options.ts';
import type { Window } from './outbox.ts';
import { Queue } from '../wire/queue.ts';
import { Requests, type CommandOptions, type Request } from './requests.ts';
import { Sender, type PeerLimits } from './sender.ts';
import { following, type SessionState, type SessionStep, type Transition } from './states.ts';

/** A command of the peer that is not answered yet. */
interface Open {
  /** Its PARTs that have no number yet. */
  parts: number;
}

/** How a session is closed. */
export interface Closing {
  /** One of `CloseCode`, or 128 and above. Default NORMAL. */
  readonly code?: number;
  /** For people; at most 1,024 bytes. */
  readonly text?: string;
  /** Milliseconds after which the peer should come back. Default 0. */
  readonly after?: number;
}

const NEVER = Infinity;
/** The time of what waits for nothing but a transport that takes it: it asks for no timeout any more. */
const DUE = -Infinity;

export abstract class Session implements LinkOwner {
  state: SessionState;
  protected readonly table: readonly Transition[];
  protected readonly settings: Settings;
  protected readonly journal: Journal | undefined;
  protected readonly requests: Requests = new Requests();
  protected sender: Sender;
  protected intake: Intake = new Intake();
  /** The one link of now. [SESSION-2] */
  protected link: Link | undefined;
  /** The number at which the link before met a fault of framing. [SESSION-10] */
  protected poisoned: Uint64 = 0;
  /** By their ids as texts: the peer chooses them, and could make numbers collide. */
  private answers = new Map<string, Open>();
  private readonly events = new Queue<SessionEvent>();
  /** The number of the last counted frame that became an event. */
  private lastEvent = 0;
  /** The number of the last that `poll` has answered: nothing behind it can be taken. */
  private polled = 0;
  /** Events at the front of a session that is over: what the application does because of them concerns nobody. */
  private stale = 0;
  /** Polled and not taken, where the application says itself what it takes: outcomes. */
  private readonly untold = new Queue<{ readonly number: number; readonly ticket: number }>();
  /** EXTENSIONs that were not polled. */
  private extensions: Window = { frames: 0, bytes: 0 };
  private ackAt = NEVER;
  private leaving: Required<Closing> | undefined;
  private drainBy = NEVER;
  /** What was refused for want of room: it is told when there is some. */
  private refused = false;
  private refusedCommand = false;
  private saves = 0;
  private era = 0;
  private savesDurable = 0;

  constructor(
    state: SessionState,
    table: readonly Transition[],
    settings: Settings,
    peer: PeerLimits,
    journal: Journal | undefined,
  ) {
    this.state = state;
    this.table = table;
    this.settings = settings;
    this.journal = journal;
    this.sender = new Sender(settings, peer, journal);
    this.renewed();
  }

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

  private respond(id: Uint64, value: Encodable): void {
    const body = { kind: 'REPLY', id, value } as const;
    if (this.demandAsked(id).parts > 0) this.sender.sendBulk(body);
    else this.sender.send(body);
    this.answers.delete(String(id));
    if (this.sender.overloaded) this.end({ code: CloseCode.OVERLOADED });
  }

  /** Sends a part of a long reply. @returns false when there is no room: wait for `writable`. @throws as `reply`. */
  part(id: Uint64, value: Encodable): boolean {
    if (this.ended) return true;
    const open = this.demandAsked(id);
    this.refused ||= !this.room;
    if (!this.room) return false;
    this.sender.sendBulk({ kind: 'PART', id, value }, () => {
      open.parts--;
    });
    open.parts++;
    return true;
  }

  /** With `manualTake`: what `poll` has answered up to this number is safe with the application. */
  take(number: number): void {
    if (this.ended || !(number <= this.polled)) return;
    this.settle(number);
    this.advance(number);
  }

  /** Outcomes were told up to this number. */
  private settle(number: number): void {
    const { untold } = this;
    for (let first = untold.at(0); first !== undefined && first.number <= number; first = untold.at(0)) {
      this.journal?.settled(first.ticket);
      untold.shift();
    }
  }

  /** Frames were taken up to this number. */
  private advance(number: number): void {
    const { intake } = this;
    const before = intake.taken;
    // what is ignored behind it needs nobody to take it
    intake.take(number >= this.lastEvent ? intake.delivered : number);
    if (intake.taken === before) return;
    this.journal?.taken(intake.taken);
    this.requests.free(intake.sayable);
    this.drained();
  }

  /** Where the session stands now. With a journal: make it safe, and then call `durable` with this. */
  checkpoint(): Checkpoint {
    return { number: this.sender.outbox.last, taken: this.intake.taken, saves: this.saves, era: this.era };
  }

  /** The journal has all that was before this checkpoint: what rests on it may be written. */
  durable({ number, taken, saves, era }: Checkpoint): void {
    if (era !== this.era) return;
    this.sender.outbox.durable = number;
    this.intake.durable = taken;
    this.requests.free(this.intake.sayable);
    this.savesDurable = saves;
  }

  /** Whether a link has to wait for the journal: for a token, an epoch. */
  get held(): boolean {
    return this.saves > this.savesDurable;
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
    const event = this.events.shift();
    if (event === undefined) return undefined;
    if (event.type === 'extension')
      this.extensions = {
        frames: this.extensions.frames - 1,
        bytes: this.extensions.bytes - event.bytes.length,
      };
    const numbered = 'number' in event && this.stale === 0;
    if (this.stale > 0) this.stale--;
    if (numbered) this.polled = event.number;
    const manual = numbered && this.settings.given.manualTake === true;
    // the application knows from now on: what it writes down with this is as safe
    if (isOutcome(event)) {
      if (manual) this.untold.push({ number: this.polled, ticket: event.ticket });
      else this.journal?.settled(event.ticket);
    }
    if (numbered && !manual) this.advance(event.number);
    if (isEnd(event)) this.settle(Infinity);
    return event;
  }

  /** Whether what the application knows of is over. */
  private get ended(): boolean {
    return this.state === 'closed' || this.stale > 0;
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
    if (now >= this.nextAck()) this.ackAt = DUE;
    this.link?.handleTimeout(now);
    this.makeRoom();
  }

  /** When an ACK is due that is not due yet. */
  private nextAck(): number {
    return this.ackAt > DUE && this.intake.owing && !this.held && this.link?.live === true
      ? this.ackAt
      : NEVER;
  }

  // What links say.

  abstract greeted(link: Link, greeting: Greeting, now: number): void;

  /** The session is lost: what that means is the role's. */
  protected abstract lose(received: Uint64): void;

  /** What in a RESUME contradicts this side's counters: the peer was rolled back, or lies. */
  protected contradiction({ received, next }: Resume): ProtocolError | undefined {
    const { acked, written } = this.sender.outbox;
    const { delivered } = this.intake;
    if (received < acked || received > written)
      return new ProtocolError(
        'SESSION_LOST',
        'SESSION-6',
        0,
        `${received} frames taken, not ${acked} to ${written}`,
      );
    if (next > delivered + 1)
      return new ProtocolError('SESSION_LOST', 'SESSION-3', 0, `${next} after ${delivered}: a gap`);
    return undefined;
  }

  get outstanding(): boolean {
    return this.sender.outbox.outstanding;
  }

  get peerAckDelay(): number {
    return this.sender.peer.ackDelay;
  }

  counted(link: Link, frame: Frame, now: number): void {
    if (link !== this.link) return;
    const number = link.next;
    link.next = typeof number === 'number' ? number + 1 : number + 1n;
    const { intake, settings } = this;
    if (number <= intake.delivered) return; // a duplicate [SESSION-3]
    intake.deliver(frame.payload.length + frame.start - frame.offset);
    if (intake.exceeds(settings.window))
      return this.fail(
        new ProtocolError('LIMIT_WINDOW', 'SESSION-9', frame.offset, 'more than the window holds'),
      );
    if (this.ackAt === NEVER) this.ackAt = now + settings.ackDelay;
    this.handle(link, frame, intake.delivered);
    if (link.over) return;
    if (this.lastEvent <= intake.taken) this.advance(intake.delivered);
    this.makeRoom();
  }

  packed(link: Link, pack: Pack, offset: number, now: number): void {
    const { dictionaries = [0], inflate } = this.settings.given;
    const { dictionary } = pack;
    if (inflate === undefined || !dictionaries.includes(Number(dictionary)))
      throw new ProtocolError(
        'FRAME_UNSUPPORTED',
        'SESSION-20',
        offset,
        `a PACK with the dictionary ${dictionary}`,
      );
    link.unpack(pack, offset, inflate, (frame) => {
      if (frame.kind === FrameKind.ACK) this.acknowledged(link, ackIn(link, frame), frame.offset);
      else this.counted(link, frame, now);
    });
  }

  acknowledged(link: Link, received: Uint64, offset: number): void {
    if (link !== this.link) return;
    if (!this.sender.acknowledge(received))
      return this.fail(
        new ProtocolError(
          'ACK_RANGE',
          'SESSION-8',
          offset,
          `${received} frames, ${this.sender.outbox.written} were sent`,
        ),
      );
    this.makeRoom();
    this.drained();
  }

  /** Those that the application does not ask for in time are dropped: no window bounds them. [SESSION-18] */
  extended(_link: Link, { type, bytes }: Extension): void {
    const { window } = this.settings;
    const { frames, bytes: held } = this.extensions;
    if (frames === window.frames || (frames > 0 && held + bytes.length > window.bytes)) return;
    this.extensions = { frames: frames + 1, bytes: held + bytes.length };
    this.tell({ type: 'extension', extension: type, bytes });
  }

  closed(link: Link, close: Close, now: number): void {
    if (link !== this.link) return;
    const { scope, received, code, text, after } = close;
    // a contradiction in a CLOSE changes nothing any more
    this.sender.acknowledge(received);
    if (scope === 'link') return this.cut(link, { why: 'closed', code, text, after }, now);
    if (code === CloseCode.SESSION_LOST && this.established) return this.lose(received);
    this.step('end');
    this.finish('peer', { code, text, after }, received);
  }

  faulted(link: Link, error: ProtocolError, now: number): void {
    if (link !== this.link) return;
    // before the handshake is done no counted frame can be at fault: a portal that answers for the server is none
    if (link.live && this.poisoned === link.next) return this.fail(error);
    if (link.live) this.poisoned = link.next;
    link.close({
      scope: 'link',
      received: this.intake.sayable,
      code: closeCodeOf(error),
      after: 0,
      text: error.code,
    });
    this.cut(link, { why: 'fault', error }, now);
  }

  cut(link: Link, cut: Cut, _now: number): void {
    if (link !== this.link) return;
    link.end();
    this.link = undefined;
    this.ackAt = NEVER;
    this.step('cut');
    this.tell({ type: 'broken', ...cut });
  }

  /** Frames as the window allows, and an ACK that is due or can travel with them. */
  fill(link: Link, now: number): void {
    if (link !== this.link) return;
    const { intake, settings } = this;
    const wrote = this.sender.fill(link.out);
    if (wrote) link.expectAck(now, this.peerAckDelay);
    const due =
      intake.owing && (wrote || link.writes || now >= this.ackAt || intake.halfFull(settings.window));
    if (!due || !link.live) return;
    link.write({ kind: 'ACK', received: intake.acknowledge() });
    this.ackFrom(now);
  }

  // What follows from it.

  /** Counting begins anew: nothing of it is safe yet. */
  protected renewed(): void {
    this.era++;
    if (this.journal !== undefined)
      this.durable({ number: 0, taken: 0, saves: this.savesDurable, era: this.era });
  }

  /** Writes down what a resumption needs. */
  protected record(state: SavedState): void {
    if (this.journal === undefined) return;
    this.journal.save({ ...state, peer: withoutSecrets(state.peer) });
    this.saves++;
  }

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
    for (const id of open) this.answers.set(String(id), { parts: 0 });
    for (const { number, ...command } of unanswered) {
      const request = this.requests.made(command);
      request.number = number;
      this.requests.add(request);
    }
    this.requests.raise(lastTicket);
    this.durable(this.checkpoint());
  }

  protected step(step: SessionStep): SessionState {
    return (this.state = following(this.table, this.state, step));
  }

  protected tell(event: SessionEvent): void {
    if ('number' in event) this.lastEvent = event.number;
    this.events.push(event);
    if (isEnd(event)) this.stale = this.events.length;
  }

  /** What was not acknowledged, taken or not, is so when the delay from now has passed. [SESSION-8] */
  private ackFrom(now: number): void {
    const { intake, settings } = this;
    this.ackAt = intake.delivered > intake.acknowledged ? now + settings.ackDelay : NEVER;
  }

  /** A link is live: what waits goes out, or the session goes on closing. */
  protected begun(link: Link, now: number): void {
    link.begin(now, this.settings.given.lossless ?? false);
    this.ackFrom(now);
    this.makeRoom();
    if (this.leaving === undefined) return;
    this.step('drain');
    this.drained();
  }

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

  /** Whether the peer's limits are known, and frames can be numbered. */
  protected get established(): boolean {
    return this.state !== 'idle' && this.state !== 'greeting';
  }

  /** Ends the session, for a reason of this side. */
  protected end(closing: Closing, error?: ProtocolError): void {
    const { code = CloseCode.NORMAL, text = '', after = 0 } = closing;
    this.link?.close({ scope: 'session', received: this.finalCount(), code, after, text });
    this.step('end');
    this.finish('us', { code, text, after }, 0, error);
  }

  /**
   * What the last CLOSE says: the peer takes all above it as not done. So nothing above it is told any more; and where the
   * application knows of more than it has taken, nothing is said, which is 0. [SESSION-23]
   */
  private finalCount(): number {
    const { events, stale, polled, intake } = this;
    const told = [...events];
    events.clear();
    for (const [i, event] of told.entries()) if (i < stale || !isWork(event)) events.push(event);
    return polled > intake.sayable ? 0 : intake.sayable;
  }

  /** Everything gets its outcome. [SESSION-23] */
  protected finish(
    by: 'us' | 'peer',
    { code, text, after }: { code: Uint64; text: string; after: Uint64 },
    received: Uint64,
    error?: ProtocolError,
  ): void {
    this.link?.end();
    this.link = undefined;
    this.forget(received, 'closed');
    this.journal?.clear();
    this.tell({ type: 'closed', by, code, text, after, ...why(error) });
  }

  /** Tells what becomes of all that the session held, and holds it no longer. @param keep repeatable commands. */
  protected forget(received: Uint64, why: Failure, keep = false): Request[] {
    const kept: Request[] = [];
    for (const request of this.requests) {
      const outcome = request.tried ? 'unknown' : this.outcome(request.number, received);
      this.requests.tell(request);
      request.tried ||= outcome === 'unknown';
      if (keep && request.repeatable) kept.push(request);
      else this.tell({ type: 'failed', ticket: request.ticket, outcome, why });
    }
    for (const { number, frame, ticket } of this.sender.unacknowledged())
      if (kindOf(frame) === FrameKind.PUSH)
        this.tell({ type: 'undelivered', ticket, outcome: this.outcome(number, received) });
    this.answers = new Map();
    this.requests.reset();
    this.lastEvent = this.polled = 0;
    return kept;
  }

  /** The session is beyond repair: the peer has broken its rules. */
  protected fail(error: ProtocolError): void {
    this.end({ code: closeCodeOf(error), text: error.code }, error);
  }

  private outcome(number: number, received: Uint64): Outcome {
    const { written } = this.sender.outbox;
    // 0 in a CLOSE says nothing: a server that lost a session does not know [SESSION-22]
    const taken = received > 0 ? received : written;
    return number === 0 || number > written || number > taken ? 'notDone' : 'unknown';
  }

  private handle(link: Link, frame: Frame, number: number): void {
    try {
      const body = link.parse(frame);
      switch (body.kind) {
        case 'COMMAND':
          if (!this.opened(frame, body.id)) return;
          return this.tell({ type: 'command', number, id: body.id, verb: body.verb, args: body.args });
        case 'REPLY':
        case 'PART':
          return this.answered(frame, body.kind, body.id, body.value, number);
        case 'PUSH':
          return this.tell({ type: 'push', number, verb: body.verb, args: body.args });
        case 'CANCEL':
          if (this.answers.get(String(body.id)) !== undefined)
            this.tell({ type: 'cancel', number, id: body.id });
          return;
        default:
          throw new Error(`a ${body.kind} is not counted`);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.unreadable(frame, error, number);
    }
  }

  /** A command's id is free, and it waits for its answer. [SESSION-12] */
  private opened(frame: Frame, id: Uint64): boolean {
    const key = String(id);
    if (this.answers.has(key)) {
      this.fail(new ProtocolError('ID_TAKEN', 'SESSION-12', frame.offset, `${key} has no REPLY yet`));
      return false;
    }
    this.answers.set(key, { parts: 0 });
    this.journal?.asked(id, this.intake.delivered);
    return true;
  }

  private answered(frame: Frame, kind: 'REPLY' | 'PART', id: Uint64, value: Encodable, number: number): void {
    const request = this.requests.get(id);
    if (request === undefined)
      return this.fail(new ProtocolError('ID_UNUSED', 'SESSION-13', frame.offset, `${id} was not asked`));
    const { ticket, told } = request;
    if (kind === 'REPLY') {
      this.requests.settle(request, number);
      this.journal?.answered(ticket, number);
    }
    // who was told of a failure hears no more
    if (!told) this.tell({ type: kind === 'PART' ? 'part' : 'reply', number, ticket, value });
  }

  /** A whole counted frame whose payload is at fault: it is counted, and what it was for fails. [SESSION-11] */
  private unreadable(frame: Frame, error: ProtocolError, number: number): void {
    const { kind } = frame;
    if (kind === FrameKind.PUSH || kind === FrameKind.CANCEL)
      return this.tell({ type: 'fault', number, error });
    const id = requestId(kind, frame.payload);
    if (id === undefined) return this.fail(error); // also kinds 6 and 7 [FRAME-4]
    if (kind === FrameKind.COMMAND) {
      if (this.opened(frame, id)) this.respond(id, new Tagged(Tag.ERROR, `${error.code} ${error.rule}`));
      return;
    }
    const request = this.requests.get(id);
    if (request === undefined) return this.answered(frame, 'REPLY', id, null, number);
    const { ticket, told } = request;
    this.requests.tell(request);
    if (kind === FrameKind.REPLY) {
      this.requests.settle(request, number);
      this.journal?.answered(ticket, number);
    }
    if (!told) this.tell({ type: 'failed', ticket, outcome: 'unknown', why: 'unreadable', error });
  }

  /** A deadline has passed. The frame may be on its way: what becomes of it is unknown. */
  private late(request: Request): void {
    const outcome = request.number === 0 && !request.tried ? 'notDone' : 'unknown';
    this.requests.tell(request);
    if (request.id > 0) this.sender.send({ kind: 'CANCEL', id: request.id });
    this.tell({ type: 'failed', ticket: request.ticket, outcome, why: 'deadline' });
  }

  /** A session that closes does so when nothing is under way, and what came is taken. [SESSION-21] */
  private drained(): void {
    if (this.state !== 'draining' || this.leaving === undefined) return;
    if (!this.sender.empty || this.requests.size > 0 || this.answers.size > 0) return;
    if (this.intake.taken < this.intake.delivered) return;
    const { leaving } = this;
    this.link?.close({ scope: 'session', received: this.finalCount(), ...leaving });
    this.step('drained');
    this.finish('us', leaving, 0);
  }

  /** Whether a PART or PUSH may be taken. */
  private get room(): boolean {
    return this.established && this.sender.hasRoom();
  }

  /** Whether a command may be: those that wait for a session, or for their REPLY, are bounded like frames. */
  private get commandRoom(): boolean {
    const { size, pending } = this.requests;
    return size < this.settings.outbox.frames && this.sender.hasRoom(pending);
  }

  private makeRoom(): void {
    const room = this.refused && this.room;
    const commandRoom = this.refusedCommand && this.established && this.commandRoom;
    if (!room && !commandRoom) return;
    this.refused = this.refusedCommand = false;
    this.tell({ type: 'writable' });
  }

  private demandOpen(): void {
    if (this.state === 'closed' || this.leaving !== undefined)
      throw new Error('the session is closing or closed');
  }

  private demandAsked(id: Uint64): Open {
    const open = this.answers.get(String(id));
    if (open === undefined) throw new RangeError(`no command ${id} waits for an answer`);
    return open;
  }
}

/** What a journal may keep of a HELLO: neither credentials nor a token, which it has where it belongs. */
function withoutSecrets(peer: SavedState['peer']): SavedState['peer'] {
  if (peer.form === 'offer') {
    const { credentials: _, ...offer } = peer;
    return offer;
  }
  const { token: _, ...answer } = peer;
  return answer;
}

function ackIn(link: Link, frame: Frame): Uint64 {
  const body = link.parse(frame);
  return body.kind === 'ACK' ? body.received : 0;
}

/** An event's `error`, where there is one. */
export function why(error: ProtocolError | undefined): { readonly error?: ProtocolError } {
  return error === undefined ? {} : { error };
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
