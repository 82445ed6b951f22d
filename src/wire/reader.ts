/** Reads Petrel's varints: strict about range and spelling. Values and frames stand on it; messages, whose varints differ, on the cursor. */
import { Cursor } from './cursor.ts';
import { fault } from './errors.ts';

/** A cursor that reads varints. Throws ProtocolError. */
export class Reader extends Cursor {
  /** Accept longer spellings of a number than the shortest: for the tools, which read broken input too. */
  overlong = false;

  /**
   * A varint that carries a length, count or index: at most 2^32 - 1.
   * @throws ProtocolError TRUNCATED, VARINT_OVERLONG [WIRE-3], VARINT_RANGE [WIRE-5]; the last two at its first byte.
   */
  length(): number {
    return this.varint(5) as number;
  }

  /**
   * A varint that carries a number: at most 2^64 - 1, exact, `number` when safe and `bigint` otherwise. With `most` 5, one
   * that carries a length: at most 2^32 - 1.
   * @throws ProtocolError TRUNCATED, VARINT_OVERLONG [WIRE-3], VARINT_RANGE [WIRE-4]; the last two at its first byte.
   */
  varint(most = 10): number | bigint {
    const start = this.pos;
    let low = 0; // 28 bits
    let high = 0; // 36 bits
    for (let width = 1; ; width++) {
      const b = this.byte();
      const bits = b & 0x7f;
      if (width < 5) low |= bits << (7 * width - 7);
      else high += bits * 2 ** (7 * width - 35);
      if (width === most && b > (most === 5 ? 0x0f : 1))
        throw fault('VARINT_RANGE', most === 5 ? 'WIRE-5' : 'WIRE-4', start);
      if (b > 0x7f) continue;
      if (b === 0 && width > 1 && !this.overlong) throw fault('VARINT_OVERLONG', 'WIRE-3', start);
      if (width < 5) return low;
      return high < 2 ** 25 ? high * 2 ** 28 + low : (BigInt(high) << 28n) | BigInt(low);
    }
  }
}
