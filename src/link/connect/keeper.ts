/**
 * Keeps a session on a link: it dials when there is none, moves back to a better tier when the network allows it, and beats. What each
 * of these is stands beside it; here is what follows from what happens in the session, on the network and to a dial.
 */
import { CloseCode, type SessionEvent, type SessionState } from '../../session/index.ts';
import type { SessionClient } from '../client.ts';
import type {
  AppState,
  AttemptReport,
  Endpoint,
  HeartbeatOptions,
  NetworkClass,
  PacingOptions,
  RaceOptions,
} from '../policy/index.ts';
import { TransportError, type Open } from '../transport/transport.ts';
import { clock } from './clock.ts';
import { Dials, type DialsOwner } from './dials.ts';
import type { LinkState } from './link-state.ts';
import type { LinkMemory } from './memory.ts';
import { metered } from './meter.ts';
import { Redials } from './redials.ts';
import type { Routes } from './routes.ts';
import { Standing } from './standing.ts';
import { Timetable } from './timetable.ts';
import { Upkeep } from './upkeep.ts';

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

export class Keeper implements DialsOwner {
  network: NetworkClass;
  private readonly routes: Routes;
  private readonly memory: LinkMemory;
  private readonly owner: KeeperOwner;
  private readonly dials: Dials;
  private readonly redials: Redials;
  private readonly upkeep: Upkeep;
  private readonly standing: Standing;
  private readonly timetable: Timetable;

  constructor(routes: Routes, memory: LinkMemory, options: KeeperOptions, owner: KeeperOwner) {
    const { label, network, appState, random } = options;
    this.routes = routes;
    this.memory = memory;
    this.owner = owner;
    this.network = network;
    this.dials = new Dials(routes, memory, options.race, label, this);
    this.redials = new Redials(appState, random, options.pacing, clock());
    this.standing = new Standing((state) => owner.told(state));
    this.upkeep = new Upkeep(memory, options, {
      // what a probe hears is no sign of life of the link
      openOf: (endpoint) => routes.open(endpoint),
      found: (endpoint) => this.dial(endpoint),
      learned: (attempts) => this.dials.learn(attempts),
      moved: () => this.moved(),
    });
    this.upkeep.pulse.setForeground(appState === 'foreground');
    const { dials, redials, upkeep, standing } = this;
    const driver = (): SessionClient['driver'] => owner.client.driver;
    this.timetable = new Timetable({ dials, redials, upkeep, standing, driver, dial: () => this.dial() });
    memory.ranking.networkChanged(label, clock());
  }

  get endpoint(): Endpoint | undefined {
    return this.standing.endpoint;
  }

  /** The latest dial: who was tried when, and what became of it. */
  get report(): readonly AttemptReport[] {
    return this.dials.report;
  }

  start(): void {
    this.timetable.start();
    this.dial();
  }

  stop(): void {
    this.timetable.stop();
    this.upkeep.stop();
    this.dials.cancel(clock());
  }

  /** The app came to the front, or left it. */
  become(state: AppState): void {
    this.redials.become(state, clock());
    this.upkeep.pulse.setForeground(state === 'foreground');
    this.timetable.set();
  }

  /** The device is on another network: the link of before proves nothing. @throws RangeError for a label longer than 128. */
  networkChanged(label: string, network: NetworkClass): void {
    const now = clock();
    this.memory.ranking.networkChanged(label, now);
    this.upkeep.networkChanged(label);
    this.dials.label = label;
    this.network = network;
    this.redials.networkChanged(now);
    // what was dialled on the network before says nothing of its endpoints
    this.dials.cancel(now);
    this.standing.endpoint = undefined;
    this.timetable.set();
  }

  /** Measures an endpoint, beside the link. @returns when it has answered, or has not. */
  async probe(endpoint: Endpoint): Promise<void> {
    await this.dials.probe(endpoint);
  }

