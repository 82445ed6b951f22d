/** The function that writes a message's fields in the order of their numbers. */
import type { MessageType } from 'petrel/message';
import { indent, literal, property } from './names.ts';
import { knownTest } from './read.ts';
import type { Declared } from './schema.ts';
import type { Scope } from './scope.ts';
import { DELIMITED, entryOf, oneofsOf, tagOf, type Resolved } from './wire.ts';

/** `function write$Chat(writer, from)` */
export function writeFunction(
  name: string,
  { type, id }: Declared<MessageType>,
  fields: readonly Resolved[],
  scope: Scope,
): string[] {
  const sorted = fields.toSorted((a, b) => a.field.no - b.field.no);
  const context: Context = { type, id, scope, oneofs: oneofsOf(fields), several: new Map() };
  const lines = sorted.flatMap((field) => fieldLines(field, context));
  const list = fields.some(({ field }) => field.repeated);
  return [
    `function ${name}(writer: ${scope.use('type MessageWriter')}, from: ${scope.helper('type Draft')}): void {`,
    ...(fields.length === 0
      ? []
      : [
          '  let at = 0;',
          ...(list ? ['  let i = -1;'] : []),
          '  let value: Draft;',
          '  try {',
          ...indent(indent(lines)),
          '  } catch (error) {',
          `    throw ${scope.helper('misused')}(error, ${id}.fields, at, ${list ? 'i' : '-1'});`,
          '  }',
        ]),
    `  for (const run of from[${scope.use('UNKNOWN')}] ?? ${scope.helper('NONE')}) writer.raw(run);`,
    '}',
  ];
}

interface Context {
  readonly type: MessageType;
  readonly id: string;
  readonly scope: Scope;
  readonly oneofs: ReadonlyMap<string, readonly Resolved[]>;
  /** The variable that says whether several members of a oneof are set, by the oneof. */
  readonly several: Map<string, string>;
}

function fieldLines(each: Resolved, context: Context): string[] {
  const { key, field } = each;
  const { scope, type } = context;
  const { count, guard } = onlyMember(each, context);
  const body = [...guard, ...valueLines(each, context)];
  const head = `if (${condition(each, scope)})`;
  const missing = field.required ? `else throw ${scope.helper('missing')}(${literal(type.name)});` : '';
  return [
    ...count,
    `at = ${field.no};`,
    `value = ${held(key, scope)};`,
    ...(body.length === 1
      ? [`${head} ${body[0]}`, ...(missing === '' ? [] : [missing])]
      : [`${head} {`, ...indent(body), `} ${missing}`.trimEnd()]),
  ];
}

/** What refuses a member of a oneof beside another: a count of the members, before the first, and a test of it. */
function onlyMember(
  { key, field: { oneof } }: Resolved,
  { id, scope, oneofs, several }: Context,
): { count: string[]; guard: string[] } {
  const members = oneofs.get(oneof ?? '') ?? [];
  if (members.length < 2) return { count: [], guard: [] };
  const name = several.get(oneof!) ?? scope.unit.names.claim('several');
  const guard = [`if (${name}) throw ${scope.helper('clash')}(${id}.fields, from, ${literal(key)});`];
  if (several.has(oneof!)) return { count: [], guard };
  several.set(oneof!, name);
  const set = members.map((other) => `(${held(other.key, scope)} === undefined ? 0 : 1)`);
  return { count: [`const ${name} = ${set.join(' + ')} > 1;`], guard };
}

/** A field's value: what a plain object inherits is none. */
function held(key: string, scope: Scope): string {
  return key in Object.prototype ? `${scope.helper('own')}(from, ${literal(key)})` : property('from', key);
}

/** Whether a value is written. The default of a field with implicit presence is not; -0 is none of a float's. */
function condition({ field, implicit, zero, write }: Resolved, scope: Scope): string {
  const there = 'value !== undefined';
  if (field.repeated || field.key || !implicit) return there;
  if (zero === 'NO_BYTES') return `${there} && !${scope.helper('isEmpty')}(value)`;
  if (write === 'float' || write === 'double') return `${there} && (value !== 0 || Object.is(value, -0))`;
  return `${there} && value !== ${zero}${write!.endsWith('64') ? ' && value !== 0n' : ''}`;
}

function valueLines(each: Resolved, context: Context): string[] {
  const { field, packable } = each;
  const { scope } = context;
  if (field.key) return [mapLine(each, scope)];
  if (!field.repeated) return tagged(each, 'value', scope);
  const check = `${scope.helper('list')}(value);`;
  if (!packable || field.packed === false) return [check, ...loop(tagged(each, 'value[i]', scope))];
  return [
    `if (${scope.helper('list')}(value).length > 0) {`,
    ...indent([
      tagLine(tagOf(field.no, DELIMITED)),
      'const mark = writer.fork();',
      ...loop([untagged(each, 'value[i]', scope)]),
      'writer.join(mark);',
    ]),
    '}',
  ];
}

/** Writes every element; where one is at fault, `i` says which. */
function loop(lines: readonly string[]): string[] {
  return [
    ...(lines.length === 1
      ? [`for (i = 0; i < value.length; i++) ${lines[0]}`]
      : ['for (i = 0; i < value.length; i++) {', ...indent(lines), '}']),
    'i = -1;',
  ];
}

function mapLine(each: Resolved, scope: Scope): string {
  const { value } = entryOf(each);
  const lines = tagged(value, 'item', scope).join(' ');
  const known = each.closed ? `, ${knownTest(each.closed, scope)}` : '';
  const type = literal(each.field.key!);
  return `${scope.helper('entries')}(writer, ${each.field.no}, ${type}, value, (item) => { ${lines} }${known});`;
}

/** Writes a value behind its tag. A closed enum's number is judged before anything is written. */
function tagged(each: Resolved, value: string, scope: Scope): string[] {
  const { field, wire, closed } = each;
  const judged = closed ? [`${scope.helper('judge')}(${value}, ${knownTest(closed, scope)});`] : [];
  return [...judged, tagLine(tagOf(field.no, wire)), untagged({ ...each, closed: undefined }, value, scope)];
}

function tagLine(tag: number): string {
  return tag < 0x80 ? `writer.byte(${tag});` : `writer.varint(${tag});`;
}

function untagged({ write, message, group, closed }: Resolved, value: string, scope: Scope): string {
  const given = closed ? `${scope.helper('judge')}(${value}, ${knownTest(closed, scope)})` : value;
  if (write === 'string') return `${scope.helper('writeText')}(writer, ${given});`;
  return message
    ? `writer.message(${scope.id(message.name)}, ${value}${group > 0 ? `, ${group}` : ''});`
    : `writer.${write}(${given});`;
}
