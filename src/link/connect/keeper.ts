/**
 * Keeps a session on a link: it dials when there is none, moves back to a better tier when the network allows it, beats, and
 * learns from all of it.
 */
import { CloseCode, type SessionEvent } from '../../session/index.ts';
import { Alarm } from '../alarm.ts';
import type { SessionClient } from '../client.ts';
import {
  AppActivity,
  learnFrom,
  Pacing,
  type AppState,
  type AttemptReport,
  type Endpoint,
  type HeartbeatOptions,
  type NetworkClass,
  type PacingOptions,
  type RaceOptions,
} from '../policy/index.ts';
import { TransportError, type Open } from '../transport/transport.ts';
import { tierOf } from './address.ts';
import { clock, timerTime } from './clock.ts';
import { Dialler, type DiallerOwner } from './dialler.ts';
import { same, type LinkMemory } from './memory.ts';
import { metered } from './meter.ts';
import { ProbeRace } from './probe-race.ts';
import { Pulse } from './pulse.ts';
import type { Routes } from './routes.ts';
import { WayBack } from './way-back.ts';

export interface KeeperOptions {
  readonly race: RaceOptions;
  readonly pacing: PacingOptions;
  readonly heartbeat: HeartbeatOptions;
  readonly returnAfter: number;
  readonly label: string;
  readonly network: NetworkClass;
  readonly appState: AppState;
  readonly random: () => number;
}

/** What the keeper tells. */
export type LinkState =
  | { readonly state: 'dialling' }
  /** `fresh`: a session has begun, and did not go on: what the server keeps is to be synchronised. */
  | {
      readonly state: 'online';
      readonly endpoint: Endpoint;
      readonly fresh: boolean;
      readonly attempts: readonly AttemptReport[];
    }
  /** There is no link; the next dial is so many milliseconds away. */
  | { readonly state: 'offline'; readonly redialIn: number; readonly attempts: readonly AttemptReport[] }
  | { readonly state: 'closed'; readonly code: number; readonly text: string };

export interface KeeperOwner {
  /** The session of now. */
  readonly client: SessionClient;
  /** The server has ended the session, and wants its clients to come back. @returns false where nobody wants to. */
  renewed(): boolean;
  told(state: LinkState): void;
  /** Something was learned. */
  learned(): void;
  passed(bytes: number, sent: boolean): void;
}

export class Keeper implements DiallerOwner {
  network: NetworkClass;
  private readonly routes: Routes;
  private readonly memory: LinkMemory;
  private readonly options: KeeperOptions;
  private readonly owner: KeeperOwner;
  private readonly pacing: Pacing;
  private readonly activity: AppActivity;
  private readonly pulse: Pulse;
  private readonly wayBack: WayBack;
  private readonly alarm: Alarm = new Alarm(() => this.ring());
  private label: string;
  private dialler: Dialler | undefined;
  private attempts: readonly AttemptReport[] = [];
  /** Where the link stands. */
  private current: Endpoint | undefined;
  private told: LinkState['state'] = 'closed';
  /** Whether a session has begun since a link was told of. */
  private fresh = false;
  private over = true;

  constructor(routes: Routes, memory: LinkMemory, options: KeeperOptions, owner: KeeperOwner) {
    this.routes = routes;
    this.memory = memory;
    this.options = options;
    this.owner = owner;
    this.label = options.label;
    this.network = options.network;
    this.pacing = new Pacing(options.random, options.pacing);
    this.activity = new AppActivity(options.appState, clock());
    this.pulse = new Pulse(options.heartbeat, memory.beats);
    this.pulse.setForeground(options.appState === 'foreground');
    this.pulse.networkChanged(this.label);
    memory.ranking.networkChanged(this.label, clock());
    this.wayBack = new WayBack(options.returnAfter, options.random, {
      // what a probe hears is no sign of life of the link
      openOf: (endpoint) => routes.open(endpoint),
      found: (endpoint) => this.dial(endpoint),
      learned: (attempts) => this.learn(attempts),
      moved: () => this.schedule(),
    });
  }

  get endpoint(): Endpoint | undefined {
    return this.current;
  }

  /** The latest dial: who was tried when, and what became of it. */
  get report(): readonly AttemptReport[] {
    return this.dialler?.report() ?? this.attempts;
  }

  start(): void {
    this.over = false;
    this.dial();
  }

  stop(): void {
    this.over = true;
    this.alarm.stop();
    this.wayBack.stop();
    const { dialler } = this;
    this.dialler = undefined;
    dialler?.cancel(clock());
  }

