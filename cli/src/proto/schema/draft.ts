/** Descriptors while they are being written, and where their parts stand in the text. */
import type {
  DescriptorProto,
  EnumDescriptorProto,
  FeatureSet,
  FieldDescriptorProto,
  FileDescriptorProto,
} from 'petrel/descriptor';
import type { Token } from './tokens.ts';

type Draft<T> = T extends readonly (infer E)[]
  ? Draft<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Draft<T[K]> }
    : T;

export type FileDraft = Draft<FileDescriptorProto>;
export type MessageDraft = Draft<DescriptorProto>;
export type FieldDraft = Draft<FieldDescriptorProto>;
export type EnumDraft = Draft<EnumDescriptorProto>;
export type FeaturesDraft = Draft<FeatureSet>;

/** What encloses a declaration: a file or a message has the same lists. */
export interface Scope {
  /** The full name, empty for a file without a package. */
  readonly name: string;
  /** The path to it from the file's descriptor, in field numbers and indexes. */
  readonly path: readonly number[];
  /** The field numbers of its lists. */
  readonly numbers: { readonly messages: number; readonly enums: number; readonly extensions: number };
  readonly messages: MessageDraft[];
  readonly enums: EnumDraft[];
  readonly extensions: FieldDraft[];
}

/** A comment, and the path of what it describes. */
export interface Location {
  readonly path: readonly number[];
  readonly leadingComments?: string;
  readonly trailingComments?: string;
}

/** A name of a type in a field's descriptor, as it stands in the file. */
interface Reference {
  readonly field: FieldDraft;
  readonly key: 'typeName' | 'extendee';
  readonly scope: string;
  readonly at: Token;
}

/** A file as it was parsed. Names of types are as they stand there. */
export interface Parsed {
  /** As errors name it. */
  readonly file: string;
  readonly proto: FileDraft;
  /** Where each import stands. */
  readonly imports: { readonly path: string; readonly at: Token }[];
  /** Where each declaration stands, by full name. */
  readonly places: Map<string, Token>;
  /** What refers to types, each with the scope that it stands in. */
  readonly references: Reference[];
  readonly locations: Location[];
}

/** A name within a scope. */
export function within(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}
