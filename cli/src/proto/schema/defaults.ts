/** `default = ...` to the text that a descriptor holds. */
import type { Cursor } from './cursor.ts';
import { escapeBytes, integerOf } from './literals.ts';
import type { Value } from './options.ts';

/**
 * The text of a default.
 * @param type of the field as it stands in the file: a scalar's name, or any other for what may be an enum
 */
export function defaultText(cursor: Cursor, type: string, value: Value): string {
  const text = spell(type, value);
  if (text === undefined) throw cursor.error(`this is no default of a field of type ${type}`, value.at);
  return text;
}

function spell(type: string, value: Value): string | undefined {
  switch (type) {
    case 'string':
      return value.kind === 'text'
        ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(value.bytes)
        : undefined;
    case 'bytes':
      return value.kind === 'text' ? escapeBytes(value.bytes) : undefined;
    case 'double':
    case 'float':
      return real(value);
    case 'bool':
      return value.kind === 'name' && /^(true|false)$/.test(value.text) && !value.negative
        ? value.text
        : undefined;
    default:
      return /^(u?int|sint|s?fixed)(32|64)$/.test(type) ? integer(value) : name(value);
  }
}

function integer(value: Value): string | undefined {
  const exact = value.kind === 'number' ? integerOf(value.text) : undefined;
  if (exact === undefined) return undefined;
  return String((value as { negative: boolean }).negative ? -exact : exact);
}

function real(value: Value): string | undefined {
  if (value.kind !== 'name' && value.kind !== 'number') return undefined;
  const sign = value.negative ? '-' : '';
  if (value.kind === 'name')
    return /^(inf|nan)$/i.test(value.text) ? sign + value.text.toLowerCase() : undefined;
  const exact = integerOf(value.text);
  if (exact !== undefined) return sign + String(exact);
  return sign + String(Number(value.text.replace(/f$/i, '')));
}

function name(value: Value): string | undefined {
  return value.kind === 'name' && !value.negative ? value.text : undefined;
}
