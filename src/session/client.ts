/** The client's side: it dials, resumes on every further link, and begins a new session when the server has lost the old one. */
import type { HelloAnswer, HelloFields, Resume, Uint64 } from '../frame/types.ts';
import { VERSION } from '../frame/hello.ts';
import { ProtocolError } from '../wire/errors.ts';
import { EMPTY } from '../wire/gather.ts';
import { DEFAULT_LIMITS } from '../wire/limits.ts';
import { CloseCode } from '../frame/close-code.ts';
import type { Channel } from './channel.ts';
import { closeCodeOf } from './codes.ts';
import type { Cut } from './events.ts';
import { Intake } from './intake.ts';
import type { Journal, Saved, SavedFrame } from './journal.ts';
import { Link, type Greeting } from './link.ts';
import { helloOf, settingsOf, type ClientOptions, type Settings } from './options.ts';
import { Sender, type PeerLimits } from './sender.ts';
import { why } from './session-core.ts';
import { Session } from './session.ts';
import { CLIENT } from './states.ts';

/**
 * A session as the client has it.
 *
 * @example
 * const session = new ClientSession({ agent: 'demo/1' });
 * session.command('SEND', ['bob', 'hi']);
 * const link = session.connect(now()); // whenever a socket is open
 * socket.on('data', (chunk) => { link.receive(chunk, now()); pump(); });
 * socket.on('close', () => { link.lost(now()); pump(); });
 */
export class ClientSession extends Session {
  private token: Uint8Array = EMPTY;
  /** Rises with every RESUME: the epoch. [SESSION-4] */
  private attempt: Uint64 = 0;
  private answer: HelloAnswer | undefined;

  /** @throws RangeError naming the option that is out of its range. */
  constructor(options: ClientOptions = {}, journal?: Journal, channel?: Channel) {
    const settings = { ...settingsOf(options), ...(channel !== undefined && { channel }) };
    super('idle', CLIENT, settings, peerOf({}, settings), journal);
  }

  /**
   * Goes on with a session that a process before had: what it had not been told to be taken comes again, and what had no
   * acknowledgement is sent again.
   * Tickets stay good. What the application was not told of sessions before, it is told now.
   * @throws Error unless the session is new; ProtocolError for frames that are none.
   */
  restore(saved: Saved): void {
    if (this.state !== 'idle' || this.requests.size > 0)
      throw new Error('only a new session can be restored');
    const { tokens, attempt = 0, peer, lastTicket, waiting, orphans } = saved;
    this.requests.raise(lastTicket);
    this.mourn(orphans);
    if (tokens !== undefined && peer !== undefined) {
      this.token = tokens.at(-1) ?? EMPTY;
      this.attempt = attempt;
      this.answer = peer as HelloAnswer;
      this.sender = new Sender(this.settings, peerOf(peer, this.settings), this.journal);
      this.recall(saved);
      if (this.token.length === 0) this.lose(0);
    }
    for (const command of waiting) this.keepWaiting(command);
  }

  /** A command that waited for a session when the process ended. */
  private keepWaiting(command: SavedFrame): void {
    if (this.established) {
      // what still waits beside a session was not sent in it: its deadline had passed, and nobody was told
      const outcome = command.repeatable ? 'unknown' : 'notDone';
      return this.tell({ type: 'failed', ticket: command.ticket, outcome, why: 'deadline' });
    }
    const request = this.requests.made({ ...command, told: false });
    request.id = 0;
    this.wait(request);
  }

  /**
   * A transport is open: begins the session on it, or goes on with it. A link before it is dropped.
   * @param once it takes what is written at once and nothing later, as an HTTP request: a session that has only its CLOSE
   *   left to say says it behind its RESUME.
   * @throws Error when the session is closed.
   */
  connect(now: number, once = false): Link {
    // a link that lives is left for another: without a token, so is the session
    if (this.established && this.token.length === 0 && this.link !== undefined)
      this.cut(this.link, { why: 'replaced' }, now);
    this.step('connect');
    this.link?.end();
    const link = new Link(this, this.settings, now);
    this.link = link;
    if (this.state === 'greeting') this.greet(link);
    else this.resume(link, once);
    link.clock.expect(now);
    return link;
  }

  /** Without a token there is nothing to go on with. [HELLO-11] */
  override cut(link: Link, cut: Cut, now: number): void {
    if (link !== this.link) return;
    super.cut(link, cut, now);
    if (this.state === 'broken' && this.token.length === 0) this.lose(0);
  }

  greeted(link: Link, greeting: Greeting, now: number): void {
    if (link !== this.link) return;
    if (greeting.form !== 'answer') throw unexpected('an offer where an answer is due');
    if (greeting.kind === 'RESUME') {
      if (this.state !== 'resuming') throw unexpected('a RESUME that was not offered');
      this.resumed(link, greeting, now);
    } else if (this.state === 'greeting') this.welcomed(link, greeting, now);
    else throw unexpected('a HELLO where a RESUME is due');
  }

