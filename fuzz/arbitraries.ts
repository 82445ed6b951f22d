/** What the properties are tried with: values, frames, and bytes that are nearly valid. */
import * as fc from 'fast-check';
import codes from '../spec/codes.json' with { type: 'json' };
import { encodeFrame, type FrameBody } from '../src/frame/all.ts';
import type { Uint64 } from '../src/frame/index.ts';
import {
  Decimal,
  encode,
  Entries,
  Float,
  Message,
  Opaque,
  Tagged,
  type Encodable,
} from '../src/value/index.ts';
import { modelOf } from './model.ts';

/** Texts that come again, so that references and records occur; and those that trip JavaScript. */
const POOL = [
  'id', 'name', 'from', 'text', 'type', 'user', 'hello, world', '消息', '你好世界你好世界', 'ñandú', '🐦‍⬛🐦‍⬛', 'abc', 'abcd',
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', '', '0', '1', '10', '2', '4294967295', '-1', '\u0000',
  '\u00001', '\ufeff', '\ufffd', '\ufffd\ufffd', '\uffff', 'x'.repeat(46), 'x'.repeat(47), '𝄞'.repeat(12),
  'abcdefgh', 'abcdefghi', 'abcdefgh你好', 'abcdefgé', 'https://example.org/a', 'https://example.org/b',
]; // prettier-ignore

const poolText = fc.constantFrom(...POOL);
const chinese = fc.string({
  unit: fc.constantFrom(...'的一是不了人我在有他这中大来上国é.'.split('')),
  maxLength: 80,
});
const texts: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: poolText },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: chinese },
  { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 200 }) },
);

const byteStrings: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.uint8Array({ minLength: 120, maxLength: 160 }),
);

const EDGES = [7n, 8n, 31n, 32n, 52n, 53n, 62n, 63n, 64n].flatMap((bits) => {
  const power = 1n << bits;
  return [power - 1n, power, power + 1n, 1n - power, -power, -1n - power];
});

const word = fc.oneof(fc.bigInt(-(2n ** 64n), 2n ** 64n), fc.constantFrom(...EDGES));
const bignum = fc.bigInt(-(2n ** 300n), 2n ** 300n);
const small = fc.integer({ min: -300, max: 300 });
const floats = fc.oneof(
  fc.double(),
  fc.float(),
  fc.tuple(fc.integer(), fc.nat(16)).map(([integer, scale]) => integer / 10 ** scale),
  fc.constantFrom(0, -0, 1, 0.1, 1.5, NaN, Infinity, -Infinity, 5e-324, 2 ** 53),
);

/** Numbers 0 to 2^64 - 1. */
const uint64s: fc.Arbitrary<Uint64> = fc
  .oneof(fc.nat(300).map(BigInt), fc.bigInt(0n, 2n ** 64n - 1n), fc.constantFrom(2n ** 53n - 1n, 2n ** 53n))
  .map((value) => (value < 2n ** 53n ? Number(value) : value));
const positives = uint64s.map((value) => (value === 0 ? 1 : value));

const decimals = fc
  .record({
    coefficient: fc.oneof(bignum, fc.integer().map(BigInt)).filter((value) => value % 10n !== 0n),
    exponent: fc.oneof(small, fc.constantFrom(-10_000, 10_000)),
  })
  .map(({ coefficient, exponent }) => new Decimal(coefficient, exponent));

const messages = fc
  .record({ type: uint64s, bytes: byteStrings })
  .map(({ type, bytes }) => new Message(type, bytes));
const opaques = fc
  .record({ kind: fc.integer({ min: 0xfc, max: 0xfe }), bytes: byteStrings })
  .map(({ kind, bytes }) => new Opaque(kind, bytes));

const scalars: fc.Arbitrary<Encodable> = fc.oneof(
  { weight: 6, arbitrary: texts },
  { weight: 3, arbitrary: small },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
  { weight: 1, arbitrary: fc.oneof(word, bignum, fc.maxSafeInteger()) },
  { weight: 1, arbitrary: floats },
  { weight: 1, arbitrary: floats.map((value) => new Float(value)) },
  { weight: 1, arbitrary: byteStrings },
  { weight: 1, arbitrary: fc.oneof(decimals, messages, opaques) },
);

/** Tags without a row in the registry. */
const openTags = uint64s.filter((tag) => tag === 0 || tag > 6);
const keys: fc.Arbitrary<Encodable> = fc.oneof(
  { weight: 3, arbitrary: scalars },
  { weight: 1, arbitrary: fc.tuple(openTags, scalars).map(([tag, value]) => new Tagged(tag, value)) },
);

