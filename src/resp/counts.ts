/** Lengths and counts as nearly all are, a few digits and the line's end: what the readers of these share. */
export const CR = 0x0d;
export const LF = 0x0a;
export const ZERO = 0x30;
/** With one digit more a count is still a small integer. */
export const MOST = 1_000_000;
