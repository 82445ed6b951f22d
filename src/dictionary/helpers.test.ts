/** What the tests of dictionaries share: raw DEFLATE by zlib. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Compressor } from './index.ts';

export const zlib: Compressor = {
  deflate: (bytes, dictionary) => deflateRawSync(bytes, { level: 9, ...(dictionary && { dictionary }) }),
  inflate: (deflated, dictionary, length) => {
    const options = { maxOutputLength: length + 1, info: true, ...(dictionary && { dictionary }) };
    const { buffer, engine } = inflateRawSync(deflated, options) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten < deflated.length) throw new Error('bytes after the end');
    return buffer;
  },
};
