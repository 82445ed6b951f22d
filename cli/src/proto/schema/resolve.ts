/** Names of types to full names, as protobuf's scopes say: the innermost declaration of the first step counts. */
import type { FileDescriptorProto } from 'petrel/descriptor';
import { within, type Parsed } from './draft.ts';
import { errorAt } from './tokens.ts';

const MESSAGE = 11;
const ENUM = 14;

/** What a name stands for. */
interface Declared {
  readonly kind: 'message' | 'enum' | 'package';
  /** The files that declare it; a package may be in many. */
  readonly files: Set<string>;
}

/** The names that files declare, for resolving those that they use. */
export class Names {
  private readonly symbols = new Map<string, Declared>();

  constructor(files: Iterable<FileDescriptorProto>) {
    for (const file of files) this.addFile(file);
  }

  private addFile({
    name = '',
    package: inside = '',
    messageType = [],
    enumType = [],
  }: FileDescriptorProto): void {
    let scope = '';
    for (const step of inside === '' ? [] : inside.split('.'))
      this.add((scope = within(scope, step)), 'package', name);
    for (const each of enumType) this.add(within(scope, each.name ?? ''), 'enum', name);
    const open = messageType.map((message) => ({ scope, message }));
    for (let top = open.pop(); top; top = open.pop()) {
      const { message } = top;
      const full = within(top.scope, message.name ?? '');
      this.add(full, 'message', name);
      for (const each of message.enumType ?? []) this.add(within(full, each.name ?? ''), 'enum', name);
      for (const each of message.nestedType ?? []) open.push({ scope: full, message: each });
    }
  }

  private add(full: string, kind: Declared['kind'], file: string): void {
    const there = this.symbols.get(full);
    if (there) there.files.add(file);
    else this.symbols.set(full, { kind, files: new Set([file]) });
  }

  /**
   * Makes the names of a file's types complete, and says which of them are enums.
   * @param visible the files whose names it may use
   * @throws CommandError USAGE at the name that means nothing.
   */
  resolve({ file, references }: Parsed, visible: ReadonlySet<string>): void {
    for (const { field, key, scope, at } of references) {
      const name = field[key]!;
      const full = name.startsWith('.') ? name.slice(1) : this.find(name, scope, visible);
      const found = full === undefined ? undefined : this.symbols.get(full);
      if (!found || found.kind === 'package') {
        const meant = full === undefined || full === name ? '' : `: it means ${full} here`;
        throw errorAt(file, at, `${name} is not declared${meant}`);
      }
      if (!isIn(found, visible))
        throw errorAt(file, at, `${name} is declared in ${[...found.files].join()}, which is not imported`);
      if (key === 'extendee' && found.kind === 'enum') throw errorAt(file, at, `${name} is an enum`);
      field[key] = `.${full}`;
      if (key === 'typeName') field.type = found.kind === 'enum' ? ENUM : MESSAGE;
    }
  }

  /** The full name of what a name means within a scope. What is not visible is found only where nothing else is. */
  private find(name: string, scope: string, visible: ReadonlySet<string>): string | undefined {
    const [first = ''] = name.split('.', 1);
    let hidden: string | undefined;
    for (let around: string | undefined = scope; around !== undefined; around = outer(around)) {
      const full = within(around, name);
      if (this.symbols.has(full)) hidden ??= full;
      const step = this.symbols.get(within(around, first));
      if (!step || !isIn(step, visible)) continue;
      // A step that is found decides; a package alone is no type.
      if (first !== name || step.kind !== 'package') return full;
    }
    return hidden;
  }
}

function isIn({ files }: Declared, visible: ReadonlySet<string>): boolean {
  for (const file of files) if (visible.has(file)) return true;
  return false;
}

/** The scope around one; undefined around the outermost. */
function outer(scope: string): string | undefined {
  return scope === '' ? undefined : scope.slice(0, Math.max(scope.lastIndexOf('.'), 0));
}
