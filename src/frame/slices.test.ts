import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cuts, frameBodies, nearStreams } from '../../fuzz/arbitraries.ts';
import { Tagged } from '../value/types.ts';
import type { Limits } from '../wire/limits.ts';
import { encodeFrame, parseFrame, type FrameBody } from './all.ts';
import { FrameDecoder } from './index.ts';
import { SliceKind, SliceReader } from './slices.ts';

/** What stands in each frame, or is wrong with it, as the reader of objects says. */
function objects(decoder: FrameDecoder, limits: Partial<Limits>): unknown {
  return told(() => {
    const { kind, ...body } = parseFrame(decoder.frame(), { limits, lossless: true });
    if (kind !== 'COMMAND' && kind !== 'PUSH' && kind !== 'REPLY' && kind !== 'PART') return undefined;
    const {
      id = 0,
      verb = '',
      args,
      value,
    } = body as { id?: number; verb?: string; args?: []; value?: unknown };
    return [id, verb, args ?? [value]];
  });
}

function slices(reader: SliceReader, decoder: FrameDecoder): unknown {
  return told(() => {
    if (!reader.open(decoder)) return undefined;
    const values: unknown[] = [];
    while (reader.next()) values.push(valueOf(reader));
    return [reader.id, reader.verb, values];
  });
}

function valueOf(reader: SliceReader): unknown {
  const { kind, bytes, start, end, value } = reader;
  const text = kind === SliceKind.TEXT || kind === SliceKind.TEXT_UTF16;
  expect([reader.text() !== undefined, value !== undefined]).toStrictEqual([text, kind === SliceKind.VALUE]);
  expect(reader.view()).toStrictEqual(Uint8Array.from(bytes.subarray(start, end)));
  if (!text) return kind === SliceKind.BYTES ? bytes.slice(start, end) : value;
  const encoding = kind === SliceKind.TEXT ? 'utf8' : 'utf16le';
  expect(reader.text()).toBe(Buffer.from(bytes.subarray(start, end)).toString(encoding));
  return reader.text();
}

function told(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return String(error);
  }
}

/** Both readers' findings of a stream. */
function both(chunks: readonly Uint8Array[], limits: Partial<Limits>): [unknown[], unknown[]] {
  const decoder = new FrameDecoder();
  const reader = new SliceReader({ limits, lossless: true });
  const found: [unknown[], unknown[]] = [[], []];
  told(() => {
    for (const chunk of chunks) {
      decoder.feed(chunk);
      while (decoder.next()) {
        const { kind } = decoder;
        if (kind > 4) continue;
        found[0].push(slices(reader, decoder));
        found[1].push(objects(decoder, limits));
      }
    }
    return undefined;
  });
  return found;
}

const limits = fc.record(
  {
    maxElements: fc.nat(12),
    maxExpanded: fc.nat(200),
    maxDepth: fc.nat(4),
  },
  { requiredKeys: [] },
);

const BODIES: readonly FrameBody[] = [
  { kind: 'COMMAND', id: 7, verb: 'SET', args: ['key', Uint8Array.of(1, 255)] },
  { kind: 'COMMAND', id: 2 ** 40, verb: 'mine', args: ['', '你好', 'x'.repeat(300), '字'.repeat(6000), 87, 88, -1, [1]] },
  { kind: 'COMMAND', id: 1, verb: 'GET', args: [] },
  { kind: 'PUSH', verb: 'NEWS', args: [new Uint8Array(20_000), null] },
  { kind: 'REPLY', id: 300, value: 1 },
  { kind: 'REPLY', id: 300, value: new Tagged(7, 0) },
  { kind: 'REPLY', id: 300, value: new Tagged(200, 88) },
  { kind: 'COMMAND', id: 1, verb: 'GET', args: [new Tagged(8, 87), new Tagged(7, 'x'), new Tagged(1, [])] },
  { kind: 'COMMAND', id: 1, verb: 'GET', args: ['你好世界', '\u{1f600}你好世界', '字'.repeat(63), '字'.repeat(64)] },
  { kind: 'PART', id: 70_000, value: { a: 'abcd', b: ['abcd'] } },
]; // prettier-ignore

