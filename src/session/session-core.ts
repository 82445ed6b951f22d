/**
 * What a session holds, what of it is safe, and how it ends. It knows no socket and no clock; its parts stand beside it, and what
 * moves it stands above: the frames that come, the links, the application.
 */
import { CloseCode } from '../frame/close-code.ts';
import { FrameKind } from '../frame/kinds.ts';
import type { Uint64 } from '../frame/types.ts';
import type { ProtocolError } from '../wire/errors.ts';
import { AckClock } from './ack-clock.ts';
import { Answers } from './answers.ts';
import { closeCodeOf } from './codes.ts';
import { kindOf } from './counted.ts';
import { EventQueue } from './event-queue.ts';
import type { Failure, Outcome, SessionEvent } from './events.ts';
import { Intake } from './intake.ts';
import type { Checkpoint, Journal, SavedState } from './journal.ts';
import type { Link } from './link.ts';
import type { Settings } from './options.ts';
import { Requests, type Request } from './requests.ts';
import { Sender, type PeerLimits } from './sender.ts';
import { following, type SessionState, type SessionStep, type Transition } from './states.ts';

/** How a session is closed. */
export interface Closing {
  /** One of `CloseCode`, or 128 and above. Default NORMAL. */
  readonly code?: number;
  /** For people; at most 1,024 bytes. */
  readonly text?: string;
  /** Milliseconds after which the peer should come back. Default 0. */
  readonly after?: number;
}

export abstract class SessionCore {
  state: SessionState;
  protected readonly table: readonly Transition[];
  protected readonly settings: Settings;
  protected readonly journal: Journal | undefined;
  protected readonly requests: Requests = new Requests();
  protected sender: Sender;
  protected intake: Intake;
  /** The one link of now. [SESSION-2] */
  protected link: Link | undefined;
  protected readonly answers: Answers = new Answers();
  protected readonly events: EventQueue;
  protected readonly ack: AckClock;
  protected leaving: Required<Closing> | undefined;
  /** States that the journal was given, and those of them that are safe. */
  private saves = 0;
  private savesDurable = 0;
  private era = 0;

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
    this.intake = settings.channel?.intake ?? new Intake();
    this.sender = new Sender(settings, peer, journal);
    this.events = new EventQueue(settings, journal);
    this.ack = new AckClock(settings.ackDelay);
    this.renewed();
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

  protected step(step: SessionStep): SessionState {
    return (this.state = following(this.table, this.state, step));
  }

  protected tell(event: SessionEvent): void {
    this.events.tell(event);
  }

  /** Whether the peer's limits are known, and frames can be numbered. */
  protected get established(): boolean {
    return this.state !== 'idle' && this.state !== 'greeting';
  }

  /** Whether what the application knows of is over. */
  protected get ended(): boolean {
    return this.state === 'closed' || this.events.stale > 0;
  }

  /** Frames were taken up to this number. */
  protected advance(number: number): void {
    const { intake } = this;
    const before = intake.taken;
    // what is ignored behind it needs nobody to take it
    intake.take(number >= this.events.last ? intake.delivered : number);
    if (intake.taken === before) return;
    this.journal?.taken(intake.taken);
    this.requests.free(intake.sayable);
    this.drained();
  }

  /** A session that closes does so when nothing is under way, and what came is taken. [SESSION-21] */
  protected drained(): void {
    // a CLOSE on a link that takes no more would be lost: it goes behind the next RESUME
    if (this.state !== 'draining' || !this.quiet || this.link?.sealed === true) return;
    this.sayGoodbye();
  }

  /** Whether it closes, and nothing is under way any more. */
  protected get quiet(): boolean {
    if (this.leaving === undefined || !this.sender.empty) return false;
    if (this.requests.size > 0 || this.answers.size > 0) return false;
    return this.intake.taken === this.intake.delivered;
  }

  protected sayGoodbye(): void {
    const leaving = this.leaving!;
    this.link?.close({ scope: 'session', received: this.finalCount(), ...leaving });
    this.step('drained');
    this.finish('us', leaving, 0);
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
  protected finalCount(): number {
    const { events, intake } = this;
    events.dropWork();
    return events.polled > intake.sayable ? 0 : intake.sayable;
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
    this.answers.clear();
    this.requests.reset();
    this.events.begin();
    return kept;
  }

  /** The session is beyond repair: the peer has broken its rules. */
  protected fail(error: ProtocolError): void {
    this.end({ code: closeCodeOf(error), text: error.code }, error);
  }

  protected outcome(number: number, received: Uint64): Outcome {
    const { written } = this.sender.outbox;
    // 0 in a CLOSE says nothing: a server that lost a session does not know [SESSION-22]
    const taken = received > 0 ? received : written;
    return number === 0 || number > written || number > taken ? 'notDone' : 'unknown';
  }
}

/** An event's `error`, where there is one. */
export function why(error: ProtocolError | undefined): { readonly error?: ProtocolError } {
  return error === undefined ? {} : { error };
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
