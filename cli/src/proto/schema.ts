/** Schemas that a user names: `.proto` files and descriptor sets, with everything that they import. */
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { DescriptorError, loadDescriptors, type FileDescriptorProto } from 'petrel/descriptor';
import { UNKNOWN, type Registry } from 'petrel/message';
import { quote } from 'petrel/wire';
import { usage, type CommandError } from '../exit.ts';
import { bundled } from './schema/bundled.ts';
import { sourceCodeInfo } from './schema/comments.ts';
import type { Parsed } from './schema/draft.ts';
import { parseProto } from './schema/parse.ts';
import { decodeSet, decodeText, isSame, isText, placeOf, read } from './schema/read.ts';
import { Names } from './schema/resolve.ts';
import { errorAt } from './schema/tokens.ts';

/** What `loadSchema` answers. */
export interface Schema {
  /** Types of every file, ready to run. */
  readonly registry: Registry;
  /** Every file, each after those that it imports. */
  readonly files: readonly FileDescriptorProto[];
  /** The names of the files that were asked for; of a descriptor set, all. */
  readonly roots: readonly string[];
}

/** Where imports are looked for. */
export interface SchemaOptions {
  /** Folders, in this order; the folder of the importing file and then protobuf's own files come after them. */
  readonly includes?: readonly string[];
}

/**
 * Loads schemas from `.proto` files (proto2, proto3, editions 2023 and 2024) and from descriptor sets (`protoc
 * --include_imports --descriptor_set_out`, `buf build -o`), which are told apart by what is in them.
 * @throws CommandError USAGE with file, line and column, for a file that can't be read, is no schema, or lacks an import.
 */
export function loadSchema(paths: readonly string[], options: SchemaOptions = {}): Schema {
  const files = new Files(options.includes ?? []);
  const roots = paths.flatMap((path) => files.addRoot(path));
  files.link();
  try {
    const sorted = files.sorted();
    return { registry: loadDescriptors({ file: sorted }), files: sorted, roots: [...new Set(roots)] };
  } catch (error) {
    throw error instanceof DescriptorError ? files.located(error) : error;
  }
}

/** The files of a schema by the names that imports spell. */
class Files {
  private readonly includes: readonly string[];
  private readonly protos = new Map<string, FileDescriptorProto>();
  /** Those of them that came as text. */
  private readonly parsed = new Map<string, Parsed>();
  /** Names by where the file is, for one file may be imported by two spellings. */
  private readonly names = new Map<string, string>();

  constructor(includes: readonly string[]) {
    this.includes = includes;
  }

  /** Adds a file that was asked for, and what it imports. @returns the names of the files that it holds. */
  addRoot(path: string): string[] {
    const bytes = read(path);
    if (bytes === undefined) throw usage(`can't read ${path}: there is no such file`);
    return isText(bytes) ? [this.addText(this.nameOf(path), path, bytes)] : this.addSet(path, bytes);
  }

  private addSet(path: string, bytes: Uint8Array): string[] {
    const { file = [] } = decodeSet(path, bytes);
    return file.map((proto) => {
      const { name = '' } = proto;
      const there = this.protos.get(name);
      if (there && !isSame(there, proto))
        throw usage(`${path}: holds another ${quote(name)} than a file before it`);
      if (!there) this.protos.set(name, proto);
      return name;
    });
  }

  /** Adds a file and all that it imports. @returns its name. */
  private addText(name: string, path: string, bytes: Uint8Array): string {
    const known = this.names.get(placeOf(path));
    if (known !== undefined) return known;
    const open = [this.parse(name, path, decodeText(path, bytes))];
    for (let parsed = open.pop(); parsed; parsed = open.pop())
      for (const [i, { path: wanted, at }] of parsed.imports.entries()) {
        const found = this.find(wanted, parsed);
        if (found === undefined)
          throw errorAt(parsed.file, at, `there is no ${quote(wanted)}; --include names folders`);
        parsed.proto.dependency![i] = found.name;
        if (found.text !== undefined) open.push(this.parse(found.name, found.path, found.text));
      }
    return name;
  }

