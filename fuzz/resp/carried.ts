/** Petrel's values that carry what RESP3 can say, made without a reader of RESP. */
import * as fc from 'fast-check';
import { RespTag } from '../../src/resp/index.ts';
import { Entries, Float, Tag, Tagged, type Encodable } from '../../src/value/index.ts';
import { modelOf } from '../model.ts';
import { big, word } from './said.ts';

const notUtf8 = fc.uint8Array({ maxLength: 12 }).map((bytes) => Uint8Array.of(0xff, ...bytes));
export const strings: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: notUtf8 },
);
export const lines: fc.Arbitrary<string | Uint8Array> = strings.map((text) =>
  typeof text === 'string'
    ? text.replace(/[\r\n]/g, ' ')
    : text.map((byte) => (byte === 13 || byte === 10 ? 0 : byte)),
);
const under = (tag: number, content: fc.Arbitrary<Encodable>): fc.Arbitrary<Encodable> =>
  content.map((item) => new Tagged(tag, item));
const integer = big.map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
const floats = fc.double().map((value) => new Float(value));

/** Scalars of which no two are equal once RESP said them. */
const plainKeys: fc.Arbitrary<Encodable> = fc.oneof(
  strings,
  integer,
  floats,
  fc.constantFrom(null, true, false),
);
const carriedLeaves: fc.Arbitrary<Encodable> = fc.oneof(
  { weight: 3, arbitrary: plainKeys },
  { weight: 1, arbitrary: under(RespTag.Status, fc.oneof(fc.nat(2), lines.filter((text) => !/^(OK|PONG|QUEUED)$/.test(String(text))))) },
  { weight: 1, arbitrary: under(Tag.ERROR, fc.oneof(lines, strings.map((text) => [text, null]))) },
  { weight: 1, arbitrary: under(Tag.VERBATIM, fc.tuple(fc.constantFrom('txt', '好'), strings).map(([format, text]) => [format, text])) },
  { weight: 1, arbitrary: under(RespTag.Null, fc.nat(1)) },
  { weight: 1, arbitrary: under(RespTag.Big, word.map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value))) },
  { weight: 1, arbitrary: under(RespTag.Double, fc.constantFrom('-nan', '+inf', '0.0', '1E5', '3.140', new Float(0.1), new Float(1e20))) },
  { weight: 1, arbitrary: under(RespTag.Chunks, fc.array(strings.filter((text) => text.length > 0), { maxLength: 3 })) },
); // prettier-ignore

/** Every value that a reply can be carried as, made without a reader of RESP. */
export const carried: fc.Arbitrary<Encodable> = fc.letrec<{ value: Encodable }>((tie) => {
  const value = tie('value');
  const list = fc.array(value, { maxLength: 4 });
  const map = fc
    .uniqueArray(fc.tuple(plainKeys, value), { maxLength: 4, selector: ([key]) => modelOf(key) })
    .map((all) => Entries.from(all));
  /** One key twice, or one that is an array. */
  const pairs = fc
    .tuple(value, list)
    .chain(([key, first]) => fc.constantFrom<Encodable[]>([first, key], ['k', key, 'k', null]));
  const open = fc.oneof(list, map, under(Tag.SET, list), under(RespTag.Pairs, pairs));
  return {
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
      { weight: 5, arbitrary: carriedLeaves },
      { weight: 3, arbitrary: open },
      { weight: 1, arbitrary: under(Tag.PUSH, list) },
      { weight: 1, arbitrary: under(RespTag.Streamed, open) },
      { weight: 1, arbitrary: under(Tag.ATTRIBUTE, fc.tuple(map, value)) },
      { weight: 1, arbitrary: under(RespTag.PairsAttribute, fc.tuple(pairs, value)) },
    ),
  };
}).value;
