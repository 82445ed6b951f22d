/** A field's descriptor to the description that runs. */
import type { Field, FieldOptions, FieldType, MapKey, MessageType } from '../message/types.ts';
import type { Declarations, DeclaredMessage } from './declare.ts';
import { parseDefault } from './defaults.ts';
import { plain, type Fail } from './error.ts';
import { Encoding, fieldFeatures, Presence, Repeated, Utf8, type Features } from './features.ts';
import { Label, SCALARS, Type } from './kinds.ts';
import type { FieldDescriptorProto } from './proto.ts';

type Options = { -readonly [K in keyof Field]?: Field[K] };

/** What a field's description depends on beside its own descriptor. */
export interface Surroundings {
  readonly all: Declarations;
  /** Of the message or oneof that holds it, or of the file or message that an extension stands in. */
  readonly features: Features;
  /** The oneof that it belongs to. */
  readonly oneof?: string | undefined;
  readonly fail: Fail;
}

/** Describes a field, without its names. @throws DescriptorError */
export function describeField(proto: FieldDescriptorProto, around: Surroundings): Field {
  const no = numberOf(proto, 0x1fff_ffff, around.fail);
  const features = fieldFeatures(around.features, proto, around.fail);
  const entry = entryOf(proto, around.all);
  if (entry) return { no, ...describeMap(proto, entry, features, around) };
  const type = typeOf(proto, around);
  return { no, type, ...encodingOf(proto, type, features), ...presenceOf(proto, type, features, around) };
}

/** Describes an extension's field, which always has explicit presence. @throws DescriptorError */
export function describeExtension(
  proto: FieldDescriptorProto,
  extendee: MessageType,
  around: Surroundings,
): Field {
  const { all, fail } = around;
  // The numbers in a MessageSet are no field numbers but type ids.
  const no = numberOf(proto, extendee.messageSet ? 0x7fff_ffff : 0x1fff_ffff, fail);
  if (proto.label === Label.REQUIRED) throw fail('is an extension, which is never required');
  if (entryOf(proto, all)) throw fail('is an extension, which is never a map');
  const features = { ...fieldFeatures(around.features, proto, fail), fieldPresence: Presence.EXPLICIT };
  const type = typeOf(proto, around);
  if (extendee.messageSet && (!isMessage(type) || proto.label === Label.REPEATED))
    throw fail('extends a MessageSet, which holds single messages only');
  return { no, type, ...encodingOf(proto, type, features), ...presenceOf(proto, type, features, around) };
}

function numberOf({ number = 0 }: FieldDescriptorProto, highest: number, fail: Fail): number {
  if (number < 1 || number > highest)
    throw fail(`has the number ${number}, which is not within 1 to ${highest}`);
  return number;
}

function encodingOf({ label }: FieldDescriptorProto, type: FieldType, features: Features): FieldOptions {
  const options: Options = {};
  const expanded = label === Label.REPEATED && features.repeatedFieldEncoding === Repeated.EXPANDED;
  if (expanded && !isMessage(type) && type !== 'string' && type !== 'bytes') options.packed = false;
  if (isMessage(type) && features.messageEncoding === Encoding.DELIMITED) options.delimited = true;
  if (type === 'string' && features.utf8Validation === Utf8.NONE) options.utf8 = false;
  return options;
}

function presenceOf(
  { label, defaultValue }: FieldDescriptorProto,
  type: FieldType,
  { fieldPresence }: Features,
  { oneof, fail }: Surroundings,
): Options {
  if (defaultValue !== undefined && (isMessage(type) || label === Label.REPEATED))
    throw fail('has a default, which only a single scalar may');
  if (label === Label.REPEATED) return { repeated: true };
  const options: Options = {};
  if (oneof !== undefined) options.oneof = oneof;
  else if (fieldPresence === Presence.REQUIRED) options.required = true;
  else if (fieldPresence === Presence.EXPLICIT && !isMessage(type)) options.optional = true;
  if (defaultValue !== undefined && !isMessage(type))
    options.default = parseDefault(defaultValue, type, fail);
  return options;
}

/** A map's key and value come from the message that its entries are on the wire. */
function describeMap(
  { label }: FieldDescriptorProto,
  entry: DeclaredMessage,
  features: Features,
  around: Surroundings,
): Omit<Field, 'no'> {
  const { fail } = around;
  const [key, value] = [1, 2].map((no) => entry.proto.field?.find(({ number }) => number === no));
  if (!key || !value || label !== Label.REPEATED)
    throw fail('is a map without a key or a value, or not repeated');
  const keyType = SCALARS.get(key.type);
  if (keyType === undefined || keyType === 'float' || keyType === 'double' || keyType === 'bytes')
    throw fail('is a map whose key is no integer, bool or string');
  if (entryOf(value, around.all)) throw fail('is a map of maps');
  const type = typeOf(value, around);
  const loose = features.utf8Validation === Utf8.NONE && (keyType === 'string' || type === 'string');
  return { type, key: keyType satisfies MapKey, ...(loose && { utf8: false }) };
}

/** The message that a map's entries are, if the field is one. */
function entryOf(
  { type, typeName }: FieldDescriptorProto,
  { messages }: Declarations,
): DeclaredMessage | undefined {
  const found = type === Type.MESSAGE ? find(messages, typeName) : undefined;
  return found?.proto.options?.mapEntry === true ? found : undefined;
}

/** A field's type, found by its name where it is a message or an enum. */
function typeOf({ type, typeName }: FieldDescriptorProto, { all, fail }: Surroundings): FieldType {
  const scalar = SCALARS.get(type);
  if (scalar !== undefined) return scalar;
  if (type === Type.ENUM) return find(all.enums, typeName) ?? unknownType('an enum', typeName, fail);
  if (type === Type.MESSAGE || type === Type.GROUP)
    return find(all.messages, typeName)?.type ?? unknownType('a message', typeName, fail);
  throw fail(`has the type number ${String(type)}, which is none`);
}

/** What a descriptor refers to: names in it begin with a dot and are complete. */
export function find<T>(map: ReadonlyMap<string, T>, name: string | undefined): T | undefined {
  return name?.startsWith('.') === true ? map.get(name.slice(1)) : undefined;
}

/** @throws DescriptorError */
export function unknownType(what: string, name: string | undefined, fail: Fail): never {
  if (name === undefined) throw fail(`refers to ${what} without its name`);
  throw fail(
    `refers to ${plain(name)}, which is not ${what} in the set${name.startsWith('.') ? '' : ': no dot first'}`,
  );
}

function isMessage(type: FieldType): type is MessageType {
  return typeof type === 'object' && 'merge' in type;
}
