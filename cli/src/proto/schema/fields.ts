/** Fields of a `.proto` file: plain ones, groups, maps, extensions. */
import type { Cursor } from './cursor.ts';
import { defaultText } from './defaults.ts';
import { within, type FieldDraft, type MessageDraft, type Scope } from './draft.ts';
import { featuresOf, flagOf, parseOptionList, valueOf, type Option } from './options.ts';
import type { Source } from './source.ts';
import type { Token } from './tokens.ts';

const LABELS: ReadonlyMap<string, number> = new Map([
  ['optional', 1],
  ['required', 2],
  ['repeated', 3],
]);
/** The scalar types, from 1 on; those that have no name here are no scalars. */
const SCALARS: readonly string[] =
  ' double float int64 uint64 int32 fixed64 fixed32 bool string . . bytes uint32 . sfixed32 sfixed64 sint32 sint64'.split(
    ' ',
  );
const GROUP = 10;
const MESSAGE = 11;

/** How a field is special. */
export interface Place {
  readonly oneof?: number;
  readonly extendee?: string;
}

/** A field that is no group, behind its label. @param at the first token of its declaration */
export function parsePlain(
  source: Source,
  scope: Scope,
  field: FieldDraft,
  path: readonly number[],
  at: Token,
): void {
  const { cursor } = source;
  const type = parseType(source, scope, field);
  field.name = cursor.name('the name of a field');
  source.place(scope.name, field.name, at);
  parseNumber(cursor, field);
  setOptions(cursor, field, type, parseOptionList(cursor));
  source.comment(path, at, cursor.expect(';'));
}

function parseLabel({ cursor, syntax }: Source, { oneof }: Place): number {
  const { text } = cursor.peek();
  const label = LABELS.get(text);
  if (label === undefined) {
    if (syntax === 'proto2' && oneof === undefined)
      throw cursor.error('expected optional, required or repeated');
    return 1;
  }
  if (oneof !== undefined) throw cursor.error('fields of a oneof have no label');
  if (syntax === 'editions' && text !== 'repeated')
    throw cursor.error(`editions have features.field_presence for ${text}`);
  if (syntax === 'proto3' && text === 'required') throw cursor.error('proto3 has no required fields');
  cursor.take();
  return label;
}

/** A type, set in the field. @returns it as it stands there. */
function parseType(source: Source, scope: Scope, field: FieldDraft): string {
  const at = source.cursor.peek();
  const type = source.cursor.path('a type');
  const scalar = SCALARS.indexOf(type);
  if (scalar > 0 && type !== '.') field.type = scalar;
  else {
    field.typeName = type;
    source.parsed.references.push({ field, key: 'typeName', scope: scope.name, at });
  }
  return type;
}

function parseNumber(cursor: Cursor, field: FieldDraft): void {
  cursor.expect('=');
  field.number = cursor.integer('a field number');
}

function setOptions(cursor: Cursor, field: FieldDraft, type: string, options: readonly Option[]): void {
  const json = valueOf(options, 'json_name');
  if (json !== undefined) {
    if (json.kind !== 'text') throw cursor.error('json_name is a text', json.at);
    field.jsonName = new TextDecoder().decode(json.bytes);
  }
  const value = valueOf(options, 'default');
  if (value !== undefined) field.defaultValue = defaultText(cursor, type, value);
  const packed = flagOf(cursor, options, 'packed');
  const features = featuresOf(cursor, options);
  if (packed !== undefined || features)
    field.options = { ...(packed !== undefined && { packed }), ...(features && { features }) };
}

/** `map<` */
export function startsMap(cursor: Cursor): boolean {
  return cursor.peek().text === 'map' && cursor.peek(1).text === '<';
}

/** `map<string, Chat> chats = 4;`: a repeated field of a message that nobody declared. */
export function parseMap(source: Source, scope: Scope, message: MessageDraft): void {
  const { cursor } = source;
  const at = cursor.peek();
  for (const text of ['map', '<']) cursor.expect(text);
  const key: FieldDraft = { name: 'key', number: 1, label: 1 };
  const value: FieldDraft = { name: 'value', number: 2, label: 1 };
  parseType(source, scope, key);
  cursor.expect(',');
  const type = parseType(source, scope, value);
  cursor.expect('>');
  const name = cursor.name('the name of a field');
  source.place(scope.name, name, at);
  const entry = `${name.replace(/(?:^|_)_*([^_]?)/g, (_, next: string) => next.toUpperCase())}Entry`;
  const field: FieldDraft = {
    name,
    label: 3,
    type: MESSAGE,
    typeName: `.${source.place(scope.name, entry, at)}`,
  };
  parseNumber(cursor, field);
  setOptions(cursor, field, type, parseOptionList(cursor));
  message.nestedType!.push({ name: entry, field: [key, value], options: { mapEntry: true } });
  source.comment([...scope.path, 2, message.field!.push(field) - 1], at, cursor.expect(';'));
}

/** What stands before a field's type, added to `fields`. */
export function parseStart(source: Source, scope: Scope, fields: FieldDraft[], place: Place): FieldDraft {
  const { cursor, syntax, parsed } = source;
  const { oneof, extendee } = place;
  const at = cursor.peek();
  const field: FieldDraft = {
    label: parseLabel(source, place),
    ...(oneof !== undefined && { oneofIndex: oneof }),
    ...(extendee !== undefined && { extendee }),
  };
  if (extendee !== undefined) parsed.references.push({ field, key: 'extendee', scope: scope.name, at });
  else if (syntax === 'proto3' && at.text === 'optional') field.proto3Optional = true;
  fields.push(field);
  return field;
}

/** `group Item = 7`: the field that holds the message. @returns the message's name. */
export function parseGroup(
  source: Source,
  scope: Scope,
  field: FieldDraft,
  path: readonly number[],
  at: Token,
): string {
  const { cursor } = source;
  if (source.syntax !== 'proto2')
    throw cursor.error('groups are for proto2; editions have message_encoding = DELIMITED');
  cursor.expect('group');
  const name = cursor.name('the name of a group');
  if (!/^[A-Z]/.test(name)) throw cursor.error("a group's name begins with a capital", cursor.last);
  Object.assign(field, { type: GROUP, typeName: `.${within(scope.name, name)}`, name: name.toLowerCase() });
  source.place(scope.name, field.name!, at);
  parseNumber(cursor, field);
  setOptions(cursor, field, name, parseOptionList(cursor));
  source.comment(path, at, cursor.peek());
  return name;
}
