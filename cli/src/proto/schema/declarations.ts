/** Declarations of a `.proto` file, which messages and files have in common, and messages themselves. */
import type { FieldDraft, MessageDraft, Scope } from './draft.ts';
import { parseEnum, skipRange, skipReserved } from './enums.ts';
import { parseGroup, parseMap, parsePlain, parseStart, startsMap, type Place } from './fields.ts';
import { featuresOf, flagOf, onlyFeatures, parseOption, parseOptionList, type Option } from './options.ts';
import type { Source } from './source.ts';
import type { Token } from './tokens.ts';

/** Where a message's lists are in its descriptor. */
const NUMBERS = { fields: 2, messages: 3, enums: 4, extensions: 6 } as const;

/** What files and messages have in common. @returns false where something else stands. */
export function parseDeclaration(source: Source, scope: Scope): boolean {
  const { cursor } = source;
  const visible = source.syntax === 'editions' && /^(export|local)$/.test(cursor.peek().text) ? 1 : 0;
  const { text } = cursor.peek(visible);
  if (visible === 1 && text !== 'message' && text !== 'enum') return false;
  if (text === 'message' || text === 'enum') {
    const at = cursor.peek();
    for (let i = 0; i <= visible; i++) cursor.take();
    if (text === 'message') parseMessage(source, scope, at);
    else parseEnum(source, scope, at);
  } else if (text === 'extend') parseExtend(source, scope);
  else return false;
  return true;
}

/** A message, `message` taken. @param at the first token of its declaration */
function parseMessage(source: Source, scope: Scope, at: Token): void {
  const name = source.cursor.name('the name of a message');
  parseBody(source, scope, name, at);
}

/** The body of a message or a group, added to the messages of `scope`. */
function parseBody(source: Source, scope: Scope, name: string, at: Token): void {
  const { cursor } = source;
  const draft: MessageDraft = { name, field: [], nestedType: [], enumType: [], extension: [], oneofDecl: [] };
  const path = [...scope.path, scope.numbers.messages, scope.messages.push(draft) - 1];
  const inner: Scope = {
    name: source.place(scope.name, name, at),
    path,
    numbers: NUMBERS,
    messages: draft.nestedType!,
    enums: draft.enumType!,
    extensions: draft.extension!,
  };
  const options: Option[] = [];
  source.comment(path, at, cursor.peek());
  cursor.block(() => parseStatement(source, inner, draft, options));
  setOptions(source, draft, options);
  hideOptionals(draft);
}

function parseStatement(source: Source, scope: Scope, draft: MessageDraft, options: Option[]): void {
  const { cursor } = source;
  const { text } = cursor.peek();
  const isStatement = cursor.peek(1).kind !== 'symbol' || cursor.peek(1).text === '(';
  if (text === 'option' && isStatement) options.push(parseOption(cursor));
  else if (text === 'oneof') parseOneof(source, scope, draft);
  else if (text === 'reserved') skipReserved(source);
  else if (text === 'extensions') skipExtensions(source);
  else if (startsMap(cursor)) parseMap(source, scope, draft);
  else if (!parseDeclaration(source, scope)) parseField(source, scope, draft.field!, fieldPath(scope, draft));
}

function fieldPath({ path }: Scope, { field }: MessageDraft): number[] {
  return [...path, NUMBERS.fields, field!.length];
}

function parseOneof(source: Source, scope: Scope, draft: MessageDraft): void {
  const { cursor } = source;
  cursor.expect('oneof');
  const name = cursor.name('the name of a oneof');
  const index = draft.oneofDecl!.length;
  const options: Option[] = [];
  draft.oneofDecl!.push({ name });
  cursor.block(() => {
    if (cursor.peek().text === 'option') options.push(parseOption(cursor));
    else parseField(source, scope, draft.field!, fieldPath(scope, draft), { oneof: index });
  });
  const features = onlyFeatures(cursor, options);
  if (features) draft.oneofDecl![index]!.options = features;
}

/** Who may extend the message: for compilers. */
function skipExtensions({ cursor }: Source): void {
  cursor.expect('extensions');
  do skipRange(cursor);
  while (cursor.skip(','));
  parseOptionList(cursor);
  cursor.expect(';');
}

function setOptions({ cursor }: Source, draft: MessageDraft, options: readonly Option[]): void {
  const messageSetWireFormat = flagOf(cursor, options, 'message_set_wire_format');
  const features = featuresOf(cursor, options);
  if (flagOf(cursor, options, 'map_entry') === true)
    throw cursor.error('map_entry is not for schemas to set');
  if (messageSetWireFormat === undefined && !features) return;
  draft.options = {
    ...(messageSetWireFormat !== undefined && { messageSetWireFormat }),
    ...(features && { features }),
  };
}

/** proto3's `optional` is a oneof of one field to older readers; those oneofs come last. */
function hideOptionals({ field, oneofDecl }: MessageDraft): void {
  const names = new Set([...field!, ...oneofDecl!].map(({ name }) => name));
  for (const each of field!) {
    if (each.proto3Optional !== true) continue;
    let name = `_${each.name}`;
    while (names.has(name)) name = `X${name}`;
    names.add(name);
    each.oneofIndex = oneofDecl!.push({ name }) - 1;
  }
}

/** A field or a group, added to `fields`. @param path its own */
function parseField(
  source: Source,
  scope: Scope,
  fields: FieldDraft[],
  path: readonly number[],
  place: Place = {},
): void {
  const { cursor } = source;
  const at = cursor.peek();
  const field = parseStart(source, scope, fields, place);
  if (cursor.peek().text === 'group')
    parseBody(source, scope, parseGroup(source, scope, field, path, at), at);
  else parsePlain(source, scope, field, path, at);
}

/** `extend acme.Chat { ... }` */
function parseExtend(source: Source, scope: Scope): void {
  const { cursor } = source;
  cursor.expect('extend');
  const extendee = cursor.path('the name of a message');
  cursor.block(() => {
    const path = [...scope.path, scope.numbers.extensions, scope.extensions.length];
    parseField(source, scope, scope.extensions, path, { extendee });
  });
}