  /** The app came to the front, or left it. */
  become(state: AppState): void {
    this.activity.become(state, clock());
    this.pulse.setForeground(state === 'foreground');
    this.schedule();
  }

  get appState(): AppState {
    return this.activity.state;
  }

  /** The device is on another network: the link of before proves nothing. @throws RangeError for a label longer than 128. */
  networkChanged(label: string, network: NetworkClass): void {
    const now = clock();
    this.memory.ranking.networkChanged(label, now);
    this.pulse.networkChanged(label);
    this.label = label;
    this.network = network;
    this.pacing.networkChanged(now);
    this.wayBack.restart();
    // what was dialled on the network before says nothing of its endpoints
    const { dialler } = this;
    this.dialler = undefined;
    dialler?.cancel(now);
    this.current = undefined;
    this.schedule();
  }

  /** Measures an endpoint, beside the link. @returns when it has answered, or has not. */
  async probe(endpoint: Endpoint): Promise<void> {
    await new Promise<void>((resolve) => {
      const race = new ProbeRace({
        openOf: (each) => this.routes.open(each),
        ended: () => {
          this.learn(race.report());
          resolve();
        },
      });
      race.add([endpoint]);
      race.noMore();
    });
  }

  /** What happened in the session. */
  on(event: SessionEvent): void {
    switch (event.type) {
      case 'open':
      case 'resumed':
        this.fresh ||= event.type === 'open';
        this.dialler?.verified(clock());
        break;
      case 'broken':
        this.broken(event);
        break;
      case 'lost':
        this.lost();
        break;
      case 'closed':
        this.closed(event);
        break;
      default:
    }
  }

  /** Something was said to the session: where it has no link, that may bring the next dial forward. */
  settled(): void {
    if (this.dialler === undefined && this.current === undefined) this.schedule();
  }

  /** A transport of the session has failed; where it carried a link, that is told as broken. */
  failedLink(error: Error): void {
    if (error instanceof TransportError) this.pacing.steered(error.after, clock());
    const { state } = this.owner.client.driver.session;
    if (state === 'idle' || state === 'broken') this.dialler?.cut(clock());
  }

  // Of the dialler.

  openOf(endpoint: Endpoint): Open {
    return metered(this.routes.open(endpoint), {
      wrote: (bytes) => {
        this.pulse.wrote();
        this.owner.passed(bytes, true);
      },
      received: (bytes) => {
        this.pulse.received();
        this.owner.passed(bytes, false);
      },
    });
  }

  tries(_endpoint: Endpoint, open: Open): void {
    this.owner.client.dial(open);
  }

  failed(): void {}

  moved(): void {
    this.schedule();
  }

  ended(dialler: Dialler, won: Endpoint | undefined): void {
    this.attempts = dialler.report();
    if (dialler !== this.dialler) return;
    this.dialler = undefined;
    this.learn(this.attempts);
    if (won === undefined) return this.nobody();
    this.current = won;
    if (tierOf(won) < EXCHANGES) this.pulse.linkUp();
    else this.pulse.linkDown(false);
    if (this.memory.hasBetter(won)) this.wayBack.wait();
    else this.wayBack.restart();
    const { fresh, attempts } = this;
    this.fresh = false;
    this.say({ state: 'online', endpoint: won, fresh, attempts });
    this.schedule();
  }

  // Within.

  /** @param ahead an endpoint that has just answered: it, or where the session is. */
  private dial(ahead?: Endpoint): void {
    if (this.over || this.dialler !== undefined) return;
    const now = clock();
    this.pacing.dialled(now);
    const { times } = this.memory;
    const dialler = new Dialler(
      this,
      {
        headStart: (endpoint, others) => times.headStart(this.label, endpoint, others),
        attemptTimeout: times.attemptTimeout(this.label),
        first: 'given',
        ...this.options.race,
      },
      now,
    );
    this.dialler = dialler;
    if (ahead !== undefined) this.dialBack(dialler, ahead, now);
    else this.dialAll(dialler, now);
    this.schedule();
  }

  private dialBack(dialler: Dialler, ahead: Endpoint, now: number): void {
    const { current } = this;
    dialler.add(current === undefined || same(ahead, current) ? [ahead] : [ahead, current], now);
    dialler.noMore(now);
  }

  private dialAll(dialler: Dialler, now: number): void {
    this.say({ state: 'dialling' });
    const { memory } = this;
    dialler.add(memory.candidates(now), now);
    void this.resolve(dialler);
  }

