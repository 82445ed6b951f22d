/** What a session needs to send and take PACKs, of a library that deflates and the dictionaries at hand. */
import { fault } from '../wire/errors.ts';
import type { Dictionary } from './dictionary.ts';

/**
 * Raw DEFLATE, by whatever the platform has: node:zlib, or a library in a browser, such as pako. Not every library will do:
 * it must take a dictionary, stop in time, and see whether bytes are left behind the stream.
 *
 * @example
 * const zlib: Compressor = {
 *   deflate: (bytes, dictionary) => deflateRawSync(bytes, { level: 9, ...(dictionary && { dictionary }) }),
 *   inflate(deflated, dictionary, length) {
 *     const options = { maxOutputLength: length + 1, info: true, ...(dictionary && { dictionary }) };
 *     const { buffer, engine } = inflateRawSync(deflated, options);
 *     if (engine.bytesWritten < deflated.length) throw new Error('bytes behind the stream');
 *     return buffer;
 *   },
 * };
 */
export interface Compressor {
  /** Deflates raw, with this preset dictionary. */
  deflate(bytes: Uint8Array, dictionary: Uint8Array | undefined): Uint8Array;
  /**
   * Inflates raw deflate with this preset dictionary: at most `length` + 1 bytes of it.
   * @throws any error for what is no raw deflate, ends early, inflates to more, or ends before its bytes do. [FRAME-17]
   */
  inflate(deflated: Uint8Array, dictionary: Uint8Array | undefined, length: number): Uint8Array;
}

/** The options of a session that packs. */
export interface Packing {
  readonly dictionaries: readonly number[];
  readonly deflate: (frames: Uint8Array, dictionary: number) => Uint8Array;
  readonly inflate: (deflated: Uint8Array, dictionary: number | bigint, length: number) => Uint8Array;
}

/**
 * Options for a session, to be spread into the others. What is written together then shares a PACK: use it only where the
 * contents of different senders may. [SESSION-17]
 * @param dictionaries in the order in which this side would use them; after them, none at all.
 * @throws RangeError for two dictionaries with one id.
 *
 * @example
 * const session = new ClientSession({ agent: 'demo/1', ...packing(zlib, [chatDictionary()]) });
 */
export function packing(compressor: Compressor, dictionaries: readonly Dictionary[]): Packing {
  const byId = dictionariesById(dictionaries);
  return {
    dictionaries: [...dictionaries.map(({ id }) => id), 0],
    deflate: (frames, id) => compressor.deflate(frames, byId(id)),
    inflate: (deflated, id, length) => compressor.inflate(deflated, byId(id), length),
  };
}

/** Finds a dictionary's bytes by its id: undefined for 0. @throws ProtocolError FRAME_UNSUPPORTED for an unknown one. */
function dictionariesById(
  dictionaries: readonly Dictionary[],
): (id: number | bigint) => Uint8Array | undefined {
  for (const [i, { id }] of dictionaries.entries())
    if (dictionaries.findIndex((other) => other.id === id) < i)
      throw new RangeError(`two dictionaries have the id ${id}`);
  return (id) => {
    if (id === 0) return undefined;
    // a handful of them: a search costs less than a map, whose keys would come from the wire
    const found = dictionaries.find((each) => each.id === id);
    if (found === undefined)
      throw fault('FRAME_UNSUPPORTED', 'SESSION-20', 0, `no dictionary ${id} is at hand`);
    return found.bytes;
  };
}
