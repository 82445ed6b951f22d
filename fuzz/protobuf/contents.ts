/** Random messages of a schema. */
import * as fc from 'fast-check';
import type { MapKey, Scalar } from '../../src/message/index.ts';
import type { Content, Item, Value } from './content.ts';
import { isNothing } from './content.ts';
import type { FieldModel, Schema, TypeModel } from './schema.ts';

const DEEPEST = 3;
const NOTHING = new Uint8Array();

const edges = (bits: bigint): bigint[] => [1n << bits, (1n << bits) - 1n, -(1n << bits), -(1n << bits) - 1n];
const EDGES = [0n, 6n, 7n, 14n, 21n, 28n, 31n, 32n, 35n, 52n, 53n, 62n, 63n].flatMap(edges);

function integer(bits: bigint, signed: boolean): fc.Arbitrary<bigint> {
  const least = signed ? -(1n << (bits - 1n)) : 0n;
  const most = (1n << (signed ? bits - 1n : bits)) - 1n;
  const within = EDGES.filter((edge) => edge >= least && edge <= most);
  const small = fc.bigInt(signed ? -9n : 0n, 300n);
  return fc.oneof(small, fc.constantFrom(...within, least, most), fc.bigInt(least, most));
}

const int32 = integer(32n, true).map(Number);
const uint32 = integer(32n, false).map(Number);
const int64 = integer(64n, true);
const uint64 = integer(64n, false);
const double = fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 0.1, 5e-324));
const float = fc.oneof(fc.float(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, Math.fround(0.1)));
const string = fc.oneof(
  fc.constantFrom('', '__proto__', 'constructor', 'toString', '0', '-1', '消息', 'ñandú', '🐦‍⬛', '\ufeffx', '\ufffd', '\u0000'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'binary-ascii', minLength: 60, maxLength: 140 }),
); // prettier-ignore
const bytes = fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ minLength: 126, maxLength: 130 }));

const SCALARS: Readonly<Record<Scalar, fc.Arbitrary<Item>>> = {
  double,
  float,
  int32,
  sint32: int32,
  sfixed32: int32,
  uint32,
  fixed32: uint32,
  int64,
  sint64: int64,
  sfixed64: int64,
  uint64,
  fixed64: uint64,
  bool: fc.boolean(),
  string,
  bytes,
};

function items(schema: Schema, type: TypeModel, depth: number): fc.Arbitrary<Item> {
  if (typeof type === 'string') return SCALARS[type];
  if ('message' in type) return contents(schema, type.message, depth + 1);
  const { closed, numbers } = schema.enums[type.enum]!;
  return closed ? fc.constantFrom(...numbers) : fc.oneof(fc.constantFrom(...numbers), int32);
}

function values(schema: Schema, field: FieldModel, depth: number): fc.Arbitrary<Value> {
  const item = items(schema, field.type, depth);
  if (field.label === 'repeated') return fc.array(item, { maxLength: depth === 0 ? 5 : 2 });
  if (field.key === undefined) return item;
  return fc
    .uniqueArray(fc.tuple(keys(field.key), item), { maxLength: 3, selector: ([key]) => key })
    .map((pairs) => new Map(pairs));
}

function keys(key: MapKey): fc.Arbitrary<string> {
  return SCALARS[key].map(String);
}

/** Whether a field is left out at that depth, so that messages end. */
function isCut({ type, label }: FieldModel, depth: number): boolean {
  return typeof type === 'object' && 'message' in type && label !== 'required' && depth >= DEEPEST;
}

/** Messages of that type of the schema. */
export function contents(schema: Schema, index = 0, depth = 0): fc.Arbitrary<Content> {
  const fields = schema.messages[index]!.fields.filter((field) => !isCut(field, depth));
  const parts = fields.map((field) => {
    const value = values(schema, field, depth);
    return field.label === 'required' ? value : fc.option(value, { nil: undefined, freq: 3 });
  });
  return fc.tuple(...parts).map((found) => ({ fields: chosen(fields, found), unknown: NOTHING }));
}

/** What is there: of a oneof the last that was drawn, of the others what is not nothing. */
function chosen(
  fields: readonly FieldModel[],
  found: readonly (Value | undefined)[],
): ReadonlyMap<number, Value> {
  const members = new Map<string, number>();
  const result = new Map<number, Value>();
  for (const [i, field] of fields.entries()) {
    const value = found[i];
    if (value === undefined || isEmpty(field, value)) continue;
    if (field.oneof !== undefined) {
      result.delete(members.get(field.oneof) ?? 0);
      members.set(field.oneof, field.no);
    }
    result.set(field.no, value);
  }
  return result;
}

function isEmpty(field: FieldModel, value: Value): boolean {
  return value instanceof Map ? value.size === 0 : isNothing(field, value);
}
