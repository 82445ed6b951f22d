/** A library in the form that a good user of it would choose, and what of it is measured. */
import assert from 'node:assert/strict';
import type { Prepared } from '../suite.ts';

export interface Codec {
  /** Bytes that may be kept. */
  own(value: unknown): Uint8Array;
  /** Writes into a buffer that is used again, where the library can. */
  readonly into?: (value: unknown) => unknown;
  /** What `into` wrote last: a copy. */
  readonly written?: () => Uint8Array;
  /** Pieces to be written one after the other; large byte strings are not copied. */
  readonly vectored?: (value: unknown) => readonly Uint8Array[];
  /** Everything that was written, texts included. */
  dec(bytes: Uint8Array): unknown;
  /** Walks over the fields, and counts them. */
  readonly skim?: (bytes: Uint8Array) => number;
  /** What it is given to read: what a socket gives out, unless the library wants plain arrays. */
  readonly input?: 'Buffer' | 'Uint8Array';
  /** It has no 64-bit integers but bigints. */
  readonly bigints?: boolean;
}

const BIGINTS = '64-bit integers are bigints';

/** A codec made ready for a pool; `expected` is what is read where it is not what was written. */
export function prepare(
  codec: Codec,
  pool: readonly unknown[],
  expected: readonly unknown[] = pool,
): Prepared {
  for (const value of pool) codec.own(value); // a library of records learns them first
  const encoded = pool.map((value) => input(codec, codec.own(value)));
  const found = encoded.map((bytes) => codec.dec(bytes));
  const differs = codec.bigints && hasBigint(found) ? { dec: BIGINTS, own: BIGINTS } : {};
  return {
    size: encoded.reduce((sum, { length }) => sum + length, 0) / encoded.length,
    differs,
    check: () => check(codec, pool, expected, encoded),
    operations: operations(codec, pool, encoded),
  };
}

function input({ input: kind = 'Buffer' }: Codec, bytes: Uint8Array): Uint8Array {
  return kind === 'Buffer' ? Buffer.from(bytes) : Uint8Array.from(bytes);
}

function operations(
  codec: Codec,
  pool: readonly unknown[],
  encoded: readonly Uint8Array[],
): Prepared['operations'] {
  const { into, vectored, skim } = codec;
  const last = pool.length - 1; // of a power of two: a division would take as long as the shortest of what is timed
  return {
    own: (i) => codec.own(pool[i & last]),
    ...(into && { into: (i: number) => into(pool[i & last]) }),
    ...(vectored && { vectored: (i: number) => vectored(pool[i & last]) }),
    dec: (i) => codec.dec(encoded[i & last]!),
    ...(skim && { skim: (i: number) => skim(encoded[i & last]!) }),
  };
}

function check(
  codec: Codec,
  pool: readonly unknown[],
  expected: readonly unknown[],
  encoded: readonly Uint8Array[],
): void {
  for (const [i, bytes] of encoded.entries()) {
    demand(codec.dec(bytes), expected[i], codec.bigints ?? false);
    if (codec.into) {
      codec.into(pool[i]);
      assert.deepEqual(Buffer.from(codec.written!()), Buffer.from(bytes), 'into writes what own does');
    }
    if (codec.vectored)
      assert.deepEqual(Buffer.concat(codec.vectored(pool[i])), Buffer.from(bytes), 'the pieces are one');
    if (codec.skim) assert.equal(codec.skim(bytes), countFields(bytes), 'skim visits every field');
  }
}

/** Throws unless what was read says what was written, in the same types, whatever object says it. */
export function demand(found: unknown, expected: unknown, bigints = false): void {
  if (expected instanceof Uint8Array) {
    assert.ok(found instanceof Uint8Array, 'bytes are bytes');
    assert.equal(Buffer.compare(found, expected), 0, 'the same bytes');
  } else if (Array.isArray(expected)) {
    assert.ok(Array.isArray(found), 'a list is a list');
    assert.equal(found.length, expected.length);
    for (const [i, element] of expected.entries()) demand(found[i], element, bigints);
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [key, value] of Object.entries(expected))
      demand((found as Record<string, unknown>)[key], value, bigints);
  } else assert.equal(bigints && typeof found === 'bigint' ? Number(found) : found, expected);
}

function hasBigint(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  return Object.values(value).some(hasBigint);
}

/** The fields of a message of protobuf, found the simplest way. */
function countFields(bytes: Uint8Array): number {
  let pos = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[pos++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  let count = 0;
  for (; pos < bytes.length; count++) {
    const wire = varint() % 8;
    const value = wire === 0 || wire === 2 ? varint() : 0;
    pos += wire === 2 ? value : wire === 1 ? 8 : wire === 5 ? 4 : 0;
  }
  return count;
}
