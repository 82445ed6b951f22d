/** RESP's numbers in text, read strictly and spelled as Redis spells them. */
import { Float } from '../value/types.ts';

const INTEGER = /^[+-]?(?:0|[1-9]\d*)$/;
const DOUBLE = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|inf|nan)$/;
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** A number of up to 15 digits and no sign, which most integers are; undefined of what takes a closer look. */
export function shortInteger(bytes: Uint8Array, start: number, end: number): number | undefined {
  const length = end - start;
  if (length === 0 || length > 15 || (length > 1 && bytes[start] === 0x30)) return undefined;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - 0x30;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

/** A signed 64-bit integer: `number` when safe. @returns undefined when the text is none. */
export function readInteger(text: string): number | bigint | undefined {
  const near = Number(text);
  if (!INTEGER.test(text) || Object.is(near, -0)) return undefined;
  if (Number.isSafeInteger(near)) return near;
  const exact = BigInt(text);
  return isWord(exact) ? exact : undefined;
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

/** Whether 64 bits without a sign hold an integer. */
export function isUint(value: bigint): boolean {
  return value >= 0n && value < 2n ** 64n;
}

/** Whether 64 bits with a sign hold an integer. */
export function isWord(value: number | bigint): boolean {
  return value >= LEAST && value <= MOST;
}

/** `number` when safe. */
export function integerOf(value: bigint): number | bigint {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

/** The shortest digits that read back as the double, as ECMAScript spells them; from 7.2 on Redis mostly does too. */
export function shortest(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** What C's printf writes for `%.17g`, as Redis does up to 7.0. */
export function seventeenDigits(value: number): string {
  if (!Number.isFinite(value) || value === 0) return shortest(value);
  const sign = value < 0 ? '-' : '';
  const [mantissa, power] = rounded(Math.abs(value)).split('e') as [string, string];
  const digits = mantissa.replace('.', '').replace(/0+$/, '');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 17) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${pointed(digits, 1)}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  return sign + pointed(digits, exponent + 1);
}

/** 17 significant digits. Of two that are equally near, C takes the even one, ECMAScript the larger. */
function rounded(value: number): string {
  const longer = value.toExponential(17);
  // The long spelling, which is exact, is asked for only where an 18th digit may be the last.
  const exact = /[02468]5e/.test(longer) ? value.toExponential(100) : ''; // oxlint-disable-line oxc/number-arg-out-of-range -- 100 since ES2018
  const tie = /^\d\.\d{16}50*e/.test(exact);
  return tie ? longer.replace('5e', 'e') : value.toExponential(16);
}

/** Digits with a point before the one at index `whole`, zeros put where it needs them. */
function pointed(digits: string, whole: number): string {
  if (whole <= 0) return `0.${'0'.repeat(-whole)}${digits}`;
  return digits.length > whole
    ? `${digits.slice(0, whole)}.${digits.slice(whole)}`
    : digits.padEnd(whole, '0');
}

/** A double as a value that stays one: whole ones as `Float`. */
export function floatOf(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}
