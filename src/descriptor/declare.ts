/** The first pass over descriptors: every message, enum and extension by its full name, fields not yet. */
import { message } from '../message/interpret.ts';
import type { EnumType, Field, MessageType } from '../message/types.ts';
import { DescriptorError, plain, type Fail } from './error.ts';
import { defaultFeatures, Enums, inherit, type Features } from './features.ts';
import type {
  DescriptorProto,
  EnumDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
} from './proto.ts';

/** Longer full names are refused: nested declarations repeat the names around them, so a small file could name a lot. */
const LONGEST_NAME = 1024;

/** A message, its fields still to be filled in. */
export interface DeclaredMessage {
  readonly file: string;
  readonly proto: DescriptorProto;
  readonly features: Features;
  readonly fields: Record<string, Field>;
  readonly type: MessageType;
}

/** An extension, its type and extendee still to be found. */
export interface DeclaredExtension {
  readonly file: string;
  /** The full name. */
  readonly name: string;
  readonly proto: FieldDescriptorProto;
  /** Those around it. */
  readonly features: Features;
}

/** What the files of a set declare. */
export interface Declarations {
  /** By full name, in the order of the files. */
  readonly messages: Map<string, DeclaredMessage>;
  readonly enums: Map<string, EnumType>;
  readonly extensions: Map<string, DeclaredExtension>;
}

/** What stands around a declaration. */
interface Scope {
  readonly file: string;
  readonly prefix: string;
  readonly features: Features;
}

/**
 * Collects what files declare.
 * @throws DescriptorError for a name that is none or is there twice, an import that is not in the set, an unknown edition.
 */
export function declare(files: readonly FileDescriptorProto[]): Declarations {
  const all: Declarations = { messages: new Map(), enums: new Map(), extensions: new Map() };
  const names = new Set<unknown>();
  for (const { name } of files) {
    if (names.has(name)) throw new DescriptorError(name!, '', 'is in the set twice');
    names.add(name);
  }
  for (const file of files) {
    const fail: Fail = (problem) => new DescriptorError(String(file.name), '', problem);
    const missing = file.dependency?.find((path) => !names.has(path));
    if (missing !== undefined) throw fail(`imports ${plain(missing)}, which is not in the set`);
    declareFile(all, file, fail);
  }
  return all;
}

function declareFile(all: Declarations, file: FileDescriptorProto, fail: Fail): void {
  const prefix = file.package ?? '';
  if (prefix !== '' && !/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(prefix))
    throw fail(`its package is ${plain(prefix)}`);
  const features = inherit(defaultFeatures(file, fail), file.options, fail);
  const top = { file: String(file.name), prefix, features };
  // A stack of our own: messages may be nested as deep as the names allow.
  const open: [DescriptorProto, Scope][] = [];
  declareWithin(all, file, top);
  push(open, file.messageType, top);
  for (let next = open.pop(); next; next = open.pop()) {
    const inner = declareMessage(all, ...next);
    declareWithin(all, next[0], inner);
    push(open, next[0].nestedType, inner);
  }
}

/** In reverse, so that the first is declared first. */
function push(
  open: [DescriptorProto, Scope][],
  list: readonly DescriptorProto[] | undefined,
  scope: Scope,
): void {
  for (const proto of (list ?? []).toReversed()) open.push([proto, scope]);
}

function declareMessage(all: Declarations, proto: DescriptorProto, scope: Scope): Scope {
  const name = fullName(all, proto.name, scope);
  const features = inherit(
    scope.features,
    proto.options,
    (problem) => new DescriptorError(scope.file, name, problem),
  );
  // Without a prototype, a field `__proto__` is a property like any other.
  const fields = Object.create(null) as Record<string, Field>;
  const messageSet = proto.options?.messageSetWireFormat === true;
  const type = message(name, fields, { messageSet }) as MessageType;
  all.messages.set(name, { file: scope.file, proto, features, fields, type });
  return { file: scope.file, prefix: name, features };
}

/** Enums and extensions, which a file and a message declare alike. */
function declareWithin(
  all: Declarations,
  { enumType, extension }: Pick<DescriptorProto, 'enumType' | 'extension'>,
  scope: Scope,
): void {
  const { file, features } = scope;
  for (const proto of enumType ?? []) {
    const name = fullName(all, proto.name, scope);
    all.enums.set(name, declareEnum(proto, name, scope));
  }
  for (const proto of extension ?? []) {
    const name = fullName(all, proto.name, scope);
    all.extensions.set(name, { file, name, proto, features });
  }
}

function declareEnum({ value = [], options }: EnumDescriptorProto, name: string, scope: Scope): EnumType {
  const fail: Fail = (problem) => new DescriptorError(scope.file, name, problem);
  const closed = inherit(scope.features, options, fail).enumType === Enums.CLOSED;
  const values = Object.create(null) as Record<string, number>;
  for (const each of value) {
    const known = checkName(each.name, fail);
    if (known in values) throw fail(`has two values named ${known}`);
    values[known] = each.number ?? 0;
  }
  const first = value[0]?.number;
  if (first === undefined) throw fail('has no values');
  if (!closed && first !== 0) throw fail(`is open, so that its first value must be 0, not ${first}`);
  return { name, values, closed };
}

/** A declaration's full name, which nothing else has. */
function fullName(all: Declarations, own: string | undefined, { file, prefix }: Scope): string {
  checkName(own, (problem) => new DescriptorError(file, prefix, problem));
  const name = prefix === '' ? own! : `${prefix}.${own}`;
  const fail: Fail = (problem) => new DescriptorError(file, name, problem);
  if (name.length > LONGEST_NAME) throw fail(`a full name of more than ${LONGEST_NAME} characters`);
  if (all.messages.has(name) || all.enums.has(name) || all.extensions.has(name))
    throw fail('is declared twice');
  return name;
}

/** A name as protobuf allows it. */
export function checkName(name: string | undefined, fail: Fail): string {
  if (name === undefined || name === '') throw fail('declares something without a name');
  if (!/^[A-Za-z_]\w*$/.test(name)) throw fail(`declares ${plain(name)}, which is no name`);
  return name;
}
