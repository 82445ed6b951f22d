/**
 * A cursor over bytes that are all there: bounds are checked before use, offsets are kept for faults. It reads the wire's
 * primitives; values, frames and messages extend it, so that their hot loops work on its fields without a call.
 */
import { fault, type ProtocolError } from './errors.ts';

/** Scratch for 64-bit integers and floats; explicitly little-endian, so that it serves on every host. */
const word: DataView = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

/** An unsigned 64-bit number from its halves: `number` when safe, `bigint` otherwise. */
export function uint64(low: number, high: number): number | bigint {
  if (high < 0x20_0000) return high * 0x1_0000_0000 + low;
  word.setUint32(0, low, true);
  word.setUint32(4, high, true);
  return word.getBigUint64(0, true);
}

/** A cursor over bytes; every read checks that they are there. Throws ProtocolError. */
export class Reader {
  bytes: Uint8Array;
  /** Offset of the next byte to read. */
  pos: number;
  /** Offset after the last byte. */
  end: number;
  /** The varint that was read last, in halves, each unsigned. */
  low = 0;
  high = 0;
  /** Accept longer spellings of a number than the shortest: protobuf's rule, and the tools' for broken input. */
  overlong = false;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.pos = start;
    this.end = end;
  }

  /** The input ends where more was to come. [WIRE-9] */
  truncated(): ProtocolError {
    return fault('TRUNCATED', 'WIRE-9', this.end, 'the input ends inside an item');
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

  /**
   * A varint that carries a length, count or index: at most 2^32 - 1.
   * @throws ProtocolError TRUNCATED, VARINT_OVERLONG [WIRE-3], VARINT_RANGE [WIRE-5]; the last two at its first byte.
   */
  length(): number {
    this.halves('WIRE-5', 5, 15);
    return this.low;
  }

  /**
   * A varint that carries a number: at most 2^64 - 1, exact, `number` when safe and `bigint` otherwise.
   * @throws ProtocolError TRUNCATED, VARINT_OVERLONG [WIRE-3], VARINT_RANGE [WIRE-4]; the last two at its first byte.
   */
  varint(): number | bigint {
    this.halves('WIRE-4', 10, 1);
    return uint64(this.low, this.high);
  }

  /**
   * A varint's bits into `low` and `high`, those beyond the 64th dropped: at most `most` bytes, and that last one at most `top`.
   * @throws ProtocolError TRUNCATED, VARINT_OVERLONG [WIRE-3], VARINT_RANGE with `rule`; the last two at its first byte.
   */
  halves(rule: string, most: number, top: number): void {
    const start = this.pos;
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      const b = this.byte();
      const bits = b & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high = bits >> 4;
      else if (shift > 28) high |= bits << (shift - 32);
      if (shift === 7 * most - 7 && b > top)
        throw fault('VARINT_RANGE', rule, start, `more than 2^${most === 5 ? 32 : 64} - 1`);
      if (b > 0x7f) continue;
      if (b === 0 && shift > 0 && !this.overlong)
        throw fault('VARINT_OVERLONG', 'WIRE-3', start, 'ends in a zero byte');
      this.low = low >>> 0;
      this.high = high >>> 0;
      return;
    }
  }

  /** A little-endian unsigned integer of `width` bytes, 1 to 8: `number` when safe, `bigint` otherwise. */
  fixed(width: number): number | bigint {
    this.need(width);
    return width > 4 ? uint64(this.bits(4), this.bits(width - 4)) : this.bits(width);
  }

  /** A little-endian unsigned integer of `width` bytes, 1 to 4, which are there. */
  private bits(width: number): number {
    const { bytes } = this;
    let value = 0;
    for (let shift = 0; shift < 8 * width; shift += 8) value |= bytes[this.pos++]! << shift;
    return value >>> 0;
  }

  /** An IEEE 754 binary64, little-endian. */
  float64(): number {
    this.need(8);
    word.setUint32(0, this.bits(4), true);
    word.setUint32(4, this.bits(4), true);
    return word.getFloat64(0, true);
  }

  /** An IEEE 754 binary32, little-endian. */
  float32(): number {
    this.need(4);
    word.setUint32(0, this.bits(4), true);
    return word.getFloat32(0, true);
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
