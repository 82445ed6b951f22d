/** The notation of messages in vectors, as spec/README.md defines it: descriptions, and messages of them, in JSON. */
import { closedEnumeration, enumeration, message, UNKNOWN } from '../src/message/index.ts';
import type { EnumType, Field, Fields, FieldType, MessageType } from '../src/message/index.ts';
import { integer, toHex, unhex } from './notation.ts';

/** A field as the library describes it, its type by name: a scalar's, or one of the file's own. */
export type FieldNotation = Omit<Field, 'type'> & { readonly type: string };

/** The descriptions of a file, by name. */
export type TypesNotation = Readonly<
  Record<
    string,
    | { readonly fields: Readonly<Record<string, FieldNotation>> }
    | { readonly values: Readonly<Record<string, number>>; readonly closed: boolean }
  >
>;

/** A message by its properties; the unknown fields, joined, as `?unknown`. */
export type MessageNotation = Readonly<Record<string, unknown>>;

const made = new WeakMap<TypesNotation, Readonly<Record<string, MessageType | EnumType>>>();

/** The message type of that name. */
export function messageType(types: TypesNotation, name: string): MessageType {
  let all = made.get(types);
  if (all === undefined) made.set(types, (all = makeTypes(types)));
  return all[name] as MessageType;
}

function makeTypes(types: TypesNotation): Readonly<Record<string, MessageType | EnumType>> {
  const all: Record<string, MessageType | EnumType> = {};
  for (const [name, type] of Object.entries(types)) {
    if ('fields' in type) all[name] = message(name, makeFields(type.fields, all)) as MessageType;
    else if (type.closed) all[name] = closedEnumeration(name, type.values);
    else all[name] = enumeration(name, type.values);
  }
  return all;
}

/** Types are found when they are asked for, since they refer to each other. */
function makeFields(
  fields: Readonly<Record<string, FieldNotation>>,
  all: Readonly<Record<string, MessageType | EnumType>>,
): Fields {
  const described: Record<string, Field> = {};
  for (const [key, { type, ...rest }] of Object.entries(fields)) {
    const get = (): Field => ({ ...rest, type: all[type] ?? (type as FieldType) });
    Object.defineProperty(described, key, { get, enumerable: true });
  }
  return described;
}

/** What `encodeMessage` takes for a notation. */
export function toMessage(type: MessageType, notation: MessageNotation): object {
  const entries = Object.entries(notation).map(([key, value]) =>
    key === '?unknown'
      ? ([UNKNOWN, [unhex(value as string)]] as const)
      : ([key, toField(type.fields[key], value)] as const),
  );
  return withOwn(entries);
}

function toField(field: Field | undefined, value: unknown): unknown {
  if (field === undefined || typeof value !== 'object' || value === null)
    return field === undefined ? value : toScalar(field.type, value);
  if (field.key !== undefined)
    return withOwn(Object.entries(value).map(([key, item]) => [key, toScalar(field.type, item)]));
  return field.repeated === true && Array.isArray(value)
    ? value.map((item) => toScalar(field.type, item))
    : toScalar(field.type, value);
}

function toScalar(type: FieldType, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && typeof type === 'object' && 'merge' in type)
    return toMessage(type, value as MessageNotation);
  if (typeof value !== 'string') return value;
  if (type === 'bytes') return unhex(value);
  if (type === 'float' || type === 'double') return Number(value);
  return type === 'string' ? value : integer(value);
}

/** An object with these properties, whatever their names. */
function withOwn(entries: readonly (readonly [string | symbol, unknown])[]): object {
  const object = {};
  for (const [key, value] of entries)
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  return object;
}

/** The notation of a message: what is set, in the order of the field numbers. */
export function messageNotation(type: MessageType, source: object): MessageNotation {
  const entries: [string, unknown][] = [];
  for (const [key, field] of Object.entries(type.fields).toSorted(([, a], [, b]) => a.no - b.no)) {
    const value = Object.hasOwn(source, key) ? (source as MessageNotation)[key] : undefined;
    if (value !== undefined && !isDefault(field, value)) entries.push([key, fieldNotation(field, value)]);
  }
  const unknown = (source as { [UNKNOWN]?: readonly Uint8Array[] })[UNKNOWN];
  if (unknown) entries.push(['?unknown', unknown.map(toHex).join('')]);
  return withOwn(entries) as MessageNotation;
}

/** With implicit presence the default and an absent field are the same. */
function isDefault({ optional, required, oneof, repeated, key }: Field, value: unknown): boolean {
  if ([optional, required, oneof, repeated, key].some(Boolean)) return false;
  return value instanceof Uint8Array
    ? value.length === 0
    : ['', 0, false].some((zero) => Object.is(zero, value));
}

function fieldNotation({ type, key, repeated }: Field, value: unknown): unknown {
  if (key !== undefined) {
    const pairs = Object.entries(value as object).map(
      ([name, item]) => [name, scalarNotation(type, item)] as const,
    );
    return withOwn(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
  return repeated === true
    ? (value as unknown[]).map((item) => scalarNotation(type, item))
    : scalarNotation(type, value);
}

function scalarNotation(type: FieldType, value: unknown): unknown {
  if (typeof type === 'object') return 'merge' in type ? messageNotation(type, value as object) : value;
  if (value instanceof Uint8Array) return toHex(value);
  if (type === 'float' || type === 'double') return Object.is(value, -0) ? '-0' : String(value);
  return type.endsWith('64') ? String(value) : value;
}
