/** One device's surroundings in virtual time: how long a packet takes to an endpoint, whether it comes through, and who is there. */
import { endpointKey, type Endpoint } from '../../src/link/policy/index.ts';
import { diceOf, exponential, share } from './dice.ts';
import { Spans } from './spans.ts';

/**
 * Who is at the other end. `silent`: nobody answers. `refuses`: a reset. `unroutable`: the device itself says at once that there is no
 * way. `portal`: something on the way that accepts, and answers in another protocol.
 */
export type End = 'server' | 'silent' | 'refuses' | 'unroutable' | 'portal';

/** The device's own link, which all that it dials share. Times in milliseconds. */
export interface Access {
  /** What the device calls it. */
  readonly label: string;
  /** To the network behind it and back. */
  readonly rtt: number;
  /** Mean of what each packet takes longer, by itself. */
  readonly jitter: number;
  /** Mean of what all packets of a moment take longer: the queue of the link. */
  readonly queue: number;
  /** Share of packets lost each way, each by itself. */
  readonly loss: number;
  /** Whether nothing comes through at a time: a tunnel, a handover. */
  readonly gaps?: readonly Spans[];
  /** How long the radio takes to wake up for a dial. */
  readonly promotion?: (random: () => number) => number;
}

export interface World {
  /** The link that the device has at a time. */
  access(at: number): Access;
  /** When the device has another link; Infinity for never. */
  changesAt(at: number): number;
  /** There and back from the network behind the device's link to an endpoint. */
  distance(endpoint: Endpoint): number;
  end(endpoint: Endpoint, at: number): End;
}

/** What a packet would meet that leaves at a time. */
export interface Path {
  readonly end: End;
  /** Milliseconds one way, but for what is the packet's own. */
  readonly delay: number;
  readonly jitter: number;
  readonly loss: number;
}

/** Milliseconds in which the queue goes from one length to another. */
const QUEUE_STEP = 250;
/** A portal is in the room. */
const PORTAL_RTT = 4;

/** A world with its queues, and with a radio that sleeps between dials. */
export class Surroundings {
  readonly world: World;
  private readonly seed: number;
  private readonly lengths = new Map<number, number>();
  private awake = -Infinity;

  constructor(world: World, seed: number) {
    this.world = world;
    this.seed = seed;
  }

  /** The device has been idle, and dials. */
  wake(at: number): void {
    const dice = diceOf(this.seed, 5, at);
    const promotion = this.world.access(at).promotion?.(() => share(dice)) ?? 0;
    this.awake = at + promotion;
  }

  path(endpoint: Endpoint, at: number): Path {
    const access = this.world.access(at);
    const end = this.world.end(endpoint, at);
    const distance = end === 'portal' ? PORTAL_RTT : access.rtt + this.world.distance(endpoint);
    const waits = Math.max(0, this.awake - at) + this.queue(access, at) / 2;
    const gone = access.gaps?.some((gap) => gap.isOn(at)) ?? false;
    return { end, delay: distance / 2 + waits, jitter: access.jitter, loss: gone ? 1 : access.loss };
  }

  /** Between two lengths that were drawn for the steps' ends. */
  private queue({ queue }: Access, at: number): number {
    if (queue === 0) return 0;
    const step = Math.floor(at / QUEUE_STEP);
    const part = at / QUEUE_STEP - step;
    const [a, b] = [this.length(step), this.length(step + 1)];
    return queue * (a + part * (b - a));
  }

  /** For a mean of 1. */
  private length(step: number): number {
    const known = this.lengths.get(step) ?? exponential(diceOf(this.seed, 1, step), 1);
    this.lengths.set(step, known);
    return known;
  }
}

/** An endpoint as a number, for dice. */
export function numberOf(endpoint: Endpoint): number {
  let hash = 0x811c_9dc5;
  for (const character of endpointKey(endpoint))
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x0100_0193);
  return hash;
}