  protected lose(received: Uint64, error?: ProtocolError): void {
    this.link?.end();
    this.link = undefined;
    this.step('lost');
    const kept = this.forget(received, 'lost', this.state === 'idle');
    this.journal?.clear();
    if (this.state === 'closed') {
      this.tell({
        type: 'closed',
        by: 'peer',
        code: CloseCode.SESSION_LOST,
        text: '',
        after: 0,
        ...why(error),
      });
      return;
    }
    this.token = EMPTY;
    this.attempt = 0;
    this.poisoned = 0;
    this.intake = new Intake();
    this.sender = new Sender(this.settings, peerOf({}, this.settings), this.journal);
    this.renewed();
    for (const request of kept) {
      request.id = request.number = request.by = 0;
      this.requests.revive(request);
      this.wait(request);
    }
    this.tell({ type: 'lost', repeated: kept.length, ...why(error) });
  }

  private greet(link: Link): void {
    const { credentials } = this.settings.given;
    link.write({
      kind: 'HELLO',
      form: 'offer',
      versions: [VERSION, VERSION],
      ...helloOf(this.settings),
      ...(credentials !== undefined && { credentials }),
    });
  }

  private resume(link: Link, once: boolean): void {
    this.attempt = Number(this.attempt) + 1;
    this.save();
    const received = this.intake.acknowledge();
    const next = this.sender.outbox.rewind();
    link.write({ kind: 'RESUME', form: 'offer', token: this.token, attempt: this.attempt, received, next });
    if (once && this.quiet) this.sayGoodbye();
    else link.goAhead();
  }

  private welcomed(link: Link, answer: HelloAnswer, now: number): void {
    this.answer = answer;
    this.token = answer.token ?? EMPTY;
    this.sender.meet(peerOf(answer, this.settings));
    this.step('hello');
    this.save();
    for (const request of this.requests.release()) this.start(request);
    this.tell({ type: 'open', peer: answer });
    this.begun(link, now);
  }

  /** A command that waited; the peer may not take it. */
  private start(request: Parameters<Session['dispatch']>[0]): void {
    try {
      this.dispatch(request);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
      this.tell({ type: 'failed', ticket: request.ticket, outcome: 'notDone', why: 'unreadable' });
    }
  }

  private resumed(link: Link, answer: Resume, now: number): void {
    const { token, attempt, received, next } = answer;
    if (attempt !== this.attempt) throw unexpected('the answer to another attempt');
    const error = this.contradiction(answer);
    if (error !== undefined) return this.contradict(link, error);
    this.sender.acknowledge(received);
    this.token = token;
    link.next = next;
    this.save();
    this.step('resume');
    this.tell({ type: 'resumed', attempt });
    this.begun(link, now);
  }

  /** The counters contradict each other: this is another past than the server's. */
  private contradict(link: Link, error: ProtocolError): void {
    link.close({ scope: 'session', received: 0, code: closeCodeOf(error), after: 0, text: error.code });
    this.lose(0, error);
  }

  private save(): void {
    const { token, attempt, answer } = this;
    if (answer !== undefined) this.record({ tokens: [token], attempt, peer: answer });
  }
}

/** What a HELLO says of the peer. [HELLO-7], [HELLO-11] */
export function peerOf(hello: HelloFields, { given }: Settings): PeerLimits {
  const {
    maxPayload = DEFAULT_LIMITS.maxPayload,
    maxDepth = DEFAULT_LIMITS.maxDepth,
    maxElements = DEFAULT_LIMITS.maxElements,
    maxExpanded = DEFAULT_LIMITS.maxExpanded,
    ackDelay = 1000,
    dictionaries = [],
  } = hello;
  const { windowBytes = maxPayload, windowFrames = 1024 } = hello;
  const ours = given.dictionaries ?? [0];
  return {
    maxPayload: Math.min(maxPayload, 0xffff_ffff),
    maxDepth: Math.min(maxDepth, 1000),
    maxElements: Math.min(maxElements, 0xffff_ffff),
    maxExpanded: Math.min(maxExpanded, 0xffff_ffff),
    window: { frames: windowFrames, bytes: windowBytes },
    ackDelay,
    dictionary: given.deflate === undefined ? undefined : ours.find((id) => dictionaries.includes(id)),
  };
}

/** A handshake that is not the one due. [HELLO-1], [HELLO-10] */
export function unexpected(detail: string): ProtocolError {
  return new ProtocolError('FRAME_PLACE', 'HELLO-10', 0, detail);
}
