/** A client in virtual time: the policies as they are shipped decide, a simulated network answers. */
import { Clock } from '../../fuzz/session/clock.ts';
import {
  DialTimes,
  Endpoints,
  INTERVAL_DEFAULTS,
  learnFrom,
  NearestFirst,
  Pacing,
  Race,
  type AttemptReport,
  type Endpoint,
  type Ranking,
} from '../../src/link/policy/index.ts';
import { diceOf, share } from './dice.ts';
import { SECOND } from './scenario.ts';
import type { Strategy } from './strategies.ts';
import { fateOf, type Fate } from './tcp.ts';
import { numberOf, type Surroundings } from './world.ts';

/** What came of the wish for a link. */
export interface Outcome {
  /** Milliseconds until the first answer; Infinity when nothing came within 30 s. */
  readonly took: number;
  /** Whether the first dial won. */
  readonly first: boolean;
  readonly attempts: number;
  /** Connections that a server saw, of dials. */
  readonly seen: number;
}

/** How long somebody waits for a message to be sent. */
export const PATIENCE: number = 30 * SECOND;
/** Idle probes go out while the radio is awake: a while after a dial, and with each beat of the heartbeat. */
const PROBES_AFTER = 4 * SECOND;
const BEAT = INTERVAL_DEFAULTS.least;

export class Client {
  private readonly endpoints: Endpoints;
  private readonly ranking: Ranking;
  private readonly strategy: Strategy;
  private readonly around: Surroundings;
  private readonly seed: number;
  private readonly times = new DialTimes();
  private readonly random: () => number;
  private readonly pacing: Pacing;
  private label: string | undefined;
  private linkedAt = Infinity;
  /** Connections that a server saw, of probes. */
  probed = 0;

  constructor(
    list: readonly Endpoint[],
    ranking: Ranking,
    strategy: Strategy,
    around: Surroundings,
    seed: number,
  ) {
    this.endpoints = new Endpoints(list);
    this.ranking = ranking;
    this.strategy = strategy;
    this.around = around;
    this.seed = seed;
    const dice = diceOf(seed, 2);
    this.random = () => share(dice);
    this.pacing = new Pacing(this.random);
  }

  /** Somebody has a message to send, and no link. The first answer has also that of the message: a session is resumed. */
  reach(wish: number): Outcome {
    this.idle(wish);
    this.around.wake(wish);
    let [at, attempts, seen] = [wish, 0, 0];
    for (let dials = 1; at < wish + PATIENCE; dials++) {
      this.pacing.dialled(at);
      const dialled = this.dial(at);
      attempts += dialled.attempts.length;
      seen += dialled.seen;
      if (dialled.won) {
        this.linkedAt = dialled.endedAt;
        const took = dialled.endedAt - wish;
        return { took: took <= PATIENCE ? took : Infinity, first: dials === 1, attempts, seen };
      }
      at = Math.max(dialled.endedAt, this.pacing.nextDial('fresh', true));
    }
    return { took: Infinity, first: false, attempts, seen };
  }

  private dial(at: number): {
    won: boolean;
    endedAt: number;
    attempts: readonly AttemptReport[];
    seen: number;
  } {
    this.arrive(at);
    const { world } = this.around;
    const label = this.label!;
    const race = new Race(this.strategy.options(this.times, label), at);
    const clock = new Clock();
    clock.now = at;
    race.add(this.endpoints.candidates(this.ranking, at, this.random), at);
    race.noMore(at);
    const changes = world.changesAt(at);
    clock.after(changes - at, () => race.cancel(clock.now));
    const { won, fates } = this.run(race, clock);
    const attempts = race.report();
    if (clock.now < changes)
      learnFrom(attempts, { ranking: this.ranking, times: this.times, label }, clock.now);
    else this.pacing.networkChanged(clock.now);
    const seen = attempts.filter(({ id, endedAt = Infinity }) => fates.get(id)!.seen <= endedAt).length;
    return { won, endedAt: clock.now, attempts, seen };
  }

  /** The race's clock and what the network does, in the order of their times. */
  private run(race: Race, clock: Clock): { won: boolean; fates: ReadonlyMap<number, Fate> } {
    const fates = new Map<number, Fate>();
    let won = false;
    for (;;) {
      for (let action = race.poll(); action !== undefined; action = race.poll()) {
        if (action.type === 'won') won = true;
        if (action.type === 'start')
          fates.set(action.id, this.start(race, clock, action.id, action.endpoint));
      }
      if (race.over) return { won, fates };
      const due = race.nextTimeout();
      if (clock.step(due)) continue;
      clock.now = due;
      race.handleTimeout(due);
    }
  }

  private start(race: Race, clock: Clock, id: number, endpoint: Endpoint): Fate {
    const fate = this.fate(endpoint, clock.now);
    const plan = (at: number, tell: (now: number) => void): void => {
      if (at < Infinity) clock.after(at - clock.now, () => tell(clock.now));
    };
    plan(fate.connects, (now) => race.connected(id, now));
    plan(fate.verifies, (now) => race.verified(id, now));
    plan(fate.fails, (now) => race.failed(id, now));
    return fate;
  }

  /** The same for each strategy that starts it at the same moment. */
  private fate(endpoint: Endpoint, at: number): Fate {
    return fateOf(at, (time) => this.around.path(endpoint, time), diceOf(this.seed, numberOf(endpoint), at));
  }

  /** Which network it is. */
  private arrive(at: number): void {
    const { label } = this.around.world.access(at);
    if (label === this.label) return;
    this.ranking.networkChanged(label, at);
    this.label = label;
  }

  /** Who ranks by latency measures it while the link is idle. */
  private idle(until: number): void {
    if (!(this.ranking instanceof NearestFirst) || this.linkedAt === Infinity) return;
    const ends = Math.min(until, this.around.world.changesAt(this.linkedAt));
    for (let at = this.linkedAt + PROBES_AFTER; at < ends; at += BEAT)
      for (const endpoint of this.ranking.due(this.endpoints.all(), at))
        this.probe(this.ranking, endpoint, at);
    this.linkedAt = Infinity;
  }

  private probe(ranking: NearestFirst, endpoint: Endpoint, at: number): void {
    const { seen, connects, verifies } = this.fate(endpoint, at);
    const timeout = at + this.times.attemptTimeout(this.label!);
    if (seen < timeout) this.probed++;
    const ok = verifies < timeout;
    const took = Math.min(connects - at, verifies - connects);
    ranking.learn(endpoint, ok ? { ok, took } : { ok }, Math.min(verifies, timeout));
  }
}
