/** Registered tags. */
export const SET = 1;
export const ERROR = 2;
export const VERBATIM = 3;
export const BIGNUM = 4;
export const ATTRIBUTE = 5;
export const PUSH = 6;
