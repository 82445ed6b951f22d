/** What the tests of dictionaries share: raw DEFLATE by zlib, and by a library for browsers. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { deflateRaw, Inflate } from 'pako';
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

/** The same by pako, which runs in browsers. */
export const pako: Compressor = {
  deflate: (bytes, dictionary) => deflateRaw(bytes, { level: 9, ...(dictionary && { dictionary }) }),
  inflate: (deflated, dictionary, length) => {
    const inflate = new Inflate({ raw: true, chunkSize: length + 1, ...(dictionary && { dictionary }) });
    let inflated = new Uint8Array(0);
    // it is told of the first chunk when that is full, or all there is
    inflate.onData = (chunk: Uint8Array<ArrayBuffer>) => {
      if (chunk.length > length) throw new Error('longer than announced');
      inflated = chunk;
    };
    inflate.push(deflated);
    const { ended, err, strm } = inflate as unknown as Inner;
    if (!ended || err !== 0 || strm.avail_in > 0) throw new Error('not one whole stream');
    return inflated;
  },
};

/** What pako's types leave out. */
interface Inner {
  readonly ended: boolean;
  readonly err: number;
  readonly strm: { readonly avail_in: number };
}
