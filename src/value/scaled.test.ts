import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProtocolError } from '../wire/index.ts';
import { decode, encode, Float } from './index.ts';

const ZERO_BYTES = 2;
const BINARY64_BYTES = 9;

/** Floats of all their digits, floats that people write, and those where an integer or a power is the largest. */
const floats = fc.oneof(
  fc.double(),
  fc.float(),
  fc
    .tuple(fc.bigInt(-(2n ** 49n), 2n ** 49n), fc.nat(17))
    .map(([integer, scale]) => Number(`${integer}e-${scale}`)),
  fc
    .tuple(fc.integer({ min: -70_000, max: 70_000 }), fc.nat(17))
    .map(([integer, scale]) => integer / 10 ** scale),
  fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 65_535, 65_536, 65_535.5, 2 ** 48 - 1, 2 ** 48),
);

/** The integer and the power of ten that the shortest digits of a float say, by text alone. */
function shortest(value: number): { integer: bigint; scale: number } {
  const [digits, exponent = '0'] = String(Math.abs(value)).split('e') as [string, string?];
  const [whole, fraction = ''] = digits.split('.') as [string, string?];
  const scale = fraction.length - Number(exponent);
  const integer = BigInt(whole + fraction);
  return scale < 0 ? { integer: integer * 10n ** BigInt(-scale), scale: 0 } : { integer, scale };
}

/** Bytes that [CANON-6] gives a float. */
function expectedLength(value: number): number {
  const single = Number.isNaN(value) || Math.fround(value) === value;
  const binary = single ? 5 : BINARY64_BYTES;
  if (!Number.isFinite(value)) return binary;
  const { integer, scale } = shortest(value);
  if (scale > 15 || integer >= 2n ** 48n) return binary;
  const width = integer === 0n ? 0 : Math.ceil(integer.toString(2).length / 8);
  return Math.min(binary, ZERO_BYTES + width);
}

function outcome(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, { lossless: true });
  } catch (error) {
    return (error as ProtocolError).code;
  }
}

describe('scaled floats', () => {
  it('are written wherever the shortest digits of a float make one that is shorter than binary', () => {
    fc.assert(
      fc.property(floats, (value) => {
        const bytes = encode(new Float(value));
        expect(bytes.length).toBe(expectedLength(value));
        expect(decode(bytes, { lossless: true })).toStrictEqual(new Float(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('are read as the nearest double to their fraction, which is what a parser of decimals gives', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 48n - 1n), fc.nat(15), fc.boolean(), (integer, scale, negative) => {
        const bytes = [...integer.toString(16).padStart(12, '0').matchAll(/../g)].map((byte) =>
          parseInt(byte[0], 16),
        );
        const content = bytes.toReversed();
        while (content.at(-1) === 0) content.pop();
        const control = (negative ? 0x80 : 0) | (scale << 3) | content.length;
        const value = Number(`${negative ? '-' : ''}${integer}e-${scale}`);
        const spelled = Uint8Array.from([0xfa, control, ...content]);
        const spare =
          (scale > 0 && integer % 10n === 0n) || (content.length > 2 && Math.fround(value) === value);
        expect(outcome(spelled)).toStrictEqual(spare ? 'FLOAT_FORM' : new Float(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('are not in plain form', () => {
    expect(encode(0.1, { form: 'plain' })[0]).toBe(0xf3);
    expect(encode(-0, { form: 'plain' })[0]).toBe(0xf4);
  });
});
