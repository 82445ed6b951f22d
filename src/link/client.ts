/** A client's session over any transport: it dials, and dials again for as long as the session lives. */
import type { ClientSession, Closing, SessionEvent } from '../session/index.ts';
import { Attempt } from './attempt.ts';
import { Carrier } from './carrier.ts';
import { after, cancel, now, type Timer } from './clock.ts';
import { SessionDriver, type SessionListener } from './driver.ts';
import { TransportError, type Open, type Signal } from './transport/transport.ts';
import { Waits } from './waits.ts';

export interface SessionClientOptions {
  /** A transport to the server, as `(handler, signal) => openTcp({ host, port }, handler, signal)`. */
  readonly open: Open;
  /** Milliseconds that a transport may take to stand. Default 10,000. */
  readonly connectTimeout?: number;
  /**
   * Milliseconds until the next transport when so many in a row have not come to a session; 0: the last one has. Default: up to
   * 100 at first, then twice as much with each, at most 30,000. A server that asks for more time gets it.
   */
  readonly redialAfter?: (failures: number) => number;
  /**
   * Where each exchange is a link: milliseconds from the beginning of one to that of the next when there is nothing to say,
   * at most 1,000 of them while a REPLY is due. Infinity: it does not ask for news. Default 5,000.
   */
  readonly pollAfter?: number;
  /** Is told why a transport did not stand or ended before its time: all of it can pass, and it dials on. */
  readonly failed?: (error: Error) => void;
  /** Is called when all that happened was told, and all that is due was written. */
  readonly settled?: () => void;
}

/** Most milliseconds between two transports, by default. */
const SLOWEST = 30_000;
/** Most milliseconds between exchanges while something is expected. */
const EXPECTING = 1000;

export class SessionClient {
  readonly driver: SessionDriver<ClientSession>;
  private readonly options: Required<SessionClientOptions>;
  private readonly listener: SessionListener<ClientSession>;
  private open: Open;
  /** The latest transport: one that does not stand yet, the one of now, or the one before. */
  private attempt: Attempt | undefined;
  private redialling: Timer | undefined;
  /** Whether the last exchange went well, and the next waits for its time or for something to say. */
  private resting = false;
  private failures = 0;
  private stopped = false;
  private readonly closings: Waits = new Waits();

  /** It begins with `dial`. What is said to the session before waits for it. */
  constructor(
    session: ClientSession,
    options: SessionClientOptions,
    listener: SessionListener<ClientSession>,
  ) {
    this.options = {
      connectTimeout: 10_000,
      redialAfter: backOff,
      pollAfter: 5000,
      failed: () => undefined,
      settled: () => undefined,
      ...options,
    };
    this.open = options.open;
    this.listener = listener;
    this.driver = new SessionDriver(
      session,
      (event) => this.on(event),
      () => {
        this.pace();
        this.options.settled();
      },
    );
  }

  /**
   * Opens a link now, also in place of one that lives: to begin, or when the network has changed. Of no effect when the
   * session is closed.
   * @param open another transport, from now on: what is under way crosses over.
   * @throws what `open` throws.
   */
  dial(open: Open = this.open): void {
    this.open = open;
    if (this.over) return;
    this.abandon();
    this.attempt = new Attempt(open, this.options.connectTimeout, {
      opened: (attempt) => this.opened(attempt),
      failed: (attempt, error) => this.failed(attempt, error),
    });
  }

  /**
   * Closes the session when all that is under way is done, at the latest after its `drainTimeout`.
   * @returns when it is closed, and its last word has gone out. Rejects with the signal's reason when that aborts the wait; the session closes all the same.
   */
  async close(closing: Closing = {}, { signal }: { readonly signal?: Signal } = {}): Promise<void> {
    const { driver } = this;
    driver.session.close(closing, now());
    driver.wake();
    if (!this.stopped && !this.gone) await this.closings.wait(signal);
  }

