/** Protobuf messages that grow, in whatever way one can. */
import {
  decodeMessage,
  encodeMessage,
  field,
  map,
  message,
  repeated,
  type Field,
  type MessageType,
} from 'petrel/message';
import { list, WIDE, type Growth } from './growth.ts';

type Bag = Record<string, unknown>;
/** Nested in every way. */
export const Node: MessageType<Bag> = message('bench.Node', {
  value: field(1, 'int32'),
  get next(): Field {
    return field(2, Node);
  },
  get list(): Field {
    return repeated(3, Node);
  },
  numbers: repeated(4, 'int32'),
  doubles: repeated(5, 'double'),
  texts: repeated(6, 'string'),
  byId: map(7, 'uint32', 'int32'),
  byName: map(8, 'string', 'int32'),
  get group(): Field {
    return field(9, Node, { delimited: true });
  },
}) as never;

function messages(name: string, from: number, make: (n: number) => Bag): Growth[] {
  const reading = (n: number): (() => unknown) => read(encodeMessage(Node, make(n)));
  return [
    { name: `encodeMessage ${name}`, from, make: (n) => written(make(n)) },
    { name: `decodeMessage ${name}`, from, make: reading },
  ];
}

function written(value: Bag): () => unknown {
  return () => encodeMessage(Node, value);
}

/** Reads a message that was written, or bytes that no writer makes. */
function read(bytes: Uint8Array): () => unknown {
  return () => decodeMessage(Node, bytes, { limits: WIDE });
}

function times(n: number, ...bytes: readonly number[]): Uint8Array {
  return Uint8Array.from(list(n, () => bytes).flat());
}

function chain(depth: number, link: 'next' | 'group'): Bag {
  let node: Bag = { value: 1 };
  for (let i = 0; i < depth; i++) node = { [link]: node };
  return node;
}

/** A required field that no part has, so that each part is remembered until the end, where the last one has it. */
const Needs = message('bench.Needs', { id: field(1, 'int32', { required: true }), part: field(2, 'int32') });
const Holder = message('bench.Holder', { needs: field(1, Needs) });

function parts(n: number): () => unknown {
  const bytes = Uint8Array.from([...times(n, 0x0a, 2, 0x10, 1), 0x0a, 2, 8, 1]);
  return () => decodeMessage(Holder, bytes, { limits: WIDE });
}

export const MESSAGES: readonly Growth[] = [
  ...messages('n deep', 100, (n) => chain(n, 'next')),
  ...messages('n groups deep', 100, (n) => chain(n, 'group')),
  ...messages('of n messages', 5000, (n) => ({ list: list(n, (i) => ({ value: i })) })),
  ...messages('of n packed numbers', 50_000, (n) => ({ numbers: list(n, (i) => i) })),
  ...messages('of n packed doubles', 50_000, (n) => ({ doubles: list(n, (i) => i / 3) })),
  ...messages('of n texts', 10_000, (n) => ({ texts: list(n, (i) => `text ${i}`) })),
  ...messages('of a map of n texts', 5000, (n) => ({ byName: Object.fromEntries(list(n, (i) => [`key ${i}`, i])) })),
  ...messages('of a map of n integers', 5000, (n) => ({ byId: Object.fromEntries(list(n, (i) => [i * 7, i])) })),
  { name: 'decodeMessage n unknown fields between known ones', from: 10_000, make: (n) => read(times(n, 8, 1, 0x78, 5)) },
  { name: 'decodeMessage n unknown fields in a run', from: 10_000, make: (n) => read(times(n, 0x78, 5)) },
  { name: 'decodeMessage n unknown groups beside each other', from: 10_000, make: (n) => read(times(n, 0x7b, 0x7c)) },
  { name: 'decodeMessage a message in n parts', from: 10_000, make: (n) => read(times(n, 0x12, 2, 8, 1)) },
  { name: 'decodeMessage a message in n parts that lacks a field', from: 10_000, make: parts },
  { name: 'decodeMessage n packed lists of one', from: 10_000, make: (n) => read(times(n, 0x22, 1, 5)) },
  { name: 'decodeMessage n entries of one key', from: 5000, make: (n) => read(times(n, 0x3a, 4, 8, 1, 0x10, 1)) },
]; // prettier-ignore
