/** The function that reads a message's fields: a switch over whole tags, a case for each way that a field comes. */
import type { EnumType, MessageType } from 'petrel/message';
import { indent, literal, property, type Helper } from './names.ts';
import type { Declared } from './schema.ts';
import type { Scope } from './scope.ts';
import { DELIMITED, entryOf, oneofsOf, tagBytes, tagOf, VARINT, type Resolved } from './wire.ts';

/** What is read without the reader's own method. */
const INLINED: { readonly [method: string]: Helper } = {
  uint32: 'readUint32',
  int64: 'readInt64',
  uint64: 'readUint64',
  sint64: 'readSint64',
  fixed32: 'readFixed32',
  float: 'readFloat',
  double: 'readDouble',
  string: 'readText',
};

/** Varints of 32 bits: what a value is, of its bits `b`. */
const SMALL: { readonly [method: string]: string } = {
  uint32: 'b',
  int32: 'b | 0',
  sint32: '(b >>> 1) ^ -(b & 1)',
};

/** Packed lists that are read in bulk. */
const PACKED: { readonly [method: string]: Helper } = {
  uint32: 'unpackUint32',
  int32: 'unpackInt32',
  uint64: 'unpackUint64',
  int64: 'unpackInt64',
  double: 'unpackDouble',
  float: 'unpackFloat',
};

/** The most fields that are expected: of a message of many, most are absent. */
const EXPECTED = 32;

/** So many flags, with those before them, are more shapes than a store remembers. */
const MANY = 3;

/** What the functions of one message share. */
interface Context {
  readonly id: string;
  readonly scope: Scope;
  /** Functions that the cases call, written behind. */
  readonly behind: string[][];
  /** The function that clears a oneof, by the oneof. */
  readonly clear: Map<string, string>;
  /** The variable of a flag that is set behind the others. */
  readonly late: ReadonlyMap<Resolved, string>;
}

/** `function merge$Chat(reader, into, group)`, and what it calls. */
export function mergeFunction(
  name: string,
  { type, id }: Declared<MessageType>,
  fields: readonly Resolved[],
  scope: Scope,
): string[] {
  const context: Context = { id, scope, behind: [], clear: new Map(), late: lateFlags(fields, scope) };
  for (const [oneof, members] of oneofsOf(fields)) {
    const clear = scope.unit.names.claim(`clear$${id}_${oneof}`);
    context.clear.set(oneof, clear);
    context.behind.push(clearFunction(clear, members));
  }
  const required = fields.filter(({ field }) => field.required);
  const cases = fields.flatMap((field) => casesOf(field, context));
  const expected = fields
    .toSorted((a, b) => a.field.no - b.field.no)
    .slice(0, EXPECTED)
    .flatMap((field) => expectedLines(field, context));
  const setLate = Array.from(
    context.late,
    ([{ key }, name]) => `if (${name} >= 0) ${property('into', key)} = ${name} !== 0;`,
  );
  const uses = (name: string): boolean =>
    [...expected, ...cases].some((line) => new RegExp(`\\b${name}\\b`).test(line));
  return [
    `function ${name}(reader: ${scope.use('type MessageReader')}, into: ${scope.helper('type Draft')}, group = 0): void {`,
    '  const { bytes, end } = reader;',
    '  let { pos } = reader;',
    '  let tag = 0;',
    ...(uses('b') ? ['  let b = 0;'] : []),
    ...(uses('h') ? ['  let h = 0;'] : []),
    ...Array.from(context.late.values(), (name) => `  let ${name} = -1;`),
    '  try {',
    ...indent(indent([...expected, ...setLate])),
    '    while (pos < end) {',
    '      reader.start = pos;',
    '      tag = bytes[pos]!;',
    '      if (tag > 0x7f) {',
    '        tag = 0;',
    `        tag = ${scope.helper('longTag')}(reader, pos);`,
    '        pos = reader.pos;',
    '      } else pos++;',
    '      switch (tag) {',
    ...indent(indent(indent(indent([...cases, ...otherCase(scope, required, type.name)])))),
    '      }',
    '    }',
    '    tag = 0;',
    `    ${scope.helper('endOfInput')}(reader, pos, group);`,
    ...indent(indent(required.map(({ key }) => expectation(key, type.name)))),
    '  } catch (error) {',
    `    throw ${scope.helper('traced')}(error, ${id}.fields, into, tag);`,
    '  }',
    '}',
    ...context.behind.flatMap((lines) => ['', ...lines]),
  ];
}

/**
 * Flags that are set behind the other fields, where there are many. Each that may be absent doubles the shapes that an object has from
 * there on, and beyond four shapes every store is a look-up: 30 fields with three flags are read 1.1x as fast.
 */
