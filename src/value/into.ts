/** Encoding into a buffer of the caller's. */
import { encode, put } from './encode.ts';
import type { Encodable } from './types.ts';
import type { EncodeOptions } from './writer.ts';

/**
 * Encodes one value into a buffer of the caller's, from `offset` on.
 * @returns the offset after the value.
 * @throws as `encode`, and RangeError when the value does not fit; the buffer is then unchanged.
 */
export function encodeInto(value: Encodable, into: Uint8Array, offset = 0, options?: EncodeOptions): number {
  return put(encode(value, options), into, offset);
}
