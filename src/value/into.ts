/** Encoding into a buffer of the caller's. */
import { encodeIntoWith, shared } from './encode.ts';
import type { Encodable } from './types.ts';
import type { EncodeOptions } from './writer.ts';

/**
 * Encodes one value into a buffer that is there: nothing is allocated for one that fits easily.
 *
 * @param into where the value goes, from `offset` on: a whole number from 0 to its length. What is behind the value may be
 *   written to as well; what is before it is not.
 * @returns the offset after the value.
 * @throws as `encode`, and RangeError when the value does not fit; its beginning may be there then.
 */
export function encodeInto(value: Encodable, into: Uint8Array, offset = 0, options?: EncodeOptions): number {
  return encodeIntoWith(shared, value, into, offset, options);
}
