/**
 * Where a stream of frames that is entered in its midst goes on: the first place from which frame follows frame, each of
 * them good. A frame's own bytes rarely read as frames: most are no kind, or a payload that is at fault.
 */
import { FrameHead } from '../frame/head.ts';
import { FrameKind } from '../frame/kinds.ts';
import { parseFrame } from '../frame/all.ts';
import { ProtocolError } from '../wire/errors.ts';
import type { Limits } from '../wire/limits.ts';

/** So many good frames in a row with something in them are no chance; fewer where a segment begins with the first. */
const ENOUGH = 3;
const ENOUGH_AT_START = 2;

export interface Boundary {
  /** Where the bytes go on, or might: all before it is no boundary. */
  readonly at: number;
  /** Whether frames begin there for certain; otherwise more bytes must tell. */
  readonly sure: boolean;
}

/**
 * Looks for a boundary in bytes[from..).
 * @param last whether no more bytes come: then one good frame is enough, if the last ends where the bytes do.
 */
export function findBoundary(
  bytes: Uint8Array,
  from: number,
  last: boolean,
  limits: Partial<Limits> = {},
): Boundary {
  for (let at = from; at < bytes.length; at++) {
    const verdict = chain(bytes, at, limits);
    if (verdict === undefined) continue;
    const enough = at === 0 ? ENOUGH_AT_START : ENOUGH;
    const sure = verdict.frames >= enough || (last && verdict.frames > 0 && verdict.end === bytes.length);
    if (sure || !last) return { at, sure };
  }
  return { at: bytes.length, sure: false };
}

/** How many good frames follow each other from here on, up to as many as are enough; undefined where one is at fault. */
function chain(
  bytes: Uint8Array,
  start: number,
  limits: Partial<Limits>,
): { readonly frames: number; readonly end: number } | undefined {
  const head = new FrameHead();
  let frames = 0;
  let pos = start;
  try {
    while (frames < ENOUGH && pos < bytes.length) {
      if (!head.read(bytes, pos, bytes.length, limits.maxPayload ?? MAX_PAYLOAD)) break;
      const { kind } = head;
      if (!KNOWN.has(kind)) return undefined;
      const end = head.pos + head.size;
      if (end > bytes.length) break;
      const payload = bytes.subarray(head.pos, end);
      parseFrame({ kind, payload, offset: pos, start: head.pos }, { limits, lossless: true });
      if (payload.length > 0) frames++;
      pos = end;
    }
    return { frames, end: pos };
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

const MAX_PAYLOAD = 16 << 20;
const KNOWN: ReadonlySet<number> = new Set(Object.values(FrameKind));
