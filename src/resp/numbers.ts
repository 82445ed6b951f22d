/** RESP's numbers in text, read strictly and spelled as Redis spells them. */
import { Float } from '../value/types.ts';

const INTEGER = /^[+-]?(?:0|[1-9]\d*)$/;
const DOUBLE = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|inf|nan)$/;
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** A signed 64-bit integer: `number` when safe. @returns undefined when the text is none. */
export function readInteger(text: string): number | bigint | undefined {
  const near = Number(text);
  if (!INTEGER.test(text) || Object.is(near, -0)) return undefined;
  if (Number.isSafeInteger(near)) return near;
  const exact = BigInt(text);
  return exact >= LEAST && exact <= MOST ? exact : undefined;
}

/** An integer of any size. @returns undefined when the text is none. */
export function readBig(text: string): bigint | undefined {
  return INTEGER.test(text) && text !== '-0' ? BigInt(text) : undefined;
}

/** A double. @returns undefined when the text is none. */
export function readDouble(text: string): number | undefined {
  if (!DOUBLE.test(text)) return undefined;
  if (text.endsWith('nan')) return NaN;
  if (text.endsWith('inf')) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

/** The shortest spelling that reads back as the double, as Redis writes it from 7.2 on. */
export function shortest(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** What C's printf writes for `%.17g`, as Redis does up to 7.0. */
export function seventeenDigits(value: number): string {
  if (!Number.isFinite(value)) return shortest(value);
  const [mantissa, power] = value.toExponential(16).split('e') as [string, string];
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 17) {
    const digits = withoutZeros(mantissa);
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const fixed = withoutZeros(value.toFixed(Math.min(100, 16 - exponent)));
  return Object.is(value, -0) ? '-0' : fixed;
}

function withoutZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

/** A double as a value that stays one: whole ones as `Float`. */
export function floatOf(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}
