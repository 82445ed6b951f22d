import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../wire/index.ts';
import { NONE } from './absent.ts';
import * as packs from './pack.ts';
import * as puts from './put.ts';
import { MessageReader } from './reader.ts';
import * as takes from './take.ts';
import type { Scalar } from './types.ts';
import * as unpacks from './unpack.ts';
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

/** The scalar types that are read by functions of their own. */
const READ = {
  uint32: takes.readUint32,
  int64: takes.readInt64,
  uint64: takes.readUint64,
  sint64: takes.readSint64,
  fixed32: takes.readFixed32,
  float: takes.readFloat,
  double: takes.readDouble,
} as const;

type Put = (writer: MessageWriter, bytes: Uint8Array, pos: number, value: never) => number;

/** Those that are written by functions of their own. */
const WRITTEN: Readonly<Record<Exclude<Scalar, 'string' | 'bytes'>, Put>> = {
  bool: puts.putBool,
  int32: puts.putInt32,
  uint32: puts.putUint32,
  sint32: puts.putSint32,
  int64: puts.putInt64,
  uint64: puts.putUint64,
  sint64: puts.putSint64,
  fixed32: puts.putFixed32,
  sfixed32: puts.putSfixed32,
  fixed64: puts.putFixed64,
  sfixed64: puts.putSfixed64,
  float: puts.putFloat,
  double: puts.putDouble,
};

const bits = fc.integer({ min: 0, max: 64 });
/** Numbers of every width, at their edges and between, and what is none. */
const given: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(bits, fc.integer({ min: -2, max: 2 })).map(([n, by]) => 2 ** n + by) },
  { weight: 4, arbitrary: fc.tuple(bits, fc.integer({ min: -2, max: 2 })).map(([n, by]) => -(2 ** n) + by) },
  { weight: 4, arbitrary: fc.maxSafeInteger() },
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
  fc.double(),
  fc.constantFrom<unknown>(-0, 0.5, NaN, Infinity, true, false, null, undefined, '1', {}, [], 2 ** 53),
);

const some = fc.oneof(
  fc.array(byte, { maxLength: 14 }),
  fc
    .tuple(fc.nat(10), fc.array(byte, { minLength: 1, maxLength: 9 }))
    .map(([n, rest]) => [...Array<number>(n).fill(0xff), ...rest]),
);

const ways = <K extends string, V>(table: Readonly<Record<K, V>>): [K, V][] =>
  Object.entries(table) as [K, V][];