  /** Ends its transport without a word, and dials no more. For a good end, close the session. */
  stop(): void {
    this.stopped = true;
    this.abandon();
    this.driver.destroy();
    this.closings.end();
  }

  /** Whether there is a next transport without anybody's doing: the last exchange went well, or another is under way. */
  get goesOn(): boolean {
    return this.resting || this.attempt?.opening === true;
  }

  private get over(): boolean {
    return this.stopped || this.driver.session.state === 'closed';
  }

  /** What is under way to the next link is given up. */
  private abandon(): void {
    cancel(this.redialling);
    this.redialling = undefined;
    this.resting = false;
    this.attempt?.giveUp();
  }

  private opened(attempt: Attempt): void {
    if (this.attempt !== attempt || this.over) return attempt.giveUp();
    cancel(this.redialling);
    this.redialling = undefined;
    const { driver } = this;
    const link = driver.session.connect(now(), attempt.isExchange);
    const carrier = new Carrier(link, driver);
    attempt.carriedBy(carrier);
    driver.carry(carrier);
    driver.wake();
  }

  private failed(attempt: Attempt, error: Error | undefined): void {
    if (error !== undefined) this.options.failed(error);
    if (this.attempt === attempt && !attempt.stood) this.redial(afterOf(error));
  }

  private on(event: SessionEvent): void {
    switch (event.type) {
      case 'open':
      case 'resumed':
        this.failures = 0;
        this.attempt?.greeted();
        break;
      case 'closed':
        this.abandon();
        break;
      case 'broken':
        if (event.why === 'lost' && this.attempt?.served === true) this.rest();
        else this.redial(Math.max(Number(event.after ?? 0), afterOf(this.attempt?.error)));
        break;
      case 'lost':
        this.redial(0);
        break;
      default:
    }
    this.listener(event, this.driver);
  }

  private redial(atLeast: number): void {
    if (this.busy) return;
    this.dialAfter(Math.max(atLeast, this.options.redialAfter(this.failures++)));
  }

  /** An exchange went well: the next begins at once where there is more to say, or else in its time. */
  private rest(): void {
    if (this.busy) return;
    this.resting = true;
    this.dialAfter(this.restFor());
  }

  private restFor(): number {
    if (this.hasWords) return 0;
    const { pollAfter } = this.options;
    const { unanswered, waiting } = this.driver.session.work;
    const expecting = unanswered > 0 || waiting || this.driver.session.outstanding;
    const pace = expecting ? Math.min(pollAfter, EXPECTING) : pollAfter;
    return Math.max(0, (this.attempt?.began ?? 0) + pace - now());
  }

  private dialAfter(pause: number): void {
    if (pause < Infinity) this.redialling = after(pause, () => this.dial());
  }

  /** Whether the session is closed, and nothing of it is on its way. */
  private get gone(): boolean {
    return this.driver.session.state === 'closed' && !this.driver.carrying;
  }

  /** What has to be said opens the next exchange: where none is under way, or where the one that is only waits for news. */
  private pace(): void {
    if (this.gone) return this.closings.end();
    const { attempt } = this;
    if (attempt?.isExchange !== true || this.over) return;
    if (this.hasWords && (this.resting || attempt.onlyWaits)) this.dial();
  }

  /** Whether there is something to say. What a whole exchange did not bring an acknowledgement of is not said again at once. */
  private get hasWords(): boolean {
    const { work, outstanding } = this.driver.session;
    return (work.waiting || work.closing) && !outstanding;
  }

  /** Whether there is a link, and what has ended was one before it; or one is under way; or there is to be none. */
  private get busy(): boolean {
    const { state } = this.driver.session;
    const linked = state !== 'idle' && state !== 'broken';
    return this.over || linked || this.redialling !== undefined || this.attempt?.opening === true;
  }
}

function afterOf(error: Error | undefined): number {
  return error instanceof TransportError ? error.after : 0;
}

/** Full jitter: clients that a server has lost together don't come back together. */
function backOff(failures: number): number {
  return Math.random() * Math.min(SLOWEST, 100 * 2 ** failures);
}
