/** Walking over frames by their heads alone: nothing inside a payload is looked at. */
import type { Limits } from '../wire/limits.ts';
import { FrameDecoder } from './decoder.ts';

/** Told of a frame: its payload is `bytes[start, end)`; `offset` is its first byte. */
export type SkimVisitor = (kind: number, start: number, end: number, offset: number) => void;

/**
 * Visits every whole frame of `bytes`, in order.
 * @returns the offset after the last whole frame: less than `bytes.length` when the input ends inside one.
 * @throws ProtocolError FRAME_ILLEGAL, VARINT_OVERLONG, VARINT_RANGE or LIMIT_PAYLOAD.
 */
export function skim(bytes: Uint8Array, visit: SkimVisitor, limits?: Partial<Limits>): number {
  const decoder = new FrameDecoder(limits && { limits });
  decoder.feed(bytes);
  while (decoder.next()) visit(decoder.kind, decoder.start, decoder.end, decoder.offset);
  return bytes.length - decoder.pending;
}
