/** Chunks of any size, read as one run of bytes. It holds what was fed and not read, and copies only what straddles chunks. */

const NOTHING = new Uint8Array(0);

export class ByteFeed {
  /** Offset in the stream of the next byte that is read. */
  offset = 0;
  private chunk: Uint8Array = NOTHING;
  private pos = 0;
  private readonly later: Uint8Array[] = [];
  /** Bytes in `later`. */
  private waiting = 0;
  /** Bytes to be passed over that have not come yet. */
  private owed = 0;

  /** Bytes that can be read now. */
  get length(): number {
    return this.chunk.length - this.pos + this.waiting;
  }

  /** Takes a chunk, which is the feed's from now on. */
  push(chunk: Uint8Array): void {
    const passed = Math.min(this.owed, chunk.length);
    this.owed -= passed;
    this.offset += passed;
    if (passed === chunk.length) return;
    const rest = new Uint8Array(chunk.buffer, chunk.byteOffset + passed, chunk.length - passed);
    if (this.pos === this.chunk.length) {
      this.chunk = rest;
      this.pos = 0;
      return;
    }
    this.later.push(rest);
    this.waiting += rest.length;
  }

  /** The next `size` bytes, not read yet: a view; undefined while they are not all there. */
  peek(size: number): Uint8Array | undefined {
    if (size > this.length) return undefined;
    if (size > this.chunk.length - this.pos) this.join(size);
    return this.chunk.subarray(this.pos, this.pos + size);
  }

  /** Passes over bytes, also over those that have not come yet. */
  skip(size: number): void {
    let left = size;
    while (left > 0 && this.length > 0) {
      const step = Math.min(left, this.chunk.length - this.pos);
      this.pos += step;
      this.offset += step;
      left -= step;
      if (this.pos === this.chunk.length) this.advance();
    }
    this.owed += left;
  }

  /** Bytes that were passed over and have not come. */
  get missing(): number {
    return this.owed;
  }

  private advance(): void {
    this.chunk = this.later.shift() ?? NOTHING;
    this.waiting -= this.chunk.length;
    this.pos = 0;
  }

  /** Puts as many chunks together as `size` bytes take. */
  private join(size: number): void {
    let have = this.chunk.length - this.pos;
    let count = 0;
    while (have < size) have += this.later[count++]!.length;
    const joined = new Uint8Array(have);
    joined.set(this.chunk.subarray(this.pos));
    let at = this.chunk.length - this.pos;
    for (const chunk of this.later.splice(0, count)) {
      joined.set(chunk, at);
      at += chunk.length;
      this.waiting -= chunk.length;
    }
    this.chunk = joined;
    this.pos = 0;
  }
}