function lateFlags(fields: readonly Resolved[], scope: Scope): Map<Resolved, string> {
  const flags = fields.filter(
    ({ read, field }) => read === 'bool' && !field.repeated && !field.key && field.oneof === undefined,
  );
  const most = fields.map(({ field }) => field.no).toSorted((a, b) => a - b)[EXPECTED] ?? Infinity;
  const late = flags.filter(({ field }) => field.no < most && tagBytes(tagOf(field.no, 0)).length < 3);
  return new Map(late.length < MANY ? [] : late.map((flag) => [flag, scope.unit.names.claim('late')]));
}

/** What is no field of the message, or has another wire type, or ends its group. */
function otherCase(scope: Scope, required: readonly Resolved[], name: string): string[] {
  return [
    'default: {',
    '  const other = tag;',
    '  tag = 0;',
    '  reader.pos = pos;',
    `  tag = ${scope.helper('otherTag')}(reader, other, group);`,
    ...(required.length === 0
      ? ['  if (tag === 0) return;']
      : [
          '  if (tag === 0) {',
          ...indent(indent(required.map(({ key }) => expectation(key, name)))),
          '    return;',
          '  }',
        ]),
    `  ${scope.helper('unknownField')}(reader, tag, into);`,
    '  pos = reader.pos;',
    '}',
  ];
}

function expectation(key: string, name: string): string {
  return `if (${property('into', key)} === undefined) reader.expect(into, ${literal(key)}, ${literal(name)});`;
}

function clearFunction(name: string, members: readonly Resolved[]): string[] {
  return [
    `function ${name}(into: Draft): void {`,
    ...members.map(
      ({ key }) => `  if (${property('into', key)} !== undefined) ${property('into', key)} = undefined;`,
    ),
    '}',
  ];
}

/**
 * A field where it is expected: in the order of the numbers, as writers write. What comes otherwise is the loop's. A chat message
 * is read 1.25x as fast as by the loop alone.
 */
function expectedLines(field: Resolved, context: Context): string[] {
  const { packable, field: declared, message, group } = field;
  if (declared.key || (declared.repeated && !packable && !(message && group === 0))) return [];
  const packed = packable && declared.packed !== false;
  if (packable && !packed) return [];
  const tag = tagOf(declared.no, packed ? DELIMITED : field.wire);
  if (tagBytes(tag).length > 2) return [];
  const late = context.late.get(field);
  if (late !== undefined) return expectedCase('if', tag, boolCase(field, context, [`${late} = b;`]));
  const body = packed
    ? packedCase(field, context)
    : (largeLines(field, context) ?? doubleLines(field, context) ?? readLines(field, context));
  return expectedCase(declared.repeated && !packable ? 'while' : 'if', tag, body);
}

function expectedCase(word: 'if' | 'while', tag: number, body: readonly string[]): string[] {
  const bytes = tagBytes(tag);
  const there = bytes.map((byte, i) => `bytes[pos${i > 0 ? ` + ${i}` : ''}] === ${byte}`).join(' && ');
  return [
    `${word} (pos + ${bytes.length} < end && ${there}) {`,
    ...indent(['reader.start = pos;', `tag = ${tag};`, `pos += ${bytes.length};`, ...body]),
    '}',
  ];
}

/** The cases of a field: as it is declared, and the other form of a repeated number. [MESSAGE-6] */
function casesOf(field: Resolved, context: Context): string[] {
  const { no } = field.field;
  const lines = caseOf(tagOf(no, field.wire), readLines(field, context));
  return field.packable ? [...lines, ...caseOf(tagOf(no, DELIMITED), packedCase(field, context))] : lines;
}

function caseOf(tag: number, lines: readonly string[]): string[] {
  const block = lines.some((line) => line.startsWith('const '));
  const body = indent([...lines, 'break;']);
  return block ? [`case ${tag}: {`, ...body, '}'] : [`case ${tag}:`, ...body];
}

function readLines(field: Resolved, context: Context): string[] {
  const { read, closed, message, group } = field;
  if (field.field.key) return synced(entryCase(field, context));
  if (!closed && SMALL[read ?? '']) return smallCase(field, context);
  if (!closed && read === 'bool') return boolCase(field, context);
  if (message && group === 0 && isCodecHere(message, context.scope))
    return messageCase(field, message, context);
  return synced(valueCase(field, context));
}

/** Lines that read by the reader's position. */
function synced(lines: readonly string[]): string[] {
  return ['reader.pos = pos;', ...lines, 'pos = reader.pos;'];
}

/** A varint of 32 bits: of one byte, here. */
function smallCase(field: Resolved, context: Context): string[] {
  return [
    'if (pos < end && (b = bytes[pos]!) < 0x80) pos++;',
    'else if (pos + 1 < end && bytes[pos + 1]! < 0x80) {',
    '  b += (bytes[pos + 1]! << 7) - 0x80;',
    '  pos += 2;',
    '} else {',
    '  reader.pos = pos;',
    `  b = ${context.scope.helper('readUint32')}(reader);`,
    '  pos = reader.pos;',
    '}',
    ...stored(field, SMALL[field.read!]!, context),
  ];
}

