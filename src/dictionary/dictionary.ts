/** Preset dictionaries for the DEFLATE streams of PACKs: what they are, and how they are numbered. [REGISTRY-7] */
import { crc32 } from './crc32.ts';

/** A preset dictionary. */
export interface Dictionary {
  /** What a PACK says, at least 1. */
  readonly id: number;
  /** 1 to 32,768 bytes; not to be changed. */
  readonly bytes: Uint8Array;
}

/** DEFLATE reaches no further back. */
export const MOST_BYTES = 32_768;

/** Content ids: the lowest, and how many there are. Each takes three bytes in a PACK. */
const CONTENT_ID = 2 ** 20;

/**
 * The id that belongs to these bytes and, but for one in a million, to no others: 2^20 to 2^21 - 1. So two sides that have
 * different versions of a dictionary never take one for the other. [REGISTRY-7]
 */
export function contentId(bytes: Uint8Array): number {
  return CONTENT_ID + (crc32(bytes) % CONTENT_ID);
}

/**
 * A dictionary of these bytes.
 * @param id 64 to 2^20 - 1 by agreement with the peer. Default: its content id.
 * @throws RangeError for bytes of another length than 1 to 32,768, an id that is registered for another dictionary, or a
 *   content id of other bytes.
 */
export function dictionary(bytes: Uint8Array, id: number = contentId(bytes)): Dictionary {
  if (bytes.length === 0 || bytes.length > MOST_BYTES)
    throw new RangeError(`a dictionary has 1 to ${MOST_BYTES} bytes, not ${bytes.length}`);
  const agreed = Number.isSafeInteger(id) && id >= 64 && id < CONTENT_ID;
  if (!agreed && id !== contentId(bytes))
    throw new RangeError(
      `a dictionary's id is 64 to ${CONTENT_ID - 1} or ${contentId(bytes)}, that of its content, not ${id}`,
    );
  return { id, bytes };
}
