/** A schema as this library describes it. */
import {
  closedEnumeration,
  decodeMessage,
  encodeMessage,
  enumeration,
  message,
  UNKNOWN,
  type EnumType,
  type Field,
  type MessageType,
} from '../../src/message/index.ts';
import { concat } from '../arbitraries.ts';
import {
  contentOf,
  fromValue,
  isLong,
  messageOf,
  put,
  type Codec,
  type Content,
  type Forms,
} from './content.ts';
import type { EnumModel, FieldModel, Schema } from './schema.ts';

/** A message, whatever its fields. */
export type Bag = Record<string, unknown> & { [UNKNOWN]?: readonly Uint8Array[] };

/** The property that holds a field: its name in lower camel case. */
function keyOf({ name }: FieldModel): string {
  return name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

function enumType({ name, closed, numbers }: EnumModel): EnumType {
  const values = Object.fromEntries(numbers.map((number, i) => [`${name}_${i}`, number]));
  return closed ? closedEnumeration(`fuzz.${name}`, values) : enumeration(`fuzz.${name}`, values);
}

/** The type of a schema's first message, interpreted. */
function describe(schema: Schema): MessageType<Bag> {
  const enums = schema.enums.map(enumType);
  const types: MessageType<Bag>[] = schema.messages.map(({ name, fields }) => {
    const made: Record<string, Field> = {};
    // Read when every type is there, since messages refer to each other in circles.
    for (const field of fields)
      Object.defineProperty(made, keyOf(field), { enumerable: true, get: () => fieldOf(field) });
    return message(`fuzz.${name}`, made);
  });
  const fieldOf = ({ no, type, label, key, oneof, packed, delimited, utf8 }: FieldModel): Field => ({
    no,
    type: typeof type === 'string' ? type : 'enum' in type ? enums[type.enum]! : types[type.message]!,
    ...(label === 'repeated' && { repeated: true, packed }),
    ...(key !== undefined && { key }),
    ...(label === 'optional' && oneof === undefined && { optional: true }),
    ...(label === 'required' && { required: true }),
    ...(oneof !== undefined && { oneof }),
    ...(delimited && { delimited }),
    ...(!utf8 && { utf8 }),
  });
  return types[0]!;
}

/** A 64-bit integer. @throws Error for one that is not `number` when safe and `bigint` otherwise. */
function exact(value: number | bigint): bigint {
  if (Number.isSafeInteger(Number(value)) !== (typeof value === 'number'))
    throw new Error(`${value} is a ${typeof value}`);
  return BigInt(value);
}

/** Messages of that kind, whatever runs them: an interpreter, or code written ahead of time. */
export function codecOf(schema: Schema, type: MessageType<Bag>): Codec {
  function toContent(index: number, bag: Bag): Content {
    const read = (field: FieldModel): unknown => {
      const key = keyOf(field);
      return Object.hasOwn(bag, key) ? bag[key] : undefined;
    };
    return contentOf(schema.messages[index]!, read, forms, concat(bag[UNKNOWN] ?? []));
  }
  function fromContent(index: number, { fields, unknown }: Content): Bag {
    const bag: Bag = {};
    for (const field of schema.messages[index]!.fields) {
      const value = fields.get(field.no);
      if (value !== undefined) put(bag, keyOf(field), fromValue(field, value, forms));
    }
    if (unknown.length > 0) bag[UNKNOWN] = [unknown];
    return bag;
  }
  const forms: Forms = {
    toItem: ({ type: kind }, value) => {
      const index = messageOf(kind);
      if (index !== undefined) return toContent(index, value as Bag);
      return isLong(kind) ? exact(value as number | bigint) : (value as string);
    },
    fromItem: (field, item) => {
      const index = messageOf(field.type);
      if (index !== undefined) return fromContent(index, item as Content);
      return typeof item === 'bigint' && Number.isSafeInteger(Number(item)) ? Number(item) : item;
    },
  };
  return {
    encode: (content) => encodeMessage(type, fromContent(0, content)),
    decode: (bytes) => toContent(0, decodeMessage(type, bytes)),
    again: (bytes) => encodeMessage(type, decodeMessage(type, bytes)),
  };
}

/** This library, interpreting its description. */
export function interpreter(schema: Schema): Codec {
  return codecOf(schema, describe(schema));
}
