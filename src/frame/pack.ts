/** A PACK's payload, and the frames inside it. [FRAME-16] [FRAME-17] */
import { fault } from '../wire/errors.ts';
import { field, rest, uint64, type Layouts } from './field.ts';
import { FrameDecoder, type Frame, type FrameDecoderOptions } from './decoder.ts';
import { FrameKind, frameName, isCounted } from './kinds.ts';
import type { Pack } from './types.ts';

export type { Pack } from './types.ts';

/** The exact length of what a PACK inflates to, judged before anybody inflates it. */
const inflatedLength = field(
  (r) => {
    const start = r.pos;
    const length = r.length();
    if (length > r.limits.maxPayload)
      throw fault('LIMIT_PAYLOAD', 'LIMIT-1', start, `${length} bytes inflated`);
    return length;
  },
  (w, length) => {
    if (length > 0xffff_ffff) throw new RangeError('at most 2^32 - 1');
    w.uint64(length);
  },
);

/** Passed to what reads or writes frames, so that it knows PACK. [FRAME-16] */
export const PACKS: Layouts<'PACK'> = {
  PACK: { dictionary: uint64, length: inflatedLength, deflated: rest },
};

/** Inflates raw deflate; `length` is what must come out, and the most that may be produced. */
export type Inflate = (deflated: Uint8Array, dictionary: number | bigint, length: number) => Uint8Array;

/**
 * The frames of a PACK, inflated by the caller's `inflate`.
 * @throws ProtocolError as `splitPack`; and what `inflate` throws.
 */
export function unpack(pack: Pack, inflate: Inflate, options?: FrameDecoderOptions): Frame[] {
  return splitPack(inflate(pack.deflated, pack.dictionary, pack.length), pack.length, options);
}

/**
 * The frames of an inflated PACK, all checked before any is answered. [FRAME-17]
 * @throws ProtocolError PACK_CONTENT for a wrong length, a frame that ends outside, or a kind other than 1 to 5 and ACK;
 *   offsets count from the first inflated byte.
 */
export function splitPack(inflated: Uint8Array, length: number, options?: FrameDecoderOptions): Frame[] {
  const found = inflated.length;
  if (found !== length) {
    throw fault(
      'PACK_CONTENT',
      'FRAME-17',
      Math.min(found, length),
      `${found} bytes inflated, ${length} announced`,
    );
  }
  const decoder = new FrameDecoder(options);
  const frames = [...decoder.frames(inflated)];
  for (const { kind, offset } of frames) {
    const name = frameName(kind);
    const allowed = name === 'ACK' || (isCounted(kind) && name in FrameKind);
    if (!allowed) throw fault('PACK_CONTENT', 'FRAME-17', offset, `a ${name} may not stand in a PACK`);
  }
  if (decoder.pending > 0)
    throw fault('PACK_CONTENT', 'FRAME-17', found, 'the last frame of a PACK is not whole');
  return frames;
}
