/** Values that grow in one way each: what cost is drawn against. */
import type { Encodable } from 'petrel/value';

export interface Growing {
  /** What stands before the `/` in its corpora's names. */
  readonly name: string;
  readonly about: string;
  readonly sizes: readonly number[];
  /** The `seed`th value of this size: those of a pool differ. */
  readonly make: (size: number, seed: number) => Encodable;
}

const WORDS = 'the sea was calm and a small bird walked on it far from any land, as if it were nothing. ';
const LARGEST = 2 ** 24;
/** Of `{"t":""}`. */
const AROUND_TEXT = 8;
/** Of one chat message in JSON, about. */
const CHAT = 130;

/** Decoded from bytes as a text off the wire is: flat, and no constant of the program. */
function words(length: number, seed: number): string {
  const start = (seed * 7) % WORDS.length;
  const text = WORDS.repeat(Math.ceil((start + length) / WORDS.length)).slice(start, start + length);
  return Buffer.from(text).toString();
}

function chat(i: number): Encodable {
  return {
    id: 2 ** 40 + i * 1009,
    from: 10_000 + (i % 500),
    to: 20_000 + (i % 30),
    ts: 1_760_000_000_000 + i * 977,
    type: i % 12,
    text: words(40 + (i % 20), i),
  };
}

function nested(depth: number, seed: number): Encodable {
  let value: Encodable = seed;
  for (let level = depth; level > 0; level--) value = { level, inner: value };
  return value;
}

function wide(count: number, seed: number): Encodable {
  const field = (i: number): [string, Encodable] => [
    `field${i}`,
    i % 2 === 0 ? seed + i : words(8, seed + i),
  ];
  return Object.fromEntries(Array.from({ length: count }, (_, i) => field(i)));
}

export const GROWING: readonly Growing[] = [
  {
    name: 'text',
    about: 'one text in an object, of so many bytes in JSON',
    sizes: [10, 100, 1000, 10_000, 100_000, 2 ** 20, LARGEST],
    make: (size, seed) => ({ t: words(size - AROUND_TEXT, seed) }),
  },
  {
    name: 'batch',
    about: 'a list of chat messages, of about so many bytes in JSON',
    sizes: [1000, 30_000, 2 ** 20, LARGEST],
    make: (size, seed) => Array.from({ length: Math.round(size / CHAT) }, (_, i) => chat(seed * 100 + i)),
  },
  {
    name: 'nesting',
    about: 'objects of two fields, so many levels of them',
    sizes: [1, 4, 16, 64],
    make: nested,
  },
  {
    name: 'fields',
    about: 'one object of so many fields, short texts and integers by turns',
    sizes: [1, 8, 64, 512, 4096],
    make: wide,
  },
];

/** Distinct values: fewer of the large ones, which would not fit into memory. */
export function poolOf({ make }: Growing, size: number): Encodable[] {
  const count = Math.max(1, Math.min(64, Math.floor(2 ** 21 / size)));
  return Array.from({ length: count }, (_, seed) => make(size, seed));
}
