/** Bignums: two's complement, little-endian, fewest bytes, and only what the 64-bit kinds can't hold. [VALUE-18] */
import { NUMBER_DIGITS } from './kinds.ts';

const MIN_NINT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;
const bound: { value?: bigint } = {};

/** Whether an integer fits the kinds uint and nint. */
export function fitsWord(value: bigint): boolean {
  return value >= MIN_NINT && value <= MAX_UINT;
}

/** Whether an integer has at most 10,000 digits. [LIMIT-5] */
export function withinDigits(value: bigint): boolean {
  const limit = (bound.value ??= 10n ** BigInt(NUMBER_DIGITS));
  return value < limit && value > -limit;
}

/** Whether no fewer bytes say the same integer, and there are enough for one that no 64-bit kind holds. */
export function isMinimal(bytes: Uint8Array): boolean {
  const last = bytes.length - 1;
  if (last < 8) return false; // 2^64 and -2^63 - 1 both take nine bytes
  const top = bytes[last]!;
  const below = bytes[last - 1]!;
  return !((top === 0x00 && below < 0x80) || (top === 0xff && below >= 0x80));
}

/** The integer that the bytes say, or undefined when they are not the fewest or the 64-bit kinds hold it. */
export function readBignum(bytes: Uint8Array): bigint | undefined {
  if (!isMinimal(bytes)) return undefined;
  let digits = '0x';
  for (let i = bytes.length - 1; i >= 0; i--) digits += bytes[i]!.toString(16).padStart(2, '0');
  const value = BigInt.asIntN(bytes.length * 8, BigInt(digits));
  return fitsWord(value) ? undefined : value;
}

/** The bytes of an integer outside the 64-bit kinds. */
export function writeBignum(value: bigint): Uint8Array {
  const magnitude = value < 0n ? ~value : value;
  const width = Math.floor(magnitude.toString(2).length / 8) + 1;
  const digits = BigInt.asUintN(width * 8, value)
    .toString(16)
    .padStart(width * 2, '0');
  const bytes = new Uint8Array(width);
  for (let i = 0; i < width; i++) bytes[width - 1 - i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
