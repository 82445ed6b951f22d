/** The value table: first bytes, biases and fixed bounds. `spec/codes.json` registers them; a test holds both together. */

import * as Head from './heads.ts';

/** Most entries of a value's text table and of its shape table. [VALUE-22] */
export const TABLE_ENTRIES = 16_384;
/** A text that another may begin with shares at least so many ASCII characters with it. [VALUE-26] */
export const PREFIX_CHARACTERS = 8;
/** A scaled float's integer is below this. [VALUE-25] */
export const SCALED_LIMIT: number = 2 ** 48;
/** What a scaled float's integer is divided by: all of them doubles, so that one division rounds once. [VALUE-25] */
export const POWERS_OF_TEN: readonly number[] = /* @__PURE__ */ Array.from(
  { length: 16 },
  (_, scale) => 10 ** scale,
);
/** A literal text of at least this many UTF-8 bytes can be referred to. [VALUE-12] */
export const REFERENCE_BYTES = 4;
/** Most digits of a bignum or a decimal's coefficient. [LIMIT-5] */
export const NUMBER_DIGITS = 10_000;
/** Largest magnitude of a decimal's exponent. [LIMIT-5] */
export const DECIMAL_EXPONENT = 10_000;
/** Most bytes that a bignum of 10,000 digits takes: ceil((10,000 * log2(10) + 1) / 8). */
export const BIGNUM_BYTES = 4153;

/** The kind of value that a first byte opens. */
export type ValueKind =
  | 'uint'
  | 'ref'
  | 'nint'
  | 'text'
  | 'bytes'
  | 'array'
  | 'map'
  | 'record'
  | 'null'
  | 'false'
  | 'true'
  | 'float'
  | 'decimal'
  | 'tagged'
  | 'message'
  | 'reserved'
  | 'invalid';

const SINGLE: readonly ValueKind[] = [
  'null',
  'false',
  'true',
  'float',
  'float',
  'decimal',
  'ref',
  'text',
  'tagged',
  'message',
  'float',
  'text',
];

/** The kind that a value's first byte says. [VALUE-1] */
export function valueKind(first: number): ValueKind {
  if (first < Head.NINT) return 'uint';
  if (first < Head.REF) return 'nint';
  if (first < Head.TEXT) return 'ref';
  if (first < Head.BYTES) return 'text';
  if (first < Head.ARRAY) return 'bytes';
  if (first < Head.MAP) return 'array';
  if (first < Head.RECORD) return 'map';
  if (first < Head.NULL) return 'record';
  return SINGLE[first - Head.NULL] ?? (first === Head.INVALID ? 'invalid' : 'reserved');
}