  /** What happened in the session. */
  on(event: SessionEvent): void {
    switch (event.type) {
      case 'open':
      case 'resumed':
        if (event.type === 'open') this.standing.begun();
        this.dials.verified(clock());
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
    if (this.timetable.idle) this.timetable.set();
  }

  /**
   * The server answers nothing, though the link stands: its endpoint counts as one that has failed, and another link is dialled, in
   * place of this one, if it is time for a dial.
   */
  unheard(): void {
    const { endpoint } = this;
    const now = clock();
    if (endpoint === undefined || this.dials.busy) return;
    this.memory.ranking.learn(endpoint, { ok: false }, now);
    this.owner.learned();
    if (now >= this.timetable.nextDial(now)) this.dial();
  }

  /** A transport of the session has failed; where it carried a link, that is told as broken. */
  failedLink(error: Error): void {
    if (error instanceof TransportError) this.redials.steered(error.after, clock());
    if (UNLINKED.includes(this.owner.client.driver.session.state)) this.dials.cut(clock());
  }

  // Of the dials.

  openOf(endpoint: Endpoint): Open {
    return metered(this.routes.open(endpoint), {
      wrote: (bytes) => {
        this.upkeep.pulse.wrote();
        this.owner.passed(bytes, true);
      },
      received: (bytes) => {
        this.upkeep.pulse.received();
        this.owner.passed(bytes, false);
      },
    });
  }

  tries(open: Open): void {
    this.owner.client.dial(open);
  }

  learned(): void {
    this.owner.learned();
  }

  moved(): void {
    this.timetable.set();
  }

  ended(won: Endpoint | undefined): void {
    if (won === undefined) return this.nobody();
    this.upkeep.linkUp(won);
    this.standing.online(won, this.report);
    this.timetable.set();
  }

  // Within.

  /** @param ahead an endpoint that has just answered. */
  private dial(ahead?: Endpoint): void {
    if (!this.timetable.runs || this.dials.busy) return;
    const now = clock();
    this.redials.dialled(now);
    if (ahead !== undefined) this.dials.back(ahead, this.endpoint, now);
    else {
      this.standing.dialling();
      this.dials.all(now);
    }
    this.timetable.set();
  }

  private broken(event: Extract<SessionEvent, { type: 'broken' }>): void {
    const now = clock();
    this.upkeep.pulse.linkDown(event.why === 'silent');
    this.redials.steered(Number(event.after ?? 0), now);
    if (this.dials.busy) return this.dials.cut(now);
    if (this.owner.client.goesOn) return;
    this.redials.lost(now);
    this.offline();
  }

  /** A server that stops, or is full, is asked again when it says; the session is over in any case. */
  private closed(event: Extract<SessionEvent, { type: 'closed' }>): void {
    const again = event.by === 'peer' && COMES_BACK.includes(Number(event.code)) && this.owner.renewed();
    this.dials.cancel(clock());
    this.standing.endpoint = undefined;
    this.upkeep.pulse.linkDown(false);
    if (!again) {
      this.stop();
      return this.standing.closed(Number(event.code), event.text);
    }
    this.redials.steered(Number(event.after), clock());
    this.offline();
  }

  /** The server does not have the session: it has answered, and a new one begins there. */
  private lost(): void {
    if (!this.dials.busy) {
      this.standing.endpoint = undefined;
      return this.timetable.set();
    }
    this.dials.answered(clock());
    this.dial();
  }

  /** Nobody has won: where the session was left on its link, that goes on. */
  private nobody(): void {
    if (this.endpoint === undefined || !LINKED.includes(this.owner.client.driver.session.state))
      return this.offline();
    this.upkeep.stays();
    this.standing.goesOn(this.report);
    this.timetable.set();
  }

  private offline(): void {
    this.standing.endpoint = undefined;
    this.timetable.set();
    const now = clock();
    this.standing.offline(Math.max(0, this.timetable.nextDial(now) - now), this.report);
  }
}

/** With these codes a server wants its clients to come back. */
const COMES_BACK: readonly number[] = [CloseCode.GOING_AWAY, CloseCode.OVERLOADED, CloseCode.TIMEOUT];
/** In these states a session has no link, and in those one that is live. */
const UNLINKED: readonly SessionState[] = ['idle', 'broken'];
const LINKED: readonly SessionState[] = ['open', 'draining'];
