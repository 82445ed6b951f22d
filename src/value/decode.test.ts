import { describe, expect, it } from 'vitest';
import { modelOf } from '../../fuzz/model.ts';
import { arrayHead, bytesOf, INVALID, mapHead, NULL, RECORD, REF, tagHead } from '../../fuzz/pieces.ts';
import { decodeCanonical } from '../canonical/index.ts';
import {
  decode,
  decodeFirst,
  Decimal,
  encode,
  Entries,
  Float,
  Message,
  Opaque,
  Tagged,
  ValueReader,
  type Encodable,
  type Value,
} from './index.ts';
import { encodeInto } from './into.ts';
import { valueKind } from './kinds.ts';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const big = (bits: bigint): bigint => 2n ** bits;

/** A value, and what `decode` answers by default where that is another. Their bytes are in spec/vectors. */
const KINDS: [name: string, value: Encodable, decoded?: Value][] = [
  ['integers around every width', [0, 31, 32, 87, 88, 255, 256, 343, 344, 65_535, 65_536, 2 ** 24, 2 ** 32 - 1, 2 ** 32, 2 ** 48]],
  ['negative integers', [-1, -8, -9, -32, -33, -256, -257, -288, -289, -65_536, -65_537, -(2 ** 32), -(2 ** 32) - 1, -(2 ** 48)]],
  ['the safe integers at the edge', [2 ** 53 - 1, -(2 ** 53 - 1)]],
  ['integers beyond it', [big(53n), -big(53n), big(63n), -big(63n), big(64n) - 1n]],
  ['a small bigint', 7n, 7],
  ['bignums', [big(64n), -big(63n) - 1n, big(71n), big(72n) - 1n, -big(71n) - 1n, 10n ** 9999n, 1n - 10n ** 10_000n]],
  ['texts around every length', ['', 'a', 'abc', ...[38, 39, 40, 46, 47, 166, 167, 20_000].map((length) => 'x'.repeat(length))]],
  ['texts beyond ASCII', ['é', '你', '你好世界', '🐦‍⬛', '\u0000', '\ufeff', '\ufffd', '你好世界'.repeat(100)]],
  ['bytes', [0, 1, 6, 7, 8, 14, 15, 142, 143, 20_000].map((length) => new Uint8Array(length).fill(length))],
  ['arrays', [0, 1, 14, 15, 142, 143].map((length) => Array.from({ length }, (_, i) => i))],
  ['maps', [0, 1, 6, 7, 134, 135].map((length) => Object.fromEntries(Array.from({ length }, (_, i) => [`k${i}`, i])))],
  ['records', [{ a: 1 }, { a: 2 }, { b: 1, a: 2 }, { a: { a: 3 } }, { b: 4, a: 5 }]],
  ['a record in its own shape', { a: { a: { a: 1 } } }],
  ['text references', ['abcd', 'abcd', { abcd: 'efgh' }, 'efgh', 'abc', 'abc']],
  ['a reference to the last of 16,384 texts', [...Array.from({ length: 16_390 }, (_, i) => `text ${i}`), 'text 16383', 'text 16384']],
  ['null, false and true', [null, false, true]],
  ['floats', [0.1, 1.5, -0, NaN, Infinity, -Infinity, 5e-324, 1.7976931348623157e308, 3.4028234663852886e38, 2 ** 53]],
  ['a whole float', new Float(1), 1],
  ['decimals', [new Decimal(15, -1), new Decimal(-7, 10_000), new Decimal(big(64n) + 1n, -10_000), new Decimal(10n ** 9999n + 1n, 0)]],
  ['a set', new Set([1, 2]), new Tagged(1, [1, 2])],
  ['the registered tags', [new Tagged(2, 'E'), new Tagged(2, ['E', { a: 1 }]), new Tagged(3, ['txt', 'a']), new Tagged(5, [{}, 1]), new Tagged(6, [])]],
  ['unknown tags', [new Tagged(0, null), new Tagged(7, [1]), new Tagged(big(64n) - 1n, new Tagged(200, 'a'))]],
  ['messages', [new Message(0, new Uint8Array(0)), new Message(300, Uint8Array.of(8, 1)), new Message(big(64n) - 1n, Uint8Array.of(1))]],
  ['the reserved kinds', [0xfc, 0xfd, 0xfe].map((kind) => new Opaque(kind, Uint8Array.of(9)))],
  [
    'keys that are no texts',
    new Map<Encodable, Encodable>([[1, 'a'], [1.5, 'b'], [null, 'c'], ['d', 'd']]),
    new Entries([1, new Float(1.5), null, 'd'], ['a', 'b', 'c', 'd']),
  ],
]; // prettier-ignore

