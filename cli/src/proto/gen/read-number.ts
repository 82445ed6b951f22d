/** Numbers that a message's own loop reads, where they are of a usual length. */
import { indent } from './names.ts';
import { INLINED, stored, synced, valueCase, type Context } from './read-value.ts';
import type { Resolved } from './wire.ts';

/** Varints of 32 bits: what a value is, of its bits `b`. */
export const SMALL: { readonly [method: string]: string } = {
  uint32: 'b',
  int32: 'b | 0',
  sint32: '(b >>> 1) ^ -(b & 1)',
};

/** A varint of 32 bits: of one byte, here. */
export function smallCase(field: Resolved, context: Context): string[] {
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
export function largeLines(field: Resolved, context: Context): string[] | undefined {
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
export function doubleLines(field: Resolved, context: Context): string[] | undefined {
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

/** A flag of one byte, here. @param store what stores `b`: 0 for false */
export function boolCase(
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
