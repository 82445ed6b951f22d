/** Comments in the form in which compilers keep them: `source_code_info` in the file's descriptor. */
import { encodeMessage, message } from 'petrel/message';
import type { Location } from './draft.ts';

const Info = /* @__PURE__ */ message('google.protobuf.SourceCodeInfo', {
  location: {
    no: 1,
    repeated: true,
    type: message('google.protobuf.SourceCodeInfo.Location', {
      path: { no: 1, type: 'int32', repeated: true },
      leadingComments: { no: 3, type: 'string', optional: true },
      trailingComments: { no: 4, type: 'string', optional: true },
    }),
  },
});
const File = /* @__PURE__ */ message('google.protobuf.FileDescriptorProto', {
  sourceCodeInfo: { no: 9, type: Info },
});

/** The field `source_code_info` of a file's descriptor, which is an unknown field to `petrel/descriptor`. */
export function sourceCodeInfo(location: readonly Location[]): Uint8Array {
  return encodeMessage(File, { sourceCodeInfo: { location } });
}
