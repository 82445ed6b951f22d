import { afterEach, describe, expect, it, vi } from 'vitest';
import { announced, arrayHead, INVALID, mapHead, NULL, tagHead } from '../../fuzz/pieces.ts';
import { decodeCanonical } from '../canonical/index.ts';
import type { Limits } from '../wire/index.ts';
import {
  decode,
  decodeFirst,
  Decimal,
  encode,
  Entries,
  Tagged,
  ValueReader,
  type Encodable,
} from './index.ts';

/** So many values around another, the outermost level being 1. */
const NESTINGS: [name: string, around: (inner: Encodable) => Encodable][] = [
  ['arrays', (inner) => [inner]],
  ['maps', (inner) => ({ a: inner })],
  ['entries', (inner) => new Entries([1], [inner])],
  ['tags', (inner) => new Tagged(100, inner)],
];

function nested(around: (inner: Encodable) => Encodable, depth: number): Encodable {
  let value: Encodable = 0;
  for (let i = 0; i < depth; i++) value = around(value);
  return value;
}

/** Deeper than any writer goes. */
const LEVELS_1001 = new Uint8Array(1001).fill(arrayHead(1)[0]!);

describe.each([0, 1, 100, 1000])('a depth of %i', (maxDepth) => {
  const limits = { maxDepth };

  it.each(NESTINGS)('in %s is read and written on every path, and no level more', (_name, around) => {
    const value = nested(around, maxDepth);
    const bytes = encode(value, { maxDepth });
    expect(encode(decode(bytes, { limits, lossless: true }) as Encodable, { maxDepth })).toStrictEqual(bytes);
    decode(bytes, { limits });
    decodeCanonical(bytes, { limits });
    expect(decodeFirst(bytes, 0, { limits })?.end).toBe(bytes.length);
    expect(decodeFirst(bytes.subarray(0, -1), 0, { limits })).toBeUndefined();
    const reader = new ValueReader({ limits });
    reader.visitor = { enter: () => undefined, leave: () => undefined };
    reader.reset(bytes);
    reader.readValue();

    const broken = Uint8Array.from([...bytes.subarray(0, -1), ...INVALID]);
    expect(() => decode(broken, { limits })).toThrow('HEAD_INVALID');
    expect(() => encode(nested(around, maxDepth + 1), { maxDepth })).toThrow(RangeError);
  });

  it.each(NESTINGS)('is refused one level deeper in %s, whoever reads', (_name, around) => {
    const limits = { maxDepth };
    const deeper = maxDepth === 1000 ? LEVELS_1001 : encode(nested(around, maxDepth + 1), { maxDepth: 1000 });
    expect(() => decode(deeper, { limits })).toThrow('LIMIT_DEPTH');
    expect(() => decodeCanonical(deeper, { limits })).toThrow('LIMIT_DEPTH');
    expect(() => decodeFirst(deeper, 0, { limits })).toThrow('LIMIT_DEPTH');
  });
});

describe('depth that no limit allows', () => {
  it.each([
    ['arrays', arrayHead(1)],
    ['maps', mapHead(1).concat([...encode('a')])],
    ['tags', tagHead(100)],
  ])('in a million %s is a fault, not a stack overflow', (_name, piece) => {
    const bytes = new Uint8Array(1_000_000 * piece.length).map((_, i) => piece[i % piece.length]!);
    for (const limits of [{}, { maxDepth: 1000 }] as Partial<Limits>[]) {
      expect(() => decode(bytes, { limits })).toThrow('LIMIT_DEPTH');
      expect(() => decodeFirst(bytes, 0, { limits })).toThrow('LIMIT_DEPTH');
    }
  });

  it('in a value that holds itself is a RangeError', () => {
    const circle: Encodable[] = [];
    circle.push(circle);
    expect(() => encode(circle, { maxDepth: 1000 })).toThrow(
      /^nested deeper than 1000 levels, or in a circle/,
    );
  });

  it('counts decimals and their bignums', () => {
    const decimal = new Decimal(2n ** 64n + 1n, 1);
    expect(decode(encode(decimal, { maxDepth: 2 }), { limits: { maxDepth: 2 } })).toStrictEqual(decimal);
    expect(() => encode(decimal, { maxDepth: 1 })).toThrow(RangeError);
    expect(() => decode(encode(decimal), { limits: { maxDepth: 1 } })).toThrow('LIMIT_DEPTH');
  });
});

