/** Random schemas, as plain data: what the descriptions, descriptor sets and peers' types of a property are made of. */
import * as fc from 'fast-check';
import type { MapKey, Scalar } from '../../src/message/index.ts';

type Syntax = 'proto2' | 'proto3' | '2023';

export interface EnumModel {
  readonly name: string;
  readonly closed: boolean;
  /** By number, distinct; the first is the default. */
  readonly numbers: readonly number[];
}

/** A scalar's name, or an index into the schema's enums or messages. */
export type TypeModel = Scalar | { readonly enum: number } | { readonly message: number };

export interface FieldModel {
  /** As in a `.proto` file. */
  readonly name: string;
  readonly no: number;
  readonly type: TypeModel;
  readonly label: 'implicit' | 'optional' | 'required' | 'repeated' | 'map';
  /** Of a map. */
  readonly key?: MapKey;
  readonly oneof?: string;
  readonly packed: boolean;
  readonly delimited: boolean;
  readonly utf8: boolean;
}

export interface MessageModel {
  readonly name: string;
  readonly fields: readonly FieldModel[];
}

/** The first message is the one that is written and read. */
export interface Schema {
  readonly syntax: Syntax;
  readonly enums: readonly EnumModel[];
  readonly messages: readonly MessageModel[];
}

const MESSAGES = 3;
const KEYS = [
  'int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'fixed32', 'fixed64', 'sfixed32', 'sfixed64', 'bool', 'string',
] as const satisfies readonly MapKey[]; // prettier-ignore
const SCALARS = [...KEYS, 'double', 'float', 'bytes'] as const satisfies readonly Scalar[];

/** Names that every object of JavaScript inherits, and plain ones. */
const NAMES = [
  'id', 'text', 'sent_at', 'constructor', 'to_string', 'value_of', 'a_1', 'hash_code', 'length', 'name', 'is', 'prototype',
] as const; // prettier-ignore
/** What trips a library that asks a message for its own properties by its own method. */
const RARE = 'has_own_property';

const numbers = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom(2047, 2048, 18_999, 20_000, 2 ** 28, 2 ** 29 - 1) },
);
const enumNumbers = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constantFrom(2 ** 31 - 1, -(2 ** 31)));

function enumModel(index: number, closed: boolean): fc.Arbitrary<EnumModel> {
  return fc.uniqueArray(enumNumbers, { minLength: 1, maxLength: 4 }).map((found) => ({
    name: `E${index}`,
    closed,
    // An open enum's first number is 0.
    numbers: closed ? found : [0, ...found.filter((number) => number !== 0)],
  }));
}

const TYPES: fc.Arbitrary<TypeModel> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...SCALARS) },
  { weight: 2, arbitrary: fc.nat(1).map((index) => ({ enum: index })) },
  { weight: 3, arbitrary: fc.nat(MESSAGES - 1).map((index) => ({ message: index })) },
);

/** What is drawn for a field; the syntax decides what of it can be. */
const draws = fc.record({
  type: TYPES,
  no: numbers,
  name: fc.oneof({ weight: 100, arbitrary: fc.constantFrom(...NAMES) }, fc.constant(RARE)),
  label: fc.constantFrom('single', 'single', 'optional', 'required', 'repeated', 'repeated', 'map', 'oneof'),
  key: fc.constantFrom(...KEYS),
  oneof: fc.constantFrom('choice', 'kind'),
  packed: fc.boolean(),
  delimited: fc.boolean(),
  utf8: fc.boolean(),
});
type Draw = typeof draws extends fc.Arbitrary<infer T> ? T : never;

/** The field that a draw becomes in the message of that index. */
function fieldOf(draw: Draw, syntax: Syntax, index: number): FieldModel {
  const { type, name, no } = draw;
  const message = typeof type === 'object' && 'message' in type ? type.message : undefined;
  const label = labelOf(draw, syntax, message, index);
  const repeated = label === 'repeated';
  return {
    name,
    no,
    type,
    label,
    ...(label === 'map' && { key: draw.key }),
    ...(draw.label === 'oneof' && { oneof: draw.oneof }),
    packed: repeated && isPackable(type) && draw.packed,
    delimited: label !== 'map' && draw.delimited && canDelimit(syntax, message, index),
    utf8: syntax === 'proto3' || (syntax === '2023' && draw.utf8),
  };
}

function labelOf(
  draw: Draw,
  syntax: Syntax,
  message: number | undefined,
  index: number,
): FieldModel['label'] {
  switch (draw.label) {
    case 'repeated':
    case 'map':
      return draw.label;
    case 'required':
      // Only of later messages, so that every message has an end.
      return syntax === 'proto3' || (message !== undefined && message <= index) ? 'optional' : 'required';
    case 'oneof':
    case 'optional':
      return 'optional';
    default:
      return message === undefined && syntax !== 'proto2' ? 'implicit' : 'optional';
  }
}

/** A group of proto2 is a type of its own: only of later messages, so that there is an end to them. */
function canDelimit(syntax: Syntax, message: number | undefined, index: number): boolean {
  return message !== undefined && (syntax === '2023' || (syntax === 'proto2' && message > index));
}

export function isPackable(type: TypeModel): boolean {
  return typeof type === 'string' ? type !== 'string' && type !== 'bytes' : 'enum' in type;
}

function messageModel(
  index: number,
  syntax: Syntax,
  enums: readonly EnumModel[],
): fc.Arbitrary<MessageModel> {
  return fc
    .uniqueArray(draws, { minLength: index === 0 ? 1 : 0, maxLength: 7, selector: ({ name }) => name })
    .map((drawn) => {
      const fields = drawn.map((draw) => sound(fieldOf(draw, syntax, index), enums));
      const isFirst = ({ no }: FieldModel, i: number): boolean =>
        fields.findIndex((field) => field.no === no) === i;
      return { name: `M${index}`, fields: fields.filter(isFirst) };
    });
}

/** Implicit presence has no closed enums: what is absent could not be told from what is unknown. */
function sound(field: FieldModel, enums: readonly EnumModel[]): FieldModel {
  const { type, label } = field;
  const closed = typeof type === 'object' && 'enum' in type && enums[type.enum]!.closed;
  return closed && label === 'implicit' ? { ...field, label: 'optional' } : field;
}

function enumsOf(syntax: Syntax): fc.Arbitrary<readonly EnumModel[]> {
  // Editions have both kinds beside each other; elsewhere the syntax decides.
  return fc.tuple(enumModel(0, syntax === 'proto2'), enumModel(1, syntax !== 'proto3'));
}

/** Schemas of two enums and three messages, which may hold each other. */
export const schemas: fc.Arbitrary<Schema> = fc
  .constantFrom<Syntax>('proto2', 'proto3', '2023')
  .chain((syntax) => enumsOf(syntax).map((enums) => ({ syntax, enums })))
  .chain(({ syntax, enums }) =>
    fc
      .tuple(...Array.from({ length: MESSAGES }, (_, index) => messageModel(index, syntax, enums)))
      .map((messages) => ({ syntax, enums, messages })),
  );
