import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cuts, frameBodies, nearStreams } from '../../fuzz/arbitraries.ts';
import type { Limits } from '../wire/limits.ts';
import { PayloadScanner } from './commands.ts';
import { encodeFrame } from './all.ts';
import { FrameDecoder } from './index.ts';
import { SliceKind, SliceReader } from './slices.ts';

type Found = readonly [kind: number, start: number, end: number, value: unknown];

function told(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return String(error);
  }
}

function stepped(reader: SliceReader, decoder: FrameDecoder): unknown {
  if (!reader.open(decoder)) return undefined;
  const values: Found[] = [];
  while (reader.next()) values.push([reader.kind, reader.start, reader.end, reader.value]);
  return [reader.id, reader.verb, reader.bytes, values];
}

function scanned(scanner: PayloadScanner, decoder: FrameDecoder): unknown {
  if (!scanner.open(decoder)) return undefined;
  const { kinds, starts, ends, values, bytes, count } = scanner;
  const found = Array.from({ length: count }, (_, i): Found => {
    const kind = kinds[i]!;
    expect(scanner.view(i)).toStrictEqual(new Uint8Array(bytes.subarray(starts[i], ends[i])));
    return [kind, starts[i]!, ends[i]!, kind === SliceKind.VALUE ? values[i] : undefined];
  });
  return [scanner.id, scanner.verb, bytes, found];
}

/** What both find in a stream. */
function both(chunks: readonly Uint8Array[], limits: Partial<Limits> = {}): [unknown[], unknown[]] {
  const decoder = new FrameDecoder();
  const scanner = new PayloadScanner({ limits, lossless: true });
  const reader = new SliceReader({ limits, lossless: true });
  const found: [unknown[], unknown[]] = [[], []];
  told(() => {
    for (const chunk of chunks) {
      decoder.feed(chunk);
      while (decoder.next()) {
        found[0].push(told(() => scanned(scanner, decoder)));
        found[1].push(told(() => stepped(reader, decoder)));
      }
    }
    return undefined;
  });
  return found;
}

const limits = fc.record(
  { maxElements: fc.nat(12), maxExpanded: fc.nat(200), maxDepth: fc.nat(4) },
  { requiredKeys: [] },
);

/** A chunk that is worth a window: a frame of 2 KiB before the others. */
const LONG = encodeFrame({ kind: 'PUSH', verb: 'NEWS', args: [new Uint8Array(2048)] });

describe('PayloadScanner', () => {
  it('finds in any stream, in any chunks and under any limits, what SliceReader does', () => {
    fc.assert(
      fc.property(nearStreams, cuts, limits, fc.boolean(), (stream, cut, limited, long) => {
        const [found, expected] = both(cut(long ? Buffer.concat([LONG, stream]) : stream), limited);
        expect(found).toStrictEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('finds in any frame what SliceReader does', () => {
    fc.assert(
      fc.property(frameBodies, (body) => {
        const [found, expected] = both([encodeFrame(body), Buffer.concat([LONG, encodeFrame(body)])]);
        expect(found).toStrictEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('finds in short texts of any bytes what SliceReader does', () => {
    const bytes = fc.array(
      fc.oneof({ arbitrary: fc.constant(0x41), weight: 9 }, fc.constantFrom(0x7f, 0x80, 0xc3, 0xa9, 0xe7)),
      {
        maxLength: 14,
      },
    );
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 3 }), fc.boolean(), (texts, long) => {
        const payload = [1, 30, ...texts.flatMap((each) => [0xa0 + each.length, ...each])];
        const head = payload.length < 15 ? [0x10 | payload.length] : [0x1f, payload.length - 15];
        const frame = Uint8Array.from([...head, ...payload]);
        const [found, expected] = both([long ? Buffer.concat([LONG, frame]) : frame]);
        expect(found).toStrictEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('gives back lists that grew large', () => {
    const decoder = new FrameDecoder();
    const scanner = new PayloadScanner();
    const open = (args: number[]): number => {
      decoder.feed(encodeFrame({ kind: 'COMMAND', id: 1, verb: 'DEL', args }));
      decoder.next();
      scanner.open(decoder);
      return scanner.starts.length;
    };
    expect(open(Array.from({ length: 5000 }, (_, i) => i % 88))).toBe(5000);
    expect([open([1, 2]), scanner.count]).toStrictEqual([2, 2]);
    expect(() => scanner.view(2)).toThrow(RangeError);
  });
});
