/**
 * Writers that all sessions of a program share: one takes 11 kB and 10 µs to make, and an idle connection needs none. They are
 * taken while something is written, so that a value whose getter sends another never meets its own.
 */
import { FrameWriter } from '../frame/all.ts';
import { DEFAULT_LIMITS } from '../wire/limits.ts';

/** Writers that wait to be taken. */
const MOST = 4;
/** A writer that has grown beyond is let go. */
const LARGE = 65_536;

/** Writers of what a link sends: their bytes are taken whole. */
const ofLinks: FrameWriter[] = [];
/** Writers of frames for peers with the usual limits: `pos` goes on, since frames are views of `bytes`. */
const ofFrames: FrameWriter[] = [];

/** A writer that stands at 0, for a link. */
export function linkWriter(): FrameWriter {
  return ofLinks.pop() ?? new FrameWriter({ maxPayload: 0xffff_ffff });
}

/** Gives a link's writer back: what was in it is not needed any more. */
export function freeLinkWriter(writer: FrameWriter): void {
  writer.pos = 0;
  if (ofLinks.length < MOST && writer.bytes.length <= LARGE) ofLinks.push(writer);
}

/** Whether frames for a peer with these limits may be written by a writer that others use. */
export function isUsual({ maxPayload, maxDepth }: { maxPayload: number; maxDepth: number }): boolean {
  return maxPayload === DEFAULT_LIMITS.maxPayload && maxDepth === DEFAULT_LIMITS.maxDepth;
}

/** A writer with the usual limits, for one frame behind those that are in its `bytes`. */
export function frameWriter(): FrameWriter {
  return ofFrames.pop() ?? new FrameWriter(DEFAULT_LIMITS);
}

/** Gives a writer of frames back: nobody writes again over what is before its `pos`. */
export function freeFrameWriter(writer: FrameWriter): void {
  if (ofFrames.length < MOST) ofFrames.push(writer);
}
