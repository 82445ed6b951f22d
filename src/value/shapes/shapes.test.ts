import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decode, encode, Entries, ValueWriter, type Encodable } from '../index.ts';
import { ShapeCompiler, ShapeMemory } from './index.ts';
import { literal } from './literal.ts';
import { readerSource } from './read-source.ts';
import { writerSource } from './write-source.ts';

/** More than it takes to make code. */
const OFTEN = 20;
const wrong = (value: unknown): Encodable => value as Encodable;

/** Through a memory so often that everything of it is in use; what came out last. */
function throughOften(value: Encodable, shapes: ShapeMemory): unknown {
  const options = { shapes };
  const bytes = encode(value);
  let out: unknown;
  for (let i = 0; i < OFTEN; i++) {
    expect(encode(value, options)).toStrictEqual(bytes);
    out = decode(bytes, options);
  }
  return out;
}

/** The error of both, as far as a caller sees it. */
function errorOf(run: () => unknown): object | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    const { name, message, code, offset, path } = error as Error &
      Record<'code' | 'offset' | 'path', unknown>;
    return { name, message, code, offset, path };
  }
}

/** The value, or the error. */
function endOf(run: () => unknown): unknown {
  let value: unknown;
  return errorOf(() => (value = run())) ?? { value };
}

const MODES = [
  ['a memory', () => new ShapeMemory()],
  ['a compiler', () => new ShapeCompiler()],
  ['a compiler at its bound', () => new ShapeCompiler({ maxShapes: 0 })],
] as const;

describe.each(MODES)('%s, of keys that came where the table of texts was full', (_, make) => {
  it('does not take them for keys without an index', () => {
    const options = { shapes: make() };
    const filling = Array.from({ length: 16_390 }, (_each, i) => `text ${i}`);
    const rows = [{ first: 1, second: 2 }, { first: 1, second: 3 }]; // prettier-ignore
    const full = encode([...filling, ...rows, ...rows], { form: 'plain' });
    const referring = encode([
      { first: 1, second: 2 },
      { second: 'first', third: 'second' },
    ]);
    for (let i = 0; i < OFTEN; i++) {
      expect(decode(full, options)).toHaveLength(16_394);
      expect(decode(referring, options)).toStrictEqual(decode(referring, { shapes: null }));
    }
  });
});

const HOSTILE = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '"',
  "'",
  '`${1}`',
  '\\',
  '\n',
  '\r',
  '\u2028',
  '\u2029',
  '\u0000',
  '"]: 1 }; throw new Error("made"); ({ ["',
  "'];process.exit(1);//",
  '*/',
  '<!--',
  '7',
  '-0',
  '',
  '名字',
  '🐦',
  'v0',
  'at',
  'reader',
];

const message = (n: number) => ({
  id: 2 ** 50 + n,
  from: `user${n}`,
  name: '名字名字',
  text: `a text of ${n}`,
  list: [n, -n, 1.5],
});

afterEach(() => vi.unstubAllGlobals());

