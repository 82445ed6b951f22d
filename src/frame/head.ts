/** A frame's head: `kind << 4 | n`, and for n = 15 the length varint of `length - 15`. [FRAME-1] [FRAME-2] */
import { fault } from '../wire/errors.ts';
import { EMPTY } from '../wire/gather.ts';
import { Reader } from '../wire/reader.ts';
import { varintLength, type Writer } from '../wire/writer.ts';

/** Reads heads: after `read` answers true, `kind`, `size` and `pos` are those of the frame and its payload. */
export class FrameHead extends Reader {
  kind = 0;
  /** The payload's length in bytes. */
  size = 0;

  constructor() {
    super(EMPTY);
  }

  /**
   * Reads the head at `bytes[pos]`, which is there. Then `kind` and `size` say what follows, and `pos` where.
   * @returns false when the input ends inside the head.
   * @throws ProtocolError FRAME_ILLEGAL, VARINT_OVERLONG, VARINT_RANGE, LIMIT_PAYLOAD.
   */
  read(bytes: Uint8Array, pos: number, end: number, maxPayload: number): boolean {
    const first = bytes[pos]!;
    this.kind = first >> 4;
    if (first < 16) throw fault('FRAME_ILLEGAL', 'FRAME-3', pos);
    let size = first & 15;
    this.pos = pos + 1;
    if (size === 15) {
      let at = this.pos;
      while (at < end && bytes[at]! > 0x7f && at < pos + 5) at++;
      if (at >= end) return false;
      this.bytes = bytes;
      this.end = end;
      size += this.length();
    }
    this.size = size;
    if (size > maxPayload) throw fault('LIMIT_PAYLOAD', 'LIMIT-1', pos, `more than ${maxPayload}`);
    return true;
  }
}

/** Bytes of the head of a payload of `length` bytes. */
export function headLength(length: number): number {
  return length < 15 ? 1 : 1 + varintLength(length - 15);
}

/** Writes a head. */
export function writeHead(writer: Writer, kind: number, length: number): void {
  const inline = Math.min(length, 15);
  writer.byte((kind << 4) | inline);
  if (inline === 15) writer.varint(length - 15);
}
