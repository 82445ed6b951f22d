/** Hands out what a writer has written, as views of a buffer of which no byte is written again. */
import type { Writer } from '../wire/writer.ts';

/** Bytes of a buffer that is written into, and how few are left when the next begins. */
const SLAB = 16_384;
const SPARE = 2048;

export class Outlet {
  private readonly writer: Writer;
  private start = 0;

  constructor(writer: Writer) {
    this.writer = writer;
  }

  take(): Uint8Array {
    const { writer, start } = this;
    const taken = writer.bytes.subarray(start, writer.pos);
    this.start = writer.pos;
    if (taken.length > 0 && writer.bytes.length - writer.pos < SPARE) {
      writer.bytes = new Uint8Array(SLAB);
      writer.pos = this.start = 0;
    }
    return taken;
  }
}
