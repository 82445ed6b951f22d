/**
 * A cursor over bytes that are all there: bounds are checked before use, offsets are kept for faults. Readers extend it, so
 * that their hot loops work on its fields without a call.
 */
import { fault, type ProtocolError } from './errors.ts';

/** Scratch for 64-bit integers and floats; explicitly little-endian, so that it serves on every host. */
const word: DataView = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

/** The scratch word with these halves. */
function join(low: number, high: number): DataView {
  word.setUint32(0, low, true);
  word.setUint32(4, high, true);
  return word;
}

/** An unsigned 64-bit number from its halves: `number` when safe, `bigint` otherwise. */
export function uint64(low: number, high: number): number | bigint {
  return high < 0x20_0000 ? high * 0x1_0000_0000 + low : join(low, high).getBigUint64(0, true);
}

/** A cursor over bytes; every read checks that they are there. Throws ProtocolError. */
export class Cursor {
  declare bytes: Uint8Array;
  /** Offset of the next byte to read. */
  declare pos: number;
  /** Offset after the last byte. */
  declare end: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.pos = start;
    this.end = end;
  }

  /** The input ends where more was to come. [WIRE-9] */
  truncated(): ProtocolError {
    return fault('TRUNCATED', 'WIRE-9', this.end);
  }

  /** Throws TRUNCATED unless `n` more bytes are there. */
  need(n: number): void {
    if (n > this.end - this.pos) throw this.truncated();
  }

  /** One byte. */
  byte(): number {
    if (this.pos >= this.end) throw this.truncated();
    return this.bytes[this.pos++]!;
  }

  /** A little-endian unsigned integer of `width` bytes, 1 to 8: `number` when safe, `bigint` otherwise. */
  fixed(width: number): number | bigint {
    this.need(width);
    return width > 4 ? uint64(this.bits(4), this.bits(width - 4)) : this.bits(width);
  }

  /** A little-endian unsigned integer of `width` bytes, 1 to 4, which are there. */
  private bits(width: number): number {
    const { bytes, pos } = this;
    this.pos = pos + width;
    let value = bytes[pos]!;
    if (width > 1) value |= bytes[pos + 1]! << 8;
    if (width > 2) value |= bytes[pos + 2]! << 16;
    return width > 3 ? (value | (bytes[pos + 3]! << 24)) >>> 0 : value;
  }

  /** An IEEE 754 binary64, little-endian. */
  float64(): number {
    this.need(8);
    return join(this.bits(4), this.bits(4)).getFloat64(0, true);
  }

  /** An IEEE 754 binary32, little-endian. */
  float32(): number {
    this.need(4);
    return join(this.bits(4), 0).getFloat32(0, true);
  }

  /** The next `length` bytes as a view of the input, or a copy of its own; a plain Uint8Array also where the input is a Buffer. */
  view(length: number, copy: boolean): Uint8Array {
    this.need(length);
    const { buffer, byteOffset } = this.bytes;
    const view = new Uint8Array(buffer, byteOffset + this.pos, length);
    this.pos += length;
    return copy ? view.slice() : view;
  }
}
