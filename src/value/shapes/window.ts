/**
 * Texts as parts of one string: a call into the runtime costs as much for a thousand characters as for thirty, and a part of
 * a string a fifth of it (values b, decode: 1.3x). A part may keep its window in memory: a kilobyte at most.
 */
import { bulk, looseLatin1, looseUtf16 } from '../../wire/platform.ts';
import { loneSurrogate } from '../../wire/text.ts';

/** Bytes of a window. */
const SIZE = 1024;
/** Texts of a kind that come before its first window: few texts are not worth one. */
const FEW = 3;

/** One string of a stretch of bytes, moved along with what is asked of it. */
class Window {
  private bytes: Uint8Array | undefined;
  private start = 0;
  private end = 0;
  private text = '';
  private readonly width: number;
  private readonly decode: (bytes: Uint8Array, start: number, end: number) => string;

  constructor(width: number, decode: (bytes: Uint8Array, start: number, end: number) => string) {
    this.width = width;
    this.decode = decode;
  }

  /** The characters of `bytes[start, end)`; `limit` is where the bytes end. */
  part(bytes: Uint8Array, start: number, end: number, limit: number): string {
    const { width } = this;
    if (start < this.start || end > this.end || bytes !== this.bytes) {
      this.bytes = bytes;
      this.start = start;
      this.end = Math.min(limit, start + SIZE);
      this.end -= (this.end - start) % width;
      this.text = this.decode(bytes, start, this.end);
    }
    return this.text.substring((start - this.start) / width, (end - this.start) / width);
  }

  clear(): void {
    this.start = this.end = 0;
    this.text = '';
    this.bytes = undefined;
  }
}

/** The windows of one input. */
export class Windows {
  private readonly ascii = new Window(1, looseLatin1);
  /** UTF-16 at even offsets, and at odd ones. */
  private readonly even = new Window(2, looseUtf16);
  private readonly odd = new Window(2, looseUtf16);
  private narrow = 0;
  private wide = 0;

  /** Well-formed text of `bytes[start, end)`, in UTF-16 or ASCII; undefined where it is none, or not to be had here. */
  text(bytes: Uint8Array, start: number, end: number, limit: number, utf16: boolean): string | undefined {
    if (!bulk || end - start > SIZE >> 2) return undefined;
    if (utf16) {
      if (this.wide++ < FEW || (end - start) % 2 > 0) return undefined;
      const text = (start % 2 > 0 ? this.odd : this.even).part(bytes, start, end, limit);
      return loneSurrogate(text) < 0 ? text : undefined;
    }
    if (this.narrow++ < FEW || !isAscii(bytes, start, end)) return undefined;
    return this.ascii.part(bytes, start, end, limit);
  }

  /** Begins with another input. */
  clear(): void {
    if (this.narrow > FEW) this.ascii.clear();
    if (this.wide > FEW) {
      this.even.clear();
      this.odd.clear();
    }
    this.narrow = this.wide = 0;
  }
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let all = 0;
  let i = start;
  for (; i + 4 <= end; i += 4) all |= bytes[i]! | bytes[i + 1]! | bytes[i + 2]! | bytes[i + 3]!;
  for (; i < end; i++) all |= bytes[i]!;
  return all < 0x80;
}
