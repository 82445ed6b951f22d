/** Encodes a message into the caller's own buffer. */
import { named } from '../wire/errors.ts';
import { NO_BYTES } from './absent.ts';
import type { Init, MessageType } from './types.ts';
import { ALONE, MessageWriter } from './writer.ts';

let idle: MessageWriter | undefined;

/**
 * As `encodeMessage`, into a buffer that is there: nothing is allocated for a message that fits easily.
 *
 * @param target where the message goes, from `offset` on: a whole number from 0 to its length. What is behind the message may be
 *   written to as well; what is before it is not.
 * @returns the offset behind the message
 * @throws TypeError, RangeError as `encodeMessage`; RangeError where the message does not fit, its beginning may be there then.
 */
export function encodeInto<T extends object>(
  type: MessageType<T>,
  message: Init<T>,
  target: Uint8Array,
  offset = 0,
): number {
  if (!(offset >= 0 && offset <= target.length && Number.isInteger(offset)))
    throw new RangeError(`${offset} is no offset in ${target.length} bytes`);
  const writer = idle ?? new MessageWriter(0);
  idle = undefined; // a getter of the caller's may come here again
  writer.bytes = target;
  writer.pos = offset;
  try {
    writer.message(type, message, ALONE);
  } catch (error) {
    throw named(error);
  }
  const { bytes, pos } = writer;
  writer.bytes = NO_BYTES;
  idle = writer;
  // Room is made for the longest that a text may be: near the end of the target, elsewhere.
  if (bytes !== target) {
    if (pos > target.length)
      throw new RangeError(`${pos - offset} bytes do not fit at ${offset} of ${target.length}`);
    target.set(bytes.subarray(offset, pos), offset);
  }
  return pos;
}