describe.each(MODES)('%s', (_name, made) => {
  it.each(HOSTILE)('takes the key %j as any other', (key) => {
    for (const keys of [[key], ['a', key], [key, 'zz']]) {
      const value = Object.defineProperty({}, keys[0]!, {
        value: 1,
        enumerable: true,
        configurable: true,
        writable: true,
      });
      if (keys[1] !== undefined)
        Object.defineProperty(value, keys[1], {
          value: 'two',
          enumerable: true,
          configurable: true,
          writable: true,
        });
      const out = throughOften(value, made());
      expect(out).toStrictEqual(value);
      expect(Object.getPrototypeOf(out)).toBe(Object.prototype);
      expect(Object.keys(out as object)).toStrictEqual(Object.keys(value));
    }
  });

  it('takes all of them at once, nested, and in many shapes', () => {
    const value = Object.fromEntries(HOSTILE.filter((key) => key !== '__proto__').map((key, i) => [key, i]));
    expect(throughOften([value, { in: value }, value], made())).toStrictEqual([value, { in: value }, value]);
    const shapes = made();
    const many = Array.from({ length: 200 }, (_, i) => ({ [`key ${i}`]: i, b: { [`c${i}`]: 'text' } }));
    for (const one of many) expect(throughOften(one, shapes)).toStrictEqual(one);
  });

  it('refuses a lone surrogate in a key, however often it comes', () => {
    const options = { shapes: made() };
    for (let i = 0; i < OFTEN; i++)
      expect(() => encode({ a: 1, 'b\ud800': 2 }, options)).toThrow('lone surrogate');
  });

  it.each<[name: string, value: unknown]>([
    ['undefined', { a: 1, b: undefined }],
    ['a function', { a: 1, b: () => 1 }],
    ['a class', { a: 1, b: new Date(0) }],
    ['a lone surrogate', { a: 1, b: '\ud800' }],
    ['an object over another', { a: 1, b: Object.create({ c: 1 }) as object }],
    ['an instance whose prototype has no constructor', { a: 1, b: Object.assign(Object.create({ x: 1 }) as object, { c: 1 }) }],
    ['a getter that throws', { a: 1, get b() { throw new Error('no'); } }],
  ])('refuses %s as without it, by its path', (_case, value) => {
    const options = { shapes: made() };
    const good = { a: 1, b: 2 };
    const inner = { a: 1, b: { c: 1 } };
    for (let i = 0; i < OFTEN; i++) {
      encode(good, options);
      encode(inner, options);
    }
    const expected = errorOf(() => encode(wrong([value])));
    expect(expected).toBeDefined();
    for (let i = 0; i < OFTEN; i++) expect(errorOf(() => encode(wrong([value]), options))).toStrictEqual(expected);
  }); // prettier-ignore

  it('writes no field that an object does not own', () => {
    const options = { shapes: made() };
    for (let i = 0; i < OFTEN; i++) encode({ a: 1, b: 2 }, options);
    const polluted = Object.prototype as { b?: number };
    polluted.b = 5;
    try {
      expect(encode({ a: 1 }, options)).toStrictEqual(encode({ a: 1 }));
      expect(decode(encode({ a: 1 }, options))).toHaveProperty('a', 1);
      expect(encode({ a: 1 }).length).toBe(4);
    } finally {
      delete polluted.b;
    }
  });

  it('leaves out undefined fields where asked', () => {
    const options = { shapes: made(), omitUndefined: true };
    for (let i = 0; i < OFTEN; i++) {
      expect(encode({ a: 1, b: undefined }, options)).toStrictEqual(encode({ a: 1 }));
      expect(encode({ a: 1, b: 2 }, options)).toStrictEqual(encode({ a: 1, b: 2 }));
    }
  });

  it('keeps to plain form, to entries and to lossless', () => {
    const shapes = made();
    const value = [
      { text: '名字名字', list: ['text', 1.5] },
      { text: 'text', list: [] },
    ];
    const bytes = encode(value);
    for (let i = 0; i < OFTEN; i++) {
      expect(encode(value, { shapes, form: 'plain' })).toStrictEqual(encode(value, { form: 'plain' }));
      expect(decode(bytes, { shapes, maps: 'entries' })).toStrictEqual(decode(bytes, { maps: 'entries' }));
      expect(decode(bytes, { shapes, lossless: true })).toStrictEqual(decode(bytes, { lossless: true }));
      expect(decode(bytes, { shapes })).toStrictEqual(value);
    }
  });

  it('serves a getter that encodes meanwhile', () => {
    const options = { shapes: made() };
    const inner = { a: 1, text: 'inner' };
    const value = [
      { a: 1, text: 'outer' },
      { a: 1, get text() { return String(encode([inner, inner], options).length); } },
      { a: 2, text: 'outer' },
    ];
    for (let i = 0; i < OFTEN; i++) expect(encode(value, options)).toStrictEqual(encode(value));
  }); // prettier-ignore

  it('reads every prefix and every changed byte as without it', () => {
    const options = { shapes: made() };
    const bytes = encode([message(1), message(2), { nested: message(3) }, message(4), message(5)]);
    for (let i = 0; i < OFTEN; i++) decode(bytes, options);
    const changed = bytes.slice();
    for (let at = 0; at < bytes.length; at++) {
      expect(errorOf(() => decode(bytes.slice(0, at), options))).toStrictEqual(
        errorOf(() => decode(bytes.slice(0, at))),
      );
      for (const bit of [1, 8, 0x40, 0x80, 0xff]) {
        changed[at] = bytes[at]! ^ bit;
        expect(endOf(() => decode(changed, options))).toStrictEqual(endOf(() => decode(changed)));
      }
      changed[at] = bytes[at]!;
    }
  });

  it('answers texts that a later change of the input does not reach', () => {
    const options = { shapes: made() };
    const value = Array.from({ length: 40 }, (_, i) => [`some text of ASCII ${i}`, `名字名字名字名字${i}`]);
    const bytes = encode(value);
    const first = decode(bytes, options);
    const other = encode(value.map(([a, b]) => [a!.toUpperCase(), b!.replaceAll('名', '你')]));
    expect(other.length).toBe(bytes.length);
    bytes.set(other);
    expect(decode(bytes, options)).not.toStrictEqual(first);
    expect(first).toStrictEqual(value);
  });
});

