/** The function that reads a message's fields: a switch over whole tags, a case for each way that a field comes. */
import type { MessageType } from 'petrel/message';
import { indent, literal, property } from './names.ts';
import { casesOf, expectedLines } from './read-field.ts';
import type { Context } from './read-value.ts';
import type { Declared } from './schema.ts';
import type { Scope } from './scope.ts';
import { oneofsOf, tagBytes, tagOf, type Resolved } from './wire.ts';

/** The most fields that are expected: of a message of many, most are absent. */
const EXPECTED = 32;

/** So many flags, with those before them, are more shapes than a store remembers. */
const MANY = 3;

/** `function merge$Chat(reader, into, group)`, and what it calls. */
export function mergeFunction(
  name: string,
  { type, id }: Declared<MessageType>,
  fields: readonly Resolved[],
  scope: Scope,
): string[] {
  const context: Context = {
    id,
    scope,
    behind: [],
    clear: new Map(),
    gathered: scope.gathering().inRows.has(type.name),
    late: lateFlags(fields, scope),
  };
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
    ...(uses('rows') ? ['  let rows = 0;'] : []),
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
