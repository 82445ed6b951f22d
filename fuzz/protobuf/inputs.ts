/** Bytes that a reader of a schema's messages may meet: valid ones, nearly valid ones, and fields of anybody's. */
import * as fc from 'fast-check';
import { concat, mutations } from '../arbitraries.ts';
import { contents } from './contents.ts';
import { interpreter } from './ours.ts';
import type { Schema } from './schema.ts';

const byte = fc.integer({ min: 0, max: 255 });

/** A varint's bytes; sometimes longer than need be, or longer than any may be. */
function varint(value: fc.Arbitrary<bigint>): fc.Arbitrary<Uint8Array> {
  const extra = fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 9 }));
  return fc.tuple(value, extra).map(([number, more]) => {
    const made: number[] = [];
    for (let rest = number; rest >= 0x80n; rest >>= 7n) made.push(Number(rest & 0x7fn) | 0x80);
    made.push(Number(number >> BigInt(7 * made.length)));
    for (let i = 0; i < more; i++) {
      made[made.length - 1]! |= 0x80;
      made.push(0);
    }
    return Uint8Array.from(made);
  });
}

const numbers = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt(0n, 300n) },
  fc.bigInt(0n, 2n ** 64n - 1n),
  fc.constantFrom(2n ** 31n - 1n, 2n ** 31n, 2n ** 32n + 2n, 2n ** 63n, 2n ** 64n - 1n),
);

function field(no: number, depth: number, schema: Schema): fc.Arbitrary<Uint8Array> {
  const tag = (wire: number): fc.Arbitrary<Uint8Array> =>
    varint(fc.constant(BigInt((no << 3) | wire) & 0xffff_ffffn));
  const behind = (parts: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
    parts.chain((bytes) =>
      fc
        .oneof({ weight: 20, arbitrary: fc.constant(BigInt(bytes.length)) }, numbers)
        .chain((length) => varint(fc.constant(length)))
        .map((length) => concat([length, bytes])),
    );
  const inner: fc.Arbitrary<Uint8Array> =
    depth > 2
      ? fc.uint8Array({ maxLength: 6 })
      : fc.oneof(fieldsOf(schema, depth + 1), fc.uint8Array({ maxLength: 9 }));
  return fc.oneof(
    fc.tuple(tag(0), varint(numbers)).map(concat),
    fc.tuple(tag(1), fc.uint8Array({ minLength: 8, maxLength: 8 })).map(concat),
    fc.tuple(tag(2), behind(inner)).map(concat),
    fc.tuple(tag(3), inner, tag(4)).map(concat),
    fc.tuple(tag(5), fc.uint8Array({ minLength: 4, maxLength: 4 })).map(concat),
  );
}

/** Fields of any wire type, most of them with numbers that the schema knows. */
function fieldsOf(schema: Schema, depth = 0): fc.Arbitrary<Uint8Array> {
  const known = [...new Set(schema.messages.flatMap(({ fields }) => fields.map(({ no }) => no)))];
  const number = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(1, 2, ...known) },
    fc.integer({ min: 1, max: 40 }),
  );
  return fc
    .array(
      number.chain((no) => field(no, depth, schema)),
      { maxLength: 4 },
    )
    .map(concat);
}

/** What encodes one message after the other: a reader merges them. */
function encoded(schema: Schema): fc.Arbitrary<Uint8Array> {
  const codec = interpreter(schema);
  return fc
    .array(contents(schema), { minLength: 1, maxLength: 2 })
    .map((list) => concat(list.map((content) => codec.encode(content))));
}

/** Valid messages in a row, changed in a few places or not, with anybody's fields in between. */
export function inputs(schema: Schema): fc.Arbitrary<Uint8Array> {
  const valid = encoded(schema);
  return fc.oneof(
    { weight: 2, arbitrary: valid },
    {
      weight: 4,
      arbitrary: fc
        .tuple(valid, fc.array(mutations, { minLength: 1, maxLength: 3 }))
        .map(([bytes, changes]) => changes.reduce((result, change) => change(result), bytes)),
    },
    { weight: 2, arbitrary: fc.tuple(fieldsOf(schema), valid, fieldsOf(schema)).map(concat) },
    { weight: 1, arbitrary: fc.array(byte, { maxLength: 20 }).map((list) => Uint8Array.from(list)) },
  );
}
