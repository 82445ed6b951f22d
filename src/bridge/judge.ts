/** What of the peer's limits a frame would exceed, found before it is sent. [RESP-23] */
import { readFrames } from '../frame/decoder.ts';
import type { FrameBody } from '../frame/all.ts';
import { parseFrame } from '../frame/parse.ts';
import { ProtocolError } from '../wire/errors.ts';
import type { Limits } from '../wire/limits.ts';

/** A frame's payload is at most so many times as long as the RESP that it carries, and so many bytes more. */
const FACTOR = 3;
export const FIXED = 32;

/** What of the receiver's limits a frame exceeds: found by reading it as the receiver will, where it may be too much. */
export function judge(
  body: FrameBody,
  frame: Uint8Array,
  length: number,
  limits: Limits,
): ProtocolError | undefined {
  const most = FACTOR * length + FIXED;
  // what is written in RESP with so many bytes has no more values and no more levels, and those of a command none
  const flat = body.kind === 'COMMAND' || length <= 5 * limits.maxDepth;
  if (most <= Math.min(limits.maxPayload, limits.maxExpanded, limits.maxElements) && flat) return undefined;
  try {
    for (const whole of readFrames(frame, { limits })) parseFrame(whole, { limits });
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

/** What is said of a command or a reply that the peer's limits don't allow. */
export function overLimits(what: string, { code, detail }: ProtocolError): string {
  return `ERR petrel bridge: the ${what} is over a limit of the link: ${code}, ${detail}`;
}