/** Payloads that are wrong, each in a frame of its own. */
const WRONG: readonly [name: string, frame: number[]][] = [
  ['a request id of 0', [0x13, 0, 30, 1]],
  ['a request id with a needless byte', [0x14, 0x81, 0, 30, 1]],
  ['a verb that is not registered', [0x12, 1, 87]],
  ['a verb that is a byte string', [0x13, 1, 0xc9, 65]],
  ['a text that is no UTF-8', [0x15, 1, 30, 0xa2, 0xc3, 0x28]],
  ['a text beyond the end', [0x15, 1, 30, 0xa4, 65, 65]],
  ['a length with a needless byte', [0x16, 1, 30, 0xcf, 0x80, 0, 1]],
  ['a reply without a value', [0x21, 1]],
  ['a reply of two values', [0x23, 1, 1, 2]],
  ['UTF-16 of an odd length', [0x16, 1, 30, 0xf7, 3, 65, 0]],
  ['UTF-16 beyond the end', [0x16, 1, 30, 0xf7, 4, 65, 0]],
  ['a lone surrogate', [0x16, 1, 30, 0xf7, 2, 0, 0xdc]],
  ['a registered tag of a number', [0x15, 1, 30, 0xf8, 1, 0]],
  ['a tag with a needless byte', [0x16, 1, 30, 0xf8, 0x87, 0, 0]],
  ['a tag of nothing', [0x14, 1, 30, 0xf8, 7]],
  ['a reference to nothing', [0x14, 1, 30, 1, 0x88]],
  ['nothing at all', [0x10]],
];

describe('SliceReader', () => {
  it.each(BODIES.map((body): [string, FrameBody] => [JSON.stringify(body).slice(0, 60), body]))(
    'finds in %s what parseFrame does',
    (_name, body) => {
      const [found, expected] = both([encodeFrame(body)], {});
      expect(found).toStrictEqual(expected);
      expect(found).toHaveLength(1);
    },
  );

  it.each(WRONG)('refuses %s as parseFrame does', (_name, frame) => {
    const [found, expected] = both([Uint8Array.from([0xb0, ...frame])], {});
    expect(found).toStrictEqual(expected);
    expect(found[0]).toMatch(/^ProtocolError: /);
  });

  it('makes neither texts nor views of texts and byte strings', () => {
    const decoder = new FrameDecoder();
    const reader = new SliceReader();
    const bytes = encodeFrame({ kind: 'COMMAND', id: 1, verb: 'SET', args: ['key', Uint8Array.of(9)] });
    decoder.feed(bytes);
    expect([decoder.next(), reader.open(decoder), reader.next()]).toStrictEqual([true, true, true]);
    expect(reader).toMatchObject({ kind: SliceKind.TEXT, start: 4, end: 7, value: undefined });
    expect(reader.bytes).toBe(bytes);
  });

  it('answers false for frames that carry no values', () => {
    const decoder = new FrameDecoder();
    decoder.feed(encodeFrame({ kind: 'CANCEL', id: 1 }));
    expect([decoder.next(), new SliceReader().open(decoder)]).toStrictEqual([true, false]);
  });

  it('finds in any stream, in any chunks and under any limits, what parseFrame does', () => {
    fc.assert(
      fc.property(nearStreams, cuts, limits, (stream, cut, limited) => {
        const [found, expected] = both(cut(stream), limited);
        expect(found).toStrictEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('finds in any frame, under any limits, what parseFrame does', () => {
    fc.assert(
      fc.property(frameBodies, limits, (body, limited) => {
        const [found, expected] = both([encodeFrame(body)], limited);
        expect(found).toStrictEqual(expected);
      }),
      { numRuns: 400 },
    );
  });
});