describe.each(MODES)('%s, of fields that change their kind,', (_name, made) => {
  const KINDS: readonly Encodable[] = [
    0, 1, 87, 88, 343, 344, 65_535, 2 ** 24, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 48 + 1, 2 ** 53 - 1, 2 ** 53, 2n ** 63n,
    -0, -1, -33, -(2 ** 33), 0.5, 1e100, NaN, true, false, null, '', 'abc', 'name', 'field', 'some text of ASCII',
    'x'.repeat(47), 'x'.repeat(48), 'x'.repeat(200), '名字', 'Zürich und Umgebung', '名字 and a longer text 名字',
    `${'名'.repeat(20)} ${'x'.repeat(30)}`, '🐦 and more of it, beyond twelve', new Uint8Array(3), [1, 'name', { name: 1 }],
    -32, -288, -289, -65_536, -(2 ** 24), -(2 ** 31), -(2 ** 31) - 289, -(2 ** 32), -(2 ** 53) + 1, -(2 ** 53),
    -0.5, 0.001, 12.3, 12.34, -12.345, 1234.5678, 1_234_567.891, 16_777_217.5, 281_474_976_710.655, 281_474_976_710.656,
    0.1 + 0.2, 5e-324, 1e-15, 1.5e15 + 0.5, -Infinity, [], [1, 2, 3], [87, 88, 343, 344, -1, -33, 2 ** 50], [-0], [0.5], [[1]],
    Array.from({ length: 14 }, () => 2 ** 50), Array.from({ length: 15 }, (_, i) => i), '名'.repeat(31), '名'.repeat(32),
    `${'名'.repeat(12)}é`, 'é', '名名'
  ]; // prettier-ignore

  it('writes and reads each as without it', () => {
    const firsts = [
      5,
      2 ** 20,
      2 ** 50,
      -5,
      -(2 ** 20),
      -12.345,
      true,
      'some text',
      '名字名字名字',
      [1, 2, 3],
    ];
    for (const first of firsts) {
      const options = { shapes: made() };
      for (let i = 0; i < OFTEN; i++) decode(encode({ name: first, field: first }, options), options);
      for (const kind of KINDS) {
        const value = [{ name: kind, field: first }, { name: first, field: kind }, 'name', 'field'];
        const bytes = encode(value);
        expect(encode(value, options)).toStrictEqual(bytes);
        expect(decode(bytes, options)).toStrictEqual(decode(bytes));
        const single = encode({ name: kind, field: kind });
        expect(encode({ name: kind, field: kind }, options)).toStrictEqual(single);
        expect(decode(single, options)).toStrictEqual(decode(single));
      }
    }
  });

  it('refuses broken numbers and texts as without it', () => {
    const kinds = [
      2 ** 24,
      2 ** 50,
      100,
      -5,
      -70_000,
      12.345,
      true,
      [1, 2, 300],
      '名字 and more text',
      '名字名字名字',
    ];
    for (const kind of kinds) {
      const options = { shapes: made() };
      const bytes = encode({ name: kind, field: kind, rest: 'what is not read in place' });
      for (let i = 0; i < OFTEN; i++) decode(bytes, options);
      for (let at = 0; at < bytes.length; at++)
        for (const byte of [
          0, 5, 0x0d, 0x57, 0x58, 0x5c, 0x5f, 0x7f, 0x80, 0xa0, 0xc0, 0xc2, 0xc7, 0xe0, 0xd8, 0xdc, 0xdf,
          0xed, 0xf4, 0xf7, 0xfa, 0xff,
        ]) {
          const changed = bytes.with(at, byte);
          expect(endOf(() => decode(changed, options))).toStrictEqual(endOf(() => decode(changed)));
        }
    }
  });

  it('writes long lists between other fields, wherever the buffer ends', () => {
    const options = { shapes: made() };
    const list = Array.from({ length: 14 }, (_, i) => 2 ** 50 + i);
    const ids = Object.fromEntries(list.map((id) => [`id${id}`, id]));
    const object = {
      a: list,
      b: list,
      c: list,
      d: list,
      e: list,
      ...ids,
      text: 'some text of ASCII',
      share: 12.345,
      last: list,
      done: true,
    };
    for (let i = 0; i < OFTEN; i++) encode(object, options);
    for (let before = 0; before < 300; before += 4) {
      const writer = new ValueWriter(options);
      const value = ['x'.repeat(before), object, object];
      writer.writeValue(value);
      expect(writer.take()).toStrictEqual(encode(value));
    }
  });

  it('limits the depth and the elements of what is read and written in place', () => {
    const shapes = made();
    const value = { list: [1, 2, 3], id: 2 ** 50, text: 'some text of ASCII' };
    const bytes = encode(value);
    for (let i = 0; i < OFTEN; i++) decode(encode(value, { shapes }), { shapes });
    const limits = [{ maxDepth: 1 }, { maxElements: 9 }, { maxElements: 10 }];
    for (const each of limits)
      expect(endOf(() => decode(bytes, { limits: each, shapes }))).toStrictEqual(
        endOf(() => decode(bytes, { limits: each })),
      );
    for (const maxDepth of [0, 1, 2])
      expect(endOf(() => encode(value, { maxDepth, shapes }))).toStrictEqual(
        endOf(() => encode(value, { maxDepth })),
      );
  });

  it('reads every character of the basic plane', () => {
    const options = { shapes: made() };
    for (let from = 0; from < 0x1_0000; from += 128) {
      if (from >= 0xd800 && from < 0xe000) continue;
      const characters = Array.from({ length: 128 }, (_, i) => String.fromCharCode(from + i)).join('');
      const value = { text: `${characters}${' '.repeat(300)}` };
      const bytes = encode(value);
      expect(encode(value, options)).toStrictEqual(bytes);
      expect(decode(bytes, options)).toStrictEqual(value);
    }
  });
});

