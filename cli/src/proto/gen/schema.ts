/** What is generated: the modules, the types in each, and the name that each type has. */
import type { FileDescriptorProto } from 'petrel/descriptor';
import type { EnumType, Extension, Field, FieldType, MessageType, Registry } from 'petrel/message';
import { commentsOf } from './comments.ts';
import { Names } from './names.ts';

/** A type or an extension, in the module that declares it. */
export interface Declared<T> {
  readonly type: T;
  readonly unit: Unit;
  /** Its identifier: `Chat_Kind` for `acme.Chat.Kind`. */
  readonly id: string;
  /** A second one: of an enum's `EnumType`, of the function that makes an empty message. */
  readonly second: string;
}

/** A module to be. */
export interface Unit {
  /** Where it goes, without an ending: `google/protobuf/timestamp.pb`. */
  readonly path: string;
  /** The files that it is made of. */
  readonly sources: readonly string[];
  readonly names: Names;
  readonly messages: Declared<MessageType>[];
  readonly enums: Declared<EnumType>[];
  readonly extensions: Declared<Extension>[];
  /** Comments by the full name of what they describe. */
  readonly comments: Map<string, string>;
}

/** Everything that is generated together. */
export interface Plan {
  readonly units: readonly Unit[];
  readonly types: ReadonlyMap<string, Declared<MessageType> | Declared<EnumType>>;
}

/** What a file declares, by full name and kind. */
interface Content {
  readonly file: FileDescriptorProto;
  readonly messages: MessageType[];
  readonly enums: EnumType[];
  readonly extensions: Extension[];
}

/**
 * Plans the modules for files of a schema and for those files that they need the types of.
 * @param roots the paths of the files that are asked for
 * @param single the path of the one module that holds everything; a module a file without it
 */
export function plan(
  files: readonly FileDescriptorProto[],
  registry: Registry,
  roots: readonly string[],
  single?: string,
): Plan {
  const contents = files.map((file) => contentOf(file, registry));
  const needed = reachable(contents, roots);
  const types = new Map<string, Declared<MessageType> | Declared<EnumType>>();
  const paths = new Set<string>();
  const units =
    single === undefined
      ? needed.map((content) => unitOf(pathOf(content.file.name!, paths), [content], types))
      : [unitOf(single, needed, types)];
  return { units, types };
}

/** `chat.proto` becomes `chat.pb`, whatever the system's letters mean; no name leads out of the folder. */
function pathOf(name: string, taken: Set<string>): string {
  const steps = name.replace(/\.proto$/, '').split(/[/\\]/);
  const safe = steps.filter((step) => !/^\.*$/.test(step)).map((step) => step.replace(/[^\w.+-]/g, '_'));
  const base = safe.join('/') || '_';
  let path = base;
  for (let i = 2; taken.has(path.toLowerCase()); i++) path = `${base}_${i}`;
  taken.add(path.toLowerCase());
  return `${path}.pb`;
}

function unitOf(path: string, contents: readonly Content[], types: Map<string, unknown>): Unit {
  const names = new Names();
  const unit: Unit = {
    path,
    sources: contents.map(({ file }) => file.name!),
    names,
    messages: [],
    enums: [],
    extensions: [],
    comments: new Map(contents.flatMap(({ file }) => [...commentsOf(file)])),
  };
  for (const { file, messages, enums, extensions } of contents) {
    const claim = <T extends { readonly name: string }>(
      list: Declared<T>[],
      type: T,
      prefix: string,
    ): void => {
      const id = names.claim(localName(type.name, file.package));
      const declared = { type, unit, id, second: names.claim(prefix === '' ? `${id}Enum` : prefix + id) };
      list.push(declared);
      if (!('extendee' in type)) types.set(type.name, declared);
    };
    for (const type of messages) claim(unit.messages, type, 'new$');
    for (const type of enums) claim(unit.enums, type, '');
    for (const type of extensions) claim(unit.extensions, type, 'extension$');
  }
  return unit;
}

/** A full name within its package, a step for a step: `Chat_Kind`. */
function localName(full: string, inside: string | undefined): string {
  const local =
    inside !== undefined && inside !== '' && full.startsWith(`${inside}.`)
      ? full.slice(inside.length + 1)
      : full;
  return local.replaceAll('.', '_');
}

function contentOf(file: FileDescriptorProto, registry: Registry): Content {
  const content: Content = { file, messages: [], enums: [], extensions: [] };
  const open: {
    scope: string;
    part: FileDescriptorProto | NonNullable<FileDescriptorProto['messageType']>[number];
  }[] = [{ scope: file.package ?? '', part: file }];
  // A stack, for a schema may nest its messages deeper than calls do.
  for (let top = open.pop(); top; top = open.pop()) {
    const { scope, part } = top;
    const named = (name = ''): string => (scope === '' ? name : `${scope}.${name}`);
    for (const { name } of part.enumType ?? []) add(content.enums, registry.enums.get(named(name)));
    for (const { name } of part.extension ?? [])
      add(content.extensions, registry.extensions.get(named(name)));
    const nested =
      ('messageType' in part ? part.messageType : (part as { nestedType?: [] }).nestedType) ?? [];
    for (const message of nested.toReversed()) open.push({ scope: named(message.name), part: message });
    if (part !== file) add(content.messages, registry.messages.get(scope));
  }
  return content;
}

function add<T>(list: T[], type: T | undefined): void {
  if (type !== undefined) list.push(type);
}

/** The files that were asked for, and those whose types they use. */
function reachable(contents: readonly Content[], roots: readonly string[]): Content[] {
  const home = new Map<unknown, Content>();
  for (const content of contents)
    for (const type of [...content.messages, ...content.enums]) home.set(type.name, content);
  const asked = new Set(roots);
  const open = contents.filter(({ file }) => asked.has(file.name!));
  const found = new Set(open);
  for (let content = open.pop(); content; content = open.pop()) {
    for (const name of uses(content)) {
      const other = home.get(name);
      if (other === undefined || found.has(other)) continue;
      found.add(other);
      open.push(other);
    }
  }
  return contents.filter((content) => found.has(content));
}

function* uses({ messages, extensions }: Content): Iterable<string> {
  for (const { fields } of messages) for (const field of Object.values(fields)) yield* namesIn(field);
  for (const { extendee, field } of extensions) {
    yield extendee.name;
    yield* namesIn(field);
  }
}

function* namesIn({ type }: Field): Iterable<string> {
  if (typeof type !== 'string') yield type.name;
}

/** Whether a field's type is a message's. */
export function isMessage(type: FieldType): type is MessageType {
  return typeof type === 'object' && 'merge' in type;
}

/** Whether a field's type is an enum. */
export function isEnum(type: FieldType): type is EnumType {
  return typeof type === 'object' && !('merge' in type);
}
