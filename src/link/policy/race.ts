/**
 * Composite dialling, without a socket or a timer. One attempt starts; when it has had its head start the next one does, up
 * to so many at once; a failure starts the next at once [RFC 8305, 5]; the first that is *verified*, by an answer of the
 * session and not by a connection alone, wins, and all others are closed. A portal that accepts everything wins nothing.
 */
import { endpointKey, familyOf, type Endpoint } from './endpoint.ts';
import { option } from './plain.ts';
import { paceOf, RACE_DEFAULTS, type HeadStart, type RaceOptions } from './race-options.ts';

/**
 * How an attempt ended. `overtaken`: another won that started later, and had waited less than half as long for its connection and
 * for its answer as this one for either. `late`: another won, which says nothing of this one. `cancelled`: the race ended without a winner, or was given up.
 */
export type AttemptOutcome = 'won' | 'failed' | 'timeout' | 'overtaken' | 'late' | 'cancelled';

/**
 * What an attempt that won waited for its connection, and for the answer on it: in milliseconds, shorter first. Each has a head start; where nobody told
 * of the connection both are the whole.
 */
export function waitsOf(
  { startedAt, connectedAt = startedAt }: Pick<AttemptReport, 'startedAt' | 'connectedAt'>,
  wonAt: number,
): readonly [shorter: number, longer: number] {
  const [connection, answer] = [connectedAt - startedAt, wonAt - connectedAt];
  const longer = Math.max(connection, answer);
  return [Math.min(connection, answer) || longer, longer];
}

/** An attempt, for history, logs and `probe`. */
export interface AttemptReport {
  readonly id: number;
  readonly endpoint: Endpoint;
  readonly startedAt: number;
  readonly connectedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Undefined while it goes on. */
  readonly outcome: AttemptOutcome | undefined;
}

/**
 * What is to be done. Every attempt that was started is either won or closed, once. `lost` and `won` end the race; behind them
 * come only the closings.
 */
export type RaceAction =
  | { readonly type: 'start'; readonly id: number; readonly endpoint: Endpoint }
  | { readonly type: 'close'; readonly id: number; readonly why: Exclude<AttemptOutcome, 'won'> }
  | { readonly type: 'won'; readonly id: number; readonly endpoint: Endpoint; readonly took: number }
  | { readonly type: 'lost'; readonly why: 'exhausted' | 'deadline' | 'cancelled' };

type Attempt = { -readonly [field in keyof AttemptReport]: AttemptReport[field] } & { readonly by: number };

interface Candidate {
  readonly id: number;
  readonly endpoint: Endpoint;
}

/**
 * One race.
 *
 * @example
 * const headStart: HeadStart = (endpoint, others) => times.headStart(label, endpoint, others);
 * const race = new Race({ headStart, attemptTimeout: times.attemptTimeout(label), first: 'given' }, now());
 * race.add(endpoints.candidates(ranking, now(), random), now());
 * race.noMore(now()); // when names are resolved too
 * for (let action = race.poll(); action !== undefined; action = race.poll()) act(action);
 * alarm.set(race.nextTimeout());
 */
export class Race {
  private readonly headStart: HeadStart;
  private readonly atOnce: number;
  private readonly attemptTimeout: number;
  private readonly endsBy: number;
  /** The family of the latest attempt; before there is one, that which is not wanted first. */
  private family: 4 | 6 | undefined;
  private readonly known = new Set<string>();
  private readonly waiting: Candidate[] = [];
  /** In the order of their starts. */
  private readonly started: Attempt[] = [];
  private readonly actions: RaceAction[] = [];
  private nextStart = -Infinity;
  private complete = false;
  private ended = false;

  /** @throws RangeError naming the option that is out of its range. */
  constructor(options: RaceOptions, now: number) {
    const given = { ...RACE_DEFAULTS, strategy: 'composite', first: 6, ...options } as Required<RaceOptions>;
    const { headStart, atOnce } = paceOf(given);
    this.headStart = headStart;
    this.atOnce = atOnce;
    this.attemptTimeout = option('attemptTimeout', given.attemptTimeout, 1);
    this.endsBy = now + option('deadline', given.deadline, 1);
    this.family = given.first === 'given' ? undefined : other(given.first);
  }

  /** Whether it is won or lost: what is told it now has no effect. */
  get over(): boolean {
    return this.ended;
  }

  /**
   * Candidates, best first; also while the race goes on, as names are resolved.
   * @returns how many of them it takes: an endpoint once, 64 in all, none when it is over or was said to have no more.
   */
  add(endpoints: readonly Endpoint[], now: number): number {
    const { known } = this;
    const before = known.size;
    for (const endpoint of this.ended || this.complete ? [] : endpoints) {
      const key = endpointKey(endpoint);
      if (known.has(key) || known.size >= RACE_DEFAULTS.candidates) continue;
      known.add(key);
      this.waiting.push({ id: known.size, endpoint });
    }
    this.startDue(now);
    return known.size - before;
  }

  /** All candidates were added: when the last has failed, the race is lost. */
  noMore(now: number): void {
    this.complete = true;
    this.endIfExhausted(now);
  }

