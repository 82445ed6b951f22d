/** What goes over the streams: the same commands and replies for every protocol, from a seed. */
import { ASCII } from '../corpora.ts';
import { Random } from '../random.ts';

/** A command's parts, or a reply as its one part; texts, bytes, and the replies that are no string. */
export type Part = string | Uint8Array | Ok | number;

/** The reply `+OK`. */
export class Ok {
  readonly text = 'OK';
}

export interface Conversation {
  readonly name: string;
  readonly about: string;
  readonly side: 'commands' | 'replies';
  /** It holds strings that are no text. */
  readonly binary: boolean;
  /** Distinct messages; the stream repeats them in this order. */
  readonly pool: readonly (readonly Part[])[];
}

/** Enough that a processor does not learn them by heart. */
const POOL = 4096;
const CHINESE = '你好世界今天我们去哪里吃饭明天见谢谢大家';

function pool(seed: number, make: (random: Random) => Part[]): readonly (readonly Part[])[] {
  const random = new Random(seed);
  return Array.from({ length: POOL }, () => make(random));
}

const key = (random: Random): string => `key:${random.below(1_000_000)}`;
const bytes = (random: Random): Uint8Array => Uint8Array.from({ length: 100 }, () => random.below(256));

/** What people write to each other: half of it in ASCII, half in Chinese. */
function text(random: Random): string {
  return random.below(2) === 0
    ? random.text(12 + random.below(60), ASCII)
    : random.text(4 + random.below(24), CHINESE);
}

const MIXED: readonly ((random: Random) => Part[])[] = [
  (random) => ['SET', key(random), text(random)],
  (random) => ['GET', key(random)],
  (random) => ['GET', key(random)],
  (random) => ['INCR', `count:${random.below(1000)}`],
  (random) => ['HSET', `user:${random.below(100_000)}`, 'name', random.text(8, ASCII), 'seen', `${random.below(2 ** 31)}`],
  (random) => ['LPUSH', `room:${random.below(10_000)}`, text(random)],
  (random) => ['EXPIRE', key(random), `${random.below(100_000)}`],
  (random) => ['PUBLISH', `room:${random.below(10_000)}`, text(random)],
]; // prettier-ignore

export const COMMANDS: readonly Conversation[] = [
  {
    name: 'SET',
    about: '`SET key <100 random bytes>`',
    side: 'commands',
    binary: true,
    pool: pool(0x5eed_0001, (random) => ['SET', key(random), bytes(random)]),
  },
  {
    name: 'mixed',
    about:
      'SET, GET, INCR, HSET, LPUSH, EXPIRE and PUBLISH, their values texts of people, half ASCII and half Chinese',
    side: 'commands',
    binary: false,
    pool: pool(0x5eed_0002, (random) => MIXED[random.below(MIXED.length)]!(random)),
  },
];

export const REPLIES: readonly Conversation[] = [
  {
    name: 'GET',
    about: 'replies to GET: 100 random bytes each',
    side: 'replies',
    binary: true,
    pool: pool(0x5eed_0003, (random) => [bytes(random)]),
  },
  {
    name: 'small',
    about: '`+OK` and integers below 88, which Petrel writes in a byte, in no order',
    side: 'replies',
    binary: false,
    pool: pool(0x5eed_0004, (random) => [random.below(2) === 0 ? new Ok() : random.below(88)]),
  },
];
