/** What the benchmarks encode and decode. Values hold nothing that JSON or protobuf lack, but for bytes in JSON. */
import type { Corpus } from './suite.ts';
import { flat, pool, type Random } from './random.ts';

type Plain = Readonly<Record<string, unknown>>;

export interface Pool {
  /** Distinct values: objects, in `b`, `g32` and `g53` arrays. */
  readonly values: readonly unknown[];
  /** The same as messages of `schemas/corpora.proto`: objects all. */
  readonly messages: readonly Plain[];
  /** The message's name there. */
  readonly type: string;
}

export const ASCII = 'abcdefghijklmnopqrstuvwxyz      ABCDEF0123456789.,';
const CHINESE =
  '的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长';

/** A moment, in milliseconds. */
function moment(random: Random): number {
  return 1_760_000_000_000 + random.below(2 ** 31);
}

/** Forty characters: of half the messages ASCII, of the other half Chinese and ASCII in turns. */
function sentence(random: Random): string {
  if (random.below(2) === 0) return random.text(40, ASCII);
  const parts = [random.text(11, CHINESE), random.text(12, ASCII), random.text(7, CHINESE)];
  return flat(`${parts.join('')}${random.text(10, ASCII)}`);
}

/** One chat message: four integers of 39 to 53 bits, two small ones, and its text. */
function chat(random: Random): Plain {
  return {
    id: random.bits(53),
    from: random.bits(39),
    to: random.bits(39),
    ts: moment(random),
    seq: random.below(1_000_000),
    type: random.below(12),
    text: sentence(random),
  };
}

function command(random: Random): Plain {
  const key = flat(`session:${random.below(1_000_000)}`);
  return { verb: flat('SET'), key, value: random.bytes(100) };
}

/** Who is there: a few small fields. */
function presence(random: Random): Plain {
  return {
    user: random.text(8, ASCII),
    online: true,
    since: moment(random),
    device: 1 + random.below(5),
    rooms: Array.from({ length: 1 + random.below(3) }, () => 1 + random.below(200)),
  };
}

function chunk(random: Random): Plain {
  return {
    upload: random.bits(40),
    index: 1 + random.below(1000),
    total: 1001 + random.below(1000),
    data: random.bytes(8192),
  };
}

/** Thirty fields of ten kinds. */
function mixed(random: Random): Plain {
  const made: (() => unknown)[] = [
    () => random.below(100),
    () => random.below(2 ** 31),
    () => -1 - random.below(10_000),
    () => random.below(2 ** 31) / 1000,
    () => random.below(2) === 0,
    () => moment(random),
    () => random.text(8, ASCII),
    () => random.text(24, ASCII),
    () => random.text(12, CHINESE),
    () => [random.below(100), random.below(100), random.below(100)],
  ];
  return Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`field${i}`, made[i % made.length]!()]));
}

/** A thousand integers whose varints take 1 to `bytes` bytes, each as often. */
function integers(random: Random, bytes: number, bits: number): number[] {
  return Array.from({ length: 1000 }, () => random.bits(Math.min(bits, 7 * (1 + random.below(bytes)))));
}

/** How a corpus is made, of which a process wants one. */
interface Recipe {
  readonly about: string;
  readonly seed: number;
  readonly make: (random: Random) => unknown;
  readonly type: string;
  /** The field of a message that holds what is a list. */
  readonly field?: string;
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  a: { about: 'one chat message of seven fields', seed: 0x5eed_000a, make: chat, type: 'Chat' },
  b: {
    about: 'a batch of 100 of them',
    seed: 0x5eed_000b,
    make: (random) => Array.from({ length: 100 }, () => chat(random)),
    type: 'Batch',
    field: 'messages',
  },
  c: { about: '`SET key` and 100 random bytes', seed: 0x5eed_000c, make: command, type: 'Command' },
  d: { about: "somebody's presence: five small fields", seed: 0x5eed_000d, make: presence, type: 'Presence' },
  e: { about: '8 KiB of an upload, with three small fields', seed: 0x5eed_000e, make: chunk, type: 'Chunk' },
  f: { about: 'thirty mixed fields', seed: 0x5eed_000f, make: mixed, type: 'Mixed' },
  g32: {
    about: '1,000 integers of 1 to 5 bytes',
    seed: 0x5eed_0032,
    make: (random) => integers(random, 5, 32),
    type: 'Small',
    field: 'numbers',
  },
  g53: {
    about: '1,000 integers of 1 to 8 bytes',
    seed: 0x5eed_0053,
    make: (random) => integers(random, 8, 53),
    type: 'Large',
    field: 'numbers',
  },
};

export const CORPORA: readonly Corpus[] = Object.entries(RECIPES).map(([name, { about }]) => {
  return { name, about };
});

export function poolOf(name: string): Pool {
  const { seed, make, type, field } = RECIPES[name]!;
  const values = pool(seed, make);
  const messages = field === undefined ? values : values.map((list) => ({ [field]: list }));
  return { values, messages: messages as readonly Plain[], type };
}
