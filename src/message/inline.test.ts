import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../wire/index.ts';
import { packInt32, packInt64, packUint32, packUint64 } from './pack.ts';
import * as puts from './put.ts';
import * as takes from './take.ts';
import * as unpacks from './unpack.ts';
import { MessageReader } from './reader.ts';
import { MessageWriter } from './writer.ts';

/** What a read comes to: the value and where it left the reader, or the error. */
function outcome(bytes: Uint8Array, end: number, read: (reader: MessageReader) => unknown): unknown {
  const reader = new MessageReader(bytes);
  reader.pos = 1;
  reader.end = end;
  try {
    return { value: read(reader), pos: reader.pos };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { code: error.code, offset: error.offset, detail: error.detail };
  }
}

type Read = (reader: MessageReader) => unknown;

/** Reads bytes behind another one, bounded a few bytes before their end or at it, both ways. */
function both(bytes: readonly number[], less: number, read: Read, as: Read): readonly [unknown, unknown] {
  const all = Uint8Array.of(0xff, ...bytes);
  const end = Math.max(1, all.length - less);
  return [outcome(all, end, read), outcome(all, end, as)];
}

function written(write: (writer: MessageWriter) => void): unknown {
  const writer = new MessageWriter(4);
  writer.byte(7);
  try {
    write(writer);
  } catch (error) {
    return String(error);
  }
  return [...writer.take()];
}

const less = fc.nat(4);
const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x80, 0xff, 0, 1));
const letter = fc.oneof(
  fc.constantFrom('a', 'é', '的', '\uffff', '\ud7ff', '\ue000', '\u07ff', '\u0800', '😀', '\u0080', '\0'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const text = fc.array(letter, { maxLength: 50 }).map((letters) => letters.join(''));

/** Sequences of Unicode's Table 3-7 at and beyond its edges, behind their length. */
const EDGES = [
  'c080',
  'c1bf',
  'c280',
  'e09fbf',
  'e0a080',
  'ed9fbf',
  'eda080',
  'edbfbf',
  'ee8080',
  'efbfbf',
  'f0908080',
  'c2',
  'e1',
  'e180',
  'e18041',
  'c3c3',
  'bf',
];

describe('what generated code does itself', () => {
  it('reads 64-bit varints as the reader does, whatever their form and wherever they end', () => {
    const bytes = fc.oneof(
      fc.array(byte, { maxLength: 14 }),
      fc
        .tuple(fc.nat(10), fc.array(byte, { minLength: 1, maxLength: 6 }))
        .map(([n, rest]) => [...Array<number>(n).fill(0xff), ...rest]),
    );
    fc.assert(
      fc.property(bytes, less, (given, n) => {
        const [signed, int64] = both(given, n, readInt64, (reader) => reader.int64());
        expect(signed).toEqual(int64);
        const [unsigned, uint64] = both(given, n, readUint64, (reader) => reader.uint64());
        expect(unsigned).toEqual(uint64);
      }),
      { numRuns: 3000 },
    );
  });

  it('reads texts as the reader does, ill-formed and truncated ones too', () => {
    const flipped = fc
      .tuple(text, fc.array(fc.tuple(fc.nat(), byte), { maxLength: 2 }))
      .map(([given, changes]) => {
        const utf8 = [...Buffer.from(given)];
        for (const [at, value] of changes) if (utf8.length > 0) utf8[at % utf8.length] = value;
        const { length } = utf8;
        return [...(length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7]), ...utf8];
      });
    fc.assert(
      fc.property(fc.oneof(flipped, fc.array(byte, { maxLength: 9 })), less, (given, n) => {
        const [found, string] = both(given, n, readText, (reader) => reader.string());
        expect(found).toEqual(string);
      }),
      { numRuns: 3000 },
    );
  });

  it.each(EDGES)('reads the text of the bytes %s as the reader does', (hex) => {
    const utf8 = Buffer.from(hex, 'hex');
    const [found, string] = both([utf8.length, ...utf8], 0, readText, (reader) => reader.string());
    expect(found).toEqual(string);
  });

  it('writes texts as the writer does, and refuses what it refuses', () => {
    const given = fc.oneof(
      text,
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\ud800', 'a\udc00b', 1, null, {}),
    );
    fc.assert(
      fc.property(given as fc.Arbitrary<string>, (each) => {
        expect(written((writer) => writeText(writer, each))).toEqual(
          written((writer) => writer.string(each)),
        );
      }),
      { numRuns: 3000 },
    );
  });
});
