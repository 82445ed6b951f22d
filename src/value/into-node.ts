/** What `petrel/value/into` is on Node, Deno and Bun: it remembers shapes. */
import { put } from './encode.ts';
import { encode } from './remembered.ts';
import type { Encodable } from './types.ts';
import type { EncodeOptions } from './writer.ts';

export function encodeInto(value: Encodable, into: Uint8Array, offset = 0, options?: EncodeOptions): number {
  return put(encode(value, options), into, offset);
}
