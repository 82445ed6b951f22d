/** The numbers of descriptor.proto's enums. */
import type { Scalar } from '../message/types.ts';

/** `FieldDescriptorProto.Label`. */
export const Label = { OPTIONAL: 1, REQUIRED: 2, REPEATED: 3 } as const;

/** `FieldDescriptorProto.Type`, those that name a type. */
export const Type = { GROUP: 10, MESSAGE: 11, ENUM: 14 } as const;

/** `FieldDescriptorProto.Type`, the scalar ones. */
export const SCALARS: ReadonlyMap<unknown, Scalar> = new Map([
  [1, 'double'],
  [2, 'float'],
  [3, 'int64'],
  [4, 'uint64'],
  [5, 'int32'],
  [6, 'fixed64'],
  [7, 'fixed32'],
  [8, 'bool'],
  [9, 'string'],
  [12, 'bytes'],
  [13, 'uint32'],
  [15, 'sfixed32'],
  [16, 'sfixed64'],
  [17, 'sint32'],
  [18, 'sint64'],
]);
