/** A schema's comments: a compiler keeps them beside the declarations, by the path to each in the descriptor. */
import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from 'petrel/descriptor';
import { decodeMessage, message, UNKNOWN, type WithUnknown } from 'petrel/message';

const Location = message('google.protobuf.SourceCodeInfo.Location', {
  path: { no: 1, type: 'int32', repeated: true },
  leadingComments: { no: 3, type: 'string', optional: true, utf8: false },
  trailingComments: { no: 4, type: 'string', optional: true, utf8: false },
});

const SourceCodeInfo = message('google.protobuf.SourceCodeInfo', {
  location: { no: 1, type: Location, repeated: true },
});

/** The part of a file's descriptor that `petrel/descriptor` leaves unknown. */
const WithInfo = message('google.protobuf.FileDescriptorProto', {
  sourceCodeInfo: { no: 9, type: SourceCodeInfo },
});

/** Where declarations are in a descriptor: field numbers of descriptor.proto. */
const FILE = { message: '4', enum: '5', extension: '7' };
const MESSAGE = { field: ',2', message: ',3', enum: ',4', extension: ',6' };
const VALUE = ',2';

/** Comments by the full name of the declaration that they describe; of a field by its number: `acme.Chat.7`. */
export function commentsOf(file: FileDescriptorProto): Map<string, string> {
  const byPath = new Map<string, string>();
  for (const run of (file as WithUnknown)[UNKNOWN] ?? []) {
    const { sourceCodeInfo } = decodeMessage(WithInfo, run);
    for (const { path, leadingComments, trailingComments } of sourceCodeInfo?.location ?? [])
      byPath.set(path.join(), leadingComments ?? trailingComments ?? '');
  }
  return byPath.size === 0 ? byPath : new Comments(byPath).of(file);
}

/** Looks up the comment of every declaration. */
class Comments {
  private readonly byPath: ReadonlyMap<string, string>;
  private readonly byName = new Map<string, string>();

  constructor(byPath: ReadonlyMap<string, string>) {
    this.byPath = byPath;
  }

  of({ package: scope = '', enumType, extension, messageType }: FileDescriptorProto): Map<string, string> {
    this.enums(enumType, FILE.enum, scope);
    for (const [i, { name }] of (extension ?? []).entries()) this.at(`${FILE.extension},${i}`, scope, name);
    const open: { path: string; name: string; part: DescriptorProto }[] = [];
    const push = (list: readonly DescriptorProto[] = [], path: string, outer: string): void => {
      for (const [i, part] of list.entries())
        open.push({ path: `${path},${i}`, name: within(outer, part.name), part });
    };
    push(messageType, FILE.message, scope);
    for (let top = open.pop(); top; top = open.pop()) {
      this.message(top.part, top.path, top.name);
      push(top.part.nestedType, top.path + MESSAGE.message, top.name);
    }
    return this.byName;
  }

  private message({ field, extension, enumType }: DescriptorProto, path: string, name: string): void {
    this.at(path, '', name);
    for (const [i, { number }] of (field ?? []).entries())
      this.at(`${path}${MESSAGE.field},${i}`, name, String(number));
    for (const [i, each] of (extension ?? []).entries())
      this.at(`${path}${MESSAGE.extension},${i}`, name, each.name);
    this.enums(enumType, path + MESSAGE.enum, name);
  }

  private enums(list: readonly EnumDescriptorProto[] | undefined, path: string, scope: string): void {
    for (const [i, { name, value }] of (list ?? []).entries()) {
      this.at(`${path},${i}`, scope, name);
      for (const [j, each] of (value ?? []).entries())
        this.at(`${path},${i}${VALUE},${j}`, within(scope, name), each.name);
    }
  }

  private at(path: string, scope: string, name: string | undefined): void {
    const text = this.byPath.get(path) ?? '';
    if (text !== '') this.byName.set(within(scope, name), text);
  }
}

function within(scope: string, name = ''): string {
  return scope === '' ? name : `${scope}.${name}`;
}
