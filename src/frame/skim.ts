/** Walking over frames by their heads alone: nothing inside a payload is looked at. */
import { resolveLimits, type Limits } from '../wire/limits.ts';
import { FrameHead } from './head.ts';

/** Told of a frame: its payload is `bytes[start, end)`; `offset` is its first byte. */
export type SkimVisitor = (kind: number, start: number, end: number, offset: number) => void;

/**
 * Visits every whole frame of `bytes`, in order.
 * @returns the offset after the last whole frame: less than `bytes.length` when the input ends inside one.
 * @throws ProtocolError FRAME_ILLEGAL, VARINT_OVERLONG, VARINT_RANGE or LIMIT_PAYLOAD.
 */
export function skim(bytes: Uint8Array, visit: SkimVisitor, limits?: Partial<Limits>): number {
  const { maxPayload } = resolveLimits(limits);
  const head = new FrameHead();
  const end = bytes.length;
  let pos = 0;
  while (pos < end && head.read(bytes, pos, end, maxPayload)) {
    const start = head.pos;
    const next = start + head.size;
    if (next > end) break;
    visit(head.kind, start, next, pos);
    pos = next;
  }
  return pos;
}
