/**
 * Proves that this library and its peers, protobuf-es and protobufjs, say the same of any message of any schema: what one
 * writes the others read, and any bytes are the same message to all of them, or to none.
 */
import * as fc from 'fast-check';
import { loadDescriptors } from '../../src/descriptor/index.ts';
import type { MessageType } from '../../src/message/index.ts';
import { attempt } from '../faults.ts';
import { hex } from '../model.ts';
import { promise, same, type Promised } from '../property.ts';
import { textOf, type Codec, type Content, type Item, type Value } from './content.ts';
import { contents } from './contents.ts';
import { descriptorSet } from './descriptors.ts';
import { PEER_FAULTS, shows, type PeerName } from './faults.ts';
import { written } from './generated.ts';
import { inputs } from './inputs.ts';
import { codecOf, interpreter, type Bag } from './ours.ts';
import { protobufEs, protobufJs } from './peers.ts';
import { schemas, type Schema } from './schema.ts';

const PEERS: Readonly<Record<PeerName, (schema: Schema, set: Uint8Array) => Codec>> = {
  'protobuf-es': protobufEs,
  protobufjs: protobufJs,
};
const NOTHING = new Uint8Array();

const encodable = schemas.chain((schema) => fc.tuple(fc.constant(schema), contents(schema)));
const both = schemas.chain((schema) => fc.tuple(fc.constant(schema), inputs(schema), contents(schema)));
const met = schemas.chain((schema) => fc.tuple(fc.constant(schema), inputs(schema)));

function agreeing(peer: PeerName): Promised[] {
  return [
    promise(
      `protobuf: what ${peer} writes is read, and it reads what is written`,
      encodable,
      ([schema, content]) => {
        if (isExcused(peer, schema, NOTHING)) return;
        const expected = textOf(schema, content);
        const ours = interpreter(schema);
        const theirs = PEERS[peer](schema, descriptorSet(schema));
        same(`${peer} reads`, textOf(schema, theirs.decode(ours.encode(content))), expected);
        const bytes = theirs.encode(content);
        same(`what ${peer} wrote`, textOf(schema, ours.decode(bytes)), expected);
        // Nobody else sorts maps.
        if (!hasLongMap(content) && !hasNaN(expected))
          same(`written again`, hex(ours.again(bytes)), hex(theirs.again(bytes)));
      },
    ),
    promise(`protobuf: any bytes are the same message to ${peer}, or to neither`, met, ([schema, bytes]) => {
      const ours = judged(interpreter(schema), schema, bytes);
      const theirs = judged(PEERS[peer](schema, descriptorSet(schema)), schema, bytes);
      if (ours.text === theirs.text || isExcused(peer, schema, bytes, theirs.content)) return;
      same(`${peer} on ${hex(bytes)}`, ours.text, theirs.text);
    }),
  ];
}

interface Judgement {
  readonly text: string;
  readonly content?: Content;
}

/** What a library makes of bytes: a message, or a refusal, whatever the reason. */
export function judged(codec: Codec, schema: Schema, bytes: Uint8Array): Judgement {
  let content: Content;
  try {
    content = codec.decode(bytes);
  } catch {
    return { text: 'refused' };
  }
  return { text: textOf(schema, content), content };
}

/** Whether a peer is known to part from this library on such bytes. */
function isExcused(peer: PeerName, schema: Schema, bytes: Uint8Array, content?: Content): boolean {
  return PEER_FAULTS.some((fault) => fault.peer === peer && shows(fault, schema, bytes, content));
}

/** Whether a message may hold a NaN, whose payload need not be kept. [MESSAGE-14] */
function hasNaN(text: string): boolean {
  return text.includes('NaN');
}

function hasLongMap(content: Content): boolean {
  return [...content.fields.values()].some(isLongMap);
}

function isLongMap(value: Value): boolean {
  if (value instanceof Map)
    return value.size > 1 || [...(value as Map<string, Value>).values()].some(isLongMap);
  if (Array.isArray(value)) return (value as Value[]).some(isLongMap);
  return typeof value === 'object' && 'fields' in value && hasLongMap(value);
}

const alone = promise(
  'protobuf: no bytes do worse than a registered fault, and what was read is written and read again, the same',
  met,
  ([schema, bytes]) => {
    const codec = interpreter(schema);
    const read = attempt(bytes.length, () => codec.decode(bytes));
    if ('fault' in read) return;
    const again = codec.again(bytes);
    same('read again', textOf(schema, codec.decode(again)), textOf(schema, read.value));
    if (!hasNaN(textOf(schema, read.value))) same('written again', hex(codec.again(again)), hex(again));
  },
);

const deterministic = promise(
  'protobuf: equal messages are equal bytes, in whatever order their maps were filled',
  encodable,
  ([schema, content]) => {
    const codec = interpreter(schema);
    same('bytes', hex(codec.encode(turned(content))), hex(codec.encode(content)));
  },
);

/** The same message, its fields and its maps filled from the last to the first. */
function turned({ fields, unknown }: Content): Content {
  const pairs = [...fields].toReversed();
  return { fields: new Map(pairs.map(([no, value]) => [no, turnedValue(value)])), unknown };
}

function turnedValue(value: Value): Value {
  if (value instanceof Map) {
    const pairs = [...(value as ReadonlyMap<string, Item>)].toReversed();
    return new Map(pairs.map(([key, item]) => [key, turnedValue(item) as Item]));
  }
  if (Array.isArray(value)) return (value as readonly Item[]).map((item) => turnedValue(item) as Item);
  return typeof value === 'object' && 'fields' in value ? turned(value) : value;
}

/** Two ways to run a schema do the same, to the byte and to the fault. */
function alike(name: string, ways: readonly ((schema: Schema) => Codec)[]): Promised {
  return promise(name, both, ([schema, bytes, content]) => {
    const [expected, found] = ways.map((make) => {
      const codec = make(schema);
      return {
        read: ended(bytes, () => {
          const text = textOf(schema, codec.decode(bytes));
          return hasNaN(text) ? text : `${text} ${hex(codec.again(bytes))}`;
        }),
        written: hex(codec.encode(content)),
      };
    });
    same(`read ${hex(bytes)}`, found!.read, expected!.read);
    same('written', found!.written, expected!.written);
  });
}

/** How a reader ended, as text; of a fault all but its words, which name types: of a group each way has its own. */
function ended(bytes: Uint8Array, read: () => string): string {
  const result = attempt(bytes.length, read);
  if ('value' in result) return result.value;
  const { code, rule, offset, path } = result.fault;
  return `${code} ${rule} ${offset} ${path.join('.')}`;
}

function loaded(schema: Schema): Codec {
  const type = loadDescriptors(descriptorSet(schema)).messages.get('fuzz.M0');
  return codecOf(schema, type as unknown as MessageType<Bag>);
}

const WAYS: readonly Promised[] = [
  alike('protobuf: types of a descriptor set do what types made by hand do', [interpreter, loaded]),
  alike('protobuf: descriptions that were generated do what types made by hand do', [
    interpreter,
    (schema) => written(schema, false),
  ]),
  alike('protobuf: code written ahead of time does what the interpreter does', [
    interpreter,
    (schema) => written(schema, true),
  ]),
];

export const PROTOBUF_PROMISES: readonly Promised[] = [
  ...agreeing('protobuf-es'),
  ...agreeing('protobufjs'),
  alone,
  deterministic,
  ...WAYS,
];
