/** The ways that a field comes: where it is expected, and as a case of its message's loop. */
import type { MessageType } from 'petrel/message';
import { indent, property } from './names.ts';
import { entryCase } from './read-entry.ts';
import { boolCase, doubleLines, largeLines, SMALL, smallCase } from './read-number.ts';
import { packedCase } from './read-packed.ts';
import { emptyOf, stored, synced, valueCase, type Context } from './read-value.ts';
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
export function casesOf(field: Resolved, context: Context): string[] {
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
