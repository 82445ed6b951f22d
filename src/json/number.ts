/** JSON's numbers: which value a token is. [JSON-2] to [JSON-4] */
import { DECIMAL_EXPONENT, NUMBER_DIGITS } from '../value/kinds.ts';
import { Decimal, Float } from '../value/types.ts';
import { quote } from '../wire/errors.ts';
import { exactNumber, sameNumber, type ExactNumber } from './exact.ts';

/** No double's shortest spelling has more significant digits. */
const DOUBLE_DIGITS = 17;

/**
 * The value of a JSON number token, with nothing lost:
 * - without fraction and exponent, an integer: `number` when safe, `bigint` otherwise; `-0` is `Float(-0)`; [JSON-2]
 * - otherwise a `Float`, when the shortest spelling of the nearest double denotes exactly this number; [JSON-3]
 * - otherwise a `Decimal` without trailing zeros. [JSON-4]
 *
 * Linear in the token's length but for integers, whose conversion is bounded by their 10,000 digits.
 * @throws TypeError when `token` is not a JSON number; RangeError, naming what can't be kept, for an integer or a decimal of
 *   more than 10,000 digits and for a decimal whose exponent is not within 10,000 of zero. [LIMIT-5]
 */
export function numberFromToken(token: string): number | bigint | Float | Decimal {
  const exact = exactNumber(token);
  if (exact === undefined) throw new TypeError(`${quote(token.slice(0, 40))} is no JSON number`);
  if (exact.whole) return integer(token, exact);
  if (exact.digits === '') return new Float(exact.negative ? -0 : 0);
  return float(token, exact) ?? decimal(exact);
}

function integer(token: string, { negative, digits }: ExactNumber): number | bigint | Float {
  if (negative && digits === '') return new Float(-0);
  checkDigits(token.length - (negative ? 1 : 0), 'an integer');
  const number = Number(token);
  return Number.isSafeInteger(number) ? number : BigInt(token);
}

function float(token: string, exact: ExactNumber): Float | undefined {
  if (exact.digits.length > DOUBLE_DIGITS) return undefined;
  const number = Number(token);
  const shortest = exactNumber(String(number)); // undefined for an infinity
  return shortest !== undefined && sameNumber(shortest, exact) ? new Float(number) : undefined;
}

function decimal({ negative, digits, exponent }: ExactNumber): Decimal {
  checkDigits(digits.length, 'a decimal');
  if (Math.abs(exponent) > DECIMAL_EXPONENT) {
    throw new RangeError(
      `a decimal whose exponent is ${exponent} can't be kept: the limit is ${DECIMAL_EXPONENT} either way [LIMIT-5]`,
    );
  }
  const coefficient = BigInt(negative ? `-${digits}` : digits);
  const small = Number(coefficient);
  return new Decimal(Number.isSafeInteger(small) ? small : coefficient, exponent);
}

function checkDigits(count: number, what: string): void {
  if (count <= NUMBER_DIGITS) return;
  throw new RangeError(`${what} of ${count} digits can't be kept: the limit is ${NUMBER_DIGITS} [LIMIT-5]`);
}
