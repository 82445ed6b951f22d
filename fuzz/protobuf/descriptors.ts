/** A schema as protoc would hand it on: a FileDescriptorSet, from which the peers make their types. */
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  Edition,
  FeatureSet_EnumType,
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FeatureSet_RepeatedFieldEncoding,
  FeatureSet_Utf8Validation,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorSetSchema,
  type FeatureSetSchema,
  type DescriptorProtoSchema,
  type FieldDescriptorProtoSchema,
  type FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { messageOf } from './content.ts';
import { isPackable, type EnumModel, type FieldModel, type MessageModel, type Schema } from './schema.ts';

type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;
type MessageInit = MessageInitShape<typeof DescriptorProtoSchema>;
interface TypeInit {
  readonly type: FieldDescriptorProto_Type;
  readonly typeName?: string;
}
type Features = MessageInitShape<typeof FeatureSetSchema>;

/** The FileDescriptorSet of a schema's one file, encoded. */
export function descriptorSet(schema: Schema): Uint8Array {
  const file: MessageInitShape<typeof FileDescriptorProtoSchema> = {
    name: 'fuzz.proto',
    package: 'fuzz',
    ...(schema.syntax === '2023'
      ? { syntax: 'editions', edition: Edition.EDITION_2023 }
      : { syntax: schema.syntax }),
    enumType: schema.enums.map((model) => enumInit(schema, model)),
    messageType: schema.messages.map((model) => messageInit(schema, model)),
  };
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [file] }));
}

function enumInit({ syntax }: Schema, { name, closed, numbers }: EnumModel): object {
  const enumType = closed ? FeatureSet_EnumType.CLOSED : FeatureSet_EnumType.OPEN;
  return {
    name,
    value: numbers.map((number, i) => ({ name: `${name}_${i}`, number })),
    ...(syntax === '2023' && { options: { features: { enumType } } }),
  };
}

function messageInit(schema: Schema, { name, fields }: MessageModel, parent = '.fuzz'): MessageInit {
  const path = `${parent}.${name}`;
  const oneofs = [...new Set(fields.flatMap(({ oneof }) => oneof ?? []))];
  // proto3's optional is a oneof of one member, behind all the others.
  const alone = fields.filter((field) => isAlone(schema, field)).map((field) => `_${field.name}`);
  const declared = [...oneofs, ...alone];
  return {
    name,
    field: fields.map((field) => ({
      ...fieldInit(schema, path, field),
      ...(field.oneof !== undefined && { oneofIndex: declared.indexOf(field.oneof) }),
      ...(isAlone(schema, field) && {
        oneofIndex: declared.indexOf(`_${field.name}`),
        proto3Optional: true,
      }),
    })),
    nestedType: fields.flatMap((field) => nestedInit(schema, path, field)),
    oneofDecl: declared.map((oneof) => ({ name: oneof })),
  };
}

function isAlone({ syntax }: Schema, { label, oneof, type }: FieldModel): boolean {
  return syntax === 'proto3' && label === 'optional' && oneof === undefined && messageOf(type) === undefined;
}

function fieldInit(schema: Schema, parent: string, field: FieldModel): FieldInit {
  const { name, no, label } = field;
  const entry: TypeInit = { type: TYPE.MESSAGE, typeName: `${parent}.${entryName(field)}` };
  return {
    name,
    number: no,
    label: labelOf(schema, label),
    ...(label === 'map' ? entry : typeInit(schema, parent, field)),
    ...optionsOf(schema, field),
  };
}

const TYPE = FieldDescriptorProto_Type;

function typeInit(schema: Schema, parent: string, field: FieldModel): TypeInit {
  const { type } = field;
  if (typeof type === 'string') return { type: TYPE[type.toUpperCase() as keyof typeof TYPE] };
  if ('enum' in type) return { type: TYPE.ENUM, typeName: `.fuzz.${schema.enums[type.enum]!.name}` };
  return isGroup(schema, field)
    ? { type: TYPE.GROUP, typeName: `${parent}.${groupName(field)}` }
    : { type: TYPE.MESSAGE, typeName: `.fuzz.${schema.messages[type.message]!.name}` };
}

function isGroup({ syntax }: Schema, { delimited }: FieldModel): boolean {
  return delimited && syntax === 'proto2';
}

/** The type that `group` declares, beside its field. */
function groupName({ name }: FieldModel): string {
  return name.replace(/^./, (letter) => letter.toUpperCase());
}

/** The types that a field brings with it: a map's entry, a group's fields. */
function nestedInit(schema: Schema, parent: string, field: FieldModel): MessageInit[] {
  if (field.label === 'map') return [entryInit(schema, parent, field)];
  if (!isGroup(schema, field)) return [];
  const { fields } = schema.messages[(field.type as { message: number }).message]!;
  return [messageInit(schema, { name: groupName(field), fields }, parent)];
}

function labelOf({ syntax }: Schema, label: FieldModel['label']): FieldDescriptorProto_Label {
  if (label === 'repeated' || label === 'map') return FieldDescriptorProto_Label.REPEATED;
  const required = label === 'required' && syntax === 'proto2';
  return required ? FieldDescriptorProto_Label.REQUIRED : FieldDescriptorProto_Label.OPTIONAL;
}

function optionsOf(
  { syntax }: Schema,
  field: FieldModel,
): { options?: { features?: Features; packed?: boolean } } {
  if (syntax === '2023') return { options: { features: featuresOf(field) } };
  return field.label === 'repeated' && isPackable(field.type) ? { options: { packed: field.packed } } : {};
}

function featuresOf({ type, label, oneof, packed, delimited, utf8 }: FieldModel): Features {
  return {
    ...(label === 'implicit' && { fieldPresence: FeatureSet_FieldPresence.IMPLICIT }),
    ...(label === 'required' && { fieldPresence: FeatureSet_FieldPresence.LEGACY_REQUIRED }),
    ...(label === 'optional' && oneof === undefined && { fieldPresence: FeatureSet_FieldPresence.EXPLICIT }),
    ...(label === 'repeated' &&
      isPackable(type) && {
        repeatedFieldEncoding: packed
          ? FeatureSet_RepeatedFieldEncoding.PACKED
          : FeatureSet_RepeatedFieldEncoding.EXPANDED,
      }),
    ...(delimited && { messageEncoding: FeatureSet_MessageEncoding.DELIMITED }),
    utf8Validation: utf8 ? FeatureSet_Utf8Validation.VERIFY : FeatureSet_Utf8Validation.NONE,
  };
}

/** The name that protoc gives a map's entry. */
function entryName({ name }: FieldModel): string {
  const camel = name.replaceAll(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase());
  return `${camel}Entry`;
}

function entryInit(schema: Schema, parent: string, field: FieldModel): MessageInit {
  const single = { label: 'optional', packed: false, delimited: false, utf8: field.utf8 } as const;
  return {
    name: entryName(field),
    field: [
      { ...fieldInit(schema, parent, { ...single, name: 'key', no: 1, type: field.key! }) },
      { ...fieldInit(schema, parent, { ...single, name: 'value', no: 2, type: field.type }) },
    ],
    options: { mapEntry: true },
  };
}
