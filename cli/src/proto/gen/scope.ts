/** A module while it is written: what it imports, and how it calls what it does not declare itself. */
import { gathering, type Gathering } from './gather.ts';
import { literal, type Helper, type Runtime } from './names.ts';
import type { Declared, Plan, Unit } from './schema.ts';

/** How modules are written. */
export interface GenerateOptions {
  /** Reads and writes inlined, instead of descriptions for the interpreter. */
  readonly codec: boolean;
  /** Where the runtime is imported from: `petrel/message`. */
  readonly runtime: string;
  /** The ending of imports of other generated modules: `.js`, `.ts` or nothing. */
  readonly ending: string;
}

/** The longest line of imports. */
const WIDEST = 110;

export class Scope {
  readonly unit: Unit;
  readonly options: GenerateOptions;
  private readonly types: Plan['types'];
  private readonly runtime = new Map<string, Set<string>>();
  private readonly claimed = new Map<string, string>();
  private readonly others = new Map<Unit, Map<string, string>>();
  private gathered: Gathering | undefined;
  private readonly functions = new Map<
    string,
    { readonly name: string; readonly lines: readonly string[] }
  >();

  constructor(unit: Unit, types: Plan['types'], options: GenerateOptions) {
    this.unit = unit;
    this.types = types;
    this.options = options;
  }

  /** A name of the runtime, imported. A type's begins with `type `. */
  use(name: Runtime): string {
    return this.take(this.options.runtime, name);
  }

  /** A name of what only code written ahead of time needs. */
  helper(name: Helper): string {
    return this.take(`${this.options.runtime}/generated`, name);
  }

  /** A message type or an enum, where it is declared. @throws TypeError for one that the schema lacks. */
  declared(name: string): Declared<{ readonly name: string }> {
    const found = this.types.get(name);
    if (found === undefined) throw new TypeError(`the schema has no type ${name}`);
    return found;
  }

  /** The identifier of a message type here, or of an enum's names. */
  id(name: string): string {
    const declared = this.declared(name);
    return this.local(declared.unit, declared.id);
  }

  /** The identifier of an enum's type here. */
  enumId(name: string): string {
    const declared = this.declared(name);
    return this.local(declared.unit, declared.second);
  }

  /** The function that reads a message of this module, by the message's identifier; that which writes it. */
  mergeOf(id: string): string {
    return this.once(`merge ${id}`, `merge$${id}`);
  }

  writeOf(id: string): string {
    return this.once(`write ${id}`, `write$${id}`);
  }

  /** Which texts of this module's messages may be put off. */
  gathering(): Gathering {
    return (this.gathered ??= gathering(
      this.unit.messages.map(({ type }) => type),
      this,
    ));
  }

  private once(what: string, wanted: string): string {
    let name = this.claimed.get(what);
    if (name === undefined) this.claimed.set(what, (name = this.unit.names.claim(wanted)));
    return name;
  }

  /** The name of a function that several places call, which is written once. */
  shared(what: string, wanted: string, make: (name: string) => readonly string[]): string {
    const there = this.functions.get(what);
    if (there) return there.name;
    const name = this.unit.names.claim(wanted);
    this.functions.set(what, { name, lines: make(name) });
    return name;
  }

  /** The functions that are shared. */
  sharedFunctions(): (readonly string[])[] {
    return [...this.functions.values()].map(({ lines }) => lines);
  }

  /** The lines that import what was used. */
  imports(): string[] {
    const lines = [...this.runtime].map(([from, names]) => importLine([...names], from));
    for (const [unit, names] of this.others) {
      const list = [...names].map(([name, local]) => (name === local ? name : `${name} as ${local}`));
      lines.push(importLine(list, relative(this.unit.path, unit.path) + this.options.ending));
    }
    return lines.toSorted();
  }

  private take(from: string, name: string): string {
    const names = this.runtime.get(from) ?? new Set();
    this.runtime.set(from, names.add(name));
    return name.replace('type ', '');
  }

  private local(unit: Unit, id: string): string {
    if (unit === this.unit) return id;
    const names = this.others.get(unit) ?? new Map<string, string>();
    this.others.set(unit, names);
    const local = names.get(id) ?? this.unit.names.claim(id);
    names.set(id, local);
    return local;
  }
}

function importLine(names: readonly string[], from: string): string {
  const sorted = names.toSorted((a, b) => (a.replace('type ', '') < b.replace('type ', '') ? -1 : 1));
  const all = sorted.every((name) => name.startsWith('type '));
  const list = all
    ? `type { ${sorted.map((name) => name.slice(5)).join(', ')} }`
    : `{ ${sorted.join(', ')} }`;
  const line = `import ${list} from ${literal(from)};`;
  return line.length > WIDEST ? line.replace(/\{ (.*) \}/, (_, names: string) => wrapped(names)) : line;
}

/** Names, one a line. */
function wrapped(names: string): string {
  return `{\n${names
    .split(', ')
    .map((name) => `  ${name},\n`)
    .join('')}}`;
}

/** The way from one module to another: `../google/protobuf/any.pb`. */
function relative(from: string, to: string): string {
  const here = from.split('/').slice(0, -1);
  const there = to.split('/');
  let shared = 0;
  while (shared < here.length && here[shared] === there[shared]) shared++;
  const up = here.slice(shared).map(() => '..');
  return [...(up.length > 0 ? up : ['.']), ...there.slice(shared)].join('/');
}
