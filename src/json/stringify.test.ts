import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decode,
  Decimal,
  encode,
  Entries,
  Float,
  Message,
  Opaque,
  Tagged,
  type Encodable,
} from '../value/index.ts';
import { stringify } from './index.ts';

const nest = (levels: number): Encodable => {
  let value: Encodable = [];
  for (let level = 1; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

describe('stringify', () => {
  it.each<[text: string, value: Encodable]>([
    ['null', null],
    ['true', true],
    ['false', false],
    ['0', 0],
    ['-9007199254740991', -9007199254740991],
    ['18446744073709551616', 2n ** 64n],
    ['1.5', 1.5],
    ['1.0', new Float(1)],
    ['-0.0', -0],
    ['-0.0', new Float(-0)],
    ['1e+23', 1e23],
    ['9007199254740992.0', 2 ** 53],
    ['1e-7', new Float(1e-7)],
    ['15e-1', new Decimal(15, -1)],
    ['-1e400', new Decimal(-1, 400)],
    ['123456789012345678901e0', new Decimal(123456789012345678901n, 0)],
    [String.raw`"a\"\\\n\u0000"`, 'a"\\\n\0'],
    ['"😀"', '😀'],
    ['[]', []],
    ['{}', {}],
    ['{}', new Entries([], [])],
    ['[1,[2],{"a":null}]', [1, [2], { a: null }]],
    ['{"2":1,"1":2}', new Entries(['2', '1'], [1, 2])],
    [
      '{"b":1,"a":2}',
      new Map([
        ['b', 1],
        ['a', 2],
      ]),
    ],
    ['{"__proto__":{"x":1}}', new Entries(['__proto__'], [{ x: 1 }])],
    ['{"__proto__":1}', Object.fromEntries([['__proto__', 1]])],
  ])('writes %s', (text, value) => {
    expect(stringify(value)).toBe(text);
  });

  it('indents as JSON.stringify does', () => {
    const value = { a: [1, { b: [] }], c: {}, d: 'x' };
    expect(stringify(value, { indent: 2 })).toBe(JSON.stringify(value, null, 2));
  });

  it.each<[message: string, value: Encodable]>([
    ['bytes (at a[1].b)', { a: [0, { b: new Uint8Array(2) }] }],
    ['NaN (at [0])', [Number.NaN]],
    ['Infinity', Infinity],
    ['-Infinity', new Float(-Infinity)],
    ['key 2, which is not a text (at m)', { m: new Entries(['a', 1], [1, 2]) }],
    ['key 2, which stands before', new Entries(['a', 'a'], [1, 2])],
    ['a value with tag 7 (at "x y")', { 'x y': new Tagged(7, 1) }],
    ['a set', new Set([1])],
    ['a message', new Message(1, new Uint8Array(1))],
    ['a value of a reserved kind', new Opaque(0xfc, new Uint8Array(1))],
    ['a text with a lone surrogate (at [0])', ['\ud800']],
    ['a key with a lone surrogate (at "\\ud800")', { '\ud800': 1 }],
    ['undefined (at a)', { a: undefined }],
    ['a Date', new Date(0) as unknown as Encodable],
    ['a function', (() => 1) as unknown as Encodable],
    ['a decimal whose coefficient or exponent is not a whole number', new Decimal(1.5, 1)],
  ])("says that JSON can't say %s", (message, value) => {
    expect(() => stringify(value)).toThrow(TypeError);
    expect(() => stringify(value)).toThrow(`JSON can't say ${message} [JSON-5]`);
  });

  it('writes 1,000 levels and refuses more, circles included', () => {
    expect(stringify(nest(1000), { indent: 1 })).toContain('[]');
    expect(() => stringify(nest(1001))).toThrow(RangeError);
    const circle: Encodable[] = [];
    circle.push(circle);
    expect(() => stringify(circle)).toThrow('nested deeper than 1000 levels (or in a circle)');
  });

  it.each([-1, 17, 1.5, Number.NaN])('refuses an indent of %d', (indent) => {
    expect(() => stringify(1, { indent })).toThrow(RangeError);
  });

  it('says what JSON.stringify says of plain JSON, decoded by default and losslessly', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as Encodable; // without the sign of -0, as JSON.stringify has it
        const bytes = encode(plain);
        expect(JSON.parse(stringify(decode(bytes)))).toStrictEqual(plain);
        expect(JSON.parse(stringify(decode(bytes, { lossless: true })))).toStrictEqual(plain);
      }),
      { numRuns: 500 },
    );
  });
});
