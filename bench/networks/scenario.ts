/** A simulated network, and when an app on it wants a link. */
import type { Random } from '../../fuzz/session/random.ts';
import type { Endpoint } from '../../src/link/policy/index.ts';
import { exponential } from './dice.ts';
import type { World } from './world.ts';

/** Of a client that knows nothing; of one that has dialled before; of one that is still learning, which is not counted. */
export type Phase = 'cold' | 'learned' | 'learning';

export interface Wish {
  readonly at: number;
  readonly phase: Phase;
}

export interface Life {
  readonly world: World;
  readonly wishes: readonly Wish[];
}

export interface Scenario {
  readonly id: string;
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
  /** Another life for each client. */
  live(random: Random): Life;
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
/** Dials before what is learned counts. */
const LEARNING = 10;

/** Links are lost now and then: after so many milliseconds on average, and not before 30 s. */
export function wishes(random: Random, learned: number, mean: number = 5 * MINUTE): Wish[] {
  let at = 0;
  return Array.from({ length: 1 + LEARNING + learned }, (_, i) => {
    at += 30 * SECOND + exponential(random, mean - 30 * SECOND);
    return { at, phase: i === 0 ? 'cold' : i <= LEARNING ? 'learning' : 'learned' };
  });
}
