/**
 * One dial: a race of transports, of which the session tries one at a time, for it has one link. Who connects first is tried first;
 * one that lets the session wait while others stand gives way to them. What the session's answer comes on has won. `now` is milliseconds since 1970,
 * as `performance.timeOrigin + performance.now()` has them: what a transport tells is timed so too.
 */
import {
  Race,
  type AttemptReport,
  type Endpoint,
  type HeadStart,
  type RaceAction,
  type RaceOptions,
} from '../policy/index.ts';
import type { Open } from '../transport/transport.ts';
import { clock } from './clock.ts';
import { Parked } from './parked.ts';

/** Who dials. */
export interface DiallerOwner {
  openOf(endpoint: Endpoint): Open;
  /** The session goes on, or begins, on this transport, in place of the one before. */
  tries(endpoint: Endpoint, open: Open): void;
  /** The race is over: who has won, if anybody. */
  ended(dialler: Dialler, won: Endpoint | undefined): void;
  /** Something has happened of itself: `nextTimeout` may have another answer. */
  moved(): void;
  /** An attempt has failed before it was tried. */
  failed(endpoint: Endpoint, error: Error): void;
}

/** An attempt whose transport was opened. */
interface Opening {
  readonly id: number;
  readonly endpoint: Endpoint;
  readonly startedAt: number;
  readonly parked: Parked;
  /** How long its connection took. */
  took: number;
  stands: boolean;
}

/** An answer takes about as long as a connection did; an exchange connects with it, and TLS takes turns of its own. */
const ANSWER_FACTOR = 2;
const EXCHANGE_FACTOR = 4;

/** See above. Call `handleTimeout` at `nextTimeout`, which may be another after each call and each `moved`. */
export class Dialler {
  readonly race: Race;
  private readonly owner: DiallerOwner;
  private readonly headStart: HeadStart;
  private readonly openings = new Map<number, Opening>();
  /** The one that the session is tried on, and until when it has the link to itself. */
  private tried: Opening | undefined;
  private triedUntil = Infinity;
  private told = false;

  /** @throws RangeError naming the option of the race that is out of its range. */
  constructor(
    owner: DiallerOwner,
    race: RaceOptions & Pick<Required<RaceOptions>, 'headStart'>,
    now: number,
  ) {
    this.owner = owner;
    const { headStart } = race;
    this.headStart = typeof headStart === 'number' ? () => headStart : headStart;
    this.race = new Race(race, now);
  }

  /** Candidates, best first; more may come. */
  add(endpoints: readonly Endpoint[], now: number): void {
    this.race.add(endpoints, now);
    this.act(now);
  }

  noMore(now: number): void {
    this.race.noMore(now);
    this.act(now);
  }

  /** Attempts so far. */
  report(): readonly AttemptReport[] {
    return this.race.report();
  }

  /** The session was answered. */
  verified(now: number): void {
    if (this.tried === undefined) return;
    this.race.verified(this.tried.id, now);
    this.act(now);
  }

  /** The link on which the session was tried has ended. */
  cut(now: number): void {
    const { tried } = this;
    if (tried === undefined) return;
    this.tried = undefined;
    this.race.failed(tried.id, now);
    this.act(now);
    this.tryNext(now);
  }

  cancel(now: number): void {
    this.race.cancel(now);
    this.act(now);
  }

  nextTimeout(): number {
    return Math.min(this.race.nextTimeout(), this.standing().length > 0 ? this.triedUntil : Infinity);
  }

  handleTimeout(now: number): void {
    this.race.handleTimeout(now);
    this.act(now);
    this.tryNext(now);
  }

  private act(now: number): void {
    const { race, openings } = this;
    for (let action = race.poll(); action !== undefined; action = race.poll()) this.take(action, now);
    if (race.over) for (const { parked } of openings.values()) parked.destroy();
  }

  private take(action: RaceAction, now: number): void {
    switch (action.type) {
      case 'start':
        return this.start(action.id, action.endpoint, now);
      case 'close':
        return this.close(action.id);
      case 'won':
        return this.end(action.endpoint);
      case 'lost':
        return this.end(undefined);
    }
  }

  private start(id: number, endpoint: Endpoint, now: number): void {
    let parked: Parked;
    try {
      parked = new Parked(this.owner.openOf(endpoint), {
        stands: () => this.stands(id),
        failed: (error) => this.failed(id, endpoint, error),
      });
    } catch (error) {
      // what can't ever be opened, as a port that is none
      queueMicrotask(() => this.failed(id, endpoint, error as Error));
      return;
    }
    this.openings.set(id, { id, endpoint, startedAt: now, parked, took: 0, stands: false });
  }

  private stands(id: number): void {
    const opening = this.openings.get(id);
    if (opening === undefined || this.race.over) return;
    const now = clock();
    opening.stands = true;
    opening.took = now - opening.startedAt;
    this.race.connected(id, now);
    this.act(now);
    this.tryNext(now);
    this.owner.moved();
  }

  private failed(id: number, endpoint: Endpoint, error: Error): void {
    this.openings.delete(id);
    if (this.race.over) return;
    this.owner.failed(endpoint, error);
    const now = clock();
    this.race.failed(id, now);
    this.act(now);
    this.owner.moved();
  }

  private standing(): Opening[] {
    return [...this.openings.values()].filter(({ stands }) => stands);
  }

  /** The session is tried on the next that stands, if it is free, or has waited for long enough where it is. */
  private tryNext(now: number): void {
    if (this.race.over || (this.tried !== undefined && now < this.triedUntil)) return;
    const [next] = this.standing();
    if (next === undefined) return;
    const before = this.tried;
    this.tried = next;
    this.openings.delete(next.id);
    const headStart = this.headStart(next.endpoint, 0);
    const wait = next.parked.isExchange
      ? EXCHANGE_FACTOR * headStart
      : Math.max(headStart, ANSWER_FACTOR * next.took);
    this.triedUntil = now + wait;
    this.owner.tries(next.endpoint, next.parked.adopt);
    if (before !== undefined) this.race.failed(before.id, now);
    this.act(now);
  }

  /** One that is tried is the session's, which gives it up for another, or when it is silent. */
  private close(id: number): void {
    this.openings.get(id)?.parked.destroy();
    this.openings.delete(id);
    if (this.tried?.id === id) this.triedUntil = -Infinity;
  }

  private end(won: Endpoint | undefined): void {
    if (this.told) return;
    this.told = true;
    this.owner.ended(this, won);
  }
}

declare function queueMicrotask(run: () => void): void;