/**
 * A varint of five to eight bytes and at most 53 bits, which identifiers and times are: here it is no object, as a number that a
 * function answers is. The bits that say that a varint goes on are subtracted with the next byte.
 */
function largeLines(field: Resolved, context: Context): string[] | undefined {
  const { read } = field;
  if (field.field.key || (read !== 'int64' && read !== 'uint64')) return undefined;
  const helper = INLINED[read]!;
  return [
    'h = -1;',
    'if (pos + 8 <= end && (bytes[pos]! & bytes[pos + 1]! & bytes[pos + 2]! & bytes[pos + 3]!) > 0x7f) {',
    '  b = bytes[pos]! + (bytes[pos + 1]! << 7) + (bytes[pos + 2]! << 14) + (bytes[pos + 3]! << 21) - 0x1020_4080;',
    '  h = bytes[pos + 4]!;',
    '  if (h < 0x80) pos += 5;',
    '  else if ((h += (bytes[pos + 5]! << 7) - 0x80) < 0x4000) pos += 6;',
    '  else if ((h += (bytes[pos + 6]! << 14) - 0x4000) < 0x20_0000) pos += 7;',
    '  else if ((h += (bytes[pos + 7]! << 21) - 0x20_0000) < 0x200_0000) pos += 8;',
    '  else h = -1;',
    '}',
    'if (h < 0) {',
    '  reader.pos = pos;',
    ...indent(stored(field, `${context.scope.helper(helper)}(reader)`, context)),
    '  pos = reader.pos;',
    '} else {',
    ...indent(stored(field, 'h * 0x1000_0000 + b', context)),
    '}',
  ];
}

/** Four bytes behind the position as 32 bits. */
function wordAt(first: number): string {
  return [0, 8, 16, 24]
    .map((shift, i) => `bytes[pos + ${first + i}]!${shift > 0 ? ` << ${shift}` : ''}`)
    .join(' | ');
}

/** A double by way of a word that all share: it is no object either. */
function doubleLines(field: Resolved, context: Context): string[] | undefined {
  if (field.field.key || field.read !== 'double' || field.field.repeated) return undefined;
  const { scope } = context;
  const word = scope.helper('WORD');
  return [
    'if (pos + 8 <= end) {',
    `  ${word}.setInt32(0, ${wordAt(0)}, true);`,
    `  ${word}.setInt32(4, ${wordAt(4)}, true);`,
    '  pos += 8;',
    ...indent(stored(field, `${word}.getFloat64(0, true)`, context)),
    '} else {',
    ...indent(synced(valueCase(field, context))),
    '}',
  ];
}

function boolCase(
  field: Resolved,
  context: Context,
  store: readonly string[] = stored(field, 'b !== 0', context),
): string[] {
  return [
    'if (pos < end && (b = bytes[pos]!) < 0x80) pos++;',
    'else {',
    '  reader.pos = pos;',
    '  b = reader.bool() ? 1 : 0;',
    '  pos = reader.pos;',
    '}',
    ...store,
  ];
}

/** A message behind its length, whose function is called without the reader in between. */
function messageCase(field: Resolved, message: MessageType, context: Context): string[] {
  const { scope } = context;
  const { id } = scope.declared(message.name);
  const made = emptyOf(message, scope);
  return [
    'const { start } = reader;',
    'reader.pos = pos;',
    `const bound = ${scope.helper('opened')}(reader);`,
    `const value: ${scope.helper('type Draft')} = ${field.field.repeated ? made : `${property('into', field.key)} ?? ${made}`};`,
    `${scope.mergeOf(id)}(reader, value);`,
    `pos = ${scope.helper('closed')}(reader, bound, start);`,
    ...stored(field, 'value', context),
  ];
}

/** Whether a message's functions are in this module. */
function isCodecHere(message: MessageType, scope: Scope): boolean {
  return scope.declared(message.name).unit === scope.unit;
}

function stored(field: Resolved, value: string, context: Context): string[] {
  const clear = field.field.oneof === undefined ? [] : [clearing(field, context)];
  return [...clear, store(field, value, context)];
}