/** Values of every kind and every JavaScript form, with texts and shapes that repeat. */
export const encodables: fc.Arbitrary<Encodable> = fc.letrec<{
  value: Encodable;
  list: Encodable[];
  map: Encodable;
}>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: scalars },
    { weight: 2, arbitrary: tie('list') },
    { weight: 2, arbitrary: tie('map') },
    { weight: 2, arbitrary: likeObjects(tie('value')) },
    { weight: 1, arbitrary: tagged(tie) },
  ),
  list: fc.array(tie('value'), { maxLength: 6 }),
  map: fc.oneof(fields(tie('value')), mixedMap(tie('value'))),
})).value;

function fields(value: fc.Arbitrary<Encodable>): fc.Arbitrary<Encodable> {
  return fc
    .uniqueArray(fc.tuple(texts, value), { maxLength: 9, selector: ([key]) => key })
    .chain((pairs) => fc.constantFrom(Entries.from(pairs), new Map(pairs), Object.fromEntries(pairs)));
}

function mixedMap(value: fc.Arbitrary<Encodable>): fc.Arbitrary<Encodable> {
  return fc
    .uniqueArray(fc.tuple(keys, value), { maxLength: 14, selector: ([key]) => modelOf(key) })
    .map((pairs) => Entries.from(pairs));
}

/** Objects with the same keys in the same order: what becomes records. */
function likeObjects(value: fc.Arbitrary<Encodable>): fc.Arbitrary<Encodable> {
  return fc
    .uniqueArray(poolText, { minLength: 1, maxLength: 9 })
    .chain((names) =>
      fc
        .array(fc.tuple(...names.map(() => value)), { maxLength: 4 })
        .map((rows) => rows.map((row) => new Entries(names, row))),
    );
}

function under(tag: number, content: fc.Arbitrary<Encodable>): fc.Arbitrary<Tagged> {
  return content.map((item) => new Tagged(tag, item));
}

function tagged(tie: fc.LetrecLooselyTypedTie): fc.Arbitrary<Encodable> {
  const value = tie('value') as fc.Arbitrary<Encodable>;
  const list = tie('list') as fc.Arbitrary<Encodable[]>;
  const string = fc.oneof(texts, byteStrings);
  const format = fc.constantFrom<Encodable>('txt', 'mkd', 'né', Uint8Array.of(1, 2, 3));
  return fc.oneof(
    under(1, list),
    list.map((items) => new Set(items)),
    under(2, fc.oneof(string, fc.tuple(string, value))),
    under(3, fc.tuple(format, string)),
    under(5, fc.tuple(tie('map') as fc.Arbitrary<Encodable>, value)),
    under(6, list),
    fc.tuple(openTags, value).map(([tag, item]) => new Tagged(tag, item)),
  );
}

const verbs = fc.oneof(
  fc.constantFrom('GET', 'SEND', 'SYNC', 'ZADD', 'MY.VERB', '消息', 'v'.repeat(64), 'get', 'toString'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 16 }),
);
const args = fc.array(encodables, { maxLength: 3 });
const uint = fc.nat(2 ** 31 - 1);
const hello = {
  maxPayload: uint,
  maxDepth: uint,
  maxElements: uint,
  maxExpanded: uint,
  windowBytes: fc.maxSafeInteger().map(Math.abs),
  windowFrames: uint,
  ackDelay: uint,
  capabilities: fc.array(texts, { maxLength: 3 }),
  dictionaries: fc.array(uint, { maxLength: 3 }),
  agent: texts,
};
const token = fc.uint8Array({ minLength: 1, maxLength: 255 });

