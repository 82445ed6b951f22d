/** Replies for people: each with its type, and never with a control character. */
import { Tag, type Encodable } from 'petrel';
import { Decimal, Entries, Float, Tagged } from 'petrel/value';
import { quote } from 'petrel/wire';
import { exactJson } from '../exact-json.ts';
import type { Style } from '../style.ts';

/** Levels that are written out; what is deeper is JSON. */
const DEEPEST = 16;

/** A value in lines, those behind the first indented. */
export function shown(value: Encodable, style: Style, indent = '', level = 0): string {
  if (value === null) return style('note', '(nil)');
  switch (typeof value) {
    case 'boolean':
      return `${style('note', '(boolean)')} ${value}`;
    case 'number':
      return `${style('note', Number.isInteger(value) ? '(integer)' : '(double)')} ${value}`;
    case 'bigint':
      return `${style('note', '(integer)')} ${value}`;
    case 'string':
      return style('value', quote(value));
    default:
      return shownObject(value, style, indent, level);
  }
}

function shownObject(value: object, style: Style, indent: string, level: number): string {
  if (value instanceof Float) return `${style('note', '(double)')} ${value.value}`;
  if (value instanceof Decimal) return `${style('note', '(decimal)')} ${exactJson(value)}`;
  if (value instanceof Uint8Array)
    return `${style('note', `(${value.length} bytes)`)} ${Buffer.from(value).toString('hex')}`;
  if (value instanceof Tagged && value.tag === Tag.ERROR) return shownError(value.value, style);
  if (level < DEEPEST && Array.isArray(value))
    return shownItems(value as readonly Encodable[], style, indent, level);
  const pairs = level < DEEPEST ? pairsOf(value) : undefined;
  if (pairs !== undefined) return shownPairs(pairs, style, indent, level);
  return jsonText(value as Encodable);
}

/** What the server says is wrong. */
export function shownError(value: Encodable, style: Style): string {
  const text = typeof value === 'string' ? quote(value).slice(1, -1) : jsonText(value);
  return `${style('error', '(error)')} ${text}`;
}

function shownItems(items: readonly Encodable[], style: Style, indent: string, level: number): string {
  if (items.length === 0) return style('note', '(empty array)');
  const width = String(items.length).length;
  return items
    .map((item, i) => {
      const head = `${String(i + 1).padStart(width)}) `;
      return `${i === 0 ? '' : indent}${style('offset', head)}${shown(item, style, indent + ' '.repeat(head.length), level + 1)}`;
    })
    .join('\n');
}

function pairsOf(value: object): readonly (readonly [Encodable, Encodable])[] | undefined {
  if (value instanceof Entries) return value.keys.map((key, i) => [key, value.values[i]!]);
  if (value instanceof Map) return [...(value as ReadonlyMap<Encodable, Encodable>)];
  const plain: unknown = Object.getPrototypeOf(value);
  return plain === null || plain === Object.prototype
    ? Object.entries(value as Record<string, Encodable>)
    : undefined;
}

function shownPairs(
  pairs: readonly (readonly [Encodable, Encodable])[],
  style: Style,
  indent: string,
  level: number,
): string {
  if (pairs.length === 0) return style('note', '(empty map)');
  const width = String(pairs.length).length;
  return pairs
    .map(([key, value], i) => {
      const head = `${String(i + 1).padStart(width)}# `;
      const name = typeof key === 'string' ? quote(key) : jsonText(key);
      const inner = indent + ' '.repeat(head.length);
      return `${i === 0 ? '' : indent}${style('offset', head)}${style('kind', name)} => ${shown(value, style, inner, level + 1)}`;
    })
    .join('\n');
}

/** As JSON, with all escaped that a terminal would obey. */
export function jsonText(value: Encodable): string {
  return exactJson(value).replace(/[\x7f-\x9f\u2028\u2029\p{Cf}]/gu, (c) =>
    c.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
