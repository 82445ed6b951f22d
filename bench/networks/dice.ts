/** What is random of a network, from a seed: the same in each run, and for each strategy. */
import { Random } from '../../fuzz/session/random.ts';

/** Of numbers that say what it is for: a client, its wish, an endpoint. */
export function diceOf(...parts: readonly number[]): Random {
  let seed = 0;
  for (const part of parts) seed = new Random(seed ^ Math.imul(part | 0, 0x9e3779b1)).next();
  return new Random(seed);
}

/** From 0 to below 1. */
export function share(random: Random): number {
  return random.next() / 2 ** 32;
}

export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * share(random);
}

export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - share(random));
}

/** All in random order. [Fisher and Yates] */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}
