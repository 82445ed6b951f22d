import { describe, expect, it } from 'vitest';
import {
  Decimal,
  decode,
  encode,
  Entries,
  Float,
  Message,
  Opaque,
  Tagged,
  ValueWriter,
  type Encodable,
} from './index.ts';

class Point {
  readonly x = 1;
}

const wrong = (value: unknown): Encodable => value as Encodable;

describe('what is no value', () => {
  it.each<[name: string, value: unknown, says: string]>([
    ['undefined', undefined, 'undefined'],
    ['a function', () => 1, 'function'],
    ['a symbol', Symbol('s'), 'symbol'],
    ['an instance of a class', new Point(), 'Point'],
    ['a Date', new Date(0), 'Date'],
    ['an ArrayBuffer', new ArrayBuffer(1), 'ArrayBuffer'],
    ['a lone surrogate', 'ab\ud800', 'index 2'],
    ['two equal keys', Entries.from([['a', 1], ['a', 2]]), 'key 1'],
    ['1 and 1n as keys', new Map<unknown, unknown>([[1, 1], [1n, 2]]), 'key 1'],
    ['an array as a key', Entries.from([[[1], 1]]), 'key'],
    ['a tagged map as a key', Entries.from([[new Tagged(100, { a: 1 }), 1]]), 'key'],
    ['a set of a number', new Tagged(1, 5), 'tag 1'],
    ['an error of a number', new Tagged(2, 5), 'tag 2'],
    ['a verbatim without a format', new Tagged(3, ['text', 'a']), 'tag 3'],
    ['an attribute of no map', new Tagged(5, [[], 1]), 'tag 5'],
    ['a bignum that fits', new Tagged(4, Uint8Array.of(1)), 'tag 4'],
    ['a bignum of 10,001 digits', 10n ** 10_000n, 'tag 4'],
  ])('%s is a TypeError', (_name, value, says) => {
    expect(() => encode(wrong(value))).toThrow(TypeError);
    expect(() => encode(wrong(value))).toThrow(says);
    expect(() => encode(wrong([0, { deep: value }]))).toThrow('(at [1].deep)');
  }); // prettier-ignore

  it.each<[name: string, value: unknown, says: string]>([
    ['a decimal that ends in 0', new Decimal(10, 1), '10e1'],
    ['a decimal of 0', new Decimal(0, 1), '0e1'],
    ['a decimal of a fraction', new Decimal(1.5, 1), '1.5e1'],
    ['a decimal of an unsafe number', new Decimal(2 ** 53 + 2, 1), '9007199254740994e1'],
    ['a decimal beyond its exponent', new Decimal(1, 10_001), '1e10001'],
    ['a decimal below its exponent', new Decimal(1, -10_001), '1e-10001'],
    ['a tag beyond 2^64', new Tagged(2n ** 64n, 1), '18446744073709551616'],
    ['a tag below 0', new Tagged(-1, 1), '-1'],
    ['a tag of a fraction', new Tagged(100.5, 1), '100.5'],
    ['a message type beyond 2^64', new Message(2n ** 64n, new Uint8Array(0)), '18446744073709551616'],
    ['a kind that is not reserved', new Opaque(0xf9, new Uint8Array(0)), '249'],
    ['the kind that is never valid', new Opaque(0xff, new Uint8Array(0)), '255'],
  ])('%s is a RangeError', (_name, value, says) => {
    expect(() => encode(wrong(value))).toThrow(RangeError);
    expect(() => encode(wrong(value))).toThrow(says);
    expect(() => encode(wrong(new Map([['a b', [value]]])))).toThrow('(at "a b"[0])');
  }); // prettier-ignore

  it('is named by its path, through every kind that holds others', () => {
    const hole: Encodable[] = [1];
    hole[2] = 3;
    const cases: [unknown, string][] = [
      [hole, '[1]'],
      [{ a: { 'b.c': [undefined] } }, 'a."b.c"[0]'],
      [new Map([[7, undefined]]), '[7]'],
      [new Map([[null, [undefined]]]), '[0][0]'],
      [{ s: new Set([1, wrong(undefined)]) }, 's[1]'],
      [{ t: new Tagged(100, [wrong(undefined)]) }, 't[0]'],
      [new Tagged(100, new Tagged(101, { a: wrong(undefined) })), 'a'],
      [[0, [new Tagged(100, [[wrong(undefined)]])]], '[1][0][0][0]'],
    ];
    for (const [value, path] of cases) expect(() => encode(wrong(value))).toThrow(` (at ${path})`);
  });
});

