import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../wire/index.ts';
import { MessageReader, skimMessage } from './index.ts';

type Seen = [no: number, wire: number, start: number, end: number];

function skimmed(bytes: Uint8Array, start?: number, end?: number): Seen[] {
  const seen: Seen[] = [];
  skimMessage(bytes, (...field) => void seen.push(field), start, end);
  return seen;
}

/** What an action comes to: a value, or where and why it failed. */
function outcome(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { code: error.code, offset: error.offset, detail: error.detail };
  }
}

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const FIELDS: readonly [what: string, bytes: string, seen: Seen[]][] = [
  ['nothing', '', []],
  [
    'varints',
    '08 01 10 8001',
    [
      [1, 0, 1, 2],
      [2, 0, 3, 5],
    ],
  ],
  ['a varint of ten bytes', '08 ffffffffffffffffff01', [[1, 0, 1, 11]]],
  ['bytes', '12 03 616263', [[2, 2, 2, 5]]],
  [
    '64 and 32 bits',
    '09 0102030405060708 15 01020304',
    [
      [1, 1, 1, 9],
      [2, 5, 10, 14],
    ],
  ],
  ['a field beyond the 15th', '8201 01 61', [[16, 2, 3, 4]]],
  ['a field beyond the 2,047th', '8280 01 01 61', [[2048, 2, 4, 5]]],
  ['a tag and a length that are longer than they have to be', '8a00 8100 61', [[1, 2, 4, 5]]],
  ['a group, without its end', '0b 0801 13 14 0c', [[1, 3, 1, 5]]],
];

describe('skimMessage', () => {
  it.each(FIELDS)('visits %s', (_, bytes, seen) => {
    expect(skimmed(hex(bytes))).toEqual(seen);
  });

  it('visits bytes of 200 and of 20,000, whose lengths are longer', () => {
    expect(skimmed(Uint8Array.of(0x0a, 0xc8, 1, ...new Uint8Array(200)))).toEqual([[1, 2, 3, 203]]);
    const long = Uint8Array.of(0x0a, 0xa0, 0x9c, 1, ...new Uint8Array(20_000));
    expect(skimmed(long)).toEqual([[1, 2, 4, 20_004]]);
  });

  it('stops where it is told to, and answers where', () => {
    const bytes = hex('08 01 12 03 616263 18 05');
    const seen: number[] = [];
    const visit = (no: number): boolean => seen.push(no) < 2;
    expect(skimMessage(bytes, visit)).toBe(7);
    expect(skimMessage(bytes, visit, 7)).toBe(9);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('stays within its range', () => {
    const bytes = hex('00 12 03 616263 00');
    expect(skimmed(bytes, 1, 6)).toEqual([[2, 2, 3, 6]]);
    for (const [start, end] of [
      [-1, 2],
      [3, 2],
      [0, 8],
      [0.5, 2],
      [NaN, 2],
    ] as const)
      expect(() => skimmed(bytes, start, end)).toThrow(RangeError);
  });

  it('visits what the reader skips, and fails where it does, whatever the bytes', () => {
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0x08, 0x0a, 0x0b, 0x0c, 0x0d, 0x80, 0x81, 1, 2));
    const end = fc.option(fc.nat(3), { nil: 0 });
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), end, (given, less) => {
        const bytes = Uint8Array.from(given);
        const stop = Math.max(0, bytes.length - less);
        const seen = outcome(() => skimmed(bytes, 0, stop).map(([no, wire]) => [no, wire]));
        const reader = new MessageReader(bytes);
        reader.end = stop;
        const read = outcome(() => {
          const tags: [number, number][] = [];
          while (reader.more()) {
            const tag = reader.tag();
            reader.skip(tag);
            tags.push([tag >>> 3, tag & 7]);
          }
          return tags;
        });
        expect(seen).toEqual(read);
      }),
      { numRuns: 5000 },
    );
  });
});
