/** Codecs: a message's reads and writes, inlined. What they do is what the interpreter does, to the error. */
import type { MessageType } from 'petrel/message';
import { fieldsOf } from './describe.ts';
import { indent, literal, member } from './names.ts';
import { mergeFunction } from './read.ts';
import type { Declared } from './schema.ts';
import type { Scope } from './scope.ts';
import { resolve, type Resolved } from './wire.ts';
import { writeFunction } from './write.ts';

/** A message type whose functions are written out. */
export function codec(
  declared: Declared<MessageType>,
  scope: Scope,
  isThere: (name: string) => boolean,
): string[] {
  const { type, id, second } = declared;
  const fields = Object.entries(type.fields).map(([key, field]) => resolve(key, field));
  const merge = scope.mergeOf(id);
  const write = scope.writeOf(id);
  const options = type.messageSet ? ', true' : '';
  return [
    ...constructor(second, fields, scope),
    '',
    `export const ${id}: ${scope.use('type MessageType')}<${id}> = /* @__PURE__ */ ${scope.helper('codec')}(${literal(type.name)}, {`,
    ...indent(fieldsOf(type, scope, isThere)),
    `} as const, ${second}, ${merge}, ${write}${options});`,
    '',
    ...mergeFunction(merge, declared, fields, scope),
    '',
    ...writeFunction(write, declared, fields, scope),
  ];
}

/** What absent fields read as, on the prototype: own properties are what was there. */
function constructor(name: string, fields: readonly Resolved[], scope: Scope): string[] {
  const members = fields.map((field) => `${member(field.key)}: ${initial(field, scope)},`);
  return [`const ${name} = /* @__PURE__ */ ${scope.helper('defaults')}({`, ...indent(members), '});'];
}

/** What an absent field reads as. */
function initial({ field, zero, implicit }: Resolved, scope: Scope): string {
  if (field.repeated) return scope.helper('NONE');
  if (field.key) return scope.helper('NO_ENTRIES');
  if (!implicit) return 'undefined';
  return zero === 'NO_BYTES' ? scope.helper(zero) : zero!;
}
