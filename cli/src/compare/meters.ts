/** Counting bytes of a stream, as they are and compressed, without keeping them. */
import { once } from 'node:events';
import type { Transform } from 'node:stream';
import { constants, createBrotliCompress, createDeflateRaw, createGzip } from 'node:zlib';

/** So much is collected before it is compressed: a call costs more than a command. */
const BATCH = 1 << 16;

/** Counts what comes out of a compressor. */
class Meter {
  size = 0;
  private readonly stream: Transform;
  private readonly ended: Promise<unknown>;
  private held: Uint8Array[] = [];
  private waiting = 0;

  constructor(stream: Transform) {
    this.stream = stream;
    this.ended = once(stream, 'end');
    stream.on('data', (chunk: Buffer) => (this.size += chunk.length));
  }

  /** @param bytes may be reused afterwards. */
  add(bytes: Uint8Array): void {
    this.held.push(Uint8Array.from(bytes));
    this.waiting += bytes.length;
  }

  get isFull(): boolean {
    return this.waiting >= BATCH;
  }

  /** Compresses what waits, when it is enough. */
  async drain(): Promise<void> {
    if (!this.isFull) return;
    if (!this.stream.write(this.taken())) await once(this.stream, 'drain');
  }

  async finish(): Promise<number> {
    this.stream.end(this.taken());
    await this.ended;
    return this.size;
  }

  private taken(): Uint8Array {
    const bytes = Buffer.concat(this.held);
    this.held = [];
    this.waiting = 0;
    return bytes;
  }
}

/** gzip at level 9. */
export function gzipMeter(): Meter {
  return new Meter(createGzip({ level: 9 }));
}

/** Raw deflate at level 9, as in a PACK. */
export function deflateMeter(): Meter {
  return new Meter(createDeflateRaw({ level: 9 }));
}

/** brotli at quality 9: at 11, as documents have it, a stream of 100 MB takes minutes. */
export function brotliMeter(): Meter {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 9,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  };
  return new Meter(createBrotliCompress({ params }));
}
