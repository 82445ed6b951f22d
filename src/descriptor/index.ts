/** Descriptors: what compilers make of `.proto` files, decoded by this library itself and turned into types that run. */
export { DescriptorError } from './error.ts';
export { loadDescriptors } from './load.ts';
export { FileDescriptorSet } from './proto.ts';
export type {
  DescriptorProto,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FeatureOptions,
  FeatureSet,
  FieldDescriptorProto,
  FieldOptions,
  FileDescriptorProto,
  FileOptions,
  MessageOptions,
  OneofDescriptorProto,
} from './proto.ts';
