/** The way back to a better tier: while the session is on a lesser one, the better ones are probed, ever more rarely. */
import type { AttemptReport, Endpoint } from '../policy/index.ts';
import type { Open } from '../transport/transport.ts';
import { clock } from './clock.ts';
import { ProbeRace } from './probe-race.ts';

export interface WayBackOwner {
  openOf(endpoint: Endpoint): Open;
  /** It answers again. */
  found(endpoint: Endpoint): void;
  learned(attempts: readonly AttemptReport[]): void;
  moved(): void;
}

/** Milliseconds: the longest pause between two looks. */
const LONGEST = 600_000;

export class WayBack {
  private readonly first: number;
  private readonly random: () => number;
  private readonly owner: WayBackOwner;
  private pause: number;
  private at = Infinity;
  private race: ProbeRace | undefined;

  /** @param first milliseconds until the first look; each that finds nothing doubles them, up to ten minutes. */
  constructor(first: number, random: () => number, owner: WayBackOwner) {
    this.first = first;
    this.pause = first;
    this.random = random;
    this.owner = owner;
  }

  /** The session is on a lesser tier. */
  wait(): void {
    // clients that were thrown back together don't come back together
    if (this.at === Infinity) this.at = clock() + this.pause * (1 + this.random() / 4);
  }

  /** Nothing is looked for, until `wait`. */
  stop(): void {
    this.at = Infinity;
    this.race?.cancel();
  }

  /** The network is another, or all is well: the next time begins with the shortest pause. */
  restart(): void {
    this.stop();
    this.pause = this.first;
  }

  nextTimeout(): number {
    return this.race === undefined ? this.at : Infinity;
  }

  handleTimeout(now: number, candidates: () => readonly Endpoint[]): void {
    if (now < this.nextTimeout()) return;
    this.at = Infinity;
    const race = new ProbeRace({
      openOf: (endpoint) => this.owner.openOf(endpoint),
      ended: (won) => this.ended(race, won),
    });
    this.race = race;
    race.add(candidates());
    race.noMore();
  }

  private ended(race: ProbeRace, won: Endpoint | undefined): void {
    this.race = undefined;
    this.pause = Math.min(LONGEST, this.pause * 2);
    const cancelled = race.report().every(({ outcome }) => outcome === 'cancelled');
    if (!cancelled) {
      this.owner.learned(race.report());
      this.wait();
    }
    if (won !== undefined) this.owner.found(won);
    this.owner.moved();
  }
}
