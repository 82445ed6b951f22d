/** The text of a `.proto` file to its descriptor: proto2, proto3, editions 2023 and 2024. */
import { Cursor } from './cursor.ts';
import type { FileDraft, Parsed, Scope } from './draft.ts';
import { parseDeclaration } from './declarations.ts';
import { onlyFeatures, parseOption, type Option } from './options.ts';
import { Source } from './source.ts';
import type { Token } from './tokens.ts';

const EDITIONS: Readonly<Record<string, number>> = { '2023': 1000, '2024': 1001 };

/** Where a file's lists are in its descriptor, and those of a message in its. */
const PATHS = { messages: 4, enums: 5, extensions: 7 } as const;

/**
 * Parses a file. Names of types stay as they are there; services are read over.
 * @param name as imports spell it
 * @param file as errors name it
 * @throws CommandError USAGE, `file:line:column: ...`
 */
export function parseProto(text: string, name: string, file: string): Parsed {
  const cursor = new Cursor(text.replace(/^\ufeff/, ''), file);
  const proto: FileDraft = { name, dependency: [], messageType: [], enumType: [], extension: [] };
  const parsed: Parsed = { file, proto, imports: [], places: new Map(), references: [], locations: [] };
  const source = new Source(cursor, parsed, parseSyntax(cursor, proto));
  const options: Option[] = [];
  while (cursor.peek().kind !== 'end') if (!cursor.skip(';')) parseStatement(source, options);
  const features = onlyFeatures(cursor, options);
  if (features) proto.options = features;
  return parsed;
}

/** The first statement, if it says what language the file is in. */
function parseSyntax(cursor: Cursor, proto: FileDraft): Source['syntax'] {
  const { text } = cursor.peek();
  if (text !== 'syntax' && text !== 'edition') return 'proto2';
  cursor.take();
  cursor.expect('=');
  const at = cursor.peek();
  const value = cursor.string('a text');
  cursor.expect(';');
  if (text === 'syntax') {
    if (value !== 'proto2' && value !== 'proto3')
      throw cursor.error('the syntax is "proto2" or "proto3"', at);
    if (value === 'proto3') proto.syntax = value; // proto2 is what descriptors mean without
    return value;
  }
  if (!Object.hasOwn(EDITIONS, value))
    throw cursor.error(`the edition is one of ${Object.keys(EDITIONS).join(', ')}`, at);
  proto.edition = EDITIONS[value];
  return (proto.syntax = 'editions');
}

function parseStatement(source: Source, options: Option[]): void {
  const { cursor, parsed } = source;
  const { proto } = parsed;
  const { text } = cursor.peek();
  if (text === 'import') parseImport(cursor, parsed);
  else if (text === 'option') options.push(parseOption(cursor));
  else if (text === 'package') {
    if (proto.package !== undefined) throw cursor.error('a second package');
    if (proto.messageType!.length + proto.enumType!.length + proto.extension!.length > 0)
      throw cursor.error('a package behind a declaration');
    cursor.take();
    proto.package = cursor.path('a name', false);
    cursor.expect(';');
  } else if (text === 'service') skipService(cursor);
  else if (!parseDeclaration(source, fileScope(proto)))
    throw cursor.error('expected message, enum, extend, service, import, option or package');
}

function fileScope(proto: FileDraft): Scope {
  return {
    name: proto.package ?? '',
    path: [],
    numbers: PATHS,
    messages: proto.messageType!,
    enums: proto.enumType!,
    extensions: proto.extension!,
  };
}

function parseImport(cursor: Cursor, { imports, proto }: Parsed): void {
  cursor.expect('import');
  // An option's import brings the options that a file uses, no types.
  const forOptions = cursor.skip('option');
  const isPublic = !forOptions && cursor.skip('public');
  if (!forOptions && !isPublic) cursor.skip('weak');
  const at = cursor.peek();
  const path = cursor.string('the path of a file');
  cursor.expect(';');
  if (forOptions) return;
  if (imports.some((each) => each.path === path)) throw cursor.error('a second import of the same file', at);
  if (isPublic) (proto.publicDependency ??= []).push(imports.length);
  imports.push({ path, at });
  proto.dependency!.push(path);
}

/** Services have no place in messages. */
function skipService(cursor: Cursor): void {
  cursor.expect('service');
  cursor.name('the name of a service');
  let open = 0;
  const start: Token = cursor.expect('{');
  for (open = 1; open > 0;) {
    const { kind, text } = cursor.take();
    if (kind === 'end') throw cursor.error('a block that does not end', start);
    if (kind === 'symbol') open += text === '{' ? 1 : text === '}' ? -1 : 0;
  }
}
