/** Raw DEFLATE by zlib. */
import { deflateRawSync, inflateRawSync, type InflateRaw } from 'node:zlib';
import type { Compressor } from 'petrel/dictionary';

export const zlib: Compressor = {
  deflate(bytes, dictionary) {
    return deflateRawSync(bytes, { level: 9, ...(dictionary && { dictionary }) });
  },

  inflate(deflated, dictionary, length) {
    const options = { maxOutputLength: length + 1, info: true, ...(dictionary && { dictionary }) };
    const { buffer, engine } = inflateRawSync(deflated, options) as unknown as {
      buffer: Buffer;
      engine: InflateRaw;
    };
    if (engine.bytesWritten < deflated.length) throw new Error('bytes after the end of the deflate stream');
    return buffer;
  },
};
