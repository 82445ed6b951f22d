/** The descriptions of a vector file as protoc would hand them on: a file of a descriptor set, edition 2023. */
import type { FieldNotation, TypesNotation } from './messages.ts';

/** Numbers of FieldDescriptorProto.Type. */
const SCALARS: Readonly<Record<string, number>> = {
  double: 1, float: 2, int64: 3, uint64: 4, int32: 5, fixed64: 6, fixed32: 7, bool: 8, string: 9, bytes: 12, uint32: 13,
  sfixed32: 15, sfixed64: 16, sint32: 17, sint64: 18,
}; // prettier-ignore
const MESSAGE = 11;
const ENUM = 14;
const [OPTIONAL, REPEATED] = [1, 3];
const EDITION_2023 = 1000;
/** Numbers of FeatureSet's enums. */
const Presence = { EXPLICIT: 1, IMPLICIT: 2, REQUIRED: 3 } as const;
const Encoding = { PACKED: 1, EXPANDED: 2 } as const;
const Utf8 = { VERIFY: 2, NONE: 3 } as const;
const DELIMITED = 2;
const [OPEN, CLOSED] = [1, 2];

/** A FileDescriptorProto of the package `vectors`. */
export function fileOf(types: TypesNotation): object {
  const all = Object.entries(types);
  return {
    name: 'vectors.proto',
    package: 'vectors',
    syntax: 'editions',
    edition: EDITION_2023,
    messageType: all.flatMap(([name, type]) => ('fields' in type ? messageOf(types, name, type.fields) : [])),
    enumType: all.flatMap(([name, type]) => ('values' in type ? enumOf(name, type) : [])),
  };
}

function enumOf(
  name: string,
  { values, closed }: { readonly values: Readonly<Record<string, number>>; readonly closed: boolean },
): object {
  return {
    name,
    value: Object.entries(values).map(([value, number]) => ({ name: `${name}_${value}`, number })),
    options: { features: { enumType: closed ? CLOSED : OPEN } },
  };
}

function messageOf(
  types: TypesNotation,
  name: string,
  fields: Readonly<Record<string, FieldNotation>>,
): object {
  const all = Object.entries(fields);
  const oneofs = [...new Set(all.flatMap(([, { oneof }]) => oneof ?? []))];
  return {
    name,
    field: all.map(([key, field]) => {
      const { no: number, oneof } = field;
      if (field.key !== undefined)
        return {
          name: key,
          number,
          label: REPEATED,
          type: MESSAGE,
          typeName: `.vectors.${name}.${entryName(key)}`,
        };
      return {
        name: key,
        number,
        label: field.repeated === true ? REPEATED : OPTIONAL,
        ...typeOf(types, field.type),
        ...(oneof !== undefined && { oneofIndex: oneofs.indexOf(oneof) }),
        options: { features: featuresOf(types, field) },
      };
    }),
    oneofDecl: oneofs.map((oneof) => ({ name: oneof })),
    nestedType: all.flatMap(([key, field]) => (field.key === undefined ? [] : entryOf(types, key, field))),
  };
}

function typeOf(types: TypesNotation, name: string): object {
  const own = types[name];
  if (own === undefined) return { type: SCALARS[name] };
  return { type: 'fields' in own ? MESSAGE : ENUM, typeName: `.vectors.${name}` };
}

function featuresOf(types: TypesNotation, field: FieldNotation): object {
  const { type, optional, required, oneof, repeated, packed, delimited, utf8 } = field;
  const isMessage = types[type] !== undefined && 'fields' in types[type];
  const isExplicit = optional === true || oneof !== undefined || isMessage;
  return {
    ...(repeated !== true && {
      fieldPresence:
        required === true ? Presence.REQUIRED : isExplicit ? Presence.EXPLICIT : Presence.IMPLICIT,
    }),
    ...(repeated === true &&
      !isMessage &&
      type !== 'bytes' &&
      type !== 'string' && { repeatedFieldEncoding: packed === false ? Encoding.EXPANDED : Encoding.PACKED }),
    ...(delimited === true && { messageEncoding: DELIMITED }),
    ...(type === 'string' && { utf8Validation: utf8 === false ? Utf8.NONE : Utf8.VERIFY }),
  };
}

const entryName = (key: string): string => `${key[0]!.toUpperCase()}${key.slice(1)}Entry`;

function entryOf(types: TypesNotation, name: string, { key, type, utf8 }: FieldNotation): object {
  const part = (partName: string, number: number, of: string): object => {
    const features = featuresOf(types, { no: number, type: of, optional: true, utf8: utf8 ?? true });
    return { name: partName, number, label: OPTIONAL, ...typeOf(types, of), options: { features } };
  };
  return {
    name: entryName(name),
    field: [part('key', 1, key!), part('value', 2, type)],
    options: { mapEntry: true },
  };
}
