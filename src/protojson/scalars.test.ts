import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closedEnumeration, enumeration, field, map, message, repeated } from '../message/index.ts';
import { fromJson, JsonMappingError, toJson, type JsonValue } from './index.ts';

const Colour = enumeration('acme.Colour', { NONE: 0, RED: 1, ROUGE: 1, toString: 2 });
const Closed = closedEnumeration('acme.Closed', { LOW: -1, HIGH: 7 });

/** Every kind of field, with explicit presence, so that what was read is told from what was not. */
const All = message('acme.All', {
  double: field(1, 'double', { optional: true }),
  float: field(2, 'float', { optional: true }),
  int32: field(3, 'int32', { optional: true }),
  int64: field(4, 'int64', { optional: true }),
  uint32: field(5, 'uint32', { optional: true }),
  uint64: field(6, 'uint64', { optional: true }),
  sint32: field(7, 'sint32', { optional: true }),
  sint64: field(8, 'sint64', { optional: true }),
  fixed32: field(9, 'fixed32', { optional: true }),
  fixed64: field(10, 'fixed64', { optional: true }),
  sfixed32: field(11, 'sfixed32', { optional: true }),
  sfixed64: field(12, 'sfixed64', { optional: true }),
  bool: field(13, 'bool', { optional: true }),
  string: field(14, 'string', { optional: true }),
  bytes: field(15, 'bytes', { optional: true }),
  colour: field(16, Colour, { optional: true }),
  closed: field(17, Closed, { optional: true }),
  list: repeated(18, 'int32'),
  colours: repeated(19, Colour),
  texts: map(20, 'string', 'string'),
  ints: map(21, 'int32', 'int32'),
  longs: map(22, 'uint64', 'int32'),
  bools: map(23, 'bool', 'int32'),
  byColour: map(24, 'string', Colour),
});
type Key = string;

const read = (key: Key, json: JsonValue, ignoreUnknown = false): unknown =>
  (fromJson(All, { [key]: json }, { ignoreUnknown }) as Record<string, unknown>)[key];
