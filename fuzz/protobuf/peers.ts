/** The same schema run by protobuf-es and by protobufjs. */
import {
  create,
  createFileRegistry,
  fromBinary,
  isFieldSet,
  toBinary,
  type DescField,
  type DescMessage,
  type Message,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import protobufjs from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';
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
  type Item,
} from './content.ts';
import type { FieldModel, Schema } from './schema.ts';

/** The schema's first message. */
const ROOT = 'fuzz.M0';

type Bag = Record<string, unknown>;

/** protobuf-es, on what it makes of the descriptor set. */
export function protobufEs(schema: Schema, set: Uint8Array): Codec {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, set));
  const type = registry.getMessage(ROOT)!;

  function toContent(index: number, desc: DescMessage, message: Message): Content {
    const fields = byNumber(desc);
    const read = ({ no }: FieldModel): unknown => valueOf(message, fields.get(no)!);
    return contentOf(schema.messages[index]!, read, formsOf(fields), unknownOf(message));
  }
  function fromContent(index: number, desc: DescMessage, content: Content): Message {
    const message = create(desc);
    const fields = byNumber(desc);
    for (const field of schema.messages[index]!.fields) {
      const value = content.fields.get(field.no);
      if (value !== undefined)
        setValue(message, fields.get(field.no)!, fromValue(field, value, formsOf(fields)));
    }
    return message;
  }
  const formsOf = (fields: ReadonlyMap<number, DescField>): Forms => ({
    toItem: (field, value) => {
      const index = messageOf(field.type);
      if (index === undefined) return value as Item;
      return toContent(index, fields.get(field.no)!.message!, value as Message);
    },
    fromItem: (field, item) => {
      const index = messageOf(field.type);
      return index === undefined ? item : fromContent(index, fields.get(field.no)!.message!, item as Content);
    },
  });
  return {
    encode: (content) => toBinary(type, fromContent(0, type, content)),
    decode: (bytes) => toContent(0, type, fromBinary(type, bytes)),
    again: (bytes) => toBinary(type, fromBinary(type, bytes)),
  };
}

function byNumber({ fields }: DescMessage): ReadonlyMap<number, DescField> {
  return new Map(fields.map((field) => [field.number, field]));
}

function valueOf(message: Message, field: DescField): unknown {
  if (!isFieldSet(message, field)) return undefined;
  const bag = message as unknown as Bag;
  if (field.oneof === undefined) return bag[field.localName];
  return (bag[field.oneof.localName] as { value: unknown }).value;
}

function setValue(message: Message, { oneof, localName }: DescField, value: unknown): void {
  if (oneof === undefined) put(message, localName, value);
  else put(message, oneof.localName, { case: localName, value });
}

function unknownOf({ $unknown: unknown = [] }: Message): Uint8Array {
  const writer = new BinaryWriter();
  for (const { no, wireType, data } of unknown) writer.tag(no, wireType).raw(data);
  return writer.finish();
}

interface Unknowing {
  $unknowns?: readonly Uint8Array[];
}

/** protobufjs, by reflection on the descriptor set: it makes code at run time. */
export function protobufJs(schema: Schema, set: Uint8Array): Codec {
  const files = descriptor.FileDescriptorSet.decode(set) as unknown as descriptor.IFileDescriptorSet;
  const type = protobufjs.Root.fromDescriptor(files).lookupType(ROOT);

  function toContent(index: number, { fieldsById }: protobufjs.Type, message: Bag & Unknowing): Content {
    const read = ({ no }: FieldModel): unknown => {
      const { name } = fieldsById[no]!;
      return Object.hasOwn(message, name) ? message[name] : undefined;
    };
    const unknown = concat(message.$unknowns ?? []);
    return contentOf(schema.messages[index]!, read, formsOf(fieldsById), unknown);
  }
  function fromContent(index: number, at: protobufjs.Type, content: Content): protobufjs.Message {
    const message = at.create();
    const forms = formsOf(at.fieldsById);
    for (const field of schema.messages[index]!.fields) {
      const value = content.fields.get(field.no);
      if (value !== undefined) put(message, at.fieldsById[field.no]!.name, fromValue(field, value, forms));
    }
    return message;
  }
  const formsOf = (fields: FieldsById): Forms => ({
    toItem: ({ type, no }, value) => {
      const index = messageOf(type);
      if (index !== undefined) return toContent(index, typeOf(fields[no]!), value as Bag);
      if (isLong(type)) return fromLong(value as Long);
      // The bytes that a map's entry lacks.
      return Array.isArray(value) ? Uint8Array.from(value as number[]) : (value as Item);
    },
    fromItem: ({ type, no }, item) => {
      const index = messageOf(type);
      if (index !== undefined) return fromContent(index, typeOf(fields[no]!), item as Content);
      return typeof item === 'bigint' ? toLong(item, isUnsigned(type as string)) : item;
    },
    toKey: ({ key }, name) =>
      isLong(key!) ? String(fromLong(util.longFromKey(name, isUnsigned(key!)))) : name,
  });
  const decode = (bytes: Uint8Array): protobufjs.Message => {
    const reader = protobufjs.Reader.create(bytes);
    reader.discardUnknown = false;
    return type.decode(reader);
  };
  return {
    encode: (content) => type.encode(fromContent(0, type, content)).finish(),
    decode: (bytes) => toContent(0, type, decode(bytes) as unknown as Bag),
    again: (bytes) => type.encode(decode(bytes)).finish(),
  };
}

type FieldsById = protobufjs.Type['fieldsById'];

function typeOf(field: protobufjs.Field): protobufjs.Type {
  return field.resolve().resolvedType as protobufjs.Type;
}

type Long = protobufjs.Long;

/** What the declarations of protobufjs leave out. A 64-bit key of a map is a hash of eight characters, or decimal. */
const util = protobufjs.util as unknown as {
  readonly longFromKey: (key: string, unsigned: boolean) => Long | string;
  readonly Long: { readonly fromString: (text: string, unsigned: boolean) => Long };
};

function fromLong(value: Long | string): bigint {
  if (typeof value === 'string') return BigInt(value);
  const { low, high, unsigned } = value;
  const bits = (BigInt(high) << 32n) | BigInt(low >>> 0);
  return unsigned ? BigInt.asUintN(64, bits) : BigInt.asIntN(64, bits);
}

function toLong(value: bigint, unsigned: boolean): Long {
  return util.Long.fromString(String(value), unsigned);
}

function isUnsigned(type: string): boolean {
  return type.startsWith('u') || type.startsWith('f');
}