/** The kinds of the values that the bytes hold, each when it ends. */
const kinds = (bytes: Uint8Array): string[] => {
  const reader = new ValueReader({ lossless: true });
  const seen: string[] = [];
  reader.visitor = {
    enter: () => undefined,
    leave: (start) => void seen.push(valueKind(bytes[start]!)),
  };
  reader.reset(bytes);
  reader.readValue();
  return seen;
};

const inPlain = (text: string): Uint8Array => encode(text, { form: 'plain' });

describe('every kind of value', () => {
  it.each(KINDS)('%s: comes back, from its canonical form and its plain one', (_name, value, decoded) => {
    for (const form of ['canonical', 'plain'] as const) {
      const bytes = encode(value, { form });
      expect(decode(bytes)).toStrictEqual(decoded ?? (value as Value));
      expect(decodeFirst(bytes)?.end).toBe(bytes.length);
      const lossless = decode(bytes, { lossless: true }) as Encodable;
      expect(modelOf(lossless)).toBe(modelOf(value));
      expect(hexOf(encode(lossless, { form }))).toBe(hexOf(bytes));
    }
  });

  it('keeps floats, and maps in their order, apart when lossless', () => {
    const bytes = encode({ b: new Float(2), a: [1] });
    expect(decode(bytes)).toStrictEqual({ b: 2, a: [1] });
    expect(decode(bytes, { maps: 'entries' })).toStrictEqual(new Entries(['b', 'a'], [2, [1]]));
    expect(decode(bytes, { lossless: true })).toStrictEqual(new Entries(['b', 'a'], [new Float(2), [1]]));
  });

  it('is written without records, references and UTF-16 in plain form', () => {
    const value = [{ name: '你好世界' }, { name: '你好世界' }];
    expect(kinds(encode(value))).toStrictEqual(['text', 'text', 'map', 'ref', 'record', 'array']);
    const plain = encode(value, { form: 'plain' });
    expect(kinds(plain)).toStrictEqual(['text', 'text', 'map', 'text', 'text', 'map', 'array']);
    expect(Buffer.from(plain).includes('你好世界')).toBe(true);
    expect(decodeCanonical(encode(value))).toStrictEqual(value);
    expect(() => decodeCanonical(plain)).toThrow(
      expect.objectContaining({ code: 'NOT_CANONICAL', rule: 'CANON-3', path: [0, 'name'] }),
    );
  });

  it('is in UTF-16 where that is strictly shorter, and has to be for a canonical reader', () => {
    expect(encode('你')).toStrictEqual(inPlain('你'));
    expect(encode('你好').length).toBe(inPlain('你好').length - 1);
    const expected = { code: 'NOT_CANONICAL', rule: 'CANON-3', offset: 0, path: [] };
    expect(() => decodeCanonical(inPlain('你好'))).toThrow(expect.objectContaining(expected) as Error);
  });
});

