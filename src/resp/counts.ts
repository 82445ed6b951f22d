/** Lengths and counts as nearly all are: a few digits and the line's end. */
const CR = 0x0d;
const LF = 0x0a;
const ZERO = 0x30;
/** With one digit more, and the line's length beside it, a count is still a small integer. */
const MOST = 1_000_000;

/**
 * The count or length behind the type at `bytes[at]`, and how long its line is, in one number: `count << 4 | length`. As a
 * number and not in fields, it stays in registers: a command of three parts takes half the time.
 * @returns -1 where the line is not whole before `end`, or is any other: then the grammar decides.
 */
export function shortCount(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 4) return -1;
  let i = at + 1;
  let count = bytes[i]! - ZERO;
  if (count < 0 || count > 9) return -1;
  for (;;) {
    const digit = bytes[++i]! - ZERO;
    if (digit < 0 || digit > 9) break;
    if (count === 0 || count > MOST || i + 2 >= end) return -1;
    count = count * 10 + digit;
  }
  return endsLine(bytes, i) ? (count << 4) | (i + 2 - at) : -1;
}

/** Whether CR LF stands at `bytes[at]`; both are there. */
export function endsLine(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === CR && bytes[at + 1] === LF;
}