  /** A transport is open: the session's answer, one round trip more, gets a head start of its own. */
  connected(id: number, now: number): void {
    const attempt = this.running(id);
    if (attempt === undefined || attempt.connectedAt !== undefined) return;
    attempt.connectedAt = now;
    this.nextStart = Math.max(this.nextStart, now + this.headStartOf(attempt.endpoint));
  }

  /** The session's answer has come: it wins. Of no effect for an attempt that has ended. */
  verified(id: number, now: number): void {
    const winner = this.running(id);
    if (winner === undefined) return;
    this.ended = true;
    this.waiting.length = 0;
    winner.connectedAt ??= now;
    winner.outcome = 'won';
    winner.endedAt = now;
    this.actions.push({ type: 'won', id, endpoint: winner.endpoint, took: now - winner.startedAt });
    const [, longer] = waitsOf(winner, now);
    const slow = RACE_DEFAULTS.overtakenFactor * longer;
    for (const each of this.pending()) {
      const waits = now - (each.connectedAt ?? each.startedAt);
      const overtaken = each.startedAt < winner.startedAt && waits >= slow;
      this.close(each, overtaken ? 'overtaken' : 'late', now);
    }
  }

  /** It could not connect, or what answered is no server of ours: the next starts at once. */
  failed(id: number, now: number): void {
    const attempt = this.running(id);
    if (attempt !== undefined) this.giveUp(attempt, 'failed', now);
  }

  /** When `handleTimeout` wants to be called; Infinity for never. */
  nextTimeout(): number {
    if (this.ended) return Infinity;
    const pending = this.pending();
    const starts = this.waiting.length > 0 && pending.length < this.atOnce ? this.nextStart : Infinity;
    return Math.min(this.endsBy, starts, ...pending.map(({ by }) => by));
  }

  handleTimeout(now: number): void {
    if (this.ended) return;
    const ends = now >= this.endsBy;
    for (const attempt of this.pending())
      if (now >= attempt.by) {
        if (ends) this.close(attempt, 'timeout', now);
        else this.giveUp(attempt, 'timeout', now);
      }
    if (ends) this.lose('deadline', now);
    else this.startDue(now);
  }

  /** Gives up: the app has other plans. */
  cancel(now: number): void {
    this.lose('cancelled', now);
  }

  /** What is to be done next, undefined when nothing is. */
  poll(): RaceAction | undefined {
    return this.actions.shift();
  }

  /** Attempts so far, in the order of their starts. */
  report(): readonly AttemptReport[] {
    return this.started.map(({ id, endpoint, startedAt, connectedAt, endedAt, outcome }) => ({
      id,
      endpoint,
      startedAt,
      connectedAt,
      endedAt,
      outcome,
    }));
  }

  private pending(): Attempt[] {
    return this.started.filter(({ outcome }) => outcome === undefined);
  }

  private running(id: number): Attempt | undefined {
    return this.started.find((each) => each.id === id && each.outcome === undefined);
  }

  private startDue(now: number): void {
    if (this.ended) return;
    while (this.waiting.length > 0 && now >= this.nextStart && this.pending().length < this.atOnce)
      this.start(now);
  }

  private start(now: number): void {
    const { id, endpoint } = this.takeNext();
    this.family = familyOf(endpoint) ?? this.family;
    const by = now + this.attemptTimeout;
    this.started.push({
      id,
      endpoint,
      startedAt: now,
      connectedAt: undefined,
      endedAt: undefined,
      outcome: undefined,
      by,
    });
    this.nextStart = now + this.headStartOf(endpoint);
    this.actions.push({ type: 'start', id, endpoint });
  }

  /** Of an attempt that goes on. */
  private headStartOf(endpoint: Endpoint): number {
    return this.headStart(endpoint, this.pending().length - 1);
  }

  /** The first of the family whose turn it is, or the first. */
  private takeNext(): Candidate {
    const wanted = this.family === undefined ? undefined : other(this.family);
    const at = this.waiting.findIndex(({ endpoint }) => familyOf(endpoint) === wanted);
    return this.waiting.splice(wanted === undefined ? 0 : Math.max(0, at), 1)[0]!;
  }

  private giveUp(attempt: Attempt, why: 'failed' | 'timeout', now: number): void {
    this.close(attempt, why, now);
    this.nextStart = now;
    this.startDue(now);
    this.endIfExhausted(now);
  }

  private close(attempt: Attempt, why: Exclude<AttemptOutcome, 'won'>, now: number): void {
    attempt.outcome = why;
    attempt.endedAt = now;
    this.actions.push({ type: 'close', id: attempt.id, why });
  }

  private endIfExhausted(now: number): void {
    if (this.complete && this.waiting.length === 0 && this.pending().length === 0)
      this.lose('exhausted', now);
  }

  private lose(why: 'exhausted' | 'deadline' | 'cancelled', now: number): void {
    if (this.ended) return;
    this.ended = true;
    this.waiting.length = 0;
    this.actions.push({ type: 'lost', why });
    for (const each of this.pending()) this.close(each, 'cancelled', now);
  }
}

function other(family: 4 | 6): 4 | 6 {
  return family === 6 ? 4 : 6;
}
