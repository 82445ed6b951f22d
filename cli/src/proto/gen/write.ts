/** The function that writes a message's fields in the order of their numbers. */
import type { EnumType, MessageType } from 'petrel/message';
import { knownTest } from './known.ts';
import { indent, literal, property, type Helper } from './names.ts';
import type { Declared } from './schema.ts';
import type { Scope } from './scope.ts';
import { DELIMITED, entryOf, oneofsOf, tagBytes, tagOf, type Resolved } from './wire.ts';

/** What is written here, and the most bytes that each takes. */
const PUT: { readonly [method: string]: readonly [helper: Helper, most: number] } = {
  bool: ['putBool', 1],
  int32: ['putInt32', 10],
  uint32: ['putUint32', 5],
  sint32: ['putSint32', 5],
  int64: ['putInt64', 10],
  uint64: ['putUint64', 10],
  sint64: ['putSint64', 10],
  fixed32: ['putFixed32', 4],
  sfixed32: ['putSfixed32', 4],
  fixed64: ['putFixed64', 8],
  sfixed64: ['putSfixed64', 8],
  float: ['putFloat', 4],
  double: ['putDouble', 8],
};

/** Packed lists that are written in bulk. */
const PACKED: { readonly [method: string]: Helper } = {
  int32: 'packInt32',
  uint32: 'packUint32',
  int64: 'packInt64',
  uint64: 'packUint64',
};

/** What the writer's own methods may ask for beyond a value's bytes. */
const SPARE = 10;

