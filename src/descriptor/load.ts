/** Descriptors, as compilers write them, to types that run. */
import { decodeMessage } from '../message/codec.ts';
import type { Extension } from '../message/extensions.ts';
import { camelCase, snakeCase } from '../message/names.ts';
import type { ReadOptions } from '../message/reader.ts';
import { Registry } from '../message/registry.ts';
import type { FieldOptions } from '../message/types.ts';
import {
  checkName,
  declare,
  type DeclaredExtension,
  type DeclaredMessage,
  type Declarations,
} from './declare.ts';
import { DescriptorError, type Fail } from './error.ts';
import { inherit, type Features } from './features.ts';
import { describeExtension, describeField, find, unknownType } from './fields.ts';
import { FileDescriptorSet, type FieldDescriptorProto, type OneofDescriptorProto } from './proto.ts';

/**
 * Makes types of the files that a compiler described (`protoc --include_imports --descriptor_set_out`, `buf build -o`):
 * proto2, proto3, editions 2023 and 2024.
 *
 * @param set a serialized `google.protobuf.FileDescriptorSet`, or one that was decoded. It must hold every file that its files
 *   import; their order does not matter.
 * @param options of decoding the bytes
 * @returns messages, enums and extensions in the order of their declaration, nested ones after what they stand in. A field's
 *   key is its name in lower camel case; where two fields of a message would share one, the later's number is added: `fooBar_7`.
 * @throws ProtocolError for bytes that are no message; DescriptorError, a TypeError that names file and element, for
 *   declarations that break protobuf's rules: unknown types, missing imports, names and numbers that are bad or there twice.
 */
export function loadDescriptors(set: Uint8Array | FileDescriptorSet, options?: ReadOptions): Registry {
  const { file = [] } = set instanceof Uint8Array ? decodeMessage(FileDescriptorSet, set, options) : set;
  const all = declare(file);
  const registry = new Registry();
  for (const declared of all.messages.values()) {
    if (declared.proto.options?.mapEntry === true) continue;
    fillIn(declared, all);
    registry.add(declared.type);
  }
  registry.add(...all.enums.values());
  for (const declared of all.extensions.values()) {
    const extension = link(declared, all);
    const twin = registry.extension(extension.extendee.name, extension.field.no);
    if (twin) throw new DescriptorError(declared.file, declared.name, `has the number of ${twin.name}`);
    registry.add(extension);
  }
  return registry;
}

/** Describes a message's fields. */
function fillIn({ file, proto, features, fields, type }: DeclaredMessage, all: Declarations): void {
  if (type.messageSet && (proto.field ?? []).length > 0)
    throw new DescriptorError(file, type.name, 'is a MessageSet, which has no fields');
  const names = new Set<string>();
  const numbers = new Set<number>();
  for (const each of proto.field ?? []) {
    const owner: Fail = (problem) => new DescriptorError(file, type.name, problem);
    const name = checkName(each.name, owner);
    const fail: Fail = (problem) => new DescriptorError(file, `${type.name}.${name}`, problem);
    const field = describeField(each, { all, fail, ...oneofOf(each, proto.oneofDecl, features, fail) });
    if (names.has(name)) throw fail('is there twice');
    if (numbers.has(field.no)) throw fail(`has the number ${field.no} of another field`);
    names.add(name);
    numbers.add(field.no);
    let key = camelCase(name);
    if (key in fields) key += `_${field.no}`; // no other key has an underscore
    fields[key] = { ...field, ...namesOf(key, each) };
  }
}

/** The oneof of a field, and the features around it. The oneof of a proto3 `optional` is no oneof. */
function oneofOf(
  { oneofIndex, proto3Optional }: FieldDescriptorProto,
  oneofs: readonly OneofDescriptorProto[] | undefined,
  features: Features,
  fail: Fail,
): { features: Features; oneof?: string } {
  if (oneofIndex === undefined) return { features };
  const oneof = oneofs?.[oneofIndex];
  if (!oneof) throw fail(`belongs to oneof ${oneofIndex}, which is not there`);
  const inner = inherit(features, oneof.options, fail);
  return proto3Optional === true
    ? { features: inner }
    : { features: inner, oneof: checkName(oneof.name, fail) };
}

/** The names that a field needs beside its key. */
function namesOf(key: string, { name, jsonName = camelCase(name!) }: FieldDescriptorProto): FieldOptions {
  return { ...(snakeCase(key) !== name && { name: name! }), ...(jsonName !== key && { json: jsonName }) };
}

function link({ file, name, proto, features }: DeclaredExtension, all: Declarations): Extension {
  const fail: Fail = (problem) => new DescriptorError(file, name, problem);
  const extendee = find(all.messages, proto.extendee)?.type ?? unknownType('a message', proto.extendee, fail);
  return { name, extendee, field: describeExtension(proto, extendee, { all, features, fail }) };
}
