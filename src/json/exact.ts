/**
 * The number that a JSON token denotes, exactly, in time linear in the token: `1e-999999999` and a token of a million digits
 * are taken apart, never multiplied out. No regular expression: `/0+$/` is quadratic in zeros, and greedy repeats of
 * millions of digits overflow the engine's stack of alternatives.
 */

/** A decimal number, in its one normal form: two are equal when all fields are. */
export interface ExactNumber {
  readonly negative: boolean;
  /** Significant digits, no zero at either end; empty for zero. */
  readonly digits: string;
  /** The number is `digits * 10 ** exponent`; 0 for zero. Infinite when its own digits are beyond a double. */
  readonly exponent: number;
  /** The token has neither a fraction nor an exponent. */
  readonly whole: boolean;
}

/** Takes a JSON number apart (RFC 8259, section 6); undefined when the token is not one. */
export function exactNumber(token: string): ExactNumber | undefined {
  const negative = token.startsWith('-');
  const start = negative ? 1 : 0;
  const wholeEnd = digitsEnd(token, start);
  if (wholeEnd === start || (token[start] === '0' && wholeEnd > start + 1)) return undefined;
  let end = wholeEnd;
  if (token[end] === '.') {
    end = digitsEnd(token, wholeEnd + 1);
    if (end === wholeEnd + 1) return undefined;
  }
  const fraction = token.slice(wholeEnd + 1, end);
  const exponent = exponentFrom(token, end);
  if (exponent === undefined) return undefined;
  const digits = token.slice(start, wholeEnd) + fraction;
  const whole = wholeEnd === token.length;
  return { negative, whole, ...normal(digits, exponent - fraction.length) };
}

/** Whether two tokens' numbers are equal; the zeros are told apart by their signs. */
export function sameNumber(a: ExactNumber, b: ExactNumber): boolean {
  return a.negative === b.negative && a.digits === b.digits && a.exponent === b.exponent;
}

/** The exponent that starts at `pos` and goes on to the token's end: 0 when there is none, undefined when ill-formed. */
function exponentFrom(token: string, pos: number): number | undefined {
  if (pos === token.length) return 0;
  if (token[pos] !== 'e' && token[pos] !== 'E') return undefined;
  const sign = token[pos + 1];
  const start = sign === '+' || sign === '-' ? pos + 2 : pos + 1;
  if (start === token.length || digitsEnd(token, start) < token.length) return undefined;
  return Number(token.slice(pos + 1));
}

/** The position after the run of digits that starts at `pos`. */
function digitsEnd(token: string, pos: number): number {
  let end = pos;
  while (end < token.length && isDigit(token.charCodeAt(end))) end++;
  return end;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function normal(digits: string, exponent: number): { digits: string; exponent: number } {
  let start = 0;
  let end = digits.length;
  while (start < end && digits.charCodeAt(start) === 0x30) start++;
  while (end > start && digits.charCodeAt(end - 1) === 0x30) end--;
  if (start === end) return { digits: '', exponent: 0 };
  return { digits: digits.slice(start, end), exponent: exponent + digits.length - end };
}
