/** Descriptions of fields and enums, as data. */
import type { EnumType, FieldOptions, FieldType, MapKey } from './types.ts';

/** What `field` answers: its arguments in one object, their types kept. */
export type Described<T, O> = { readonly no: number; readonly type: T } & O;

/**
 * A field of one value. With neither `optional`, `required` nor `oneof` a scalar has implicit presence: absent and default are
 * the same (proto3).
 * @param no the field number, 1 to 536,870,911
 */
export function field<const T extends FieldType, const O extends FieldOptions = object>(
  no: number,
  type: T,
  options?: O,
): Described<T, O> {
  return { no, type, ...(options as O) };
}

/** A repeated field; numbers are packed unless `packed` is false. */
export function repeated<const T extends FieldType, const O extends FieldOptions = object>(
  no: number,
  type: T,
  options?: O,
): Described<T, O & { readonly repeated: true }> {
  return { no, type, repeated: true, ...(options as O) };
}

/** A map: an object whose keys are the wire's keys as text (`true`, `-7`, `9007199254740993`). */
export function map<const K extends MapKey, const T extends FieldType, const O extends FieldOptions = object>(
  no: number,
  key: K,
  type: T,
  options?: O,
): Described<T, O & { readonly key: K }> {
  return { no, type, key, ...(options as O) };
}

/** An open enum, where every number is a value (proto3). The first name's number is the default, and 0. */
export function enumeration(name: string, values: Readonly<Record<string, number>>): EnumType {
  return { name, values, closed: false };
}

/** A closed enum, whose unknown numbers are unknown fields (proto2). The first name's number is the default. */
export function closedEnumeration<const V extends number>(
  name: string,
  values: Readonly<Record<string, V>>,
): EnumType<V> {
  return { name, values, closed: true };
}
