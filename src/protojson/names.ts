/** What the mapping needs to know of a type, worked out once per type: its fields by their names in JSON, an enum's by number. */
import { snakeCase } from '../message/names.ts';
import type { EnumType, Field, MessageType } from '../message/types.ts';

/** A field with all its names. */
export interface NamedField {
  /** The property's. */
  readonly key: string;
  readonly field: Field;
  /** Its name in JSON. */
  readonly json: string;
  /** Its name in the `.proto` file. */
  readonly proto: string;
}

interface NameTable {
  /** In the order of their numbers. */
  readonly fields: readonly NamedField[];
  /** By either name. Where one's name in JSON is another's in the file, JSON's counts. */
  readonly byName: ReadonlyMap<string, NamedField>;
  readonly required: readonly NamedField[];
  readonly known: KnownType | undefined;
}

/** A well-known type with JSON of its own; `Alone`: its one field stands for it (a wrapper, `Struct`, `ListValue`). */
export type KnownType = 'Any' | 'Timestamp' | 'Duration' | 'FieldMask' | 'Value' | 'Alone';

const KNOWN =
  /^google\.protobuf\.(?:(Any|Timestamp|Duration|FieldMask|Value)|Struct|ListValue|(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value)$/;
/** The enum whose one value is JSON's null. */
const NULL_VALUE = 'google.protobuf.NullValue';

const tables: WeakMap<MessageType, NameTable> = /* @__PURE__ */ new WeakMap();
const enumNames: WeakMap<EnumType, ReadonlyMap<number, string>> = /* @__PURE__ */ new WeakMap();

/** A message type's names. */
export function namesOf(type: MessageType): NameTable {
  let table = tables.get(type);
  if (!table) tables.set(type, (table = makeTable(type)));
  return table;
}

function makeTable({ name, fields }: MessageType): NameTable {
  const named = Object.keys(fields).map((key): NamedField => {
    const field = fields[key]!;
    return { key, field, json: field.json ?? key, proto: field.name ?? snakeCase(key) };
  });
  const found = KNOWN.exec(name);
  return {
    fields: named.toSorted((a, b) => a.field.no - b.field.no),
    byName: new Map([
      ...named.map((field) => [field.proto, field] as const),
      ...named.map((field) => [field.json, field] as const),
    ]),
    required: named.filter(({ field }) => field.required),
    // A type of somebody else's that only has the name is as others are.
    known: found && named.length > 0 ? ((found[1] ?? 'Alone') as KnownType) : undefined,
  };
}

/** The name of an enum's number: the first one declared. */
export function enumName(type: EnumType, number: number): string | undefined {
  let names = enumNames.get(type);
  if (!names) {
    const pairs = Object.keys(type.values).map((name) => [type.values[name]!, name] as const);
    enumNames.set(type, (names = new Map(pairs.toReversed())));
  }
  return names.get(number);
}

/** The number of an enum's name. */
export function numberNamed({ values }: EnumType, name: string): number | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Whether a type is an enum's. */
export function isEnum(type: Field['type']): type is EnumType {
  return typeof type === 'object' && !('merge' in type);
}

/** Whether a type is a message's. */
export function isMessage(type: Field['type']): type is MessageType {
  return typeof type === 'object' && 'merge' in type;
}

/** Whether an enum is `NullValue`, which JSON writes as null. */
export function isNullEnum(type: EnumType): boolean {
  return type.name === NULL_VALUE;
}

/** Whether null is a value of the field, where otherwise it says that the field is absent. */
export function takesNull({ type, repeated, key }: Field): boolean {
  if (repeated || key) return false;
  return isEnum(type) ? isNullEnum(type) : isMessage(type) && namesOf(type).known === 'Value';
}

/** Whether a field reads as its default where it is absent. */
export function isImplicit({ type, repeated, key, optional, required, oneof }: Field): boolean {
  if (repeated || key) return true;
  return !isMessage(type) && !optional && !required && oneof === undefined;
}

/** The default of a scalar or an enum where the schema declares none. */
export function zeroOf(type: Exclude<Field['type'], MessageType>): unknown {
  if (isEnum(type)) return Object.values(type.values)[0] ?? 0;
  if (type === 'string') return '';
  return type === 'bytes' ? new Uint8Array(0) : type === 'bool' ? false : 0;
}