  /** Each name on its own: what one takes holds up no other, and no address. */
  private async resolve(dialler: Dialler): Promise<void> {
    const { memory } = this;
    const found: Endpoint[] = [];
    await Promise.all(
      this.routes.resolve().map(async (endpoints) => {
        found.push(...(await endpoints));
        memory.take('resolved', found);
        if (this.dialler === dialler) dialler.add(memory.candidates(clock()), clock());
        this.schedule();
      }),
    );
    if (this.dialler === dialler) dialler.noMore(clock());
    this.schedule();
  }

  private broken(event: Extract<SessionEvent, { type: 'broken' }>): void {
    const now = clock();
    this.pulse.linkDown(event.why === 'silent');
    this.pacing.steered(Number(event.after ?? 0), now);
    if (this.dialler !== undefined) return this.dialler.cut(now);
    if (this.owner.client.goesOn) return;
    this.current = undefined;
    this.pacing.lost(now);
    this.offline();
  }

  /** A server that stops, or is full, is asked again when it says; the session is over in any case. */
  private closed(event: Extract<SessionEvent, { type: 'closed' }>): void {
    const again = event.by === 'peer' && COMES_BACK.includes(Number(event.code)) && this.owner.renewed();
    const { dialler } = this;
    this.dialler = undefined;
    dialler?.cancel(clock());
    this.current = undefined;
    this.pulse.linkDown(false);
    if (!again) {
      this.stop();
      return this.say({ state: 'closed', code: Number(event.code), text: event.text });
    }
    this.pacing.steered(Number(event.after), clock());
    this.offline();
  }

  /** The server does not have the session: it has answered, and a new one begins there. */
  private lost(): void {
    const { dialler } = this;
    if (dialler === undefined) {
      if (this.current !== undefined) this.current = undefined;
      return this.schedule();
    }
    this.dialler = undefined;
    dialler.verified(clock());
    this.learn(dialler.report());
    this.dial();
  }

  /** Nobody has won: where the session was left on its link, that goes on. */
  private nobody(): void {
    const { state } = this.owner.client.driver.session;
    if (this.current !== undefined && (state === 'open' || state === 'draining')) {
      this.wayBack.wait();
      return this.schedule();
    }
    this.current = undefined;
    this.offline();
  }

  private offline(): void {
    const now = clock();
    this.schedule();
    const redialIn = Math.max(0, this.nextDial(now) - now);
    this.say({ state: 'offline', redialIn, attempts: this.attempts });
  }

  private say(state: LinkState): void {
    if (state.state === this.told && state.state !== 'online') return;
    this.told = state.state;
    this.owner.told(state);
  }

  private learn(attempts: readonly AttemptReport[]): void {
    const { ranking, times } = this.memory;
    learnFrom(attempts, { ranking, times, label: this.label }, clock());
    this.owner.learned();
  }

  private nextDial(now: number): number {
    const { work } = this.owner.client.driver.session;
    const wanted = work.waiting || work.unanswered > 0 || work.closing || !work.idle;
    return this.pacing.nextDial(this.activity.activity(now), wanted);
  }

  private get idle(): boolean {
    return this.dialler === undefined && this.current === undefined;
  }

  /** Whether there is a link, and no dial is on. */
  private get settledHere(): boolean {
    return this.dialler === undefined && this.current !== undefined;
  }

  private schedule(): void {
    if (this.over) return;
    const now = clock();
    const next = Math.min(
      this.dialler?.nextTimeout() ?? Infinity,
      this.idle ? Math.min(this.nextDial(now), this.activity.nextTimeout(now)) : Infinity,
      this.pulse.nextTimeout(),
      this.settledHere ? this.wayBack.nextTimeout() : Infinity,
    );
    this.alarm.set(timerTime(next));
  }

  private ring(): void {
    if (this.over) return;
    const now = clock();
    this.dialler?.handleTimeout(now);
    if (this.idle && now >= this.nextDial(now)) this.dial();
    this.beat(now);
    if (this.settledHere) this.wayBack.handleTimeout(now, () => this.memory.better(this.current!, now));
    this.schedule();
  }

  private beat(now: number): void {
    const { driver } = this.owner.client;
    const action = this.pulse.handleTimeout(now);
    if (action === 'beat' && driver.session.ping(timerTime(now))) driver.wake();
    // the session finds out for itself; there is no reason to wait for that
    if (action === 'dead') this.dial();
  }
}

/** With these codes a server wants its clients to come back. */
const COMES_BACK: readonly number[] = [CloseCode.GOING_AWAY, CloseCode.OVERLOADED, CloseCode.TIMEOUT];
/** The tier in which links last one exchange. */
const EXCHANGES = 3;
