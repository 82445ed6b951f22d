/** Canonical form demanded: for signatures, caches and tests, where a value is to have one encoding. */
export { parseCanonical } from './frame.ts';
export { decodeCanonical } from './value.ts';
