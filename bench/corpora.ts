/** What the benchmarks encode and decode: pools of distinct values from a seed, so that nothing is learned by heart. */
import type { Encodable } from 'petrel/value';

/** Small, fast and the same everywhere: Marsaglia's xorshift. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % below;
  }

  text(length: number, characters: string): string {
    let text = '';
    for (let i = 0; i < length; i++) text += characters[this.below(characters.length)];
    // Decoded from bytes as a text off the wire is: flat, and no constant of the program.
    return Buffer.from(text).toString();
  }
}

export const ASCII = 'abcdefghijklmnopqrstuvwxyz      ABCDEF0123456789.,';
const CHINESE =
  '的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长';

export interface Corpus {
  readonly name: string;
  readonly about: string;
  readonly pool: readonly Encodable[];
}

const POOL = 64;

/** One chat message; half of them in ASCII, half in Chinese with some ASCII. */
function message(random: Random): { [key: string]: Encodable } {
  const chinese = random.below(2) === 0;
  return {
    id: 2 ** 50 + random.below(2 ** 31),
    from: `user${random.below(100_000)}`,
    to: `room${random.below(10_000)}`,
    ts: 1_760_000_000_000 + random.below(2 ** 31),
    seq: random.below(100_000),
    type: random.below(12),
    text: chinese ? random.text(30, CHINESE) + random.text(10, ASCII) : random.text(40, ASCII),
  };
}

/** Thirty fields of mixed kinds. */
function mixed(random: Random): { [key: string]: Encodable } {
  const made: (() => Encodable)[] = [
    () => random.below(100),
    () => random.below(2 ** 31),
    () => -random.below(10_000),
    () => random.below(2 ** 31) / 1000,
    () => random.below(2) === 0,
    () => null,
    () => random.text(8, ASCII),
    () => random.text(24, ASCII),
    () => random.text(12, CHINESE),
    () => [random.below(100), random.below(100), random.below(100)],
  ];
  return Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`field${i}`, made[i % made.length]!()]));
}

/** Distinct values from a seed. */
export function pool<T>(seed: number, make: (random: Random) => T): readonly T[] {
  const random = new Random(seed);
  return Array.from({ length: POOL }, () => make(random));
}

export const CORPORA: readonly Corpus[] = [
  { name: 'a', about: 'one chat message of seven fields', pool: pool(0x5eed_000a, message) },
  {
    name: 'b',
    about: 'a batch of 100 of them',
    pool: pool(0x5eed_000b, (random) => Array.from({ length: 100 }, () => message(random))),
  },
  { name: 'f', about: 'an object of 30 mixed fields', pool: pool(0x5eed_000f, mixed) },
];
