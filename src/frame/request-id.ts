/** The request id in front of a COMMAND's, REPLY's or PART's payload. */
import { ProtocolError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import type { Uint64 } from './types.ts';

/** The id that bytes[start..end) begin with, whatever else is wrong with them; undefined where there is none above 0. */
export function requestIdIn(bytes: Uint8Array, start: number, end: number): Uint64 | undefined {
  const reader = new Reader(bytes);
  reader.pos = start;
  reader.end = end;
  try {
    return reader.varint() || undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
