/** Entries of maps, each read by a function of its own. */
import { knownTest } from './known.ts';
import { property } from './names.ts';
import { valueOf, type Context } from './read-value.ts';
import type { Scope } from './scope.ts';
import { DELIMITED, entryOf, tagOf, type Resolved } from './wire.ts';

/** A line that calls the function of a map's entry, which is written behind. */
export function entryCase(field: Resolved, context: Context): string[] {
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
