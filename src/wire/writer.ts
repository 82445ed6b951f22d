/**
 * One growable buffer that everything is written into; no intermediate buffers per value. `bytes` is replaced when it
 * grows: take it again after each write.
 */
const SMALLEST = 256;
const LARGEST = 0xffff_ffff;

/** A growable buffer with a position; `take` copies what was written. */
export class Writer {
  bytes: Uint8Array;
  /** Bytes written so far: the offset of the next. */
  pos = 0;
  private window: DataView | undefined;

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
    this.window = undefined;
  }

  byte(value: number): void {
    this.ensure(1);
    this.bytes[this.pos++] = value;
  }

  /** Copies `source` in. */
  raw(source: Uint8Array): void {
    if (!(source instanceof Uint8Array)) throw new TypeError('bytes must be a Uint8Array');
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

  /** `base`, then the value in the fewest bytes, 1 to 8, little-endian; `base` is raised by the bytes less one. */
  fixed(base: number, value: number | bigint): void {
    this.ensure(9);
    const { bytes, pos } = this;
    const big = typeof value === 'bigint';
    let low = big ? Number(value & 0xffff_ffffn) : value >>> 0;
    let high = big ? Number(value >> 32n) : (value - low) / 0x1_0000_0000;
    const least = high > 0 ? 4 : 1;
    let width = 0;
    for (; low > 0 || width < least; low >>>= 8) bytes[pos + ++width] = low & 0xff;
    for (; high > 0; high >>>= 8) bytes[pos + ++width] = high & 0xff;
    bytes[pos] = base + width - 1;
    this.pos = pos + width + 1;
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

  /** Begins anew in a buffer of its own; what was written stays as it is for those who have views of it. */
  renew(capacity: number): void {
    this.bytes = new Uint8Array(capacity);
    this.window = undefined;
    this.pos = 0;
  }

  /** What was written, as a copy of its own. */
  take(): Uint8Array {
    return this.bytes.slice(0, this.pos);
  }

  /** What was written, as a view that the next write may change. */
  peek(): Uint8Array {
    return this.bytes.subarray(0, this.pos);
  }

  private view(): DataView {
    return (this.window ??= new DataView(this.bytes.buffer));
  }
}

/** Bytes that a varint of `value`, a whole number from 0 to 2^53 - 1, takes. */
export function varintLength(value: number): number {
  let length = 1;
  for (; value > 0x7f; value = Math.floor(value / 128)) length++;
  return length;
}