describe('what generated code does itself', () => {
  it.each(ways(READ))('reads %s as the reader does, whatever its form and wherever it ends', (name, read) => {
    fc.assert(
      fc.property(some, less, (bytes, n) => {
        const [found, expected] = both(bytes, n, read, (reader) => reader[name]());
        expect(found).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads texts as the reader does, ill-formed and truncated ones too', () => {
    const flipped = fc
      .tuple(text, fc.array(fc.tuple(fc.nat(), byte), { maxLength: 2 }))
      .map(([chosen, changes]) => {
        const utf8 = [...Buffer.from(chosen)];
        for (const [at, value] of changes) if (utf8.length > 0) utf8[at % utf8.length] = value;
        const { length } = utf8;
        return [...(length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7]), ...utf8];
      });
    fc.assert(
      fc.property(fc.oneof(flipped, fc.array(byte, { maxLength: 9 })), less, (bytes, n) => {
        const [found, string] = both(bytes, n, takes.readText, (reader) => reader.string());
        expect(found).toEqual(string);
      }),
      { numRuns: 3000 },
    );
  });

  it('reads ASCII of every length up to 130 as the reader does, and with one other byte in any place', () => {
    for (let length = 0; length <= 130; length++) {
      const utf8 = Uint8Array.from({ length }, (_, i) => 0x41 + (i % 58));
      for (let at = -1; at < Math.min(length, 30); at++) {
        const changed = utf8.map((each, i) => (i === at ? 0xc3 : i === at + 1 && at >= 0 ? 0xa9 : each));
        const head = length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
        const [found, string] = both([...head, ...changed], 0, takes.readText, (reader) => reader.string());
        expect(found).toEqual(string);
      }
    }
  });

  it.each(EDGES)('reads the text of the bytes %s as the reader does', (hex) => {
    const utf8 = Buffer.from(hex, 'hex');
    // Behind two of Chinese each, for they are read in pairs.
    for (const before of ['', '的', '的一', '的一a']) {
      const all = Buffer.concat([Buffer.from(before), utf8, Buffer.from('是')]);
      const [found, string] = both([all.length, ...all], 0, takes.readText, (reader) => reader.string());
      expect(found).toEqual(string);
    }
  });

  it.each(ways(WRITTEN))('writes %s as the writer does, and refuses what it refuses', (name, put) => {
    fc.assert(
      fc.property(given, (value) => {
        const found = written((writer) => {
          const { bytes, pos } = puts.room(writer, 20);
          writer.pos = put(writer, bytes, pos, value as never);
        });
        expect(found).toEqual(written((writer) => writer[name](value as never)));
      }),
      { numRuns: 1000 },
    );
  });

  it('writes texts as the writer does, and refuses what it refuses', () => {
    const texts = fc.oneof(
      text,
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\ud800', 'a\udc00b', 1, null, {}),
    );
    fc.assert(
      fc.property(texts as fc.Arbitrary<string>, (each) => {
        const found = written((writer) => {
          writer.pos = puts.putText(writer, writer.pos, each, 3);
          expect(writer.bytes.length - writer.pos).toBeGreaterThanOrEqual(3);
        });
        expect(found).toEqual(written((writer) => writer.string(each)));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['uint32', packs.packUint32, unpacks.unpackUint32],
    ['int32', packs.packInt32, unpacks.unpackInt32],
    ['uint64', packs.packUint64, unpacks.unpackUint64],
    ['int64', packs.packInt64, unpacks.unpackInt64],
  ] as const)('packs lists of %s as one by one, and reads them', (name, pack, unpack) => {
    const low = name.startsWith('u') ? 0 : -(2 ** 31);
    const wide = name.endsWith('64') ? Number.MAX_SAFE_INTEGER : 2 ** 31 - 1;
    const whole = fc.oneof(
      fc.nat(300),
      fc.integer({ min: low, max: 2 ** 31 - 1 }),
      fc.maxSafeNat().map((n) => n % (wide + 1)),
      bits.map((n) => Math.min(wide, 2 ** n - 1)),
    );
    const lists = fc.oneof(
      fc.array(whole, { maxLength: 40 }),
      fc
        .tuple(fc.array(whole, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1000, max: 3000 }))
        .map(([few, length]) => Array.from({ length }, (_, i) => few[i % few.length]!)),
    );
    fc.assert(
      fc.property(lists, fc.option(given, { freq: 5 }), (list, stray) => {
        const all = stray === null ? list : [...list, stray as number, ...list];
        const found = written((writer) => (writer.pos = pack(writer, writer.pos, all, 0)));
        const expected = written((writer) => {
          const mark = writer.fork();
          for (const each of all) writer[name](each);
          writer.join(mark);
        });
        expect(found).toEqual(expected);
        if (!Array.isArray(found)) return;
        const reader = new MessageReader(Uint8Array.from(found as number[]));
        reader.pos = 1;
        const back = unpack(reader, {}, 'x', NONE);
        expect(unpackedAs(name, found as number[])).toEqual(back);
      }),
      { numRuns: 80 },
    );
  });

  it('reads packed lists of any bytes as one by one, the elements before a fault kept', () => {
    const lists = [
      ['uint32', unpacks.unpackUint32],
      ['int32', unpacks.unpackInt32],
      ['uint64', unpacks.unpackUint64],
      ['int64', unpacks.unpackInt64],
      ['float', unpacks.unpackFloat],
      ['double', unpacks.unpackDouble],
    ] as const;
    const content = fc.oneof(
      fc.array(byte, { maxLength: 120 }),
      fc
        .tuple(fc.array(byte, { minLength: 1, maxLength: 9 }), fc.integer({ min: 3, max: 1500 }))
        .map(([few, times]) => Array.from({ length: times }, () => few).flat()),
    );
    fc.assert(
      fc.property(fc.constantFrom(...lists), content, fc.boolean(), ([name, unpack], bytes, more) => {
        const { length } = bytes;
        const all = [(length & 0x7f) | 0x80, (length >> 7) | 0x80, length >> 14, ...bytes];
        const there: number[] = more ? [7] : [];
        const into: { x?: unknown } = {};
        const one = outcome(Uint8Array.of(0, ...all), all.length + 1, (reader) =>
          unpack(reader, into, 'x', more ? there : NONE),
        );
        const kept: unknown[] = more ? [7] : [];
        const other = outcome(Uint8Array.of(0, ...all), all.length + 1, (reader) => {
          reader.packed(() => kept.push(reader[name]()));
          return kept;
        });
        expect(one).toEqual(other);
        expect(into.x ?? kept).toEqual(kept);
      }),
      { numRuns: 300 },
    );
  });
});

/** A packed list, behind another byte, read one by one. */
function unpackedAs(name: 'uint32' | 'int32' | 'uint64' | 'int64', bytes: readonly number[]): unknown[] {
  const reader = new MessageReader(Uint8Array.from(bytes));
  reader.pos = 1;
  const list: unknown[] = [];
  reader.packed(() => list.push(reader[name]()));
  return list;
}
