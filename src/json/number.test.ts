import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, Decimal, encode, Float, type Encodable } from '../value/index.ts';
import { exactNumber, sameNumber } from './exact.ts';
import { numberFromToken } from './index.ts';

const digitString = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: 1, maxLength });

/** Any JSON number token, with a bias towards where doubles, integers and decimals meet. */
const numberToken: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.oneof(
        fc.constant('0'),
        digitString(40).map((digits) => digits.replace(/^0+(?=.)/, '')),
      ),
      fc.oneof(
        fc.constant(''),
        digitString(40).map((digits) => `.${digits}`),
      ),
      fc.oneof(
        fc.constant(''),
        fc.integer({ min: -400, max: 400 }).map((exponent) => `e${exponent}`),
      ),
    )
    .map((parts) => parts.join('')),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? '-0.0' : String(x))),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
);

describe('numberFromToken', () => {
  it.each<[token: string, value: Encodable]>([
    ['0', 0],
    ['1', 1],
    ['-1', -1],
    ['9007199254740991', 2 ** 53 - 1],
    ['9007199254740992', 2n ** 53n],
    ['9007199254740993', 2n ** 53n + 1n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['18446744073709551616', 2n ** 64n],
  ])('makes the integer %s of digits alone', (token, value) => {
    expect(numberFromToken(token)).toStrictEqual(value);
  });

  it.each([
    ['-0', -0],
    ['1.0', 1],
    ['1e2', 100],
    ['1E+2', 100],
    ['0.10', 0.1],
    ['1.50', 1.5],
    ['0e9', 0],
    ['-0.0e-99999999999999999999', -0],
    ['1e23', 1e23],
    ['5e-324', 5e-324],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['0.000123e3', 0.123],
  ])('makes a float of %s when its shortest spelling is exact', (token, value) => {
    const number = numberFromToken(token);
    expect(number).toStrictEqual(new Float(value));
  });

  it.each<[token: string, coefficient: number | bigint, exponent: number]>([
    ['0.1000000000000000055511151231257827', 1000000000000000055511151231257827n, -34],
    ['9007199254740993e0', 9007199254740993n, 0],
    ['1e400', 1, 400],
    ['1e-400', 1, -400],
    ['-12.3400e500', -1234, 498],
    ['123456789012345678.50', 1234567890123456785n, -1],
    ['3e-324', 3, -324],
    ['1e10000', 1, 10_000],
  ])('makes a decimal of %s', (token, coefficient, exponent) => {
    expect(numberFromToken(token)).toStrictEqual(new Decimal(coefficient, exponent));
  });

  it('keeps 10,000 digits', () => {
    const digits = '9'.repeat(10_000);
    expect(numberFromToken(digits)).toBe(BigInt(digits));
    expect(numberFromToken(`-${digits}`)).toBe(-BigInt(digits));
    expect(numberFromToken(`0.${'0'.repeat(9999)}1`)).toStrictEqual(new Decimal(1, -10_000));
    expect(numberFromToken(`1${'0'.repeat(12_000)}e-2000`)).toStrictEqual(new Decimal(1, 10_000));
    expect(numberFromToken(`0.${digits}`)).toStrictEqual(new Decimal(BigInt(digits), -10_000));
  });

  it.each([
    ['an integer of 10001 digits', '9'.repeat(10_001)],
    ['a decimal of 10001 digits', `0.${'9'.repeat(10_001)}`],
    ['exponent is 10001', '1e10001'],
    ['exponent is -999999999', '1e-999999999'],
    ['exponent is 999999999', '1e999999999'],
    ['exponent is Infinity', `1e${'9'.repeat(400)}`],
    ['an integer of 100000 digits', '1'.repeat(100_000)],
    ['a decimal of 100000 digits', `${'1'.repeat(100_000)}e5`],
  ])('refuses what can not be kept, and says what: %s', (message, token) => {
    expect(() => numberFromToken(token)).toThrow(RangeError);
    expect(() => numberFromToken(token)).toThrow(message);
  });

  it('takes tokens of a million digits apart, zeros included', () => {
    const zeros = '0'.repeat(1_000_000);
    expect(numberFromToken(`1.${zeros}`)).toStrictEqual(new Float(1));
    expect(numberFromToken(`0.${zeros}e5`)).toStrictEqual(new Float(0));
    expect(numberFromToken(`0.${zeros}1e1000001`)).toStrictEqual(new Float(1));
    expect(() => numberFromToken(`0.${zeros}1${zeros}1`)).toThrow(RangeError);
    expect(numberFromToken(`1${zeros}e-1000000`)).toStrictEqual(new Float(1));
  });

  it.each([
    '',
    '-',
    '+1',
    '01',
    '-01',
    '.5',
    '1.',
    '1.e1',
    '1e',
    '1e+',
    '1e1.5',
    '0x10',
    '1_000',
    'NaN',
    ' 1',
    '1 ',
    '١',
  ])('refuses what is no JSON number: %j', (token) => {
    expect(() => numberFromToken(token)).toThrow(TypeError);
  });

  it('denotes exactly the number of its token, as a value and after a round trip through the wire', () => {
    fc.assert(
      fc.property(numberToken, (token) => {
        const value = numberFromToken(token);
        const same = sameNumber(exactNumber(spelling(value))!, exactNumber(token)!);
        expect(same).toBe(true);
        expect(decode(encode(value), { lossless: true })).toStrictEqual(value);
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with JSON.parse wherever a double is exact', () => {
    fc.assert(
      fc.property(numberToken, (token) => {
        const value = numberFromToken(token);
        const double = value instanceof Float ? value.value : value;
        expect(typeof double === 'number' ? double : JSON.parse(token)).toBe(JSON.parse(token));
      }),
    );
  });
});

/** A JSON number for a value, written here without `stringify`. */
function spelling(value: number | bigint | Float | Decimal): string {
  if (value instanceof Decimal) return `${value.coefficient}e${value.exponent}`;
  if (value instanceof Float) return Object.is(value.value, -0) ? '-0' : String(value.value);
  return String(value);
}