function valueCase(field: Resolved, context: Context): string[] {
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

function clearing({ field }: Resolved, { clear }: Context): string {
  return `${clear.get(field.oneof!)!}(into);`;
}

function packedCase(field: Resolved, context: Context): string[] {
  const { scope } = context;
  const { closed, key, read } = field;
  if (closed) return synced(closedPacked(field, closed, context));
  const into = property('into', key);
  const bulk = PACKED[read!];
  const call = bulk
    ? `${scope.helper(bulk)}(reader, into, ${literal(key)}, ${into})`
    : `${scope.helper('unpack')}(reader, into, ${literal(key)}, ${into}, (from) => ${valueOf(field, scope, '', 'from')})`;
  // a list of nothing is none
  return synced([`const list = ${call};`, `if (list.length > 0) ${into} = list;`]);
}

/** The numbers of a closed enum, each judged. */
function closedPacked(field: Resolved, closed: EnumType, context: Context): string[] {
  const { scope } = context;
  return [
    `const outer = ${scope.helper('bounded')}(reader);`,
    'while (reader.pos < reader.end) {',
    '  const { pos } = reader;',
    `  const value = ${valueOf(field, scope)};`,
    `  if (${knownTest(closed, scope)}(value)) ${store(field, 'value', context)}`,
    `  else reader.keep(into, pos, ${field.field.no}, ${VARINT});`,
    '}',
    'reader.end = outer;',
  ];
}

function store({ key, field }: Resolved, value: string, { scope }: Context): string {
  const into = property('into', key);
  return field.repeated
    ? `(${into} === ${scope.helper('NONE')} ? (${into} = []) : ${into}).push(${value});`
    : `${into} = ${value};`;
}

function valueOf(
  { key, field, read, message, group }: Resolved,
  scope: Scope,
  there = property('into', key),
  reader = 'reader',
): string {
  const inlined = INLINED[read ?? ''];
  if (inlined) return `${scope.helper(inlined)}(${reader})`;
  if (!message) return `${reader}.${read}()`;
  const made = emptyOf(message, scope);
  const into = field.repeated ? made : `${there} ?? ${made}`;
  return `reader.message(${scope.id(message.name)}, ${into}${group > 0 ? `, ${group}` : ''})`;
}

function emptyOf(message: MessageType, scope: Scope): string {
  const { unit, second } = scope.declared(message.name);
  return unit === scope.unit ? `new ${second}()` : `${scope.id(message.name)}.create()`;
}

/** The name of a function that tells a closed enum's numbers, written once a module. */
export function knownTest(type: EnumType, scope: Scope): string {
  return scope.shared(`is ${type.name}`, `is$${scope.declared(type.name).id}`, (name) => {
    const numbers = [...new Set(Object.values(type.values))];
    return [
      `function ${name}(value: ${scope.helper('type Draft')}): boolean {`,
      '  switch (value) {',
      ...numbers.map((no) => `    case ${no}:`),
      '      return true;',
      '    default:',
      '      return false;',
      '  }',
      '}',
    ];
  });
}

function entryCase(field: Resolved, context: Context): string[] {
  const { scope, id, behind } = context;
  const name = scope.unit.names.claim(`entry$${id}_${field.key}`);
  behind.push(entryFunction(name, field, scope));
  return [`${name}(reader, into);`];
}

/** Reads one entry of a map; the last one of a key wins. */
function entryFunction(name: string, field: Resolved, scope: Scope): string[] {
  const {
    closed,
    field: { no },
  } = field;
  const { key, value } = entryOf(field);
  const map = property('into', field.key);
  const set = `(${map} === ${scope.helper('NO_ENTRIES')} ? (${map} = Object.create(null)) : ${map})[String(key)] = value;`;
  return [
    `function ${name}(reader: MessageReader, into: Draft): void {`,
    `  const { ${closed ? 'pos, ' : ''}start } = reader;`,
    `  const end = ${scope.helper('opened')}(reader);`,
    '  let tag = 0;',
    `  let key: Draft = ${key.zero};`,
    `  let value: Draft${value.message ? '' : ` = ${closed ? field.zero : zeroText(value, scope)}`};`,
    '  let rest: Draft;',
    '  try {',
    '    for (;;) {',
    '      tag = 0;',
    `      tag = ${scope.helper('nextTag')}(reader);`,
    '      if (tag === 0) break;',
    `      if (tag === ${tagOf(1, key.wire)}) key = ${valueOf(key, scope)};`,
    `      else if (tag === ${tagOf(2, value.wire)}) value = ${valueOf(value, scope, 'value')};`,
    '      else unknownField(reader, tag, (rest ??= {}));',
    '    }',
    '  } catch (error) {',
    `    throw ${scope.helper('inEntry')}(error, tag);`,
    '  }',
    `  ${scope.helper('closed')}(reader, end, start);`,
    ...(value.message ? [`  value ??= reader.nothing(${scope.id(value.message.name)});`] : []),
    ...(closed
      ? [
          `  if (${knownTest(closed, scope)}(value)) ${set}`,
          `  else reader.keep(into, pos, ${no}, ${DELIMITED});`,
        ]
      : [`  ${set}`]),
    '}',
  ];
}

function zeroText({ zero }: Resolved, scope: Scope): string {
  return zero === 'NO_BYTES' ? scope.helper(zero) : zero!;
}
