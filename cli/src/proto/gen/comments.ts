/** A schema's comments: a compiler keeps them beside the declarations, by the path to each in the descriptor. */
import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from 'petrel/descriptor';
import { decodeMessage, message, UNKNOWN, type WithUnknown } from 'petrel/message';

const Location = /* @__PURE__ */ message('google.protobuf.SourceCodeInfo.Location', {
  path: { no: 1, type: 'int32', repeated: true },
  leadingComments: { no: 3, type: 'string', optional: true, utf8: false },
  trailingComments: { no: 4, type: 'string', optional: true, utf8: false },
});

/** The part of a file's descriptor that `petrel/descriptor` leaves unknown. */
const WithInfo = /* @__PURE__ */ message('google.protobuf.FileDescriptorProto', {
  sourceCodeInfo: {
    no: 9,
    type: message('google.protobuf.SourceCodeInfo', { location: { no: 1, type: Location, repeated: true } }),
  },
});

/** Where a descriptor's lists of declarations are: field numbers of descriptor.proto. */
const FILE = { message: 4, enum: 5, extension: 7 };
const MESSAGE = { field: 2, message: 3, enum: 4, extension: 6 };
const VALUE = 2;

/** Comments by the full name of the declaration that they describe; of a field by its number: `acme.Chat.7`. */
export function commentsOf(file: FileDescriptorProto): Map<string, string> {
  const byPath = new Map<string, string>();
  for (const run of (file as WithUnknown)[UNKNOWN] ?? []) {
    for (const { path, leadingComments, trailingComments } of decodeMessage(WithInfo, run).sourceCodeInfo
      ?.location ?? []) {
      const text = leadingComments ?? trailingComments;
      if (text !== undefined) byPath.set(path.join(), text);
    }
  }
  return byPath.size === 0 ? byPath : new Map(named(file, byPath));
}

function* named(file: FileDescriptorProto, byPath: ReadonlyMap<string, string>): Iterable<[string, string]> {
  const open: { path: string; name: string; part: DescriptorProto }[] = [];
  const at = function* (path: string, name: string): Iterable<[string, string]> {
    const text = byPath.get(path);
    if (text !== undefined) yield [name, text];
  };
  const within = (scope: string, name = ''): string => (scope === '' ? name : `${scope}.${name}`);
  const enums = function* (
    list: readonly EnumDescriptorProto[] = [],
    path: string,
    scope: string,
  ): Iterable<[string, string]> {
    for (const [i, { name, value = [] }] of list.entries()) {
      yield* at(`${path},${i}`, within(scope, name));
      for (const [j, each] of value.entries())
        yield* at(`${path},${i},${VALUE},${j}`, within(within(scope, name), each.name));
    }
  };
  const push = (list: readonly DescriptorProto[] = [], path: string, scope: string): void => {
    for (const [i, part] of list.entries())
      open.push({ path: `${path},${i}`, name: within(scope, part.name), part });
  };
  const scope = file.package ?? '';
  yield* enums(file.enumType, `${FILE.enum}`, scope);
  for (const [i, { name }] of (file.extension ?? []).entries())
    yield* at(`${FILE.extension},${i}`, within(scope, name));
  push(file.messageType, `${FILE.message}`, scope);
  for (let top = open.pop(); top; top = open.pop()) {
    const { path, name, part } = top;
    yield* at(path, name);
    for (const [i, field] of (part.field ?? []).entries())
      yield* at(`${path},${MESSAGE.field},${i}`, within(name, String(field.number)));
    for (const [i, each] of (part.extension ?? []).entries())
      yield* at(`${path},${MESSAGE.extension},${i}`, within(name, each.name));
    yield* enums(part.enumType, `${path},${MESSAGE.enum}`, name);
    push(part.nestedType, `${path},${MESSAGE.message}`, name);
  }
}