describe('what is a value', () => {
  it('is any object without a class, whatever its realm or prototype', () => {
    const bare = Object.assign(Object.create(null) as object, { a: 1 });
    expect(encode(wrong(bare))).toStrictEqual(encode({ a: 1 }));
  });

  it("is an object's own enumerable string keys, symbols aside", () => {
    const object = Object.defineProperty({ a: 1, [Symbol('s')]: 2 }, 'hidden', {
      value: 3,
      enumerable: false,
    });
    expect(decode(encode(object))).toStrictEqual({ a: 1 });
  });

  it('leaves out undefined fields when asked, in objects only', () => {
    expect(decode(encode({ a: undefined, b: 1 }, { omitUndefined: true }))).toStrictEqual({ b: 1 });
    expect(() => encode({ a: undefined, b: 1 })).toThrow('(at a)');
    expect(() => encode(wrong([undefined]), { omitUndefined: true })).toThrow('(at [0])');
  });

  it.each([-1, 1001, NaN])('is not written with a maxDepth of %d', (maxDepth) => {
    expect(() => encode(1, { maxDepth })).toThrow(/maxDepth must be a whole number from 0 to 1000, not/);
  });

  it('has as many values as keys', () => {
    expect(() => new Entries(['a'], [])).toThrow(RangeError);
    const map = new Map<Encodable, Encodable>([['a', 1], [2, new Float(3)]]); // prettier-ignore
    expect([...Entries.from(map)]).toStrictEqual([...map]);
    expect(Entries.from(map).size).toBe(2);
  });
});

describe('ValueWriter', () => {
  it('appends values, each with tables of its own', () => {
    const writer = new ValueWriter();
    writer.writeValue(['abcd', 'abcd']);
    writer.writeValue(['abcd', { a: 1 }]);
    const [first, second] = [encode(['abcd', 'abcd']), encode(['abcd', { a: 1 }])];
    expect(writer.take()).toStrictEqual(Uint8Array.from([...first, ...second]));
  });

  it('stands where it stood after an error, and goes on', () => {
    const writer = new ValueWriter();
    writer.writeValue('before');
    const before = writer.take();
    const long = 'x'.repeat(5000);
    expect(() => writer.writeValue([long, { a: [1, 2, wrong(undefined)] }])).toThrow('(at [1].a[2])');
    expect(writer.take()).toStrictEqual(before);
    writer.writeValue([long, { a: 1 }, { a: 2 }]);
    expect(writer.take()).toStrictEqual(Uint8Array.from([...before, ...encode([long, { a: 1 }, { a: 2 }])]));
  });

  it('keeps its tables within 16,384 entries, as the reader does', () => {
    const texts = Array.from({ length: 20_000 }, (_, i) => `text ${i}`);
    const value = [...texts, ...texts];
    expect(decode(encode(value))).toStrictEqual(value);
    const shapes = Array.from({ length: 20_000 }, (_, i) => ({ [`k${i}`]: 0 }));
    expect(decode(encode([...shapes, ...shapes]))).toStrictEqual([...shapes, ...shapes]);
  });
});

describe('a value whose getter encodes', () => {
  it('is written as if it did not', () => {
    const value = {
      before: 'text',
      get inner() {
        return encode({ before: 'text', deep: [1, 2, 3] });
      },
      after: 'text',
    };
    const plain = { before: 'text', inner: encode({ before: 'text', deep: [1, 2, 3] }), after: 'text' };
    expect(encode(value)).toStrictEqual(encode(plain));
  });
});

describe('a number of fixed width', () => {
  it('is written in the fewest bytes, the first saying how many', () => {
    const writer = new ValueWriter();
    for (const value of [0, 255, 256, 2 ** 32, 2n ** 64n - 1n]) writer.fixed(0x58, value);
    expect(Buffer.from(writer.take()).toString('hex')).toBe('580058ff5900015c00000000015fffffffffffffffff');
  });
});
