import { describe, expect, it } from 'vitest';
import { collidingIntegers, collidingTexts } from '../../fuzz/colliding.ts';
import {
  arrayHead,
  bytesOf,
  INVALID,
  mapHead,
  NULL,
  RECORD,
  REF,
  tagHead,
  utf16,
} from '../../fuzz/pieces.ts';
import { decode, Decimal, encode, Entries, Float, Message, Opaque, Tagged, type Encodable } from './index.ts';

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'prototype',
];

describe("names of Object's prototype", () => {
  const pairs = NAMES.map((name, i) => [name, [i]] as const);
  const bytes = encode(Entries.from(pairs));

  it('are ordinary keys of a plain object, in their order', () => {
    const object = decode(bytes) as Record<string, unknown>;
    expect(Object.entries(object)).toStrictEqual(pairs);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    for (const name of NAMES) {
      const [descriptor, usual] = [object, { usual: 1 }].map((of) => Object.getOwnPropertyDescriptors(of));
      expect(descriptor![name]).toStrictEqual({ ...usual!['usual'], value: object[name] });
    }
  });

  it('change no prototype', () => {
    decode(
      encode(
        Entries.from([
          ['__proto__', { polluted: true }],
          ['constructor', { prototype: { polluted: true } }],
        ]),
      ),
    );
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
    const inner = decode(encode(Entries.from([['__proto__', Entries.from([['x', 1]])]]))) as object;
    expect((inner as { x?: number }).x).toBeUndefined();
  });

  it('come back from an object and through records', () => {
    const object = decode(bytes) as Encodable;
    expect(encode(object)).toStrictEqual(bytes);
    const [first, second] = decode(encode([object, object])) as object[];
    expect(Object.entries(second!)).toStrictEqual(Object.entries(first!));
    expect(Object.getPrototypeOf(second)).toBe(Object.prototype);
  });

  it('are texts like any other in the tables', () => {
    expect(decode(encode([...NAMES, ...NAMES]))).toStrictEqual([...NAMES, ...NAMES]);
  });
});

describe('the order of keys', () => {
  it('is kept by entries, also for keys that spell integers', () => {
    const keys = ['10', 'b', '2', 'a', '1'];
    const bytes = encode(new Entries(keys, [1, 2, 3, 4, 5]));
    expect((decode(bytes, { maps: 'entries' }) as Entries).keys).toStrictEqual(keys);
    expect((decode(bytes, { lossless: true }) as Entries).keys).toStrictEqual(keys);
    expect(encode(decode(bytes, { lossless: true }) as Encodable)).toStrictEqual(bytes);
  });

  it("is JavaScript's own in a plain object: integers first, rising", () => {
    const bytes = encode(new Entries(['10', 'b', '2', 'a', '1'], [1, 2, 3, 4, 5]));
    expect(Object.entries(decode(bytes) as object)).toStrictEqual([
      ['1', 5],
      ['2', 3],
      ['10', 1],
      ['b', 2],
      ['a', 4],
    ]);
  });

  it('tells two shapes apart', () => {
    const value = [
      new Entries(['a', 'b'], [1, 2]),
      new Entries(['b', 'a'], [1, 2]),
      new Entries(['a', 'b'], [3, 4]),
    ];
    const [ab, ba] = value.map((entries) => [...encode(entries)]);
    expect(encode(value)).toStrictEqual(bytesOf(arrayHead(3), ab!, ba!, RECORD, 3, 4));
    expect(decode(encode(value), { lossless: true })).toStrictEqual(value);
  });
});

