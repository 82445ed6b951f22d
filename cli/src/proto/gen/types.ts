/** The static types of messages and enums. */
import type { Field, FieldType, MessageType, Scalar } from 'petrel/message';
import { docComment, indent, member } from './names.ts';
import { isMessage, type Declared } from './schema.ts';
import type { Scope } from './scope.ts';

const SCALARS: Readonly<Record<Scalar, string>> = {
  double: 'number',
  float: 'number',
  int32: 'number',
  int64: 'number | bigint',
  uint32: 'number',
  uint64: 'number | bigint',
  sint32: 'number',
  sint64: 'number | bigint',
  fixed32: 'number',
  fixed64: 'number | bigint',
  sfixed32: 'number',
  sfixed64: 'number | bigint',
  bool: 'boolean',
  string: 'string',
  bytes: 'Uint8Array',
};

/** `export interface Chat { ... }`, or a type where oneofs make it one of several. */
export function messageType({ type, id, unit }: Declared<MessageType>, scope: Scope): string[] {
  const plain: string[] = [];
  const oneofs = new Map<string, string[]>();
  for (const [key, field] of Object.entries(type.fields)) {
    const doc = docComment(unit.comments.get(`${type.name}.${field.no}`));
    const { oneof } = field;
    const lines = oneof === undefined ? plain : (oneofs.get(oneof) ?? []);
    if (oneof !== undefined) oneofs.set(oneof, lines);
    lines.push(...doc, propertyType(key, field, scope));
  }
  plain.push(`[${scope.use('UNKNOWN')}]?: readonly Uint8Array[];`);
  const doc = docComment(unit.comments.get(type.name));
  if (oneofs.size === 0) return [...doc, `export interface ${id} {`, ...indent(plain), '}'];
  const parts = [...oneofs.values()].map((lines) => [
    `${scope.helper('type Oneof')}<{`,
    ...indent(lines),
    '}>',
  ]);
  return [
    ...doc,
    `export type ${id} = {`,
    ...indent(plain),
    `} & ${parts.map((part) => part.join('\n')).join(' & ')};`,
  ];
}

function propertyType(key: string, field: Field, scope: Scope): string {
  const one = valueType(field.type, scope);
  const value = field.key
    ? `{ readonly [key: string]: ${one} }`
    : field.repeated
      ? `readonly ${one.includes(' ') ? `(${one})` : one}[]`
      : one;
  const optional =
    !field.key && !field.repeated && !field.required && (field.optional === true || isMessage(field.type));
  return field.oneof === undefined && optional
    ? `${member(key)}?: ${value} | undefined;`
    : `${member(key)}: ${value};`;
}

function valueType(type: FieldType, scope: Scope): string {
  return typeof type === 'string' ? SCALARS[type] : scope.id(type.name);
}
