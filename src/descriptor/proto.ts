/**
 * The messages of `google/protobuf/descriptor.proto`, as far as a schema needs them; comments, services and options that
 * change nothing on the wire stay unknown fields. Enums are plain numbers here: a number that nobody knows is an error with
 * a name, where a closed enum would drop it.
 */
import { message } from '../message/interpret.ts';
import type { Fields, MessageType } from '../message/types.ts';

/** Files, each before those that import it. What `protoc --descriptor_set_out` and `buf build` write. */
export interface FileDescriptorSet {
  readonly file?: readonly FileDescriptorProto[];
}

/** A `.proto` file. */
export interface FileDescriptorProto {
  /** Its path, as imports spell it. */
  readonly name?: string | undefined;
  readonly package?: string | undefined;
  /** The paths of the files that it imports. */
  readonly dependency?: readonly string[];
  /** Indexes of those imports that its own importers share. */
  readonly publicDependency?: readonly number[];
  readonly messageType?: readonly DescriptorProto[];
  readonly enumType?: readonly EnumDescriptorProto[];
  readonly extension?: readonly FieldDescriptorProto[];
  /** `proto2`, which is also the default, `proto3` or `editions`. */
  readonly syntax?: string | undefined;
  /** The number of the edition: 1000 is 2023. */
  readonly edition?: number | undefined;
  readonly options?: FileOptions | undefined;
}

/** A message. */
export interface DescriptorProto {
  readonly name?: string | undefined;
  readonly field?: readonly FieldDescriptorProto[];
  readonly nestedType?: readonly DescriptorProto[];
  readonly enumType?: readonly EnumDescriptorProto[];
  readonly extension?: readonly FieldDescriptorProto[];
  readonly oneofDecl?: readonly OneofDescriptorProto[];
  readonly options?: MessageOptions | undefined;
}

/** A field, or an extension, which has an `extendee`. */
export interface FieldDescriptorProto {
  readonly name?: string | undefined;
  readonly number?: number | undefined;
  /** 1 optional, 2 required, 3 repeated. */
  readonly label?: number | undefined;
  /** 1 (double) to 18 (sint64). */
  readonly type?: number | undefined;
  /** Of a message or enum, with a leading dot: `.acme.Chat`. */
  readonly typeName?: string | undefined;
  readonly extendee?: string | undefined;
  /** As text. */
  readonly defaultValue?: string | undefined;
  /** Which of the message's oneofs it belongs to. */
  readonly oneofIndex?: number | undefined;
  readonly jsonName?: string | undefined;
  /** Its oneof is there for older readers' sake and holds it alone. */
  readonly proto3Optional?: boolean | undefined;
  readonly options?: FieldOptions | undefined;
}

/** A oneof. */
export interface OneofDescriptorProto {
  readonly name?: string | undefined;
  readonly options?: FeatureOptions | undefined;
}

/** An enum. */
export interface EnumDescriptorProto {
  readonly name?: string | undefined;
  readonly value?: readonly EnumValueDescriptorProto[];
  readonly options?: FeatureOptions | undefined;
}

/** A name and its number. */
export interface EnumValueDescriptorProto {
  readonly name?: string | undefined;
  readonly number?: number | undefined;
}

/** Options that hold features and nothing else that is needed here. */
export interface FeatureOptions {
  readonly features?: FeatureSet | undefined;
}

/** Options of a file. */
export type FileOptions = FeatureOptions;

/** Options of a message. */
export interface MessageOptions extends FeatureOptions {
  readonly messageSetWireFormat?: boolean | undefined;
  /** Whether it is the entry of a map field, which nobody declared. */
  readonly mapEntry?: boolean | undefined;
}

/** Options of a field. */
export interface FieldOptions extends FeatureOptions {
  readonly packed?: boolean | undefined;
}

/** The features of an edition that change messages. */
export interface FeatureSet {
  /** 1 explicit, 2 implicit, 3 required. */
  readonly fieldPresence?: number | undefined;
  /** 1 open, 2 closed. */
  readonly enumType?: number | undefined;
  /** 1 packed, 2 expanded. */
  readonly repeatedFieldEncoding?: number | undefined;
  /** 2 verified, 3 not. */
  readonly utf8Validation?: number | undefined;
  /** 1 behind its length, 2 delimited. */
  readonly messageEncoding?: number | undefined;
}

type Described = Fields[string];

const text = (no: number): Described => ({ no, type: 'string', optional: true });
const number = (no: number): Described => ({ no, type: 'int32', optional: true });
const flag = (no: number): Described => ({ no, type: 'bool', optional: true });
const texts = (no: number): Described => ({ no, type: 'string', repeated: true });
const one = (no: number, type: MessageType): Described => ({ no, type });
const many = (no: number, type: MessageType): Described => ({ no, type, repeated: true });

function describe<T extends object>(name: string, fields: Fields): MessageType<T> {
  return message(`google.protobuf.${name}`, fields) as unknown as MessageType<T>;
}

const FeatureSet: MessageType<FeatureSet> = describe('FeatureSet', {
  fieldPresence: number(1),
  enumType: number(2),
  repeatedFieldEncoding: number(3),
  utf8Validation: number(4),
  messageEncoding: number(5),
});

const options = (name: string, features: number, fields?: Fields): MessageType =>
  describe(name, { ...fields, features: one(features, FeatureSet) });

const FieldDescriptorProto: MessageType<FieldDescriptorProto> = describe('FieldDescriptorProto', {
  name: text(1),
  extendee: text(2),
  number: number(3),
  label: number(4),
  type: number(5),
  typeName: text(6),
  defaultValue: text(7),
  options: one(8, options('FieldOptions', 21, { packed: flag(2) })),
  oneofIndex: number(9),
  jsonName: text(10),
  proto3Optional: flag(17),
});

const OneofDescriptorProto: MessageType<OneofDescriptorProto> = describe('OneofDescriptorProto', {
  name: text(1),
  options: one(2, options('OneofOptions', 1)),
});

const EnumValueDescriptorProto: MessageType<EnumValueDescriptorProto> = describe('EnumValueDescriptorProto', {
  name: text(1),
  number: number(2),
});

const EnumDescriptorProto: MessageType<EnumDescriptorProto> = describe('EnumDescriptorProto', {
  name: text(1),
  value: many(2, EnumValueDescriptorProto),
  options: one(3, options('EnumOptions', 7)),
});

const DescriptorProto: MessageType<DescriptorProto> = describe('DescriptorProto', {
  name: text(1),
  field: many(2, FieldDescriptorProto),
  get nestedType() {
    return many(3, DescriptorProto);
  },
  enumType: many(4, EnumDescriptorProto),
  extension: many(6, FieldDescriptorProto),
  options: one(7, options('MessageOptions', 12, { messageSetWireFormat: flag(1), mapEntry: flag(7) })),
  oneofDecl: many(8, OneofDescriptorProto),
});

const FileDescriptorProto: MessageType<FileDescriptorProto> = describe('FileDescriptorProto', {
  name: text(1),
  package: text(2),
  dependency: texts(3),
  publicDependency: { no: 10, type: 'int32', repeated: true, packed: false },
  messageType: many(4, DescriptorProto),
  enumType: many(5, EnumDescriptorProto),
  extension: many(7, FieldDescriptorProto),
  options: one(8, options('FileOptions', 50)),
  syntax: text(12),
  edition: number(14),
});

export const FileDescriptorSet: MessageType<FileDescriptorSet> = describe('FileDescriptorSet', {
  file: many(1, FileDescriptorProto),
});
