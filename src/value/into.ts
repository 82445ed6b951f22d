/** Encoding into a buffer of the caller's. */
import { encode } from './encode.ts';
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

/** Copies what was encoded. @returns the offset after it. @throws RangeError when it does not fit. */
export function put(bytes: Uint8Array, into: Uint8Array, offset: number): number {
  const room = into.length - offset;
  if (bytes.length > room)
    throw new RangeError(`the value takes ${bytes.length} bytes, there is room for ${room}`);
  into.set(bytes, offset);
  return offset + bytes.length;
}
