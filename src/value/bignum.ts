/** Bignums: two's complement, little-endian, fewest bytes, and only what the 64-bit kinds can't hold. [VALUE-18] */

/** Whether an integer fits the kinds uint and nint. */
export function fitsWord(value: bigint): boolean {
  return BigInt.asUintN(64, value) === value || (value < 0n && BigInt.asIntN(64, value) === value);
}

let bound: bigint | undefined;

/** Whether this is an integer of at most 10,000 digits; undefined is none. [LIMIT-5] */
export function withinDigits(value: bigint | undefined): boolean {
  bound ??= 10n ** 10_000n;
  return value! < bound && value! > -bound;
}

/** The integer that the bytes say, or undefined when they are not the fewest or the 64-bit kinds hold it. */
export function readBignum(bytes: Uint8Array): bigint | undefined {
  let digits = '0x0';
  for (let i = bytes.length; i-- > 0;) digits += bytes[i]!.toString(16).padStart(2, '0');
  const value = BigInt.asIntN(bytes.length * 8, BigInt(digits));
  return fitsWord(value) || BigInt.asIntN(bytes.length * 8 - 8, value) === value ? undefined : value;
}

/** The bytes of an integer outside the 64-bit kinds. */
export function writeBignum(value: bigint): Uint8Array {
  const magnitude = value < 0n ? ~value : value;
  const width = (magnitude.toString(16).length + 2) >> 1; // one byte for the sign where the top digit may need it
  const bytes = new Uint8Array(width);
  const digits = BigInt.asUintN(width * 8, value)
    .toString(16)
    .padStart(width * 2, '0');
  for (let i = 0; i < width; i++) bytes[width - 1 - i] = Number(`0x${digits.slice(2 * i, 2 * i + 2)}`);
  return BigInt.asIntN(width * 8 - 8, value) === value ? bytes.slice(0, -1) : bytes;
}

/** Whether the last decimal digit is 0; also of 0 itself. [VALUE-15] */
export function endsInZero(value: number | bigint): boolean {
  return typeof value === 'bigint' ? value % 10n === 0n : value % 10 === 0;
}
