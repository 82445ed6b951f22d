/** JSON's numbers, and texts that hold one. */

/** RFC 8259's grammar of a number, in its parts. */
const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** Longer than any double or 64-bit integer needs: the longest exact double has 767 significant digits. */
const LONGEST = 1100;
/** No 64-bit integer has more digits. */
const INTEGER_DIGITS = 20;
/** Digits that tell every two floats of 32 bits apart. */
const FLOAT_DIGITS = 9;

/**
 * The integer that a JSON number, or a text of its grammar, denotes exactly: `1e5` and `1.0` are integers.
 * @returns a number when safe, a bigint otherwise; undefined where it is no integer, for more than 20 digits, and for a
 *   `number` beyond 2^53, which may have been rounded.
 */
export function exactInteger(json: unknown): number | bigint | undefined {
  switch (typeof json) {
    case 'number':
      return Number.isSafeInteger(json) ? json + 0 : undefined; // -0 + 0 is 0
    case 'bigint':
      return narrow(json);
    case 'string':
      return integerOf(json);
    default:
      return undefined;
  }
}

function integerOf(text: string): number | bigint | undefined {
  if (text.length > LONGEST) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  if (whole === '' || digits === '') return whole === '' ? undefined : 0;
  // The point moves this far to the right; zeros go where it would leave digits behind it, or come.
  const shift = Number(exponent) - fraction.length;
  const length = digits.length + shift;
  if (!(length > 0 && length <= INTEGER_DIGITS) || /[1-9]/.test(digits.slice(length))) return undefined;
  return narrow(BigInt(`${sign}${digits.slice(0, length).padEnd(length, '0')}`));
}

function narrow(exact: bigint): number | bigint {
  const near = Number(exact);
  return Number.isSafeInteger(near) ? near : exact;
}

/** The number that a text of JSON's grammar denotes, rounded to a double; undefined where it is none, or beyond every double. */
export function realOf(text: string): number | undefined {
  if (text.length > LONGEST || !NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The double whose shortest decimal is the shortest that reads back as the same float of 32 bits. */
export function shortestFloat(value: number): number {
  const float = Math.fround(value);
  if (float === 0) return float; // of either sign
  for (let digits = 1; digits < FLOAT_DIGITS; digits++) {
    const candidate = Number(float.toPrecision(digits));
    if (Math.fround(candidate) === float) return candidate;
  }
  return Number(float.toPrecision(FLOAT_DIGITS));
}
