import { describe, expect, it } from 'vitest';
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from '../../value/index.ts';
import { LinkError } from './errors.ts';
import { Feed } from './feed.ts';
import { weightOf } from './weight.ts';

/** All that an iteration has, and what it ends with. */
async function drained<T>(items: AsyncIterable<T>): Promise<[T[], unknown]> {
  const all: T[] = [];
  try {
    for await (const item of items) all.push(item);
  } catch (error) {
    return [all, error];
  }
  return [all, undefined];
}

describe('a feed', () => {
  it('tells each iteration all that comes from its beginning on, and ends with them', async () => {
    const feed = new Feed<number>();
    const first = feed.iterate();
    feed.tell(1);
    const second = feed.iterate();
    feed.tell(2);
    feed.end();
    expect(await drained(first)).toEqual([[1, 2], undefined]);
    expect(await drained(second)).toEqual([[2], undefined]);
    expect(await drained(feed.iterate())).toEqual([[], undefined]);
  });

  it.each([
    ['items', { items: 3 }, 3],
    ['bytes', { bytes: 35 }, 3],
  ] as const)('rejects behind what fitted where more %s wait than it may', async (_what, limit, count) => {
    const feed = new Feed<number>(() => 10);
    const items = feed.iterate(undefined, limit);
    for (let i = 0; i < 5; i++) feed.tell(i);
    const [all, error] = await drained(items);
    expect(all).toEqual([0, 1, 2].slice(0, count));
    expect(error).toBeInstanceOf(LinkError);
    expect(error).toMatchObject({ code: 'OVERFLOW', waiting: { items: count, bytes: 10 * count } });
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('holds no more than 4,096 items and 16 MiB by default', async () => {
    const feed = new Feed<number>((bytes) => bytes);
    const [many, large] = [feed.iterate(), feed.iterate(undefined, { items: Infinity })];
    for (let i = 0; i <= 4096; i++) feed.tell(4096);
    expect((await drained(many))[0]).toHaveLength(4096);
    expect((await drained(large))[1]).toMatchObject({ waiting: { items: 4096, bytes: 16_777_216 } });
  });

  it('counts what was taken no longer, and takes one item of any size', async () => {
    const feed = new Feed<number>((bytes) => bytes);
    const items = feed.iterate(undefined, { bytes: 10 });
    for (const size of [1000, 6, 4, 10, 1e9]) {
      feed.tell(size);
      expect(await items.next()).toEqual({ done: false, value: size });
    }
    feed.tell(6);
    feed.tell(5);
    expect(await drained(items)).toMatchObject([[6], { code: 'OVERFLOW' }]);
  });

  it('refuses limits that let nothing pass', () => {
    expect(() => new Feed().iterate(undefined, { items: 0 })).toThrow(RangeError);
    expect(() => new Feed().iterate(undefined, { bytes: Number.NaN })).toThrow(RangeError);
  });
});

describe('the weight of a value', () => {
  it.each<[name: string, value: Encodable, weight: number]>([
    ['null', null, 16],
    ['a number', 1.5, 16],
    ['a text', 'four', 24],
    ['bytes', new Uint8Array(100), 116],
    ['a bignum', 1n << 799n, 16 + 100],
    ['a float', new Float(1), 16],
    ['a decimal', new Decimal(1, 2), 32],
    ['what has a tag', new Tagged(3, 'four'), 40],
    ['a message', new Message(1, new Uint8Array(9)), 25],
    ['what is not known', new Opaque(12, new Uint8Array(9)), 25],
    ['an array', [1, 'four'], 56],
    ['an object', { four: 1 }, 56],
    ['a map', new Map([['four', 1]]), 56],
    ['entries', new Entries(['four'], [1]), 56],
    ['a set', new Set([1, 2]), 48],
  ])('is that of all in it: %s', (_, value, weight) => {
    expect(weightOf(value)).toBe(weight);
  });

  it('takes any depth', () => {
    let deep: Encodable = null;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(weightOf(deep)).toBe(100_001 * 16);
  });
});