/** `function write$Chat(writer, from)` */
export function writeFunction(
  name: string,
  { type, id }: Declared<MessageType>,
  fields: readonly Resolved[],
  scope: Scope,
): string[] {
  const sorted = fields.toSorted((a, b) => a.field.no - b.field.no);
  const context: Context = {
    type,
    id,
    scope,
    oneofs: oneofsOf(fields),
    several: new Map(),
    room: fields.reduce((sum, field) => sum + mostOf(field), SPARE),
  };
  const lines = sorted.flatMap((field) => fieldLines(field, context));
  const list = fields.some(({ field }) => field.repeated);
  const uses = (name: string): boolean => lines.some((line) => new RegExp(`\\b${name}\\b`).test(line));
  return [
    `function ${name}(writer: ${scope.use('type MessageWriter')}, from: ${scope.helper('type Draft')}): void {`,
    ...(fields.length === 0
      ? []
      : [
          '  let at = 0;',
          ...(list ? ['  let i = -1;'] : []),
          ...(uses('h') ? ['  let h = 0;'] : []),
          ...(uses('l') ? ['  let l = 0;'] : []),
          '  let value: Draft;',
          `  let { bytes, pos } = ${scope.helper('room')}(writer, ${context.room});`,
          '  try {',
          ...indent(indent(lines)),
          '  } catch (error) {',
          `    throw ${scope.helper('misused')}(error, ${id}.fields, at, ${list ? 'i' : '-1'});`,
          '  }',
          '  writer.pos = pos;',
        ]),
    `  const rest = from[${scope.use('UNKNOWN')}] ?? ${scope.helper('NONE')};`,
    '  if (rest !== NONE) for (const run of rest) writer.raw(run);',
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
  /** The bytes that there is always room for: every value of a bounded length, with its tag. */
  readonly room: number;
}

/** The most bytes that a field takes before the next one that makes room. */
function mostOf({ field, write }: Resolved): number {
  const tag = tagBytes(tagOf(field.no, 0)).length;
  return tag + (field.repeated || field.key ? 1 : (PUT[write ?? '']?.[1] ?? 1));
}

function fieldLines(each: Resolved, context: Context): string[] {
  const { key, field } = each;
  const { scope, type } = context;
  const { count, guard } = onlyMember(each, context);
  const body = [...guard, ...valueLines(each, context)];
  const head = `${large(each)}if (${condition(each, scope)})`;
  const missing = field.required ? `else throw ${scope.helper('missing')}(${literal(type.name)});` : '';
  return [
    ...count,
    `at = ${field.no};`,
    `value = ${held(key, scope)};`,
    ...(body.length === 1
      ? [...`${head} ${body[0]}`.split('\n'), ...(missing === '' ? [] : [missing])]
      : [...`${head} {`.split('\n'), ...indent(body), `} ${missing}`.trimEnd()]),
  ];
}

/**
 * A varint of a whole number from 2^28 to 2^53 - 1, which identifiers and times are, before the test for another. A number that a
 * function takes is an object first: here it is none. Its words are made independently of each other, and are shifted then: to take
 * 28 bits off waits for each of five steps in turn.
 */
function large({ field, write, implicit }: Resolved): string {
  const tag = tagBytes(tagOf(field.no, 0));
  if (!implicit || field.repeated || field.key || (write !== 'int64' && write !== 'uint64')) return '';
  const low = ['l', 'l >> 7', 'l >> 14', 'l >> 21'].map((bits) => `${bits} | 0x80`);
  return [
    "if (typeof value === 'number' && (h = (value / 0x1_0000_0000) | 0) < 0x20_0000 && h >= 0 &&",
    '  h * 0x1_0000_0000 + ((l = value | 0) >>> 0) === value && (h = (h << 4) | (l >>> 28)) > 0) {',
    ...indent([...tag, ...low].map((byte, i) => `bytes[pos${i > 0 ? ` + ${i}` : ''}] = ${byte};`)),
    `  for (pos += ${tag.length + 4}; h > 0x7f; h >>= 7) bytes[pos++] = h | 0x80;`,
    '  bytes[pos++] = h;',
    '} else ',
  ].join('\n');
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

/**
 * Whether a value is written. The default of a field with implicit presence is not; -0 is none of a float's. Only a bigint is compared
 * with one, and a text by its length: neither comparison is a call then.
 */
function condition({ field, implicit, zero, write }: Resolved, scope: Scope): string {
  const there = 'value !== undefined';
  if (field.repeated || field.key || !implicit) return there;
  if (zero === 'NO_BYTES') return `${there} && !${scope.helper('isEmpty')}(value)`;
  if (write === 'string') return `${there} && (typeof value !== 'string' || value.length > 0)`;
  if (write === 'float' || write === 'double') return `${there} && (value !== 0 || Object.is(value, -0))`;
  const big = write!.endsWith('64') ? " && (typeof value !== 'bigint' || value !== 0n)" : '';
  return `${there} && value !== ${zero}${big}`;
}

function valueLines(each: Resolved, context: Context): string[] {
  const { field, packable, write, message, group } = each;
  const { scope } = context;
  if (field.key) return asMethods([mapLine(each, scope)], context);
  if (!field.repeated) return putLines(each, 'value', context);
  const check = `${scope.helper('list')}(value);`;
  if (packable && field.packed !== false) return packedLines(each, context);
  return message || !PUT[write!] || group > 0
    ? [check, ...loop(putLines(each, 'value[i]', context))]
    : [check, ...asMethods(loop(tagged(each, 'value[i]', scope)), context)];
}

function packedLines(each: Resolved, context: Context): string[] {
  const { scope, room } = context;
  const { closed } = each;
  const bulk = PACKED[each.write!];
  const { field } = each;
  const put = PUT[each.write!]![0];
  const call = closed
    ? `${scope.helper('pack')}(writer, pos, value, ${judging(put, closed, scope)}, ${room})`
    : bulk
      ? `${scope.helper(bulk)}(writer, pos, value, ${room})`
      : `${scope.helper('pack')}(writer, pos, value, ${scope.helper(put)}, ${room})`;
  return [
    `if (${scope.helper('list')}(value).length > 0) {`,
    ...indent([...tagLines(tagOf(field.no, DELIMITED)), `pos = ${call};`, 'bytes = writer.bytes;']),
    '}',
  ];
}

/** A function that judges a closed enum's number, and writes it. */
function judging(put: Helper, closed: EnumType, scope: Scope): string {
  const judged = `${scope.helper('judge')}(item, ${knownTest(closed, scope)})`;
  return `(to, at, next, item) => ${scope.helper(put)}(to, at, next, ${judged})`;
}

/** Lines that write by the writer's own position. */
function asMethods(lines: readonly string[], { scope, room }: Context): string[] {
  return ['writer.pos = pos;', ...lines, `({ bytes, pos } = ${scope.helper('room')}(writer, ${room}));`];
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

/** Writes a value behind its tag, by functions that take the position. A closed enum's number is judged before anything is written. */
function putLines(each: Resolved, value: string, context: Context): string[] {
  const { field, wire, write, message, closed, group } = each;
  const { scope, room } = context;
  const judged = closed ? [`${scope.helper('judge')}(${value}, ${knownTest(closed, scope)});`] : [];
  const tag = [...judged, ...tagLines(tagOf(field.no, wire))];
  if (message) return [...tag, ...messageLines(message, group, value, context)];
  const put = PUT[write!];
  if (put)
    return [
      ...tag,
      ...inlined(write!, value, `pos = ${scope.helper(put[0])}(writer, bytes, pos, ${value});`),
    ];
  const helper = scope.helper(write === 'string' ? 'putText' : 'putBytes');
  return [...tag, `pos = ${helper}(writer, pos, ${value}, ${room});`, 'bytes = writer.bytes;'];
}

/** What one byte says, of a type: its test, and the byte. */
const ONE_BYTE: { readonly [method: string]: readonly [test: string, byte: string] } = {
  bool: ['VALUE === true', '1'],
  int32: ['typeof VALUE === "number" && VALUE >>> 0 === VALUE && VALUE < 0x80', 'VALUE'],
  sint32: ['typeof VALUE === "number" && VALUE << 26 >> 26 === VALUE', '(VALUE << 1) ^ (VALUE >> 31)'],
};

/**
 * A value of one byte is written here, and an unsigned one of 32 bits; another by a call: of a message of many fields, V8 inlines
 * only the first ones.
 */
function inlined(write: string, value: string, call: string): string[] {
  if (write === 'uint32')
    return [
      `if (typeof ${value} === 'number' && ${value} >>> 0 === ${value}) {`,
      `  h = ${value};`,
      '  for (; h > 0x7f; h >>>= 7) bytes[pos++] = h | 0x80;',
      '  bytes[pos++] = h;',
      `} else ${call}`,
    ];
  const one = ONE_BYTE[write];
  if (one === undefined) return [call];
  const [test, byte] = one.map((text) => text.replaceAll('VALUE', value)) as [string, string];
  return [`if (${test}) bytes[pos++] = ${byte};`, `else ${call}`];
}

/** A message of this module is written without the writer in between. */
function messageLines(message: MessageType, group: number, value: string, context: Context): string[] {
  const { scope, room } = context;
  const id = scope.id(message.name);
  if (group > 0 || scope.declared(message.name).unit !== scope.unit)
    return asMethods([`writer.message(${id}, ${value}${group > 0 ? `, ${group}` : ''});`], context);
  return [
    `${scope.helper('openMessage')}(writer, pos, ${value}, ${id});`,
    `${scope.writeOf(id)}(writer, ${value});`,
    `pos = ${scope.helper('closeMessage')}(writer, pos, ${room});`,
    'bytes = writer.bytes;',
  ];
}

function mapLine(each: Resolved, scope: Scope): string {
  const { value } = entryOf(each);
  const lines = tagged(value, 'item', scope).join(' ');
  const known = each.closed ? `, ${knownTest(each.closed, scope)}` : '';
  const type = literal(each.field.key!);
  return `${scope.helper('entries')}(writer, ${each.field.no}, ${type}, value, (item) => { ${lines} }${known});`;
}

/** Writes a value behind its tag, by the writer's methods. */
function tagged(each: Resolved, value: string, scope: Scope): string[] {
  const { field, wire, closed, message, group, write } = each;
  const tag = tagOf(field.no, wire);
  return [
    ...(closed ? [`${scope.helper('judge')}(${value}, ${knownTest(closed, scope)});`] : []),
    tag < 0x80 ? `writer.byte(${tag});` : `writer.varint(${tag});`,
    message
      ? `writer.message(${scope.id(message.name)}, ${value}${group > 0 ? `, ${group}` : ''});`
      : `writer.${write}(${value});`,
  ];
}

function tagLines(tag: number): string[] {
  return tagBytes(tag).map((byte) => `bytes[pos++] = ${byte};`);
}
