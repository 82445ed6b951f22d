/** What the wire makes of a field: what the interpreter works out at run time, worked out before. */
import type { EnumType, Field, FieldType, MessageType, Scalar } from 'petrel/message';
import { isEnum, isMessage } from './schema.ts';

export const VARINT = 0;
const FIXED64 = 1;
export const DELIMITED = 2;
const START_GROUP = 3;
const FIXED32 = 5;

/** A field, or a map's key or value. */
export interface Resolved {
  readonly key: string;
  readonly field: Field;
  /** Of one value. */
  readonly wire: number;
  /** The reader's method, and the writer's; undefined for a message. */
  readonly read: string | undefined;
  readonly write: string | undefined;
  readonly message: MessageType | undefined;
  readonly closed: EnumType | undefined;
  /** The field number of a group, 0 for what is none. */
  readonly group: number;
  /** Comes packed and unpacked. */
  readonly packable: boolean;
  /** The type's default, as source text; undefined for a message. */
  readonly zero: string | undefined;
  /** Absent and the default are the same. */
  readonly implicit: boolean;
}

export function resolve(key: string, field: Field): Resolved {
  const { type, delimited } = field;
  const message = isMessage(type) ? type : undefined;
  const write = methodOf(type);
  const wire = delimited ? START_GROUP : field.key || !write ? DELIMITED : wireOf(write);
  return {
    key,
    field,
    wire,
    read: field.utf8 === false && write === 'string' ? 'looseString' : write,
    write,
    message,
    closed: isEnum(type) && type.closed ? type : undefined,
    group: delimited ? field.no : 0,
    packable: field.repeated === true && !message && wire !== DELIMITED,
    zero: zeroOf(type),
    implicit: !message && !field.optional && !field.required && field.oneof === undefined,
  };
}

/** The key and the value of a map's entry. A closed enum's numbers are judged with the entry. */
export function entryOf({ field }: Resolved): { readonly key: Resolved; readonly value: Resolved } {
  const { utf8 = true } = field;
  return {
    key: resolve('key', { no: 1, type: field.key!, optional: true, utf8 }),
    value: resolve('value', { no: 2, type: isEnum(field.type) ? 'int32' : field.type, optional: true, utf8 }),
  };
}

/** The members of each oneof, in the order of their declaration. */
export function oneofsOf(fields: readonly Resolved[]): Map<string, Resolved[]> {
  const oneofs = new Map<string, Resolved[]>();
  for (const each of fields) {
    const { oneof } = each.field;
    if (oneof === undefined) continue;
    const members = oneofs.get(oneof);
    if (members) members.push(each);
    else oneofs.set(oneof, [each]);
  }
  return oneofs;
}

/** A field's tag with a wire type. */
export function tagOf(no: number, wire: number): number {
  return ((no << 3) | wire) >>> 0;
}

/** A tag's varint. */
export function tagBytes(tag: number): number[] {
  const bytes: number[] = [];
  for (; tag > 0x7f; tag >>>= 7) bytes.push((tag & 0x7f) | 0x80);
  return [...bytes, tag];
}

function methodOf(type: FieldType): string | undefined {
  if (typeof type !== 'string') return isMessage(type) ? undefined : 'int32';
  return type === 'bytes' ? 'delimited' : type;
}

const WIRE: { readonly [method: string]: number } = {
  string: DELIMITED,
  delimited: DELIMITED,
  double: FIXED64,
  fixed64: FIXED64,
  sfixed64: FIXED64,
  float: FIXED32,
  fixed32: FIXED32,
  sfixed32: FIXED32,
};

function wireOf(method: string): number {
  return WIRE[method] ?? VARINT;
}

const ZERO: { readonly [scalar in Scalar]?: string } = { string: "''", bytes: 'NO_BYTES', bool: 'false' };

function zeroOf(type: FieldType): string | undefined {
  if (typeof type === 'string') return ZERO[type] ?? '0';
  return isMessage(type) ? undefined : String(Object.values(type.values)[0]);
}
