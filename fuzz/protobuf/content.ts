/** What a message says, whatever JavaScript a library holds it in: this is what libraries are compared by. */
import { hex } from '../model.ts';
import type { FieldModel, MessageModel, Schema, TypeModel } from './schema.ts';

/** One value. 64-bit integers are bigints. */
export type Item = number | bigint | boolean | string | Uint8Array | Content;
/** A field's value: of a map, items by the text of their keys. */
export type Value = Item | readonly Item[] | ReadonlyMap<string, Item>;

export interface Content {
  /** By field number, of those that are there: neither an implicit default, nor an empty list or map. */
  readonly fields: ReadonlyMap<number, Value>;
  /** Whole fields, in the order of the wire. */
  readonly unknown: Uint8Array;
}

/** A library, made ready for a schema's first message. Both methods throw where the library refuses. */
export interface Codec {
  encode(content: Content): Uint8Array;
  decode(bytes: Uint8Array): Content;
  /** The bytes that it writes for what it read. */
  again(bytes: Uint8Array): Uint8Array;
}

/** A content as text: equal contents are the same text. */
export function textOf(schema: Schema, content: Content, index = 0): string {
  const { fields } = schema.messages[index]!;
  const parts = fields
    .toSorted((a, b) => a.no - b.no)
    .flatMap((field) => {
      const value = content.fields.get(field.no);
      return value === undefined ? [] : [`${field.no}: ${valueText(schema, field, value)}`];
    });
  if (content.unknown.length > 0) parts.push(`unknown ${hex(content.unknown)}`);
  return `{${parts.join(', ')}}`;
}

function valueText(schema: Schema, { type }: FieldModel, value: Value): string {
  const text = (item: Item): string => itemText(schema, type, item);
  if (Array.isArray(value)) return `[${(value as readonly Item[]).map(text).join(', ')}]`;
  if (value instanceof Map) {
    const pairs = [...(value as ReadonlyMap<string, Item>)].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `map(${pairs.map(([key, item]) => `${JSON.stringify(key)} = ${text(item)}`).join(', ')})`;
  }
  return text(value as Item);
}

function itemText(schema: Schema, type: TypeModel, item: Item): string {
  if (typeof type === 'object' && 'message' in type) return textOf(schema, item as Content, type.message);
  if (item instanceof Uint8Array) return `h'${hex(item)}'`;
  if (typeof item === 'bigint') return `${item}n`;
  return Object.is(item, -0) ? '-0' : typeof item === 'number' ? String(item) : JSON.stringify(item);
}

/** Whether a value is what an absent field of implicit presence reads as, or empty. */
export function isNothing(field: FieldModel, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (field.label === 'map') return Object.keys(value).length === 0;
  if (field.label !== 'implicit') return false;
  if (value instanceof Uint8Array) return value.length === 0;
  return (value === 0 && !Object.is(value, -0)) || value === 0n || value === '' || value === false;
}

/** How a library's values become items, and items its values. */
export interface Forms {
  readonly toItem: (field: FieldModel, value: unknown) => Item;
  readonly fromItem: (field: FieldModel, item: Item) => unknown;
  /** A map's key as the library spells it in its object, as text. */
  readonly toKey?: (field: FieldModel, name: string) => string;
}

/** The content of a message, of whose fields a library answers the values. */
export function contentOf(
  { fields }: MessageModel,
  read: (field: FieldModel) => unknown,
  forms: Forms,
  unknown: Uint8Array,
): Content {
  const found = new Map<number, Value>();
  for (const field of fields) {
    const value = read(field);
    if (!isNothing(field, value)) found.set(field.no, toValue(field, value, forms));
  }
  return { fields: found, unknown };
}

function toValue(field: FieldModel, value: unknown, { toItem, toKey }: Forms): Value {
  const { label } = field;
  if (label === 'repeated') return (value as readonly unknown[]).map((element) => toItem(field, element));
  if (label !== 'map') return toItem(field, value);
  return new Map(
    Object.entries(value as object).map(([name, item]) => [
      toKey?.(field, name) ?? name,
      toItem(field, item),
    ]),
  );
}

/** A library's value of a field: a list, an object by keys, or one. */
export function fromValue(field: FieldModel, value: Value, { fromItem }: Forms): unknown {
  if (Array.isArray(value)) return (value as readonly Item[]).map((item) => fromItem(field, item));
  if (!(value instanceof Map)) return fromItem(field, value as Item);
  const object = {};
  for (const [key, item] of value as ReadonlyMap<string, Item>) put(object, key, fromItem(field, item));
  return object;
}

/** Sets a property of an object's own, whatever it is called. */
export function put(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

const LONG = /64$/;

/** Whether a type's values are 64-bit integers. */
export function isLong(type: TypeModel): boolean {
  return typeof type === 'string' && LONG.test(type);
}

/** The index of the message that a type is. */
export function messageOf(type: TypeModel): number | undefined {
  return typeof type === 'object' && 'message' in type ? type.message : undefined;
}
