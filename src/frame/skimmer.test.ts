import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, cuts, nearStreams } from '../../fuzz/arbitraries.ts';
import { encodeFrame, FrameWriter } from './all.ts';
import { FrameKind, skim } from './index.ts';
import { FrameSkimmer } from './slices.ts';

type Told = [kind: number, start: number, end: number, offset: number];

/** What is told of a stream in these chunks, and what is wrong with it. */
function skimmed(chunks: readonly Uint8Array[], maxPayload: number): unknown[] {
  const told: Told[] = [];
  const skimmer = new FrameSkimmer((...frame) => void told.push(frame), { maxPayload });
  try {
    for (const chunk of chunks) skimmer.feed(chunk);
    return [...told, skimmer.position];
  } catch (error) {
    return [...told, String(error)];
  }
}

/** The same of all bytes at once, by `skim`. */
function atOnce(bytes: Uint8Array, maxPayload: number): unknown[] {
  const told: Told[] = [];
  try {
    skim(bytes, (...frame) => void told.push(frame), { maxPayload });
    return [...told, bytes.length];
  } catch (error) {
    return [...told, String(error)];
  }
}

function* chunksOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

/** A frame of so many bytes of payload. */
function frameOf(length: number): Uint8Array {
  const writer = new FrameWriter();
  writer.rawFrame(FrameKind.EXTENSION, new Uint8Array(length));
  return writer.take();
}

describe('FrameSkimmer', () => {
  it('tells, in any chunks and under any limit, of the frames and the fault that skim finds', () => {
    fc.assert(
      fc.property(nearStreams, cuts, fc.oneof(fc.nat(300), fc.constant(2 ** 24)), (stream, cut, limit) => {
        expect(skimmed(cut(stream), limit)).toStrictEqual(atOnce(stream, limit));
      }),
      { numRuns: 200 },
    );
  });

  it.each([1, 2, 3, 5, 100, 1460])(
    'finds heads of every length and payloads of many in chunks of %d bytes',
    (size) => {
      const lengths = [0, 1, 14, 15, 142, 143, 300, 16_397, 16_398, 16_399, 3, 0, 40_000, 2];
      const stream = concat(lengths.map((length) => frameOf(length)));
      expect(skimmed([...chunksOf(stream, size)], 40_000)).toStrictEqual(atOnce(stream, 40_000));
      expect(skimmed([...chunksOf(stream, size)], 39_999)).toStrictEqual(atOnce(stream, 39_999));
    },
  );

  it('tells of a frame once its last byte has come, and not before', () => {
    const told: number[] = [];
    const skimmer = new FrameSkimmer((_kind, _start, end) => void told.push(end));
    const frame = frameOf(20);
    skimmer.feed(frame.subarray(0, frame.length - 1));
    expect(told).toStrictEqual([]);
    expect(() => skimmer.finish()).toThrow('TRUNCATED at byte 21');
    const other = new FrameSkimmer((_kind, _start, end) => void told.push(end));
    for (const part of [frame.subarray(0, 21), frame.subarray(21), new Uint8Array(0)]) other.feed(part);
    expect(told).toStrictEqual([22]);
    other.finish();
  });

  it('needs no memory for a payload of 4 GiB that straddles a thousand chunks', () => {
    const told: Told[] = [];
    const skimmer = new FrameSkimmer((...frame) => void told.push(frame), { maxPayload: 2 ** 32 - 1 });
    const chunk = new Uint8Array(2 ** 22);
    skimmer.feed(Uint8Array.of(0xff, 0xf0, 0xff, 0xff, 0xff, 0x0f));
    for (let i = 0; i < 1023; i++) skimmer.feed(chunk);
    skimmer.feed(chunk.subarray(1));
    expect(told).toStrictEqual([[15, 6, 2 ** 32 + 5, 0]]);
    expect(skimmer.position).toBe(2 ** 32 + 5);
    skimmer.feed(encodeFrame({ kind: 'ACK', received: 3 }));
    expect(told[1]).toStrictEqual([10, 2 ** 32 + 6, 2 ** 32 + 7, 2 ** 32 + 5]);
  });

  it('refuses a length that is spelled too long, as skim does', () => {
    const stream = Uint8Array.from([0xb0, 0xff, 0x80, 0, ...new Uint8Array(40)]);
    expect(skimmed([stream], 1000)).toStrictEqual(atOnce(stream, 1000));
    expect(skimmed([stream], 1000)[1]).toContain('VARINT_OVERLONG at byte 2');
  });

  it('stays failed, whether the stream or the visitor failed', () => {
    const illegal = new FrameSkimmer(() => undefined);
    expect(() => illegal.feed(Uint8Array.of(0xb0, 0))).toThrow('FRAME_ILLEGAL at byte 1');
    const visitor = new FrameSkimmer(() => {
      throw new Error('full');
    });
    expect(() => visitor.feed(frameOf(3))).toThrow('full');
    for (const [skimmer, message] of [[illegal, 'FRAME_ILLEGAL at byte 1'], [visitor, 'full']] as const)
      for (const again of [() => skimmer.feed(frameOf(1)), () => skimmer.finish()]) expect(again).toThrow(message);
  }); // prettier-ignore
});