  private parse(name: string, path: string, text: string): Parsed {
    const parsed = parseProto(text, name, path);
    const comments = sourceCodeInfo(parsed.locations);
    if (comments.length > 0) Object.assign(parsed.proto, { [UNKNOWN]: [comments] });
    this.parsed.set(name, parsed);
    this.protos.set(name, parsed.proto);
    this.names.set(placeOf(path), name);
    return parsed;
  }

  /** Finds an import: its name, and its text where it is new. */
  private find(wanted: string, from: Parsed): { name: string; path: string; text?: string } | undefined {
    if (/^[/\\]|(^|[/\\])\.\.?([/\\]|$)|\\/.test(wanted)) return undefined;
    const beside = join(dirname(from.proto.name!), wanted).split(sep).join('/');
    const places = [
      ...(this.includes.length === 0 ? ['.'] : this.includes).map(
        (folder) => [wanted, join(folder, wanted)] as const,
      ),
      [beside, join(dirname(from.file), wanted)] as const,
    ];
    for (const [name, path] of places) {
      const bytes = read(path);
      if (bytes === undefined) continue;
      const known = this.names.get(placeOf(path));
      return known === undefined ? { name, path, text: decodeText(path, bytes) } : { name: known, path };
    }
    if (this.protos.has(wanted)) return { name: wanted, path: wanted };
    const text = bundled(wanted);
    return text === undefined ? undefined : { name: wanted, path: wanted, text };
  }

  /** The name by which others would import a file that was given by its path. */
  private nameOf(path: string): string {
    for (const folder of [...this.includes, '.']) {
      const name = relative(placeOf(folder), placeOf(path));
      if (name !== '' && !name.startsWith('..') && !isAbsolute(name)) return name.split(sep).join('/');
    }
    return basename(path);
  }

  /** Completes the names of types. */
  link(): void {
    const names = new Names(this.protos.values());
    for (const parsed of this.parsed.values()) names.resolve(parsed, this.visibleFrom(parsed.proto));
  }

  /** A file, those that it imports, and those that they import for others. */
  private visibleFrom({ name = '', dependency = [] }: FileDescriptorProto): Set<string> {
    const visible = new Set([name, ...dependency]);
    for (const each of visible) {
      if (each === name) continue;
      const proto = this.protos.get(each);
      for (const i of proto?.publicDependency ?? []) visible.add(proto?.dependency?.[i] ?? name);
    }
    return visible;
  }

  /** Every file behind those that it imports. @throws CommandError USAGE for files that import each other in a circle. */
  sorted(): FileDescriptorProto[] {
    const done = new Set<FileDescriptorProto>();
    const open: { proto: FileDescriptorProto; next: number }[] = [];
    const inside = new Set<string>();
    for (const proto of this.protos.values()) {
      open.push({ proto, next: 0 });
      for (let top = open.at(-1); top; top = open.at(-1)) {
        const { name = '', dependency = [] } = top.proto;
        inside.add(name);
        const wanted = done.has(top.proto) ? undefined : dependency[top.next++];
        if (wanted === undefined) {
          done.add(top.proto);
          inside.delete(name);
          open.pop();
          continue;
        }
        if (inside.has(wanted)) throw this.circle(name, wanted);
        const other = this.protos.get(wanted);
        if (other && !done.has(other)) open.push({ proto: other, next: 0 });
      }
    }
    return [...done];
  }

  private circle(name: string, wanted: string): CommandError {
    const problem = `imports ${quote(wanted)}, which imports it`;
    const parsed = this.parsed.get(name);
    const at = parsed?.imports[parsed.proto.dependency!.indexOf(wanted)]?.at;
    return parsed && at ? errorAt(parsed.file, at, problem) : usage(`${name}: ${problem}`);
  }

  /** A fault of the descriptors, at its place in the text. */
  located(error: DescriptorError): CommandError {
    const parsed = this.parsed.get(error.file);
    const at = parsed?.places.get(error.element);
    return parsed && at
      ? errorAt(parsed.file, at, `${error.element} ${error.problem}`)
      : usage(error.message);
  }
}
