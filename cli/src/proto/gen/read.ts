/** The function that reads a message's fields: a switch over whole tags, a case for each way that a field comes. */
import type { EnumType, MessageType } from 'petrel/message';
import { indent, literal, property, type Helper } from './names.ts';
import type { Declared } from './schema.ts';
import type { Scope } from './scope.ts';
import { DELIMITED, entryOf, oneofsOf, tagOf, VARINT, type Resolved } from './wire.ts';

/** What is read without the reader's own method. */
const INLINED: { readonly [method: string]: Helper } = {
  int64: 'readInt64',
  uint64: 'readUint64',
  string: 'readText',
};

/** What the functions of one message share. */
interface Context {
  readonly id: string;
  readonly scope: Scope;
  /** Functions that the cases call, written behind. */
  readonly behind: string[][];
  /** The function that clears a oneof, by the oneof. */
  readonly clear: Map<string, string>;
}

/** `function merge$Chat(reader, into, group)`, and what it calls. */
export function mergeFunction(
  name: string,
  { type, id }: Declared<MessageType>,
  fields: readonly Resolved[],
  scope: Scope,
): string[] {
  const context: Context = { id, scope, behind: [], clear: new Map() };
  for (const [oneof, members] of oneofsOf(fields)) {
    const clear = scope.unit.names.claim(`clear$${id}_${oneof}`);
    context.clear.set(oneof, clear);
    context.behind.push(clearFunction(clear, members));
  }
  const required = fields.filter(({ field }) => field.required);
  const cases = [
    'case 0:',
    ...indent([...required.map(({ key }) => expectation(key, type.name)), 'return;']),
    ...fields.flatMap((field) => casesOf(field, context)),
    'default:',
    `  ${scope.helper('unknownField')}(reader, tag, into);`,
  ];
  return [
    `function ${name}(reader: ${scope.use('type MessageReader')}, into: ${scope.helper('type Draft')}, group = 0): void {`,
    '  let tag = 0;',
    '  try {',
    '    for (;;) {',
    '      tag = 0;',
    `      switch ((tag = ${scope.helper('nextTag')}(reader, group))) {`,
    ...indent(indent(indent(indent(cases)))),
    '      }',
    '    }',
    '  } catch (error) {',
    `    throw ${scope.helper('traced')}(error, ${id}.fields, into, tag);`,
    '  }',
    '}',
    ...context.behind.flatMap((lines) => ['', ...lines]),
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

/** The cases of a field: as it is declared, and the other form of a repeated number. [MESSAGE-6] */
function casesOf(field: Resolved, context: Context): string[] {
  const { no } = field.field;
  const lines = caseOf(
    tagOf(no, field.wire),
    field.field.key ? entryCase(field, context) : valueCase(field, context),
  );
  return field.packable ? [...lines, ...caseOf(tagOf(no, DELIMITED), packedCase(field, context))] : lines;
}

function caseOf(tag: number, lines: readonly string[]): string[] {
  const block = lines.some((line) => line.startsWith('const '));
  const body = indent([...lines, 'break;']);
  return block ? [`case ${tag}: {`, ...body, '}'] : [`case ${tag}:`, ...body];
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
    'const { pos } = reader;',
    `const value = ${value};`,
    `if (${knownTest(closed, context.scope)}(value)) {`,
    ...indent([...clear, store(field, 'value', context)]),
    `} else reader.keep(into, pos, ${field.field.no}, ${VARINT});`,
  ];
}

function clearing({ field }: Resolved, { clear }: Context): string {
  return `${clear.get(field.oneof!)!}(into);`;
}

function packedCase(field: Resolved, { scope, ...context }: Context): string[] {
  const { closed } = field;
  const value = valueOf(field, scope);
  const element = closed
    ? [
        'const { pos } = reader;',
        `const value = ${value};`,
        `if (${knownTest(closed, scope)}(value)) ${store(field, 'value', { scope, ...context })}`,
        `else reader.keep(into, pos, ${field.field.no}, ${VARINT});`,
      ]
    : [store(field, value, { scope, ...context })];
  return [
    `const end = ${scope.helper('bounded')}(reader);`,
    ...(closed
      ? ['while (reader.pos < reader.end) {', ...indent(element), '}']
      : [`while (reader.pos < reader.end) ${element.join('')}`]),
    'reader.end = end;',
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
): string {
  const inlined = INLINED[read ?? ''];
  if (inlined) return `${scope.helper(inlined)}(reader)`;
  if (!message) return `reader.${read}()`;
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
    `  const end = ${scope.helper('openEntry')}(reader);`,
    '  let tag = 0;',
    `  let key: Draft = ${key.zero};`,
    `  let value: Draft${value.message ? '' : ` = ${closed ? field.zero : zeroText(value, scope)}`};`,
    '  let rest: Draft;',
    '  try {',
    '    for (;;) {',
    '      tag = 0;',
    '      tag = nextTag(reader, 0);',
    '      if (tag === 0) break;',
    `      if (tag === ${tagOf(1, key.wire)}) key = ${valueOf(key, scope)};`,
    `      else if (tag === ${tagOf(2, value.wire)}) value = ${valueOf(value, scope, 'value')};`,
    '      else unknownField(reader, tag, (rest ??= {}));',
    '    }',
    '  } catch (error) {',
    `    throw ${scope.helper('inEntry')}(error, tag);`,
    '  }',
    `  ${scope.helper('closeEntry')}(reader, end, start);`,
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
