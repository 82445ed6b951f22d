/** Packed lists. [MESSAGE-6] */
import type { EnumType } from 'petrel/message';
import { knownTest } from './known.ts';
import { literal, property, type Helper } from './names.ts';
import { store, synced, valueOf, type Context } from './read-value.ts';
import { VARINT, type Resolved } from './wire.ts';

/** Packed lists that are read in bulk. */
const PACKED: { readonly [method: string]: Helper } = {
  uint32: 'unpackUint32',
  int32: 'unpackInt32',
  uint64: 'unpackUint64',
  int64: 'unpackInt64',
  double: 'unpackDouble',
  float: 'unpackFloat',
};

/** Lines that read a packed list behind its tag into what the field holds. */
export function packedCase(field: Resolved, context: Context): string[] {
  const { scope } = context;
  const { closed, key, read } = field;
  if (closed) return synced(closedPacked(field, closed, context));
  const into = property('into', key);
  const bulk = PACKED[read!];
  const call = bulk
    ? `${scope.helper(bulk)}(reader, into, ${literal(key)}, ${into})`
    : `${scope.helper('unpack')}(reader, into, ${literal(key)}, ${into}, (from) => ${valueOf(field, scope, '', 'from')})`;
  // a list of nothing is none
  return synced([`const list = ${call};`, `if (list.length > 0) ${into} = list;`]);
}

/** The numbers of a closed enum, each judged. */
function closedPacked(field: Resolved, closed: EnumType, context: Context): string[] {
  const { scope } = context;
  return [
    `const outer = ${scope.helper('bounded')}(reader);`,
    'while (reader.pos < reader.end) {',
    '  const { pos } = reader;',
    `  const value = ${valueOf(field, scope)};`,
    `  if (${knownTest(closed, scope)}(value)) ${store(field, 'value', context)}`,
    `  else reader.keep(into, pos, ${field.field.no}, ${VARINT});`,
    '}',
    'reader.end = outer;',
  ];
}