const write = (key: Key, value: unknown): unknown =>
  (toJson(All, { [key]: value }) as Record<string, unknown>)[key];
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('fromJson reads a scalar', () => {
  it.each<[key: Key, json: JsonValue, value: unknown]>([
    ['int32', 0, 0],
    ['int32', -0, 0],
    ['int32', '-0', 0],
    ['int32', -2147483648, -2147483648],
    ['int32', '2147483647', 2147483647],
    ['int32', 2147483647n, 2147483647],
    ['int32', '1e5', 100000],
    ['int32', '100000.000', 100000],
    ['int32', '0.00012e5', 12],
    ['int32', '12300e-2', 123],
    ['int32', '0e999999999', 0],
    ['uint32', 4294967295, 4294967295],
    ['fixed32', '4.294967295e9', 4294967295],
    ['sint32', -5, -5],
    ['sfixed32', '-5.0', -5],
    ['int64', '-9223372036854775808', -(2n ** 63n)],
    ['int64', 9223372036854775807n, 2n ** 63n - 1n],
    ['int64', 9007199254740991, 9007199254740991],
    ['int64', '9.007199254740993e15', 9007199254740993n],
    ['sint64', '12', 12],
    ['sfixed64', '1e18', 10n ** 18n],
    ['uint64', '18446744073709551615', 2n ** 64n - 1n],
    ['fixed64', 5n, 5],
    ['double', 1.5, 1.5],
    ['double', '1.5e0', 1.5],
    ['double', '-0', -0],
    ['double', -0, -0],
    ['double', 10n ** 20n, 1e20],
    ['double', 'NaN', NaN],
    ['double', 'Infinity', Infinity],
    ['double', '-Infinity', -Infinity],
    ['double', 5e-324, 5e-324],
    ['float', 0.1, 0.1],
    ['float', '3.4028235e38', 3.4028235e38],
    ['float', 1e-60, 1e-60],
    ['float', 'NaN', NaN],
    ['float', '-Infinity', -Infinity],
    ['bool', true, true],
    ['bool', false, false],
    ['string', '', ''],
    ['string', '\u0000😀', '\u0000😀'],
    ['bytes', '', bytes()],
    ['bytes', 'AQI=', bytes(1, 2)],
    ['bytes', 'AQI', bytes(1, 2)],
    ['bytes', '-_', bytes(0xfb)],
    ['bytes', '+/+_', bytes(0xfb, 0xff, 0xbf)],
    ['colour', 'ROUGE', 1],
    ['colour', 'toString', 2],
    ['colour', 99, 99],
    ['colour', -1n, -1],
    ['closed', 'LOW', -1],
    ['closed', 7, 7],
    ['list', [1, '2', 3n], [1, 2, 3]],
    ['list', [], []],
    ['ints', { '1': 2, '-3': '4' }, { '1': 2, '-3': 4 }],
    ['ints', { '1e1': 1 }, { '10': 1 }],
    ['longs', { '18446744073709551615': 1 }, { '18446744073709551615': 1 }],
    ['bools', { true: 1, false: 0 }, { true: 1, false: 0 }],
  ])('%s %o as %s', (key, json, value) => {
    expect(read(key, json)).toEqual(value);
  });

  it.each<[key: Key, json: JsonValue, detail: string]>([
    ['int32', 2147483648, 'expected a whole number from -2147483648 to 2147483647, found 2147483648'],
    ['int32', -2147483649, 'expected a whole number from -2147483648 to 2147483647, found -2147483649'],
    ['int32', 0.5, 'found 0.5'],
    ['int32', '0.5', 'found "0.5"'],
    ['int32', '', 'found ""'],
    ['int32', ' 1', 'found " 1"'],
    ['int32', '1 ', 'found "1 "'],
    ['int32', '1\n', 'found "1\\n"'],
    ['int32', '+1', 'found "+1"'],
    ['int32', '01', 'found "01"'],
    ['int32', '0x10', 'found "0x10"'],
    ['int32', '1.', 'found "1."'],
    ['int32', '.1e1', 'found ".1e1"'],
    ['int32', '1e', 'found "1e"'],
    ['int32', '1e999999999', 'found "1e999999999"'],
    ['int32', '1e-999999999', 'found "1e-999999999"'],
    ['int32', '١', 'found "١"'],
    ['int32', true, 'found true'],
    ['int32', [1], 'found an array'],
    ['int32', { a: 1 }, 'found an object'],
    ['int32', NaN, 'found NaN'],
    ['uint32', -1, 'expected a whole number from 0 to 4294967295, found -1'],
    ['uint32', 4294967296, 'found 4294967296'],
    ['int64', '9223372036854775808', 'found "9223372036854775808"'],
    ['int64', -(2n ** 63n) - 1n, 'found -9223372036854775809'],
    ['int64', 2 ** 53, 'expected a text or a bigint for an integer beyond 2^53'],
    ['uint64', '18446744073709551616', 'found "18446744073709551616"'],
    ['uint64', 2n ** 64n, 'found 18446744073709551616'],
    ['uint64', 10n ** 4000n, 'found an integer of more than 40 digits'],
    ['double', '', 'expected a number within the range of a double, found ""'],
    ['double', '1.89769e+308', 'found "1.89769e+308"'],
    ['double', Infinity, 'found Infinity'],
    ['double', NaN, 'found NaN'],
    ['double', 10n ** 400n, 'found an integer of more than 40 digits'],
    ['double', 'nan', 'found "nan"'],
    ['double', '+Infinity', 'found "+Infinity"'],
    ['double', '1_000', 'found "1_000"'],
    ['double', true, 'found true'],
    ['float', 3.502823e38, 'expected a number within the range of a float, found 3.502823e+38'],
    ['float', '-3.502823e38', 'found "-3.502823e38"'],
    ['bool', 1, 'expected true or false, found 1'],
    ['bool', 'true', 'found "true"'],
    ['string', 1, 'expected a text, found 1'],
    ['string', '\ud800', 'expected a text without lone surrogates, found "\\ud800"'],
    ['string', 'a\udc00b', 'lone surrogates'],
    ['bytes', 'A', 'expected bytes in base64, found "A"'],
    ['bytes', 'AQ=', 'found "AQ="'],
    ['bytes', 'A===', 'found "A==="'],
    ['bytes', 'AQ==AQ==', 'found "AQ==AQ=="'],
    ['bytes', 'AQ I', 'found "AQ I"'],
    ['bytes', 'AQ*=', 'found "AQ*="'],
    ['bytes', 1, 'found 1'],
    ['colour', 'BLUE', 'expected a name or a number of acme.Colour, found "BLUE"'],
    ['colour', 'constructor', 'found "constructor"'],
    ['colour', '__proto__', 'found "__proto__"'],
    ['colour', 1.5, 'found 1.5'],
    ['colour', 2147483648, 'found 2147483648'],
    ['colour', '1', 'found "1"'],
    ['closed', 0, 'expected a name or a number of acme.Closed, found 0'],
    ['list', 1, 'expected an array, found 1'],
    ['list', { 0: 1 }, 'expected an array, found an object'],
    ['list', [1, null], 'found null (at list[1])'],
    ['list', [[1]], 'found an array (at list[0])'],
    ['colours', ['RED', null], 'found null (at colours[1])'],
    ['texts', ['a'], 'expected an object for a map, found an array'],
    ['texts', { a: null }, 'expected a text, found null (at texts.a)'],
    ['texts', { '\ud800': 'a' }, 'lone surrogates'],
    ['ints', { '': 1 }, 'found ""'],
    ['ints', { a: 1 }, 'found "a"'],
    ['ints', { '1.5': 1 }, 'found "1.5"'],
    ['ints', { '1': 1, '1.0': 2 }, 'this key of the map stands before, spelled otherwise'],
    ['ints', { '0': 1, '-0': 2 }, 'this key of the map stands before'],
    ['longs', { '-1': 1 }, 'found "-1"'],
    ['bools', { True: 1 }, 'expected "true" or "false", found "True"'],
    ['bools', { '1': 1 }, 'found "1"'],
  ])('not: %s %o', (key, json, detail) => {
    expect(() => read(key, json)).toThrow(JsonMappingError);
    expect(() => read(key, json)).toThrow(detail);
  });

  it('and skips unknown enum values where that is asked for', () => {
    expect(read('colour', 'BLUE', true)).toBeUndefined();
    expect(read('closed', 0, true)).toBeUndefined();
    expect(read('colours', ['RED', 'BLUE', 'NONE'], true)).toEqual([1, 0]);
    expect(read('byColour', { a: 'BLUE', b: 'RED' }, true)).toEqual({ b: 1 });
    expect(() => read('colour', true, true)).toThrow('found true');
  });
});