describe('equal keys', () => {
  const decimal = [...encode(new Decimal(15, -1))];
  const message = [...encode(new Message(1, Uint8Array.of(2)))];
  const tagged = [...encode(new Tagged(100, 'a'))];
  const letters = 'abcdefghijklmnopqrst'.split('');

  it.each([
    ['two texts', ['a'], ['a']],
    ['a text in UTF-8 and in UTF-16', ['é'], [utf16('é')]],
    ['a text and its reference', ['abcd'], [REF]],
    ['two integers', [7], [7]],
    ['two NaNs', [NaN], [NaN]],
    ['two byte strings', [Uint8Array.of(7)], [Uint8Array.of(7)]],
    ['two nulls, behind a tagged one', [tagHead(100), NULL, NULL], [NULL]],
    ['two tagged texts', [tagged], [tagged]],
    ['two decimals', [decimal], [decimal]],
    ['two messages', [message], [message]],
    ['a text and the twentieth after it', letters, ['a']],
  ])('%s are malformed, at the second', (_name, first, second) => {
    const count = _name.includes('behind') ? 3 : first.length + 1;
    const before = bytesOf(mapHead(count), ...first);
    const bytes = Uint8Array.from([...before, ...bytesOf(...second), ...Array<number>(count).fill(NULL[0]!)]);
    const expected = { code: 'KEY_DUPLICATE', rule: 'VALUE-9', offset: before.length, path: ['keys', count - 1] };
    expect(() => decode(bytes)).toThrow(expect.objectContaining(expected) as Error);
  });

  it('are found once all keys are read, before any value', () => {
    const again = bytesOf(mapHead(3), 'a', 'a', 'b');
    const all = (value: readonly number[]) => Uint8Array.from([...again, ...value, ...value, ...value]);
    expect(() => decode(all(INVALID))).toThrow('KEY_DUPLICATE');
    expect(() => decode(bytesOf(mapHead(3), 'a', 'a', INVALID, NULL, NULL, NULL))).toThrow('HEAD_INVALID');
  });

  it.each<[string, Encodable[]]>([
    ['integers, floats and decimals', [1, new Float(1), new Decimal(1, 0), new Float(1.5), new Decimal(15, -1), 15]],
    ['zero in each spelling', [0, new Float(0), new Float(-0), '0', false]],
    ['text, bytes and what holds them', ['a', Uint8Array.of(97), new Message(1, Uint8Array.of(97)), new Opaque(252, Uint8Array.of(97))]],
    ['tags', [new Tagged(100, 'a'), new Tagged(101, 'a'), new Tagged(100, Uint8Array.of(97)), new Tagged(100, new Tagged(100, 'a'))]],
    ['integers beside the texts that spell them', ['i1', 1, '1', 't1', 'n', null, 'btrue', true, '\u00001', '\u0000']],
    ['integers beyond 2^53', [2n ** 53n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 64n]],
  ])('%s are not', (_name, keys) => {
    const entries = new Entries(keys, keys.map((_, i) => i));
    expect(decode(encode(entries), { lossless: true })).toStrictEqual(entries);
  });
}); // prettier-ignore

describe('40,000 keys that collide in the hash tables of V8', () => {
  it.each([
    ['integers', collidingIntegers(40_000)],
    ['texts that spell integers', collidingTexts(39_000)],
  ])('%s come back, and a repeated one is found', (_name, keys: readonly Encodable[]) => {
    const values = keys.map((_, i) => i % 50);
    const bytes = encode(new Entries(keys, values));
    expect((decode(bytes, { lossless: true }) as Entries).keys).toStrictEqual(keys);
    const loose = decode(bytes) as object;
    expect(loose instanceof Entries ? loose.keys : Object.keys(loose)).toStrictEqual(keys);
    expect(() => encode(new Entries([...keys, keys[17]!], [...values, 0]))).toThrow(
      `key ${keys.length} stands before`,
    );
  });
});

describe('keys that JavaScript holds in two ways', () => {
  it.each<[string, Encodable, Encodable]>([
    ['NaN', Number.NaN, new Float(Number.NaN)],
    ['-0.0', -0, new Float(-0)],
    ['1.5', 1.5, new Float(1.5)],
    ['a float beyond the safe integers', 1e21, new Float(1e21)],
    ['an integer', 5, 5n],
  ])('are one key, and refused twice: %s', (_name, one, other) => {
    expect(() => encode(new Entries([one, other], [1, 2]))).toThrow(TypeError);
  });

  it.each<[string, Encodable, Encodable]>([
    ['2^53 as a float and as an integer', 2 ** 53, 2n ** 53n],
    ['1e300 as a float and as an integer', 1e300, BigInt(1e300)],
    ['0 and -0.0', 0, -0],
    ['1 and 1.0', 1, new Float(1)],
  ])('are two keys where they are two values: %s', (_name, one, other) => {
    expect(decode(encode(new Entries([one, other], [1, 2])), { lossless: true })).toHaveProperty('size', 2);
  });
});
