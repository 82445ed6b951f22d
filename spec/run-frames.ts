/** Vectors of frames and packs: streams in any chunks, and what a PACK holds. */
import { parseCanonical } from '../src/canonical/index.ts';
import { FrameWriter, parseFrame } from '../src/frame/all.ts';
import { FrameDecoder, skim } from '../src/frame/index.ts';
import { readFrames } from '../src/frame/stream.ts';
import { unpack } from '../src/frame/pack.ts';
import type { FrameBody } from '../src/frame/all.ts';
import type { Frame } from '../src/frame/index.ts';
import type { Pack } from '../src/frame/pack.ts';
import type { Limits } from '../src/wire/index.ts';
import { cuts, faultOf, ordered, same, truncated } from './checks.ts';
import { frameNotation, toFrame, toHex, unhex, type FrameNotation } from './notation.ts';
import type { Vector } from './vector.ts';

export function runFrames({ hex, frames, canonical, error, limits = {} }: Vector): void {
  const bytes = unhex(hex!);
  if (canonical === true && error !== undefined) {
    same(
      'canonical',
      faultOf('parseCanonical', () => readAll(bytes, limits, parseCanonical)),
      error,
    );
    return;
  }
  const check = (how: string, read: () => FrameNotation[]): void => {
    let found: FrameNotation[] = [];
    const fault = faultOf(how, () => (found = read()));
    same(how, fault, error);
    if (fault === undefined) same(how, ordered(found), ordered(frames!));
  };
  check('whole', () => readAll(bytes, limits));
  for (const cut of cuts(bytes.length))
    check(`split at ${cut}`, () => readChunks(bytes, [cut], limits, cut % 2 === 0));
  if (bytes.length <= 2000)
    check('byte by byte', () => readChunks(bytes, [...bytes.keys()].slice(1), limits, false));
  if (error === undefined) goodFrames(bytes, frames!, canonical === true, limits);
}

function readAll(
  bytes: Uint8Array,
  limits: Partial<Limits>,
  read: typeof parseFrame = parseFrame,
): FrameNotation[] {
  const found: FrameNotation[] = [];
  for (const frame of readFrames(bytes, { limits }))
    found.push(frameNotation(read(frame, { limits, lossless: true })));
  return found;
}

/** The frames of chunks that end at `ends`. */
function readChunks(
  bytes: Uint8Array,
  ends: readonly number[],
  limits: Partial<Limits>,
  copy: boolean,
): FrameNotation[] {
  const decoder = new FrameDecoder({ limits, copy });
  const found: FrameNotation[] = [];
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    decoder.feed(bytes.slice(start, end));
    while (decoder.next()) found.push(frameNotation(parseFrame(decoder.frame(), { limits, lossless: true })));
    start = end;
  }
  decoder.finish();
  return found;
}

function goodFrames(
  bytes: Uint8Array,
  frames: readonly FrameNotation[],
  canonical: boolean,
  limits: Partial<Limits>,
): void {
  const ends = [0];
  same(
    'skim, the end',
    skim(bytes, (_kind, _start, end) => ends.push(end), limits),
    bytes.length,
  );
  same('skim, the frames', ends.length - 1, frames.length);
  for (const cut of cuts(bytes.length)) {
    const expected = ends.includes(cut) ? undefined : truncated(cut);
    same(
      `the first ${cut} bytes`,
      faultOf('readFrames', () => readAll(bytes.slice(0, cut), limits)),
      expected,
    );
  }
  if (!canonical) return;
  same('canonical', ordered(readAll(bytes, limits, parseCanonical)), ordered(frames));
  const writer = new FrameWriter();
  for (const frame of frames) writer.frame(toFrame(frame));
  same('encode', toHex(writer.take()), toHex(bytes));
}

export function runPack({ hex, inflated, frames, error, limits = {} }: Vector): void {
  const outer = [...readFrames(unhex(hex!), { limits })].at(-1)!;
  const pack = parseFrame(outer) as Pack;
  const open = (): Frame[] => unpack(pack, () => unhex(inflated!), { limits });
  let found: Frame[] = [];
  same(
    'unpack',
    faultOf('unpack', () => (found = open())),
    error,
  );
  const bodies: FrameBody[] = found.map((frame) => parseFrame(frame, { lossless: true }));
  if (frames !== undefined) same('unpack', ordered(bodies.map(frameNotation)), ordered(frames));
}
