/** How one value of a field is read, and where it goes. */
import type { MessageType } from 'petrel/message';
import { knownTest } from './known.ts';
import { indent, property, type Helper } from './names.ts';
import type { Scope } from './scope.ts';
import { VARINT, type Resolved } from './wire.ts';

/** What the functions of one message share. */
export interface Context {
  readonly id: string;
  readonly scope: Scope;
  /** Functions that the cases call, written behind. */
  readonly behind: string[][];
  /** The function that clears a oneof, by the oneof. */
  readonly clear: Map<string, string>;
  /** Whether its texts may be put off: messages of its type come in rows, or inside those that do. */
  readonly gathered: boolean;
  /** The variable of a flag that is set behind the others. */
  readonly late: ReadonlyMap<Resolved, string>;
}

/** What is read without the reader's own method. */
export const INLINED: { readonly [method: string]: Helper } = {
  uint32: 'readUint32',
  int64: 'readInt64',
  uint64: 'readUint64',
  sint64: 'readSint64',
  fixed32: 'readFixed32',
  float: 'readFloat',
  double: 'readDouble',
  string: 'readText',
};

/** Lines that read by the reader's position. */
export function synced(lines: readonly string[]): string[] {
  return ['reader.pos = pos;', ...lines, 'pos = reader.pos;'];
}

/** Lines that read a value by the reader and store it: of a closed enum, where it is one of its numbers. [MESSAGE-9] */
export function valueCase(field: Resolved, context: Context): string[] {
  const { closed } = field;
  const value = valueOf(field, context.scope);
  if (!closed)
    return field.field.oneof === undefined
      ? [store(field, value, context)]
      : ['const value = ' + value + ';', clearing(field, context), store(field, 'value', context)];
  const clear = field.field.oneof === undefined ? [] : [clearing(field, context)];
  return [
    `const value = ${value};`,
    `if (${knownTest(closed, context.scope)}(value)) {`,
    ...indent([...clear, store(field, 'value', context)]),
    `} else reader.keep(into, pos, ${field.field.no}, ${VARINT});`,
  ];
}

/** Lines that store a value, and clear the other members of its oneof. */
export function stored(field: Resolved, value: string, context: Context): string[] {
  const clear = field.field.oneof === undefined ? [] : [clearing(field, context)];
  return [...clear, store(field, value, context)];
}

function clearing({ field }: Resolved, { clear }: Context): string {
  return `${clear.get(field.oneof!)!}(into);`;
}

/** A statement that stores a value. */
export function store({ key, field }: Resolved, value: string, { scope }: Context): string {
  const into = property('into', key);
  return field.repeated
    ? `(${into} === ${scope.helper('NONE')} ? (${into} = []) : ${into}).push(${value});`
    : `${into} = ${value};`;
}

/**
 * An expression that reads a value.
 * @param there what a message is merged into, where it is
 * @param reader the name of the reader
 */
export function valueOf(
  { key, field, read, message, group }: Resolved,
  scope: Scope,
  there: string = property('into', key),
  reader = 'reader',
): string {
  const inlined = INLINED[read ?? ''];
  if (inlined) return `${scope.helper(inlined)}(${reader})`;
  if (!message) return `${reader}.${read}()`;
  const made = emptyOf(message, scope);
  const into = field.repeated ? made : `${there} ?? ${made}`;
  return `reader.message(${scope.id(message.name)}, ${into}${group > 0 ? `, ${group}` : ''})`;
}

/** An expression that makes an empty message. */
export function emptyOf(message: MessageType, scope: Scope): string {
  const { unit, second } = scope.declared(message.name);
  return unit === scope.unit ? `new ${second}()` : `${scope.id(message.name)}.create()`;
}
