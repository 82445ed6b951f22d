/** What the benchmarks of messages encode and decode: corpora as `bench/schemas` describes them. */
import { ASCII, CORPORA, pool, type Random } from './corpora.ts';
import type { BenchSchema } from './protobuf/made.ts';

/** A message as people write it down: what is absent is absent, 64-bit integers are numbers, all within 2^53. */
export type Plain = Readonly<Record<string, unknown>>;

export interface MessageCorpus {
  readonly name: string;
  readonly about: string;
  readonly schema: BenchSchema;
  /** The message's name in it. */
  readonly type: string;
  readonly pool: readonly Plain[];
}

const CHAT: BenchSchema = {
  file: 'bench/schemas/chat.proto',
  package: 'bench',
  messages: ['Message', 'Batch', 'Presence'],
};
const MIXED: BenchSchema = { file: 'bench/schemas/mixed.proto', package: 'bench', messages: ['Mixed'] };

/** Who is there: a few small fields. */
function presence(random: Random): Plain {
  const rooms = Array.from({ length: 1 + random.below(3) }, () => 1 + random.below(200));
  return {
    user: random.text(8, ASCII),
    online: true,
    since: 1_760_000_000_000 + random.below(2 ** 31),
    device: 1 + random.below(5),
    rooms,
  };
}

function corpus(name: string): readonly Plain[] {
  return CORPORA.find((found) => found.name === name)!.pool as unknown as readonly Plain[];
}

/** Without what is null: a message has no such value. */
function withoutNulls(plain: Plain): Plain {
  return Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== null));
}

/** The schemas of all of them. */
export const SCHEMAS: readonly BenchSchema[] = [CHAT, MIXED];

export const MESSAGES: readonly MessageCorpus[] = [
  {
    name: 'a',
    about: 'one chat message of seven fields',
    schema: CHAT,
    type: 'Message',
    pool: corpus('a'),
  },
  {
    name: 'b',
    about: 'a batch of 100 of them',
    schema: CHAT,
    type: 'Batch',
    pool: (corpus('b') as unknown as readonly (readonly Plain[])[]).map((messages) => ({ messages })),
  },
  {
    name: 'd',
    about: "somebody's presence: five small fields",
    schema: CHAT,
    type: 'Presence',
    pool: pool(0x5eed_000d, presence),
  },
  {
    name: 'f',
    about: 'thirty mixed fields',
    schema: MIXED,
    type: 'Mixed',
    pool: corpus('f').map(withoutNulls),
  },
];
