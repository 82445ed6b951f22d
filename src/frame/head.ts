/** A frame's head: `kind << 4 | n`, and for n = 15 the length varint of `length - 15`. [FRAME-1] [FRAME-2] */
import { fault } from '../wire/errors.ts';
import { varintLength, type Writer } from '../wire/writer.ts';

/** The longest head: one byte and a length varint of five. */
export const LONGEST_HEAD = 6;

export class FrameHead {
  kind = 0;
  /** The payload's length in bytes. */
  length = 0;
  /** Offset after the head. */
  body = 0;
  /** Accept a length varint with zero last bytes: for the tools, which show broken input. */
  overlong = false;

  /**
   * Reads the head at `bytes[pos]`, which is there.
   * @param base what to add to an offset for a fault.
   * @returns false when the input ends inside the head.
   * @throws ProtocolError FRAME_ILLEGAL, VARINT_OVERLONG, VARINT_RANGE, LIMIT_PAYLOAD.
   */
  read(bytes: Uint8Array, pos: number, end: number, maxPayload: number, base: number): boolean {
    const first = bytes[pos]!;
    this.kind = first >> 4;
    if (this.kind === 0) {
      throw fault(
        'FRAME_ILLEGAL',
        'FRAME-3',
        base + pos,
        'kind 0 is no frame; this is not Petrel, or not a frame boundary',
      );
    }
    let length = first & 15;
    let at = pos + 1;
    if (length === 15) {
      for (let scale = 1, width = 1; ; scale *= 128, width++) {
        if (at >= end) return false;
        const b = bytes[at++]!;
        length += (b & 0x7f) * scale;
        if (b < 0x80) {
          if (b === 0 && width > 1 && !this.overlong) {
            throw fault('VARINT_OVERLONG', 'WIRE-3', base + pos + 1, 'a length with a zero last byte');
          }
          break;
        }
        if (width === 5) throw tooLong(base + pos + 1);
      }
      if (length - 15 > 0xffff_ffff) throw tooLong(base + pos + 1);
    }
    if (length > maxPayload) {
      throw fault(
        'LIMIT_PAYLOAD',
        'LIMIT-1',
        base + pos,
        `a payload of ${length} bytes, the limit is ${maxPayload}`,
      );
    }
    this.length = length;
    this.body = at;
    return true;
  }
}

/** Bytes of the head of a payload of `length` bytes. */
export function headLength(length: number): number {
  return length < 15 ? 1 : 1 + varintLength(length - 15);
}

/** Writes a head. */
export function writeHead(writer: Writer, kind: number, length: number): void {
  if (length < 15) return writer.byte((kind << 4) | length);
  writer.byte((kind << 4) | 15);
  writer.varint(length - 15);
}

function tooLong(offset: number): Error {
  return fault('VARINT_RANGE', 'WIRE-5', offset, 'a length above 2^32 - 1');
}
