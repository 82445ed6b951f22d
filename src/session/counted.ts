/** What is to be known of a counted frame without reading all of it. */
import { FrameHead } from '../frame/head.ts';
import { FrameKind } from '../frame/kinds.ts';
import { requestIdIn } from '../frame/request-id.ts';
import type { Uint64 } from '../frame/types.ts';

/** A whole frame's kind. */
export function kindOf(frame: Uint8Array): number {
  return frame[0]! >> 4;
}

/** The request id of a whole frame that has one. */
export function idIn(frame: Uint8Array): Uint64 | undefined {
  const head = new FrameHead();
  head.read(frame, 0, frame.length, 0xffff_ffff);
  return requestId(head.kind, frame.subarray(head.pos));
}

/** The command that a frame answers of which there is no more than this; undefined of other frames, and of less than its id. */
export function answeredBy(beginning: Uint8Array): Uint64 | undefined {
  const kind = kindOf(beginning);
  return kind === FrameKind.REPLY || kind === FrameKind.PART ? idIn(beginning) : undefined;
}

/** The request id in front of a payload; undefined where its kind has none, or where it is at fault. */
export function requestId(kind: number, payload: Uint8Array): Uint64 | undefined {
  if (kind !== FrameKind.COMMAND && kind !== FrameKind.REPLY && kind !== FrameKind.PART) return undefined;
  return requestIdIn(payload, 0, payload.length);
}
