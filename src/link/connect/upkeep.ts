/** What a link that stands needs: its beats, and on a lesser tier a look at the better ones. */
import type { Endpoint, HeartbeatOptions } from '../policy/index.ts';
import { tierOf } from './address.ts';
import type { LinkMemory } from './memory.ts';
import { Pulse } from './pulse.ts';
import { WayBack, type WayBackOwner } from './way-back.ts';

/** The tier in which links last one exchange: nothing of them is kept alive. */
const EXCHANGES = 3;

export interface UpkeepOptions {
  readonly heartbeat: HeartbeatOptions;
  readonly returnAfter: number;
  readonly label: string;
  readonly random: () => number;
}

export class Upkeep {
  readonly pulse: Pulse;
  private readonly wayBack: WayBack;
  private readonly memory: LinkMemory;

  constructor(
    memory: LinkMemory,
    { heartbeat, label, returnAfter, random }: UpkeepOptions,
    owner: WayBackOwner,
  ) {
    this.memory = memory;
    this.pulse = new Pulse(heartbeat, memory.beats);
    this.pulse.networkChanged(label);
    this.wayBack = new WayBack(returnAfter, random, owner);
  }

  stop(): void {
    this.wayBack.stop();
  }

  /** The link of before proves nothing here. */
  networkChanged(label: string): void {
    this.pulse.networkChanged(label);
    this.wayBack.restart();
  }

  /** A link stands. */
  linkUp(endpoint: Endpoint): void {
    if (tierOf(endpoint) < EXCHANGES) this.pulse.linkUp();
    else this.pulse.linkDown(false);
    if (this.memory.hasBetter(endpoint)) this.wayBack.wait();
    else this.wayBack.restart();
  }

  /** A dial has brought nothing better. */
  stays(): void {
    this.wayBack.wait();
  }

  /** @param at where the link stands, while nothing is dialled. */
  nextTimeout(at: Endpoint | undefined): number {
    return Math.min(this.pulse.nextTimeout(), at === undefined ? Infinity : this.wayBack.nextTimeout());
  }

  /** Looks at the better tiers, when it is time for that. */
  look(at: Endpoint, now: number): void {
    this.wayBack.handleTimeout(now, () => this.memory.better(at, now));
  }
}
