/** The dials of a client, one at a time: whom they try, what names resolve to meanwhile, and what they teach. */
import { learnFrom, type AttemptReport, type Endpoint, type RaceOptions } from '../policy/index.ts';
import type { Open } from '../transport/transport.ts';
import { clock } from './clock.ts';
import { Dialler } from './dialler.ts';
import { same, type LinkMemory } from './memory.ts';
import { ProbeRace } from './probe-race.ts';
import type { Routes } from './routes.ts';

/** Whom dials concern. */
export interface DialsOwner {
  /** How an endpoint is opened for the session. */
  openOf(endpoint: Endpoint): Open;
  /** The session goes on, or begins, on this transport, in place of the one before. */
  tries(open: Open): void;
  /** The dial of now is over, and its attempts have taught what they could: who has won, if anybody. */
  ended(won: Endpoint | undefined): void;
  /** Something was learned. */
  learned(): void;
  /** Something has happened of itself: `nextTimeout` may have another answer. */
  moved(): void;
}

export class Dials {
  /** The network that is dialled on. */
  label: string;
  private readonly routes: Routes;
  private readonly memory: LinkMemory;
  private readonly race: RaceOptions;
  private readonly owner: DialsOwner;
  private dialler: Dialler | undefined;
  private attempts: readonly AttemptReport[] = [];

  constructor(routes: Routes, memory: LinkMemory, race: RaceOptions, label: string, owner: DialsOwner) {
    this.routes = routes;
    this.memory = memory;
    this.race = race;
    this.label = label;
    this.owner = owner;
  }

  /** Whether one is on. */
  get busy(): boolean {
    return this.dialler !== undefined;
  }

  /** Attempts of the dial of now, or of the latest. */
  get report(): readonly AttemptReport[] {
    return this.dialler?.report() ?? this.attempts;
  }

  /** Dials all that is known, and what names resolve to. */
  all(now: number): void {
    const dialler = this.begin(now);
    dialler.add(this.memory.candidates(now), now);
    void this.resolve(dialler);
  }

  /** Dials an endpoint that has just answered: it, or where the session is. */
  back(to: Endpoint, current: Endpoint | undefined, now: number): void {
    const dialler = this.begin(now);
    dialler.add(current === undefined || same(to, current) ? [to] : [to, current], now);
    dialler.noMore(now);
  }

  /** The session was answered on the link of now. */
  verified(now: number): void {
    this.dialler?.verified(now);
  }

  /** The link on which the session was tried has ended. */
  cut(now: number): void {
    this.dialler?.cut(now);
  }

  /** Gives the dial of now up; it teaches nothing. */
  cancel(now: number): void {
    const { dialler } = this;
    this.dialler = undefined;
    dialler?.cancel(now);
  }

  /** Ends the dial of now with the one that answered, which did not go on with the session. */
  answered(now: number): void {
    const { dialler } = this;
    this.dialler = undefined;
    dialler?.verified(now);
    if (dialler !== undefined) this.learn(dialler.report());
  }

  /** Tells the ranking and the times of dials. */
  learn(attempts: readonly AttemptReport[]): void {
    const { ranking, times } = this.memory;
    learnFrom(attempts, { ranking, times, label: this.label }, clock());
    this.owner.learned();
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

  nextTimeout(): number {
    return this.dialler?.nextTimeout() ?? Infinity;
  }

  handleTimeout(now: number): void {
    this.dialler?.handleTimeout(now);
  }

  private begin(now: number): Dialler {
    const { times } = this.memory;
    const { owner } = this;
    const dialler = new Dialler(
      {
        openOf: (endpoint) => owner.openOf(endpoint),
        tries: (_endpoint, open) => owner.tries(open),
        failed: () => undefined,
        moved: () => owner.moved(),
        ended: (which, won) => this.ended(which, won),
      },
      {
        headStart: (endpoint, others) => times.headStart(this.label, endpoint, others),
        attemptTimeout: times.attemptTimeout(this.label),
        first: 'given',
        ...this.race,
      },
      now,
    );
    this.dialler = dialler;
    return dialler;
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
        this.owner.moved();
      }),
    );
    if (this.dialler === dialler) dialler.noMore(clock());
    this.owner.moved();
  }

  private ended(dialler: Dialler, won: Endpoint | undefined): void {
    this.attempts = dialler.report();
    if (dialler !== this.dialler) return;
    this.dialler = undefined;
    this.learn(this.attempts);
    this.owner.ended(won);
  }
}
