import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode, type DecodeOptions, type Encodable } from '../index.ts';
import { ShapeCompiler, ShapeMemory } from './index.ts';

/** More than it takes to make code. */
const OFTEN = 20;

const MODES = [
  ['a memory', () => new ShapeMemory()],
  ['a compiler', () => new ShapeCompiler()],
] as const;

/** Texts of every way that they are read in: short, ASCII, mixed, of characters of two and four bytes, long. */
const TEXTS = [
  '',
  'abc',
  'twelve chars',
  'forty characters of nothing but ASCII....',
  '的一是不了人我在有他这 and ASCII 中大来上国个到.',
  'ASCII first, then 的一是不了人我在有他这 in the end',
  'äöüßéèêëçñ and ASCII, characters of two bytes',
  'one beyond: 𝄞 and ASCII, of four bytes, and 的一',
  '中 '.repeat(90),
  '中 '.repeat(400),
  '\ufffd replacement characters \ufffd\ufffd \ufeff\u0000',
];

function message(i: number): Encodable {
  const text = TEXTS[i % TEXTS.length]!;
  return {
    id: 2 ** 52 + i,
    seq: 7 * i,
    text,
    alias: `${i} 号 is the alias`,
    low: -i,
    ratio: i / 8,
    on: i % 2 > 0,
  };
}

const LISTS: readonly [string, Encodable][] = [
  ['each of its own text', Array.from({ length: 60 }, (_, i) => message(i))],
  [
    'texts that come again',
    Array.from({ length: 40 }, (_, i) => ({ a: TEXTS[4 + (i % 3)]!, b: TEXTS[4 + (i % 2)]!, i })),
  ],
  [
    'texts that begin as others do',
    Array.from({ length: 30 }, (_, i) => ({
      text: `the same start 的一是不了 ${i}`,
      more: `the same start ${i} 号 again`,
    })),
  ],
  [
    'fields that change their kind',
    Array.from({ length: 50 }, (_, i) => ({
      a: [i, `号码 number ${i}`, null, { x: i }, i / 3][i % 5]!,
      b: `第 ${i} text of two`,
    })),
  ],
  [
    'texts where other kinds were',
    Array.from({ length: 40 }, (_, i) => ({
      a: i > 19 ? `号码 number ${i - 3}` : i,
      b: `号码 number ${i}`,
      c: i > 30 ? [`号码 number ${i}`] : [i],
      d: i > 25 ? `号码 number ${i - 5}` : i + 0.25,
    })),
  ],
  [
    'many short texts',
    Array.from({ length: 20 }, (_, i) =>
      Object.fromEntries(Array.from({ length: 18 }, (_each, k) => [`k${k}`, `中文中${i + 10}${k}`])),
    ),
  ],
  [
    'rows that hold rows of their shape',
    Array.from({ length: 12 }, (_, i) => ({
      text: `外面的 text number ${i}`,
      rows: Array.from({ length: 12 }, (_each, j) => ({
        text: `里面的 text ${i} ${j}`,
        rows: [],
        last: `后面的 text ${j}`,
      })),
      last: `最后的 text ${i}, 外面的`,
    })),
  ],
  [
    'two shapes in turns',
    Array.from({ length: 40 }, (_, i) =>
      i % 3 > 0 ? { a: `第 ${i} text of a` } : { b: i, c: `第 ${i} text of c` },
    ),
  ],
  [
    'seven keys and more',
    Array.from({ length: 20 }, (_, i) =>
      Object.fromEntries(Array.from({ length: 16 }, (_each, k) => [`k${k}`, `${i} 的 ${k} in a row`])),
    ),
  ],
  [
    'an index among the keys',
    Array.from({ length: 20 }, (_, i) => ({ 1: i, a: `第 ${i} text`, __proto__x: i })),
  ],
];

/** The value, or the error as a caller sees it. */
function endOf(bytes: Uint8Array, options?: DecodeOptions): unknown {
  try {
    return { value: decode(bytes, options) };
  } catch (error) {
    const {
      name,
      message: text,
      code,
      offset,
      path,
    } = error as Error & Record<'code' | 'offset' | 'path', unknown>;
    return { name, text, code, offset, path };
  }
}

/** A memory in which everything of the bytes is in use. */
function used(
  bytes: Uint8Array,
  make: () => ShapeMemory,
  limits: DecodeOptions['limits'] = {},
): DecodeOptions {
  const shapes = make();
  for (let i = 0; i < OFTEN; i++) decode(bytes, { shapes });
  return { shapes, limits };
}

