/** Reading frames whose verbs and values are to be canonical. */
import { fault, ProtocolError, type PathStep } from '../wire/errors.ts';
import type { Frame } from '../frame/decoder.ts';
import { readAny, type FrameBody } from '../frame/all.ts';
import { PayloadReader } from '../frame/payload.ts';
import { verbNumber } from '../frame/verbs.ts';
import * as Head from '../value/heads.ts';
import type { DecodeOptions } from '../value/reader.ts';
import type { Value } from '../value/types.ts';
import { demandCanonical } from './value.ts';

class CanonicalReader extends PayloadReader {
  override verb(): string {
    const start = this.pos;
    const name = super.verb();
    if (this.bytes[start]! >= Head.UINT_BYTES && verbNumber(name) !== undefined) {
      throw fault('NOT_CANONICAL', 'CANON-4', start, 'its number is canonical');
    }
    return name;
  }

  override nextValue(...field: PathStep[]): Value {
    const start = this.pos;
    const value = super.nextValue(...field);
    try {
      demandCanonical(this.bytes.subarray(start, this.pos), this.options);
    } catch (error) {
      throw error instanceof ProtocolError ? error.moved(start) : error;
    }
    return value;
  }
}

/**
 * Reads a frame's payload, and demands that its verb and its values are canonical. A HELLO is plain in any case.
 * @throws ProtocolError as `parseFrame`; NOT_CANONICAL at the first byte of a verb or value that its canonical form has
 *   otherwise. [CANON-5]
 */
export function parseCanonical(frame: Frame, options?: DecodeOptions): FrameBody {
  return readAny(new CanonicalReader(options), frame);
}