describe('input that ends or goes on', () => {
  it('is incomplete for decodeFirst, TRUNCATED for decode', () => {
    const cut = bytesOf(arrayHead(2), 1);
    expect(decodeFirst(cut)).toBeUndefined();
    expect(decodeFirst(new Uint8Array(0))).toBeUndefined();
    expect(() => decode(cut)).toThrow(/^TRUNCATED at byte 2.* \[WIRE-9\]$/);
  });

  it('may hold more after the value for decodeFirst, not for decode', () => {
    expect(decodeFirst(bytesOf(INVALID, 1, INVALID), 1)).toStrictEqual({ value: 1, end: 2 });
    expect(() => decode(bytesOf(1, 2, 3))).toThrow('TRAILING_BYTES at byte 1: 2 bytes [VALUE-24]');
  });

  it('must be bytes', () => {
    for (const wrong of [[1], '01', undefined, new ArrayBuffer(1)]) {
      expect(() => decode(wrong as unknown as Uint8Array)).toThrow(
        new TypeError('bytes must be a Uint8Array'),
      );
    }
  });

  it('leaves nothing behind for the next value, though it was a fault', () => {
    expect(() => decode(bytesOf(arrayHead(3), 'abcd', { a: 1 }, INVALID))).toThrow('HEAD_INVALID');
    expect(() => decode(bytesOf(REF))).toThrow('REF_UNDEFINED');
    expect(() => decode(bytesOf(RECORD))).toThrow('SHAPE_UNDEFINED');
    const fresh = hexOf(encode(['abcd', { a: 1 }], { maxDepth: 100 }));
    expect(() => encode(['abcd', { a: 1 }, undefined as unknown as Encodable])).toThrow(TypeError);
    expect(hexOf(encode(['abcd', { a: 1 }]))).toBe(fresh);
  });
});

describe('the path of a fault', () => {
  it.each([
    ['[1]', bytesOf(arrayHead(2), 1, INVALID), 2],
    ['b', bytesOf(mapHead(2), 'a', 'b', 1, INVALID), 6],
    ['a.b[0]', bytesOf(mapHead(1), 'a', mapHead(1), 'b', arrayHead(1), INVALID), 7],
    ['keys[1]', bytesOf(mapHead(2), 'a', INVALID, NULL, NULL), 3],
    ['[1].a', bytesOf(arrayHead(2), { a: 1 }, RECORD, INVALID), 6],
    ['[7]', bytesOf(mapHead(1), 7, INVALID), 2],
    ['[0]', bytesOf(mapHead(1), null, INVALID), 2],
    ['[0]', bytesOf(tagHead(100), arrayHead(1), INVALID), 3],
    [String.raw`"\n\u001b[A"`, bytesOf(mapHead(1), '\n\u001b[A', INVALID), 6],
  ])('is %s', (path, bytes, offset) => {
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: 'HEAD_INVALID', offset }) as Error);
    expect(() => decode(bytes)).toThrow(`at byte ${offset} (${path})`);
  });
});

describe('encodeInto', () => {
  it('writes at an offset and answers the offset after the value', () => {
    const into = new Uint8Array(8).fill(0xaa);
    expect(encodeInto({ a: 1 }, into, 2)).toBe(6);
    expect(hexOf(into)).toBe(`aaaa${hexOf(encode({ a: 1 }))}aaaa`);
  });

  it.each(['', 'abcd', { a: [1, 'text', 'text', 1.5, '水水'] }, 'x'.repeat(100)])(
    'writes %j where it fits exactly, and refuses it in a byte less',
    (value) => {
      const expected = encode(value);
      const into = new Uint8Array(3 + expected.length);
      expect(encodeInto(value, into, 3)).toBe(into.length);
      expect(hexOf(into)).toBe(`000000${hexOf(expected)}`);
      expect(() => encodeInto(value, into.subarray(1), 3)).toThrow(
        new RangeError(`the value takes ${expected.length} bytes, there is room for ${expected.length - 1}`),
      );
      expect(hexOf(encode(value))).toBe(hexOf(expected));
    },
  );

  it('leaves what is before the offset, and is as it was after what is no value', () => {
    const into = new Uint8Array(4).fill(0xaa);
    expect(() => encodeInto(['abc', undefined as unknown as Encodable], into, 1)).toThrow(TypeError);
    expect(into[0]).toBe(0xaa);
    expect(encodeInto(7, into, 1)).toBe(2);
    expect(() => encodeInto(7, into, 5)).toThrow(RangeError);
    expect(() => encodeInto(7, [] as unknown as Uint8Array)).toThrow(TypeError);
  });
});