describe('numbers', () => {
  const scaled = fc
    .tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), fc.nat({ max: 9 }))
    .map(([integer, scale]) => integer / 10 ** scale);
  const number = fc.oneof(scaled, fc.maxSafeInteger(), fc.integer({ min: -400, max: 400 }), fc.double());

  it.each([
    ['remembered', () => new ShapeMemory()],
    ['compiled', () => new ShapeCompiler()],
  ])('are written and read as without a memory, where shapes are %s', (_, make) => {
    const object = fc.record({ a: number, b: scaled, c: fc.array(number, { maxLength: 20 }), d: number });
    fc.assert(
      fc.property(fc.array(object, { minLength: 20, maxLength: 60 }), (values) => {
        const options = { shapes: make() };
        for (const value of values) {
          const bytes = encode(value);
          expect(encode(value, options)).toEqual(bytes);
          expect(decode(bytes, options)).toStrictEqual(decode(bytes));
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('texts that begin as keys do', () => {
  const names = ['descriptive', 'description', 'descriptions of it', 'text', 'identifier', 'identifiers'];
  const name = fc.constantFrom(...names);
  const record = fc.dictionary(
    name,
    fc.oneof(name, fc.integer(), fc.constantFrom('identify me', 'descripteur', '')),
    {
      noNullPrototype: true,
      minKeys: 1,
    },
  );

  it.each([
    ['remembered', () => new ShapeMemory()],
    ['compiled', () => new ShapeCompiler()],
  ])('are written and read as without a memory, where shapes are %s', (_, make) => {
    fc.assert(
      fc.property(fc.array(fc.array(record, { maxLength: 4 }), { minLength: 1, maxLength: 30 }), (values) => {
        const shapes = make();
        for (let round = 0; round < 3; round++) {
          for (const value of values) {
            const bytes = encode(value);
            expect(encode(value, { shapes })).toEqual(bytes);
            expect(decode(bytes, { shapes })).toStrictEqual(value);
          }
        }
      }),
    );
  });
});

describe('compiled shapes', () => {
  it('are made once a shape came often, and no more than asked', () => {
    const shapes = new ShapeCompiler({ maxShapes: 3 });
    for (let i = 0; i < 10; i++) throughOften({ [`key${i}`]: i, b: 1 }, shapes);
    expect(shapes.compiled).toBe(6);
  });

  it('are made after a fault in the object that they were to be made of', () => {
    const options = { shapes: new ShapeCompiler() };
    const bytes = encode({ id: 1, text: 'some text' });
    for (let i = 0; i < 15; i++) decode(bytes, options);
    expect(() => decode(bytes.subarray(0, -1), options)).toThrow('TRUNCATED');
    expect(options.shapes.compiled).toBe(0);
    for (let i = 0; i < OFTEN; i++)
      expect(decode(bytes, options)).toStrictEqual({ id: 1, text: 'some text' });
    expect(options.shapes.compiled).toBe(1);
  });

  it('are not made where code is forbidden', () => {
    vi.stubGlobal('Function', function forbidden() {
      throw new EvalError('Content Security Policy');
    });
    const value = { id: 1, text: 'some text' };
    expect(throughOften(value, new ShapeCompiler())).toStrictEqual(value);
  });

  it.each([-1, 1025, 1.5, Number.NaN])('are not bounded by %d', (maxShapes) => {
    expect(() => new ShapeCompiler({ maxShapes })).toThrow(RangeError);
  });

  it('have keys in their source as literals only, whatever the key', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', minLength: 0 }), { minLength: 1, maxLength: 5 }),
        (keys) => {
          for (const source of [readerSource(keys, []), writerSource(keys, keys)]) {
            let bare = source;
            for (const key of keys) bare = bare.replaceAll(literal(key), 'KEY');
            expect(bare).not.toMatch(/[\u2028\u2029\0]/);
            // oxlint-disable-next-line no-new-func, no-implied-eval -- what is made of it is what is tested
            expect(() => new Function(source) as unknown).not.toThrow();
          }
          for (const key of keys) expect(JSON.parse(literal(key))).toBe(key);
        },
      ),
    );
  });

  it.each([
    ['NaN', '\u7ff8'.repeat(12)],
    ['another NaN', '\u7ff1'.repeat(12)],
    ['-0', `${'名'.repeat(20)}\0\0\0\u8000名`],
    ['0', '\0'.repeat(24)],
    ['Infinity', `${'名'.repeat(20)}\0\0\0\u7ff0名`],
    ['subnormal numbers', `${'名'.repeat(20)}\u0001\0\0\0名`],
  ])('write keys whose bytes are those of %s, wherever they lie', (_, key) => {
    const options = { shapes: new ShapeCompiler() };
    for (let before = 1; before <= 8; before++) {
      const object = { ['x'.repeat(before)]: 1, [key]: 2, last: 3 };
      const bytes = encode(object);
      for (let i = 0; i < OFTEN; i++) expect(encode(object, options)).toStrictEqual(bytes);
    }
    expect(options.shapes.compiled).toBe(8);
  });

  it('come out with the keys of entries too', () => {
    const entries = new Entries(['id', 'text'], [1, 'some text']);
    expect(throughOften(entries, new ShapeCompiler())).toStrictEqual({ id: 1, text: 'some text' });
  });
});