describe.each(MODES)('lists of records, through %s', (_mode, make) => {
  it.each(LISTS)('come out as without it: %s', (_what, list) => {
    for (const form of ['canonical', 'plain'] as const) {
      const bytes = encode(list, { form });
      const options = used(bytes, make);
      expect(decode(bytes, options)).toStrictEqual(list);
      expect(decode(bytes, { ...options, maps: 'entries' })).toStrictEqual(
        decode(bytes, { maps: 'entries' }),
      );
    }
  });

  it.each(LISTS)('end where they end without it, cut off and changed anywhere: %s', (_what, list) => {
    const bytes = encode((list as Encodable[]).slice(0, 14));
    const options = used(bytes, make);
    const step = 1 + Math.floor(bytes.length / 200);
    for (let i = 0; i < bytes.length; i += step) {
      const cut = bytes.subarray(0, i);
      expect(endOf(cut, options)).toStrictEqual(endOf(cut));
      const changed = Uint8Array.from(bytes);
      changed[i]! ^= 1 << (i % 8);
      expect(endOf(changed, options)).toStrictEqual(endOf(changed));
    }
    expect(decode(bytes, options)).toStrictEqual(decode(bytes));
  });

  it('are charged as without it, at every limit', () => {
    const keys = Array.from({ length: 7 }, (_, k) => `${k}${'k'.repeat(60)}`);
    const list = Array.from({ length: 45 }, (_, i) =>
      Object.fromEntries(keys.map((key) => [key, `${i} 的 text`])),
    );
    const bytes = encode(list);
    const { shapes } = used(bytes, make) as { shapes: ShapeMemory };
    for (let i = 0; i < 400; i++) {
      for (const limits of [{ maxElements: i }, { maxExpanded: 16_384 + 13 * i }, { maxDepth: i % 5 }])
        expect(endOf(bytes, { limits, shapes })).toStrictEqual(endOf(bytes, { limits }));
    }
  });

  it('refuse text that is not well-formed, wherever it stands', () => {
    const list = Array.from({ length: 4 }, (_, i) => ({ i, text: `中文 in front ${i} 中` }));
    const bytes = encode(list);
    const options = used(bytes, make);
    const wide = bytes.lastIndexOf(0xe4);
    for (const bad of [
      [0xc0, 0x80, 0x61],
      [0xe0, 0x80, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80, 0x80],
      [0x80, 0x61, 0x61],
      [0xc3, 0x61, 0x61],
      [0xe4, 0xb8, 0x61],
    ]) {
      for (const at of [wide, bytes.lastIndexOf(0xe4, wide - 1)]) {
        const changed = Uint8Array.from(bytes);
        changed.set(bad, at);
        expect(endOf(changed, options)).toMatchObject({ code: 'TEXT_UTF8' });
        expect(endOf(changed, options)).toStrictEqual(endOf(changed));
      }
    }
  });

  it('hold nothing of the bytes, which may be others the next time', () => {
    const first = Uint8Array.from(
      encode(Array.from({ length: 12 }, (_, i) => ({ i, a: `${i} text of ASCII`, b: `中文 ${i} text` }))),
    );
    const second = encode(
      Array.from({ length: 12 }, (_, i) => ({ i, a: `${i} TEXT OF ascii`, b: `文中 ${i} TEXT` })),
    );
    const options = used(first, make);
    const before = decode(first, options);
    const expected = decode(first);
    first.set(second);
    expect(decode(first, options)).toStrictEqual(decode(second));
    expect(before).toStrictEqual(expected);
  });

  it('come out as without it, whatever they hold', () => {
    const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'grapheme', maxLength: 60 }));
    const value = fc.oneof(
      text,
      text,
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.nat(300), { maxLength: 4 }),
    );
    const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 9 });
    const rows = keys.chain((names) =>
      fc
        .array(fc.tuple(...names.map(() => value)), { minLength: 1, maxLength: 12 })
        .map((all) => all.map((row) => Object.fromEntries(row.map((each, i) => [names[i]!, each])))),
    );
    const options = { shapes: make() };
    fc.assert(
      fc.property(rows, (list) => {
        const bytes = encode(list);
        for (let i = 0; i < OFTEN; i++) decode(bytes, options);
        expect(decode(bytes, options)).toStrictEqual(decode(bytes));
      }),
      { numRuns: 60 },
    );
  });
});
