/** Where connections are cut: after every byte, each way, in every manner; and what follows them, in its handshake. */
import { Random } from '../session/random.ts';

/**
 * How a connection fails. `fin`: both ends are told that the other has ended. `half fin`: only the one that was to get the
 * next byte; the other way goes on. `rst`: both are told at once. `silence`: nobody is told, nothing arrives any more.
 * `half silence`: nothing arrives one way.
 */
export const FAILURES = ['fin', 'half fin', 'rst', 'silence', 'half silence'] as const;
export type Failure = (typeof FAILURES)[number];

export interface Cut {
  /** Which way the bytes are counted: from the client to the server, or back. */
  readonly up: boolean;
  /** So many bytes arrive before it; 0: it comes instead of the first. */
  readonly bytes: number;
  readonly how: Failure;
}

/** The cuts of one conversation: of its first connection, and of the one after that. */
export type Plan = readonly Cut[];

/** Bytes each way. */
export interface Lengths {
  readonly up: number;
  readonly down: number;
}

/** Bytes of a connection that goes on with a session: all of the handshake, and the beginning of what is sent again. */
const AGAIN: Lengths = { up: 40, down: 40 };

/** All places for cuts in conversations of some length, in an order that is the same every time. */
export class Places {
  private readonly first: readonly Cut[];
  private readonly again: readonly Cut[];

  constructor(lengths: Lengths) {
    const random = new Random(1);
    this.first = shuffled(everyCut(lengths), random);
    this.again = shuffled(everyCut(AGAIN), random);
  }

  /** Plans after which every place had its turn. */
  get round(): number {
    return this.first.length;
  }

  plan(index: number): Plan {
    const { first, again } = this;
    return [first[index % first.length]!, again[index % again.length]!];
  }
}

/** A cut after every byte, each way, in every manner. */
function everyCut({ up, down }: Lengths): Cut[] {
  return FAILURES.flatMap((how) => [
    ...Array.from({ length: up + 1 }, (_, bytes) => ({ up: true, bytes, how })),
    ...Array.from({ length: down + 1 }, (_, bytes) => ({ up: false, bytes, how })),
  ]);
}

function shuffled<T>(items: T[], random: Random): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}
