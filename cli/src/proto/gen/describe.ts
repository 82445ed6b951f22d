/** Descriptions: of messages, as the interpreter runs them, of enums and of extensions. */
import type { EnumType, Extension, Field, MessageType } from 'petrel/message';
import { docComment, indent, literal, member } from './names.ts';
import { isMessage, type Declared } from './schema.ts';
import type { Scope } from './scope.ts';

/** The names and numbers of an enum, the type of its values, and its description. */
export function enumeration({ type, id, second, unit }: Declared<EnumType>, scope: Scope): string[] {
  const values = Object.entries(type.values).flatMap(([name, no]) => [
    ...docComment(unit.comments.get(`${type.name}.${name}`)),
    `${member(name)}: ${no},`,
  ]);
  const make = scope.use(type.closed ? 'closedEnumeration' : 'enumeration');
  return [
    ...docComment(unit.comments.get(type.name)),
    `export const ${id} = {`,
    ...indent(values),
    '} as const;',
    type.closed ? `export type ${id} = (typeof ${id})[keyof typeof ${id}];` : `export type ${id} = number;`,
    `export const ${second}: ${scope.use('type EnumType')}<${id}> = /* @__PURE__ */ ${make}(${literal(type.name)}, ${id});`,
  ];
}

/** A message type for the interpreter. */
export function interpreted(
  { type, id }: Declared<MessageType>,
  scope: Scope,
  isThere: (name: string) => boolean,
): string[] {
  const make = scope.use('message');
  const options = type.messageSet ? ', { messageSet: true }' : '';
  return [
    `export const ${id}: ${scope.use('type MessageType')}<${id}> = /* @__PURE__ */ ${make}(${literal(type.name)}, {`,
    ...indent(fieldsOf(type, scope, isThere)),
    `}${options});`,
  ];
}

/** The members of `fields`: a getter where a field's type is a message that is not there yet. */
export function fieldsOf(type: MessageType, scope: Scope, isThere: (name: string) => boolean): string[] {
  return Object.entries(type.fields).map(([key, field]) => {
    const text = fieldLiteral(field, scope);
    return isMessage(field.type) && !isThere(field.type.name)
      ? `get ${member(key)}() { return ${text} as const; },`
      : `${member(key)}: ${text},`;
  });
}

/** `{ no: 3, type: 'string', repeated: true }` */
function fieldLiteral(field: Field, scope: Scope): string {
  const { type } = field;
  const shown =
    typeof type === 'string'
      ? literal(type)
      : isMessage(type)
        ? scope.id(type.name)
        : scope.enumId(type.name);
  const parts = [...traits(field, shown)].map(([name, value]) => `${name}: ${value}`);
  if (field.default !== undefined) parts.push(`default: ${constant(field.default)}`);
  return `{ ${parts.join(', ')} }`;
}

/** Its type: what the value of an extension is inferred from. */
function fieldLiteralType(field: Field, scope: Scope): string {
  const { type } = field;
  const shown =
    typeof type === 'string'
      ? literal(type)
      : `${scope.use(isMessage(type) ? 'type MessageType' : 'type EnumType')}<${scope.id(type.name)}>`;
  const parts = [...traits(field, shown)].map(([name, value]) => `readonly ${name}: ${value}`);
  if (field.default !== undefined) parts.push('readonly default: unknown');
  return `{ ${parts.join('; ')} }`;
}

/** A field's properties but its default, as source text that is both a value and its type. */
function* traits(field: Field, type: string): Iterable<[name: string, value: string]> {
  yield ['no', String(field.no)];
  if (field.key) yield ['key', literal(field.key)];
  yield ['type', type];
  for (const flag of ['repeated', 'optional', 'required', 'delimited'] as const)
    if (field[flag] === true) yield [flag, 'true'];
  for (const flag of ['packed', 'utf8'] as const) if (field[flag] === false) yield [flag, 'false'];
  for (const text of ['oneof', 'name', 'json'] as const)
    if (field[text] !== undefined) yield [text, literal(field[text])];
}

/** A default, as the schema declares it. @throws TypeError for what no field holds. */
function constant(value: unknown): string {
  if (typeof value === 'string') return literal(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return `/* @__PURE__ */ new Uint8Array([${value.join(', ')}])`;
  throw new TypeError(`a default can't be a ${typeof value}`);
}

/** An extension's description. */
export function extension({ type, id, unit }: Declared<Extension>, scope: Scope): string[] {
  const extendee = scope.id(type.extendee.name);
  return [
    ...docComment(unit.comments.get(type.name)),
    `export const ${id}: ${scope.use('type Extension')}<${fieldLiteralType(type.field, scope)}, ${extendee}> = {`,
    `  name: ${literal(type.name)},`,
    `  extendee: ${extendee},`,
    `  field: ${fieldLiteral(type.field, scope)},`,
    '};',
  ];
}