/** Bytes that `run` asks of `new Uint8Array(length)`, `new ArrayBuffer(length)` and `new Array(length)`. */
function allocated(run: () => unknown): number {
  let sum = 0;
  const counting = <T extends new (...args: never[]) => object>(of: T): T =>
    new Proxy(of, {
      construct: (target, args: unknown[], newTarget) => {
        if (typeof args[0] === 'number' && args.length === 1) sum += args[0];
        return Reflect.construct(target, args, newTarget as new () => object) as object;
      },
    });
  vi.stubGlobal('Uint8Array', counting(Uint8Array));
  vi.stubGlobal('ArrayBuffer', counting(ArrayBuffer));
  vi.stubGlobal('Array', counting(Array));
  try {
    run();
  } finally {
    vi.unstubAllGlobals();
  }
  return sum;
}

describe('a length or count that is only announced', () => {
  afterEach(() => vi.unstubAllGlobals());

  const wide: Partial<Limits> = {
    maxElements: 2 ** 32 - 1,
    maxExpanded: 2 ** 32 - 1,
    maxPayload: 2 ** 32 - 1,
  };

  it.each(['array', 'map', 'bytes', 'text'] as const)('of %s allocates nothing and is incomplete', (kind) => {
    const bytes = Uint8Array.from([...announced(kind, 1_000_000_000), 0, 0, 0]);
    const sum = allocated(() => {
      expect(decodeFirst(bytes, 0, { limits: wide })).toBeUndefined();
      expect(decodeFirst(bytes.subarray(0, -3), 0, { limits: wide })).toBeUndefined();
    });
    expect(sum).toBe(0);
  });

  it.each(['array', 'map'] as const)(
    'of %s that cannot be complete is judged before what is there',
    (kind) => {
      expect(decodeFirst(Uint8Array.from([...announced(kind, 50), ...INVALID]))).toBeUndefined();
    },
  );

  it.each([
    ['array', 100, 'LIMIT_ELEMENTS'],
    ['map', 50, 'LIMIT_ELEMENTS'],
  ] as const)('of %s is judged against its limit at its head', (kind, count, code) => {
    const bytes = Uint8Array.from([...NULL, ...announced(kind, count)]);
    const at = { code, offset: 1 };
    expect(() => decodeFirst(bytes, 1, { limits: { maxElements: 100 } })).toThrow(
      expect.objectContaining(at) as Error,
    );
    expect(decodeFirst(bytes, 1, { limits: { maxElements: 101 } })).toBeUndefined();
  });
});

describe('what references and records stand for', () => {
  it('counts against the limit, so that few bytes are no bomb', () => {
    const keys = Array.from({ length: 100 }, (_, i) => `key ${i} ${'x'.repeat(90)}`);
    const row = new Entries(
      keys,
      keys.map(() => null),
    );
    const value = Array.from({ length: 500 }, () => row);
    const bytes = encode(value);
    const expanded = encode(value, { form: 'plain' }).length;
    expect(bytes.length * 8).toBeLessThan(expanded);
    expect(decode(bytes, { limits: { maxExpanded: expanded } })).toHaveLength(500);
    expect(() => decode(bytes, { limits: { maxExpanded: expanded - 1 } })).toThrow('LIMIT_EXPANDED');
  });

  it('is counted by the literals that define it, so that a value fits exactly', () => {
    for (const value of [
      ['abcd', 'abcd', 'abcd'],
      [{ abcd: 'abcd' }, { abcd: 1 }],
      { a: { a: { a: 1 } } },
      'plain',
      [[]],
    ]) {
      const expanded = encode(value, { form: 'plain' }).length;
      const bytes = encode(value);
      decode(bytes, { limits: { maxExpanded: expanded } });
      expect(() => decode(bytes, { limits: { maxExpanded: expanded - 1 } })).toThrow('LIMIT_EXPANDED');
    }
  });
});
