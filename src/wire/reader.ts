/**
 * A cursor over bytes that are all there: bounds are checked before use, offsets are kept for faults. It reads the wire's
 * primitives; values, frames and messages extend it, so that their hot loops work on its fields without a call.
 */
import { fault, type ProtocolError } from './errors.ts';

/** Scratch for 64-bit integers and floats; explicit little-endian, so that it serves on every host. */
const word: DataView = /* @__PURE__ */ new DataView(new ArrayBuffer(8));
const MAX_U32 = 0xffff_ffff;

/** An unsigned 64-bit number from its halves: `number` when safe, `bigint` otherwise. */
export function uint64(low: number, high: number): number | bigint {
  if (high < 0x20_0000) return high * 0x1_0000_0000 + low;
  word.setUint32(0, low, true);
  word.setUint32(4, high, true);
  return word.getBigUint64(0, true);
}

export class Reader {
  bytes: Uint8Array;
  /** Offset of the next byte to read. */
  pos: number;
  /** Offset after the last byte. */
  end: number;
  /** Accept longer spellings of a number than the shortest: protobuf's rule, and the tools' for broken input. */
  overlong = false;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.pos = start;
    this.end = end;
  }

  /** The input ends where `what` was to go on. [WIRE-9] */
  truncated(what: string): ProtocolError {
    return fault('TRUNCATED', 'WIRE-9', this.end, `the input ends inside ${what}`);
  }

  /** Throws TRUNCATED unless `n` more bytes are there. */
  need(n: number, what: string): void {
    if (n > this.end - this.pos) throw this.truncated(what);
  }

  /** One byte. */
  byte(what: string): number {
    if (this.pos >= this.end) throw this.truncated(what);
    return this.bytes[this.pos++]!;
  }

  /**
   * A varint that carries a length, count or index: at most 2^32 - 1.
   * @throws ProtocolError TRUNCATED, VARINT_OVERLONG [WIRE-3], VARINT_RANGE [WIRE-5]; the last two at its first byte.
   */
  length(): number {
    const start = this.pos;
    let value = 0;
    let scale = 1;
    for (;;) {
      const b = this.byte('a length');
      value += (b & 0x7f) * scale;
      scale *= 128;
      const width = this.pos - start;
      if (b < 0x80) {
        if (b === 0 && width > 1 && !this.overlong) throw overlong(start);
        if (value > MAX_U32) throw tooLong(start);
        return value;
      }
      if (width === (this.overlong ? 10 : 5)) throw tooLong(start);
    }
  }

  /**
   * A varint that carries a number: at most 2^64 - 1, exact, `number` when safe and `bigint` otherwise.
   * @throws ProtocolError TRUNCATED, VARINT_OVERLONG [WIRE-3], VARINT_RANGE [WIRE-4]; the last two at its first byte.
   */
  varint(): number | bigint {
    const start = this.pos;
    let low = 0; // 28 bits
    let middle = 0; // 28 bits
    let high = 0; // 8 bits
    for (let width = 1; ; width++) {
      const b = this.byte('a varint');
      const bits = b & 0x7f;
      if (width < 5) low |= bits << (7 * (width - 1));
      else if (width < 9) middle |= bits << (7 * (width - 5));
      else high |= bits << (7 * (width - 9));
      if (width === 10 && b > 1) throw fault('VARINT_RANGE', 'WIRE-4', start, 'a varint above 2^64 - 1');
      if (b < 0x80) {
        if (b === 0 && width > 1 && !this.overlong) throw overlong(start);
        if (width < 5) return low;
        return uint64((low | (middle << 28)) >>> 0, ((middle >>> 4) | (high << 24)) >>> 0);
      }
    }
  }

  /** A little-endian unsigned integer of `width` bytes, 1 to 8: `number` when safe, `bigint` otherwise. */
  fixed(width: number, what: string): number | bigint {
    this.need(width, what);
    const { bytes, pos } = this;
    this.pos = pos + width;
    if (width <= 4) return bits32(bytes, pos, width);
    return uint64(bits32(bytes, pos, 4), bits32(bytes, pos + 4, width - 4));
  }

  /** An IEEE 754 binary64, little-endian. */
  float64(): number {
    this.need(8, 'a float');
    for (let i = 0; i < 8; i++) word.setUint8(i, this.bytes[this.pos++]!);
    return word.getFloat64(0, true);
  }

  /** An IEEE 754 binary32, little-endian. */
  float32(): number {
    this.need(4, 'a float');
    for (let i = 0; i < 4; i++) word.setUint8(i, this.bytes[this.pos++]!);
    return word.getFloat32(0, true);
  }

  /** The next `length` bytes as a view of the input, or a copy of its own. */
  view(length: number, copy: boolean, what: string): Uint8Array {
    this.need(length, what);
    const start = this.pos;
    this.pos = start + length;
    // A Buffer's own slice and subarray would answer a Buffer: views are plain Uint8Arrays on every runtime.
    if (copy) return Uint8Array.prototype.slice.call(plain(this.bytes), start, this.pos);
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + start, length);
  }
}

/** The same bytes as a plain Uint8Array: views of a Buffer would be Buffers, which cost more and behave otherwise. */
export function plain(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function bits32(bytes: Uint8Array, pos: number, width: number): number {
  let value = bytes[pos]!;
  if (width > 1) value |= bytes[pos + 1]! << 8;
  if (width > 2) value |= bytes[pos + 2]! << 16;
  if (width > 3) value |= bytes[pos + 3]! << 24;
  return value >>> 0;
}

function overlong(start: number): ProtocolError {
  return fault(
    'VARINT_OVERLONG',
    'WIRE-3',
    start,
    'a varint with a zero last byte; the shortest spelling is required',
  );
}

function tooLong(start: number): ProtocolError {
  return fault('VARINT_RANGE', 'WIRE-5', start, 'a length, count or index above 2^32 - 1');
}
