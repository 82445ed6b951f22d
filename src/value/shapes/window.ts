/**
 * Texts as parts of one string: a call into the runtime costs as much for a thousand characters as for thirty, and a part of
 * a string a fifth of it (40 texts of 23 characters, decoded with a memory: 2.0x). A part may keep its window in memory: a kilobyte at most.
 */
import { looseLatin1 } from '../../wire/platform.ts';

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

  /** The characters of ASCII `bytes[start, end)`, if a window of them is worth it; `limit` is where the bytes end. */
  part(bytes: Uint8Array, start: number, end: number, limit: number): string | undefined {
    if (start < this.start || end > this.end || bytes !== this.bytes) {
      const dense = start - this.beforeLast < DENSE && end - start < DENSE;
      this.beforeLast = this.last;
      this.last = start;
      if (!dense) return undefined;
      this.bytes = bytes;
      this.start = start;
      this.end = Math.min(limit, start + SIZE);
      this.text = looseLatin1(bytes, start, this.end);
    }
    return this.text.substring(start - this.start, end - this.start);
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
