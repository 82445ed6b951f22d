/** The ways that a field comes: where it is expected, and as a case of its message's loop. */
import type { MessageType } from 'petrel/message';
import { isGathered, isHere, putFunction } from './gather.ts';
import { indent, property } from './names.ts';
import { entryCase } from './read-entry.ts';
import { boolCase, doubleLines, largeLines, SMALL, smallCase } from './read-number.ts';
import { packedCase } from './read-packed.ts';
import { emptyOf, store, stored, synced, valueCase, type Context } from './read-value.ts';
import type { Scope } from './scope.ts';
import { DELIMITED, tagBytes, tagOf, type Resolved } from './wire.ts';

/**
 * A field where it is expected: in the order of the numbers, as writers write. What comes otherwise is the loop's. A chat message
 * is read 1.25x as fast as by the loop alone.
 */
export function expectedLines(field: Resolved, context: Context): string[] {
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
    : (largeLines(field, context) ??
      doubleLines(field, context) ??
      laterLines(field, context) ??
      readLines(field, context));
  if (declared.repeated && !packable) return rowLines(message!, tag, body, context.scope);
  return expectedCase('if', tag, body);
}

/** A text that may come later. */
function laterLines(field: Resolved, context: Context): string[] | undefined {
  if (!context.gathered || !isGathered(field)) return undefined;
  const { scope, id } = context;
  const put = scope.unit.names.claim(`put$${id}_${field.key}`);
  context.behind.push(putFunction(put, field.key));
  return synced([store(field, `${scope.helper('gatherText')}(reader, into, ${put})`, context)]);
}

/** Messages in a row, whose texts are made together: not those of the first, which may be the only one. */
function rowLines(message: MessageType, tag: number, body: readonly string[], scope: Scope): string[] {
  if (!scope.gathering().withTexts.has(message.name)) return expectedCase('while', tag, body);
  return [
    'rows = 0;',
    ...expectedCase('while', tag, [...body, `if (++rows === 1) ${scope.helper('gather')}(reader);`]),
    `if (rows > 0) ${scope.helper('gathered')}(reader);`,
  ];
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
export function casesOf(field: Resolved, context: Context): string[] {
  const { no } = field.field;
  const there =
    context.gathered && isGathered(field) ? [`${context.scope.helper('settled')}(reader, into);`] : [];
  const lines = caseOf(tagOf(no, field.wire), [...there, ...readLines(field, context)]);
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
  if (message && group === 0 && isHere(message, context.scope)) return messageCase(field, message, context);
  return synced(valueCase(field, context));
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
    `const value: ${scope.helper('type Draft')} = ${field.field.repeated ? made : existing(field, made, context)};`,
    `${scope.mergeOf(id)}(reader, value);`,
    `pos = ${scope.helper('closed')}(reader, bound, start);`,
    ...stored(field, 'value', context),
  ];
}

/** The message that is there already, if it is, with all its texts; another one. */
function existing({ key, message }: Resolved, made: string, { scope, gathered }: Context): string {
  const there = property('into', key);
  if (!gathered || !scope.gathering().withTexts.has(message!.name)) return `${there} ?? ${made}`;
  return `${there} === undefined ? ${made} : ${scope.helper('settled')}(reader, ${there})`;
}