describe('toJson writes a scalar', () => {
  it.each<[key: Key, value: unknown, json: unknown]>([
    ['int32', -5, -5],
    ['int32', 0, 0],
    ['int64', 5, '5'],
    ['int64', -(2n ** 63n), '-9223372036854775808'],
    ['uint64', 2n ** 64n - 1n, '18446744073709551615'],
    ['sfixed64', 0, '0'],
    ['fixed32', 4294967295, 4294967295],
    ['double', 0.1, 0.1],
    ['double', -0, -0],
    ['double', NaN, 'NaN'],
    ['double', -Infinity, '-Infinity'],
    ['float', 0.1, 0.1],
    ['float', 0.10000000149011612, 0.10000000149011612],
    ['float', 3.4028234663852886e38, 3.4028234663852886e38],
    ['float', 1.401298464324817e-45, 1.401298464324817e-45],
    ['float', 16777216, 16777216],
    ['float', -0, -0],
    ['float', Infinity, 'Infinity'],
    ['float', 1e39, 'Infinity'],
    ['bool', false, false],
    ['string', 'é', 'é'],
    ['bytes', bytes(), ''],
    ['bytes', bytes(0xfb, 0xff), '+/8='],
    ['colour', 1, 'RED'],
    ['colour', 2, 'toString'],
    ['colour', 99, 99],
    ['closed', -1, 'LOW'],
    ['ints', { '-3': 4 }, { '-3': 4 }],
  ])('%s %s as %o', (key, value, json) => {
    expect(write(key, value)).toEqual(json);
  });

  it.each<[key: Key, value: unknown, detail: string]>([
    ['int32', '5', 'found "5" (at int32)'],
    ['int32', 1.5, 'found 1.5'],
    ['int32', 2n ** 31n, 'found 2147483648'],
    ['int64', 2 ** 53, 'a bigint for an integer beyond 2^53'],
    ['int64', null, 'found null'],
    ['double', '1', 'expected a number, found "1"'],
    ['double', 1n, 'expected a number, found 1'],
    ['bool', 1, 'expected true or false, found 1'],
    ['string', Symbol('x'), 'expected a text, found a symbol'],
    ['string', '\udfff', 'lone surrogates'],
    ['bytes', [1], 'expected a Uint8Array, found an array'],
    ['colour', 'RED', 'expected a number of acme.Colour, found "RED"'],
    ['closed', 0, 'expected a number of acme.Closed, found 0'],
    ['list', 1, 'expected an array, found 1'],
    ['list', [1, undefined], 'found nothing (at list[1])'],
    ['texts', 1, 'expected an object for a map, found 1'],
    ['texts', ['a'], 'expected an object for a map, found an array'],
    ['texts', new Map([['a', 'b']]), 'expected an object for a map, found an object'],
    ['ints', { '01': 1 }, 'found "01" (at ints.01)'],
    ['ints', { '1.0': 1 }, 'expected a key as int32 spells it, found "1.0"'],
    ['bools', { yes: 1 }, 'found "yes"'],
  ])('not: %s %s', (key, value, detail) => {
    expect(() => write(key, value)).toThrow(JsonMappingError);
    expect(() => write(key, value)).toThrow(detail);
  });

  it('enums as numbers where that is asked for', () => {
    expect(toJson(All, { colour: 1, colours: [0, 2], closed: 7 }, { enumNumbers: true })).toEqual({
      colour: 1,
      closed: 7,
      colours: [0, 2],
    });
  });

  it.each([
    [0.10000000149011612, 0.1],
    [3.4028234663852886e38, 3.4028235e38],
    [1.401298464324817e-45, 1e-45],
    [-0, -0],
    [Infinity, 'Infinity'],
  ])('the float %s as %s where the shortest is asked for', (value, json) => {
    expect(toJson(All, { float: value }, { shortFloats: true })).toEqual({ float: json });
  });

  it('a float as the shortest number that reads back as it, where that is asked for', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const { float: json } = toJson(All, { float: value }, { shortFloats: true }) as { float: number };
        expect(Math.fround(json)).toBe(value);
        const digits = json.toExponential().replace(/e.*|\D/g, '').length;
        const shorter = digits > 1 ? Math.fround(Number(json.toPrecision(digits - 1))) : undefined;
        expect(shorter).not.toBe(value);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('base64', () => {
  it('is what Node writes, and reads back in both alphabets, with padding and without', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (value) => {
        const text = Buffer.from(value).toString('base64');
        expect(write('bytes', value)).toBe(text);
        for (const form of [text, text.replaceAll('=', ''), Buffer.from(value).toString('base64url')])
          expect(read('bytes', form)).toEqual(value);
      }),
    );
  });
});

describe('integers', () => {
  it('read as what their text denotes, however it is spelled', () => {
    const spelling = fc.tuple(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.integer({ min: -25, max: 25 }));
    fc.assert(
      fc.property(spelling, ([value, shift]) => {
        const digits = `${value < 0n ? -value : value}`.padStart(26, '0');
        const at = digits.length - Math.max(shift, 0);
        const whole = (digits.slice(0, at) + '0'.repeat(Math.max(-shift, 0))).replace(/^0+(?=\d)/, '');
        const text = `${value < 0n ? '-' : ''}${whole}.${digits.slice(at)}0e${shift}`;
        expect(BigInt(read('int64', text) as number | bigint)).toBe(value);
      }),
    );
  });
});
