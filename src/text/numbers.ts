/** What a number's token says: an integer, a float (with a fraction or an exponent) or a decimal (ending in d). */
import { DECIMAL_EXPONENT, NUMBER_DIGITS } from '../value/kinds.ts';
import { Decimal, Float } from '../value/types.ts';
import type { ScalarNode } from './nodes.ts';

/** @returns the value, or what is wrong with the token. */
export function numberOf(token: string): { value: ScalarNode['value'] } | { wrong: string } {
  if (/^-?0x/i.test(token)) return hexOf(token);
  if (/^-?0\d/.test(token)) return { wrong: 'a number has no leading zeros' };
  if (token.endsWith('d')) return decimalOf(token.slice(0, -1));
  if (/^-?\d+$/.test(token)) return integerOf(token);
  const value = Number(token);
  if (!Number.isFinite(value) && !token.endsWith('Infinity'))
    return { wrong: 'this number is beyond a float; end it in d for a decimal' };
  return { value: new Float(value) };
}

function hexOf(token: string): { value: bigint } | { wrong: string } {
  if (token.startsWith('-')) return { wrong: 'hex digits have no sign' };
  return token.length > 2 + 0.8 * NUMBER_DIGITS ? tooLong : { value: BigInt(token) };
}

const tooLong = { wrong: `a number of more than ${NUMBER_DIGITS} digits [LIMIT-5]` };

function integerOf(token: string): { value: number | bigint } | { wrong: string } {
  if (token === '-0') return { wrong: 'an integer has no negative zero; the float is -0.0' };
  if (token.length > NUMBER_DIGITS + 1) return tooLong;
  return { value: token.length < 16 ? Number(token) : BigInt(token) };
}

function decimalOf(token: string): { value: Decimal } | { wrong: string } {
  const [digits, power = '0'] = token.toLowerCase().split('e') as [string, string?];
  const [whole, fraction = ''] = digits.split('.') as [string, string?];
  const exponent = Number(power) - fraction.length;
  if (whole.length + fraction.length > NUMBER_DIGITS + 1) return tooLong;
  if (Math.abs(exponent) > DECIMAL_EXPONENT)
    return { wrong: `a decimal's exponent is within ${DECIMAL_EXPONENT} [LIMIT-5]` };
  const coefficient = BigInt(whole + fraction);
  if (coefficient % 10n === 0n)
    return { wrong: "a decimal's coefficient does not end in the digit 0 [VALUE-15]" };
  return { value: new Decimal(coefficient, exponent) };
}
