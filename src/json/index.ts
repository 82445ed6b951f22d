/**
 * JSON in and out, with nothing lost: which value a number token is, and the text of a value. Reading JSON's structure is
 * left to any parser that hands out number tokens as they are written.
 */
export { numberFromToken } from './number.ts';
export { stringify } from './stringify.ts';
export type { StringifyOptions } from './stringify.ts';
