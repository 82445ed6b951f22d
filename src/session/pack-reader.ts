/** Reads what a PACK holds: its frames share one budget, as if their payloads were one. [SESSION-19] */
import { unpack, type Inflate } from '../frame/pack.ts';
import type { Frame } from '../frame/decoder.ts';
import { readAny, type FrameBody } from '../frame/all.ts';
import { PayloadReader } from '../frame/payload.ts';
import type { Pack } from '../frame/types.ts';
import type { DecodeOptions } from '../value/reader.ts';
import { fault, ProtocolError } from '../wire/errors.ts';

/**
 * The frames of a PACK, whose head is at `offset`.
 * @throws ProtocolError by [FRAME-17]: also for a stream that `inflate` can't inflate, whatever it throws.
 */
export function framesIn(pack: Pack, offset: number, inflate: Inflate, options: DecodeOptions): Frame[] {
  const guarded: Inflate = (...given) => {
    try {
      return inflate(...given);
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      throw fault(
        'PACK_CONTENT',
        'FRAME-17',
        offset,
        'no stream of raw deflate, or a longer one than announced',
      );
    }
  };
  return unpack(pack, guarded, options);
}

/** A reader whose budgets of [LIMIT-3] and [LIMIT-4] go on from frame to frame. */
export class PackReader extends PayloadReader {
  /** What the frames before have taken of both. */
  private spent = 0;
  private expanded = 0;

  override reset(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    super.reset(bytes, start, end);
    this.elements = this.spent;
    this.extra += this.expanded;
  }

  /** A frame's fields; one at fault takes nothing of the budgets. @throws ProtocolError: its path begins with PACK. */
  frame(frame: Frame): FrameBody {
    const { spent, expanded } = this;
    try {
      return readAny(this, frame);
    } catch (error) {
      this.spent = spent;
      this.expanded = expanded;
      throw error instanceof ProtocolError ? error.moved(0, ['PACK', ...error.path]) : error;
    }
  }

  override release(): void {
    this.spent = this.elements;
    this.expanded = this.pos + this.extra;
    super.release();
  }
}
