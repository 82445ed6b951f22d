/** Inflating the bytes of a PACK with zlib. */
import { inflateRawSync, type InflateRaw } from 'node:zlib';

/**
 * Raw deflate without a dictionary, at most one byte more than `length`. Undefined where a dictionary is asked for: none is
 * at hand.
 * @throws Error for what is no raw deflate, inflates to more, or ends before its bytes do.
 */
export function inflate(
  deflated: Uint8Array,
  dictionary: number | bigint,
  length: number,
): Uint8Array | undefined {
  if (dictionary !== 0) return undefined;
  const options = { maxOutputLength: length + 1, info: true };
  const { buffer, engine } = inflateRawSync(deflated, options) as unknown as {
    buffer: Buffer;
    engine: InflateRaw;
  };
  if (engine.bytesWritten < deflated.length) throw new Error('bytes after the end of the deflate stream');
  return buffer;
}
