/**
 * Texts as parts of one string: a call into the runtime costs as much for a thousand characters as for thirty, and a part of
 * a string a fifth of it (values f, decode: 1.2x). A part may keep its window in memory: a kilobyte at most.
 */

/** Bytes of a window. */
const SIZE = 1024;
/** Three texts within so many bytes are worth one: where they are further apart, it is mostly made of what is no text. */
const DENSE = 96;

/** One string of a stretch of bytes, moved along with what is asked of it. */
export class Window {
  private bytes: Uint8Array | undefined;
  private start = 0;
  private end = 0;
  private text = '';
  /** Where the last two texts began that were in no window. */
  private last = -DENSE;
  private beforeLast = -DENSE;
  private readonly width: number;
  private readonly decode: (bytes: Uint8Array, start: number, end: number) => string;

  /** @param width bytes of a code unit. `decode` takes whatever bytes there are. */
  constructor(width: number, decode: (bytes: Uint8Array, start: number, end: number) => string) {
    this.width = width;
    this.decode = decode;
  }

  /** The characters of `bytes[start, end)`, if a window of them is worth it; `limit` is where the bytes end. */
  part(bytes: Uint8Array, start: number, end: number, limit: number): string | undefined {
    const { width } = this;
    if (start < this.start || end > this.end || bytes !== this.bytes) {
      const dense = start - this.beforeLast < DENSE && end - start < DENSE;
      this.beforeLast = this.last;
      this.last = start;
      if (!dense) return undefined;
      this.bytes = bytes;
      this.start = start;
      this.end = Math.min(limit, start + SIZE);
      this.end -= (this.end - start) % width;
      this.text = this.decode(bytes, start, this.end);
    }
    return this.text.substring((start - this.start) / width, (end - this.start) / width);
  }

  /** Begins with another input. */
  clear(): void {
    this.last = this.beforeLast = -DENSE;
    if (this.bytes === undefined) return;
    this.start = this.end = 0;
    this.text = '';
    this.bytes = undefined;
  }
}
