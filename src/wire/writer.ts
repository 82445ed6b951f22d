/**
 * One growable buffer that everything is written into; no intermediate buffers per value. `bytes` is replaced when it
 * grows: take it again after each write.
 */
import { demandBytes } from './limits.ts';

const SMALLEST = 256;
const LARGEST = 0xffff_ffff;

/** A growable buffer with a position; `take` copies what was written. */
export class Writer {
  declare bytes: Uint8Array;
  /** Bytes written so far: the offset of the next. */
  pos = 0;
  private window: DataView | undefined;
  private seen: Uint8Array | undefined;

  constructor(capacity: number = SMALLEST) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `n` more bytes; amortised constant time. @throws RangeError beyond 4 GiB. */
  ensure(n: number): void {
    if (n <= this.bytes.length - this.pos) return;
    const least = this.pos + n;
    if (least > LARGEST) throw new RangeError(`${least} bytes do not fit one buffer`);
    const grown = new Uint8Array(Math.min(LARGEST, Math.max(least, this.bytes.length * 2, SMALLEST)));
    grown.set(this.bytes.subarray(0, this.pos));
    this.bytes = grown;
  }

  byte(value: number): void {
    this.ensure(1);
    this.bytes[this.pos++] = value;
  }

  /** Copies `source` in. */
  raw(source: Uint8Array): void {
    demandBytes(source);
    this.ensure(source.length);
    this.bytes.set(source, this.pos);
    this.pos += source.length;
  }

  /** A varint of a whole number from 0 to 2^53 - 1, or of a bigint from 0 to 2^64 - 1, in the fewest bytes. [WIRE-2] */
  varint(value: number | bigint): void {
    this.ensure(10);
    const { bytes } = this;
    let { pos } = this;
    if (typeof value === 'bigint') {
      while (value > 0x7fn) {
        bytes[pos++] = Number(value & 0x7fn) | 0x80;
        value >>= 7n;
      }
      bytes[pos++] = Number(value);
    } else {
      while (value > 0x7fff_ffff) {
        bytes[pos++] = (value % 128) | 0x80;
        value = Math.floor(value / 128);
      }
      while (value > 0x7f) {
        bytes[pos++] = (value & 0x7f) | 0x80;
        value >>>= 7;
      }
      bytes[pos++] = value;
    }
    this.pos = pos;
  }

  float64(value: number): void {
    this.ensure(8);
    this.view().setFloat64(this.pos, value, true);
    this.pos += 8;
  }

  float32(value: number): void {
    this.ensure(4);
    this.view().setFloat32(this.pos, value, true);
    this.pos += 4;
  }

  /** What was written, as a copy of its own. */
  take(): Uint8Array {
    return this.bytes.slice(0, this.pos);
  }

  /** What was written, as a view that the next write may change. */
  peek(): Uint8Array {
    return this.bytes.subarray(0, this.pos);
  }

  /** The whole buffer, until the next write replaces it. */
  view(): DataView {
    const { bytes } = this;
    if (bytes !== this.seen) this.window = new DataView((this.seen = bytes).buffer);
    return this.window!;
  }
}

/** Bytes that a varint of `value`, a whole number from 0 to 2^53 - 1, takes. */
export function varintLength(value: number): number {
  let length = 1;
  for (; value > 0x7f; value = Math.floor(value / 128)) length++;
  return length;
}
