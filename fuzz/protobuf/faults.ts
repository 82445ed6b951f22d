/**
 * Where the peers part from protobuf's rules, or from this library where the rules leave a choice: the only differences that the
 * properties excuse, each with a reason and a case that shows it. A peer that mends one makes the test of this list fail.
 */
import type { Content, Value } from './content.ts';
import type { FieldModel, Schema } from './schema.ts';
import { traitsOf, type Trait } from './traits.ts';

export type PeerName = 'protobuf-es' | 'protobufjs';

export interface PeerFault {
  readonly peer: PeerName;
  /** What the bytes of an excused difference must have. */
  readonly trait: Trait | 'required';
  readonly reason: string;
  readonly schema: Schema;
  /** In hex. */
  readonly bytes: string;
  /** The message as text, or the code of the refusal. */
  readonly ours: string;
  /** The message as text, or `refused`. */
  readonly theirs: string;
}

const PLAIN = { label: 'optional', packed: false, delimited: false, utf8: true } as const;

function fieldOf(no: number, type: FieldModel['type'], more: Partial<FieldModel> = {}): FieldModel {
  return { ...PLAIN, name: `f${no}`, no, type, ...more };
}

/** A schema of one message, or of one that holds another, with a closed enum of 1 and 2. */
function schemaOf(...messages: readonly FieldModel[][]): Schema {
  return {
    syntax: '2023',
    enums: [{ name: 'E0', closed: true, numbers: [1, 2] }],
    messages: messages.map((fields, i) => ({ name: `M${i}`, fields })),
  };
}

const NUMBER = schemaOf([fieldOf(1, 'int32')]);
const NESTED = schemaOf([fieldOf(1, { message: 1 }), fieldOf(2, 'int32')], [fieldOf(1, 'int32')]);
const REQUIRED = [fieldOf(1, 'int32', { label: 'required' }), fieldOf(2, 'int32')];