/** Frames of every kind that may be written. */
export const frameBodies: fc.Arbitrary<FrameBody> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('COMMAND' as const), id: positives, verb: verbs, args }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('REPLY' as const, 'PART' as const), id: positives, value: encodables }) },
  fc.record({ kind: fc.constant('PUSH' as const), verb: verbs, args }),
  fc.record({ kind: fc.constant('CANCEL' as const), id: positives }),
  fc.record({ kind: fc.constant('ACK' as const), received: uint64s }),
  fc.record({ kind: fc.constantFrom('PING' as const, 'PONG' as const), echo: fc.uint8Array({ maxLength: 8 }) }),
  fc.record({
    kind: fc.constant('CLOSE' as const),
    scope: fc.constantFrom('link' as const, 'session' as const),
    received: uint64s,
    code: uint64s,
    after: uint64s,
    text: texts,
  }),
  fc.record({
    kind: fc.constant('PACK' as const),
    dictionary: uint64s,
    length: fc.nat(65_536),
    deflated: byteStrings,
  }),
  fc.record({ kind: fc.constant('EXTENSION' as const), type: uint64s, bytes: byteStrings }),
  fc.record({
    kind: fc.constant('RESUME' as const),
    form: fc.constantFrom('offer' as const, 'answer' as const),
    token,
    attempt: positives,
    received: uint64s,
    next: positives,
  }),
  fc.record(
    {
      kind: fc.constant('HELLO' as const),
      form: fc.constant('offer' as const),
      versions: fc.integer({ min: 1, max: 9 }).map((highest) => [1, highest] as const),
      credentials: encodables,
      ...hello,
    },
    { requiredKeys: ['kind', 'form', 'versions'] },
  ),
  fc.record(
    {
      kind: fc.constant('HELLO' as const),
      form: fc.constant('answer' as const),
      version: fc.constant(1),
      token,
      unknown: fc.array(scalars, { maxLength: 3 }),
      ...hello,
    },
    { requiredKeys: ['kind', 'form', 'version'] },
  ),
); // prettier-ignore

/** One valid value's bytes, canonical or plain. */
export const valueBytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(encodables, fc.constantFrom('canonical' as const, 'plain' as const))
  .map(([value, form]) => encode(value, { form }));

/** A few valid frames, one after the other. */
export const streams: fc.Arbitrary<Uint8Array> = fc
  .array(frameBodies, { maxLength: 6 })
  .map((bodies) => concat(bodies.map((body) => encodeFrame(body))));

/** First bytes where one kind of value ends and the next begins: what changes most when it changes. */
const TELLING = codes.valueKinds
  .flatMap(({ first }) => first.split(/[-,]/))
  .flatMap((edge) => [parseInt(edge, 16), (parseInt(edge, 16) + 1) % 256]);
const anyByte = fc.oneof(fc.constantFrom(...TELLING), fc.integer({ min: 0, max: 255 }));

type Mutation = (bytes: Uint8Array) => Uint8Array;

/** Changes, inserts or removes a byte, cuts the end off, or writes a part again somewhere else. */
export const mutations: fc.Arbitrary<Mutation> = fc
  .record({
    how: fc.constantFrom('change', 'insert', 'remove', 'cut', 'repeat'),
    at: fc.nat(),
    byte: anyByte,
    length: fc.nat(12),
    from: fc.nat(),
  })
  .map(({ how, at, byte, length, from }) => (bytes) => {
    const i = at % (bytes.length + 1);
    const head = bytes.subarray(0, i);
    switch (how) {
      case 'change':
        return concat([head, Uint8Array.of(byte), bytes.subarray(i + 1)]);
      case 'insert':
        return concat([head, Uint8Array.of(byte), bytes.subarray(i)]);
      case 'remove':
        return concat([head, bytes.subarray(i + 1)]);
      case 'cut':
        return head;
      default: {
        const j = from % (bytes.length + 1);
        return concat([head, bytes.subarray(j, j + length), bytes.subarray(i)]);
      }
    }
  });

/** `valid`, changed in one to four places. */
function mutated(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(valid, fc.array(mutations, { minLength: 1, maxLength: 4 }))
    .map(([bytes, changes]) => changes.reduce((result, change) => change(result), bytes));
}

/** Bytes of nobody, rich in heads. */
const noise: fc.Arbitrary<Uint8Array> = fc
  .array(anyByte, { maxLength: 40 })
  .map((bytes) => Uint8Array.from(bytes));

/** Bytes that a value's reader may meet. */
export const nearValues: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: mutated(valueBytes) },
  { weight: 1, arbitrary: valueBytes },
  { weight: 2, arbitrary: noise },
);

/** Bytes that a frame's reader may meet. */
export const nearStreams: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: mutated(streams) },
  { weight: 1, arbitrary: streams },
  { weight: 1, arbitrary: noise },
);

/** Where a stream is cut into chunks: all in one, byte by byte, or anywhere. */
export const cuts: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array[]> = fc.oneof(
  fc.constant((bytes: Uint8Array) => [bytes]),
  fc.constant((bytes: Uint8Array) => Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))),
  fc.array(fc.nat(40), { minLength: 1, maxLength: 40 }).map((sizes) => (bytes: Uint8Array) => {
    const chunks: Uint8Array[] = [];
    for (let i = 0, k = 0; i < bytes.length; k++) {
      const size = k > 2 * bytes.length ? bytes.length : sizes[k % sizes.length]!;
      chunks.push(bytes.subarray(i, (i += size)));
    }
    return chunks;
  }),
);

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
