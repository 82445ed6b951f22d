/**
 * How names from a schema enter source text: as checked identifiers, as escaped literals, or as text of a comment that
 * can't end it. Nothing else of a schema is ever written.
 */

/** What generated modules import of the library. */
const RUNTIME = [
  'EnumType',
  'Extension',
  'MessageReader',
  'MessageType',
  'MessageWriter',
  'Registry',
  'UNKNOWN',
  'closedEnumeration',
  'enumeration',
  'message',
] as const;

/** What code written ahead of time imports beside it. */
const HELPERS = [
  'Draft',
  'NONE',
  'NO_BYTES',
  'NO_ENTRIES',
  'Oneof',
  'WORD',
  'bounded',
  'clash',
  'closeMessage',
  'closed',
  'codec',
  'defaults',
  'endOfInput',
  'entries',
  'gather',
  'gatherText',
  'gathered',
  'inEntry',
  'isEmpty',
  'judge',
  'list',
  'longTag',
  'missing',
  'misused',
  'nextTag',
  'openMessage',
  'opened',
  'otherTag',
  'own',
  'pack',
  'packInt32',
  'packInt64',
  'packUint32',
  'packUint64',
  'putBool',
  'putBytes',
  'putDouble',
  'putFixed32',
  'putFixed64',
  'putFloat',
  'putInt32',
  'putInt64',
  'putSfixed32',
  'putSfixed64',
  'putSint32',
  'putSint64',
  'putText',
  'putUint32',
  'putUint64',
  'readDouble',
  'readFixed32',
  'readFloat',
  'readInt64',
  'readSint64',
  'readText',
  'readUint32',
  'readUint64',
  'room',
  'settled',
  'shaped',
  'traced',
  'unknownField',
  'unpack',
  'unpackDouble',
  'unpackFloat',
  'unpackInt32',
  'unpackInt64',
  'unpackUint32',
  'unpackUint64',
] as const;

/** A name that is imported; as a type, with `type ` before it. */
type Import<N extends string> = N | `type ${N}`;
export type Runtime = Import<(typeof RUNTIME)[number]>;
export type Helper = Import<(typeof HELPERS)[number]>;

/** What no type may be called: words of the language, its globals, and what modules export or declare in their functions. */
const WORDS = `
  abstract any arguments as asserts async await bigint boolean break case catch class const constructor continue debugger declare
  default delete do else enum error eval export extends false finally for from function get global globalThis if implements
  import in infer instanceof interface is keyof let module namespace never new null number object of out override package
  private protected public readonly require return satisfies set static string super switch symbol this throw true try type
  typeof undefined unique unknown using var void while with yield
  Array ArrayBuffer BigInt Boolean DataView Date Error Function Infinity Iterator JSON Map Math NaN Number Object Promise Proxy
  RangeError Readonly Record Reflect RegExp Set String Symbol TypeError Uint8Array WeakMap WeakSet
  at b bound bytes end from group h i into l item key mark other outer pos reader registry rest rows run start tag value writer
`
  .trim()
  .split(/\s+/);

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** The names of one module, each given once. */
export class Names {
  private readonly taken = new Map<string, number>(
    [...WORDS, ...RUNTIME, ...HELPERS].map((name) => [name, 1]),
  );

  /** An identifier like `wanted` that nothing else in the module has: `Foo_Bar`, and `Foo_Bar_2` for the next. */
  claim(wanted: string): string {
    let name = wanted.replace(/[^\w$]/g, (c) => `$${c.charCodeAt(0).toString(16)}`);
    if (!IDENTIFIER.test(name)) name = `_${name}`;
    const base = name;
    let count = this.taken.get(base) ?? 0;
    while (this.taken.has(name)) name = `${base}_${++count}`;
    this.taken.set(base, count);
    this.taken.set(name, 1);
    return name;
  }
}

/** A text as a literal of one line in ASCII. */
export function literal(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\"/g, '"')
    .replace(/'/g, "\\'")
    .replace(/[^\x20-\x7e]/g, unicodeEscape);
  return `'${escaped}'`;
}

/** A member's name in an object literal or an interface. In a literal, a plain `__proto__` would set the prototype. */
export function member(key: string): string {
  if (key === '__proto__') return "['__proto__']";
  return IDENTIFIER.test(key) ? key : literal(key);
}

/** The property of an object: `into.text`. */
export function property(object: string, key: string): string {
  return IDENTIFIER.test(key) ? `${object}.${key}` : `${object}[${literal(key)}]`;
}

/** A doc comment of some text, nothing for no text. What would end it, direct a tool or reorder a display is spelled out. */
export function docComment(text: string | undefined): string[] {
  const lines = (text ?? '').split(/\r\n|[\r\n\u2028\u2029]/).map((line) => commentText(line).trimEnd());
  while (lines[0] === '') lines.shift();
  while (lines.at(-1) === '') lines.pop();
  if (lines.length < 2) return lines.map((line) => `/** ${line.trim()} */`);
  return ['/**', ...lines.map((line) => (line === '' ? ' *' : ` * ${line.replace(/^ /, '')}`)), ' */'];
}

/** A line of text as it may stand in a comment. */
export function commentText(line: string): string {
  return line
    .replace(/[^\P{C}\t]|[\p{Zl}\p{Zp}]/gu, (c) => c.replace(/[^]/g, unicodeEscape))
    .replace(/\*\//g, '*\\/')
    .replace(/[@#](?=__|ts-|jsx|vite|source)/gi, '\\$&');
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Lines, two spaces further in. */
export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? line : `  ${line}`));
}
