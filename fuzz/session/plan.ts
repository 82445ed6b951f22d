/** What a simulated run does, from a seed: a list of actions that can be shortened. */
import type { Failure } from './network.ts';
import { Random } from './random.ts';

export type Action =
  | { readonly do: 'command'; readonly repeatable: boolean; readonly size: number; readonly deadline: number; readonly parts: number; readonly think: number }
  | { readonly do: 'push'; readonly size: number; readonly news: boolean }
  | { readonly do: 'serverPush'; readonly size: number; readonly news: boolean }
  /** The link of now fails when so many more bytes were sent one way. */
  | { readonly do: 'cut'; readonly how: Failure; readonly up: boolean; readonly bytes: number; readonly half: boolean }
  /** A further link is opened while the one before may live. */
  | { readonly do: 'reconnect'; readonly delay: number }
  /** An application does not poll for a while. */
  | { readonly do: 'stall'; readonly client: boolean; readonly time: number }
  | { readonly do: 'crash'; readonly client: boolean; readonly down: number }
  /** The server forgets all its sessions. */
  | { readonly do: 'forget' }; // prettier-ignore

export interface Step {
  readonly at: number;
  readonly action: Action;
}

export interface Plan {
  readonly seed: number;
  /** Milliseconds one way. */
  readonly delay: number;
  readonly windowFrames: number;
  readonly windowBytes: number;
  readonly outboxFrames: number;
  readonly ackDelay: number;
  readonly packs: boolean;
  /** Both sides keep a journal; a crash then loses nothing that was safe. */
  readonly journals: boolean;
  readonly steps: readonly Step[];
}

export function planOf(seed: number): Plan {
  const random = new Random(seed);
  const length = random.pick([1000, 5000, 20_000, 120_000]);
  const count = random.from(3, 40);
  const journals = random.chance(50);
  const steps = Array.from({ length: count }, () => ({ at: random.below(length), action: actionOf(random, journals) }));
  return {
    seed,
    delay: random.pick([1, 20, 150, 800]),
    windowFrames: random.pick([1, 2, 4, 16, 1024]),
    windowBytes: random.pick([64, 300, 65_536]),
    outboxFrames: random.pick([2, 8, 64]),
    ackDelay: random.pick([0, 50, 1000]),
    packs: random.chance(30),
    journals,
    steps: steps.toSorted((a, b) => a.at - b.at),
  };
}

function actionOf(random: Random, journals: boolean): Action {
  const size = random.pick([0, 1, 10, 60, 400]);
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return {
        do: 'command',
        repeatable: random.chance(50),
        size,
        deadline: random.chance(15) ? random.from(1, 3000) : 0,
        parts: random.chance(20) ? random.from(1, 5) : 0,
        think: random.pick([0, 0, 10, 500, 5000]),
      };
    case 4:
    case 5:
      return { do: 'push', size, news: random.chance(30) };
    case 6:
    case 7:
      return { do: 'serverPush', size, news: random.chance(30) };
    case 8:
    case 9:
    case 10:
      return { do: 'cut', how: random.pick(['fin', 'rst', 'silence']), up: random.chance(50), bytes: random.below(random.pick([2, 20, 200])), half: random.chance(30) };
    case 11:
      return { do: 'reconnect', delay: random.below(50) };
    case 12:
      return { do: 'stall', client: random.chance(50), time: random.from(1, 8000) };
    default:
      if (random.chance(20)) return { do: 'forget' };
      return journals ? { do: 'crash', client: random.chance(50), down: random.below(3000) } : { do: 'reconnect', delay: 0 };
  }
} // prettier-ignore
