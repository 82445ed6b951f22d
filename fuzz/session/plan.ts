/** What a simulated run does, from a seed: a list of actions that can be shortened. */
import type { Failure } from './network.ts';
import { Random } from './random.ts';

export type Action =
  | { readonly do: 'command'; readonly by: Side; readonly repeatable: boolean; readonly size: number; readonly deadline: number; readonly parts: number; readonly think: number }
  /** `news`: of which key only the latest counts; 0 for none. */
  | { readonly do: 'push'; readonly by: Side; readonly size: number; readonly news: number }
  /** The answer to the latest command that has none is not wanted any more. */
  | { readonly do: 'cancel'; readonly by: Side }
  /** The link of now, and the next, fails when so many more bytes were sent one way. */
  | { readonly do: 'cut'; readonly how: Failure; readonly up: boolean; readonly bytes: number; readonly half: boolean }
  /** Nothing arrives for a while; then all of it does. */
  | { readonly do: 'freeze'; readonly time: number; readonly up: boolean; readonly down: boolean }
  /** For a while a transport takes so many bytes a second one way. */
  | { readonly do: 'choke'; readonly time: number; readonly up: boolean; readonly rate: number }
  /** A further link is opened while the one before may live; `abandon`: nobody closes that. `late`: the opening takes longer. */
  | { readonly do: 'reconnect'; readonly delay: number; readonly abandon: boolean; readonly late: number }
  /** All that a link before has carried to the server comes once more, as another link. */
  | { readonly do: 'replay'; readonly back: number }
  /** An application does not poll for a while. */
  | { readonly do: 'stall'; readonly by: Side; readonly time: number }
  | { readonly do: 'crash'; readonly by: Side; readonly down: number }
  /** A client comes back as it stood so many batches of its journal ago: from a backup. */
  | { readonly do: 'rollback'; readonly batches: number; readonly down: number }
  /** The server forgets all its sessions. */
  | { readonly do: 'forget' }
  /** The session is closed: in good order, or at once. */
  | { readonly do: 'close'; readonly by: Side; readonly abort: boolean }
  /** The server takes no new sessions for a while. */
  | { readonly do: 'refuse'; readonly time: number }; // prettier-ignore

type Side = 'client' | 'server';

export interface Step {
  readonly at: number;
  /** Which client it is about. */
  readonly client: number;
  readonly action: Action;
}

export interface Plan {
  readonly seed: number;
  readonly clients: number;
  /** Milliseconds one way. */
  readonly delay: number;
  /** Bytes that a transport takes before it asks to wait. */
  readonly buffer: number;
  readonly windowFrames: number;
  readonly windowBytes: number;
  readonly outboxFrames: number;
  readonly ackDelay: number;
  readonly packs: boolean;
  /** Both sides keep a journal; a crash then loses nothing that was safe. */
  readonly journals: boolean;
  /** The applications say themselves what they have taken, so many milliseconds later; -1: they don't. */
  readonly takeAfter: number;
  /** How long until what a journal was given is safe. */
  readonly sync: number;
  readonly steps: readonly Step[];
}

export function planOf(seed: number): Plan {
  const random = new Random(seed);
  const length = random.pick([1000, 5000, 20_000, 120_000]);
  const count = random.from(3, 40);
  const journals = random.chance(50);
  const clients = random.pick([1, 1, 1, 2, 3]);
  const steps = Array.from({ length: count }, () => {
    const client = random.below(clients);
    return { at: random.below(length), client, action: actionOf(random, journals) };
  });
  return {
    seed,
    clients,
    delay: random.pick([1, 20, 150, 800]),
    buffer: random.pick([1, 100, 65_536, 65_536]),
    windowFrames: random.pick([1, 2, 4, 16, 1024]),
    windowBytes: random.pick([64, 300, 65_536]),
    outboxFrames: random.pick([2, 8, 64]),
    ackDelay: random.pick([0, 50, 1000]),
    packs: random.chance(30),
    journals,
    takeAfter: random.pick([-1, -1, -1, 0, 30, 700]),
    sync: random.pick([1, 7, 60, 300]),
    steps: steps.toSorted((a, b) => a.at - b.at),
  };
}

/** How often actions come. */
const SHARES: readonly (readonly [number, (random: Random, journals: boolean) => Action])[] = [
  [24, (random) => commandOf(random, 'client')],
  [8, (random) => commandOf(random, 'server')],
  [14, (random) => pushOf(random, 'client')],
  [14, (random) => pushOf(random, 'server')],
  [2, (random) => ({ do: 'cancel', by: sideOf(random) })],
  [20, cutOf],
  [4, (random) => ({ do: 'freeze', time: random.pick([50, 1000, 8000]), up: random.chance(80), down: random.chance(80) })],
  [4, (random) => ({ do: 'choke', time: random.from(1, 8000), up: random.chance(50), rate: random.pick([20, 300, 5000]) })],
  [8, (random) => ({ do: 'reconnect', delay: random.below(50), abandon: random.chance(50), late: random.pick([0, 0, 60, 3000]) })],
  [2, (random) => ({ do: 'replay', back: random.below(4) })],
  [6, (random) => ({ do: 'stall', by: sideOf(random), time: random.from(1, 8000) })],
  [2, (random) => ({ do: 'close', by: sideOf(random), abort: random.chance(40) })],
  [1, (random) => ({ do: 'refuse', time: random.below(3000) })],
  [2, () => ({ do: 'forget' })],
  [1, (random, journals) => (journals ? { do: 'rollback', batches: random.from(1, 8), down: random.below(500) } : cutOf(random))],
  [8, (random, journals) => (journals ? { do: 'crash', by: sideOf(random), down: random.below(3000) } : cutOf(random))],
]; // prettier-ignore

const ALL = SHARES.reduce((sum, [share]) => sum + share, 0);

function actionOf(random: Random, journals: boolean): Action {
  let left = random.below(ALL);
  const [, make] = SHARES.find(([share]) => (left -= share) < 0)!;
  return make(random, journals);
}

function sideOf(random: Random): Side {
  return random.chance(50) ? 'client' : 'server';
}

function sizeOf(random: Random): number {
  return random.pick([0, 1, 10, 60, 400]);
}

function commandOf(random: Random, by: Side): Action {
  return {
    do: 'command',
    by,
    repeatable: by === 'client' && random.chance(50),
    size: sizeOf(random),
    deadline: random.chance(15) ? random.from(1, 3000) : 0,
    parts: random.chance(20) ? random.from(1, 5) : 0,
    think: random.pick([0, 0, 10, 500, 5000]),
  };
}

function pushOf(random: Random, by: Side): Action {
  return { do: 'push', by, size: sizeOf(random), news: random.chance(30) ? random.from(1, 2) : 0 };
}

function cutOf(random: Random): Action {
  const bytes = random.below(random.pick([2, 20, 200]));
  const how = random.pick(['fin', 'rst', 'silence'] as const);
  return { do: 'cut', how, up: random.chance(50), bytes, half: random.chance(30) };
}