export const PEER_FAULTS: readonly PeerFault[] = [
  {
    peer: 'protobuf-es',
    trait: 'wire type',
    reason:
      'reads a known field as its own type, whatever the tag says; the rest of the message is then out of step',
    schema: NUMBER,
    bytes: '0d01000000',
    ours: '{unknown 0d01000000}',
    theirs: 'refused',
  },
  {
    peer: 'protobuf-es',
    trait: 'overrun',
    reason:
      'a nested message, map entry or packed list may go on past its end, into the fields of its parent',
    schema: NESTED,
    bytes: '0a01089601',
    ours: 'FIELD_OVERRUN',
    theirs: '{1: {1: 150}}',
  },
  {
    peer: 'protobuf-es',
    trait: 'long tag',
    reason: 'refuses a tag of more than five bytes, where any varint may be spelled in ten',
    schema: NUMBER,
    bytes: '88808080800001',
    ours: '{1: 1}',
    theirs: 'refused',
  },
  {
    peer: 'protobufjs',
    trait: 'long tag',
    reason: 'refuses a tag of more than five bytes, where any varint may be spelled in ten',
    schema: NUMBER,
    bytes: '88808080800001',
    ours: '{1: 1}',
    theirs: 'refused',
  },
  {
    peer: 'protobuf-es',
    trait: 'overlong tag',
    reason: 'keeps the number and wire type of an unknown field, not the bytes of its tag',
    schema: NUMBER,
    bytes: '900001',
    ours: '{unknown 900001}',
    theirs: '{unknown 1001}',
  },
  {
    peer: 'protobuf-es',
    trait: 'long length',
    reason: 'wraps lengths at 2^32: 2^32 + 2 is read as 2',
    schema: schemaOf([fieldOf(1, 'bytes')]),
    bytes: '0a8280808010abcd',
    ours: 'TRUNCATED',
    theirs: "{1: h'abcd'}",
  },
  {
    peer: 'protobufjs',
    trait: 'long length',
    reason: 'refuses a length of more than five bytes, where any varint may be spelled in ten',
    schema: schemaOf([fieldOf(1, 'bytes')]),
    bytes: '0a828080808000abcd',
    ours: "{1: h'abcd'}",
    theirs: 'refused',
  },
  {
    peer: 'protobuf-es',
    trait: 'endless varint',
    reason: 'skips a varint of any length',
    schema: NUMBER,
    bytes: '108080808080808080808000',
    ours: 'VARINT_RANGE',
    theirs: '{unknown 108080808080808080808000}',
  },
  {
    peer: 'protobufjs',
    trait: 'endless varint',
    reason: 'skips a varint of any length',
    schema: NUMBER,
    bytes: '108080808080808080808000',
    ours: 'VARINT_RANGE',
    theirs: '{unknown 108080808080808080808000}',
  },
  {
    peer: 'protobuf-es',
    trait: 'closed field',
    reason: 'loses a number that a closed enum lacks where other unknown fields come too',
    schema: schemaOf([fieldOf(1, { enum: 0 })]),
    bytes: '08051005',
    ours: '{unknown 08051005}',
    theirs: '{unknown 1005}',
  },
  {
    peer: 'protobuf-es',
    trait: 'closed list',
    reason: 'puts a number that a closed enum lacks into the list, not among the unknown fields',
    schema: schemaOf([fieldOf(1, { enum: 0 }, { label: 'repeated' })]),
    bytes: '0805',
    ours: '{unknown 0805}',
    theirs: '{1: [5]}',
  },
  {
    peer: 'protobuf-es',
    trait: 'closed map',
    reason: 'puts an entry whose number a closed enum lacks into the map, not among the unknown fields',
    schema: schemaOf([fieldOf(1, { enum: 0 }, { label: 'map', key: 'int32' })]),
    bytes: '0a0408011005',
    ours: '{unknown 0a0408011005}',
    theirs: '{1: map("1" = 5)}',
  },
  {
    peer: 'protobufjs',
    trait: 'respelled tag',
    reason:
      'keeps the bytes of the tag before a number that a closed enum lacks, here it is the shortest [MESSAGE-9]',
    schema: schemaOf([fieldOf(1, { enum: 0 })]),
    bytes: '880005',
    ours: '{unknown 0805}',
    theirs: '{unknown 880005}',
  },
  {
    peer: 'protobufjs',
    trait: 'enum default',
    reason: "takes 0 for the number that a map's entry lacks, not the first of the enum",
    schema: schemaOf([fieldOf(1, { enum: 0 }, { label: 'map', key: 'int32' })]),
    bytes: '0a020801',
    ours: '{1: map("1" = 1)}',
    theirs: '{unknown 0a020801}',
  },
  {
    peer: 'protobufjs',
    trait: 'bare zero',
    reason: 'takes a field number 0 in a message of no fields',
    schema: schemaOf([]),
    bytes: '010000000000000000',
    ours: 'FIELD_TAG',
    theirs: '{unknown 010000000000000000}',
  },
  {
    peer: 'protobufjs',
    trait: 'bare group',
    reason:
      'refuses an unknown group in a message of no fields: it looks for another end than that of its number',
    schema: schemaOf([]),
    bytes: '1314',
    ours: '{unknown 1314}',
    theirs: 'refused',
  },
  {
    peer: 'protobuf-es',
    trait: 'required',
    reason: 'accepts a message without its required fields',
    schema: schemaOf(REQUIRED),
    bytes: '1001',
    ours: 'FIELD_REQUIRED',
    theirs: '{2: 1}',
  },
  {
    peer: 'protobufjs',
    trait: 'required',
    reason: "accepts a map's entry without its message, although that has required fields",
    schema: schemaOf([fieldOf(1, { message: 1 }, { label: 'map', key: 'int32' })], REQUIRED),
    bytes: '0a020801',
    ours: 'FIELD_REQUIRED',
    theirs: '{1: map("1" = {})}',
  },
  {
    peer: 'protobuf-es',
    trait: 'replaced',
    reason: 'asks no message for its required fields, those neither that a later one replaced',
    schema: schemaOf([fieldOf(1, { message: 1 }, { label: 'map', key: 'int32' })], REQUIRED),
    bytes: '0a0208010a06080112020801',
    ours: 'FIELD_REQUIRED',
    theirs: '{1: map("1" = {1: 1})}',
  },
  {
    peer: 'protobufjs',
    trait: 'replaced',
    reason: "does not ask the message that a map's entry lacks, replaced or not",
    schema: schemaOf([fieldOf(1, { message: 1 }, { label: 'map', key: 'int32' })], REQUIRED),
    bytes: '0a0208010a06080112020801',
    ours: 'FIELD_REQUIRED',
    theirs: '{1: map("1" = {1: 1})}',
  },
  {
    peer: 'protobufjs',
    trait: 'parts',
    reason: 'asks each part of a message for the required fields, not the message that the parts make',
    schema: schemaOf([fieldOf(1, { message: 1 })], REQUIRED),
    bytes: '0a0210010a020801',
    ours: '{1: {1: 1, 2: 1}}',
    theirs: 'refused',
  },
  {
    peer: 'protobuf-es',
    trait: 'inherited name',
    reason: 'takes what every object inherits for a message that is there, and loses what it reads into it',
    schema: schemaOf([fieldOf(1, { message: 1 }, { name: 'has_own_property' })], [fieldOf(1, 'int32')]),
    bytes: '0a020807',
    ours: '{1: {1: 7}}',
    theirs: '{1: {}}',
  },
];

/**
 * Whether an input is one where a fault shows.
 * @param content what the peer read, if it did
 */
export function shows({ trait }: PeerFault, schema: Schema, bytes: Uint8Array, content?: Content): boolean {
  if (trait !== 'required') return traitsOf(schema, bytes).has(trait);
  return content !== undefined && lacksRequired(schema, content);
}

function lacksRequired(schema: Schema, content: Content, index = 0): boolean {
  return schema.messages[index]!.fields.some((field) => {
    const value = content.fields.get(field.no);
    if (value === undefined) return field.label === 'required';
    const { type } = field;
    if (typeof type !== 'object' || !('message' in type)) return false;
    return itemsOf(value).some((item) => lacksRequired(schema, item, type.message));
  });
}

/** The messages that a field holds. */
function itemsOf(value: Value): readonly Content[] {
  if (value instanceof Map) return [...(value as ReadonlyMap<string, Content>).values()];
  return (Array.isArray(value) ? value : [value]) as readonly Content[];
}
