/**
 * FlatBuffers: its compiler is no npm package, so this writes what it writes for a table, function by function. 64-bit integers are
 * doubles, as whoever wants numbers declares them: its own are bigints.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Codec } from './codec.ts';

type Kind = 'Int32' | 'Float64' | 'Bool' | 'String' | 'Bytes' | 'Int32[]' | 'Float64[]' | 'Chat[]';

const chat: Readonly<Record<string, Kind>> = {
  id: 'Float64',
  from: 'Float64',
  to: 'Float64',
  ts: 'Float64',
  seq: 'Int32',
  type: 'Int32',
  text: 'String',
};
const MIXED: readonly Kind[] = [
  'Int32',
  'Int32',
  'Int32',
  'Float64',
  'Bool',
  'Float64',
  'String',
  'String',
  'String',
  'Int32[]',
];

const TABLES: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  Chat: chat,
  Batch: { messages: 'Chat[]' },
  Command: { verb: 'String', key: 'String', value: 'Bytes' },
  Presence: { user: 'String', online: 'Bool', since: 'Float64', device: 'Int32', rooms: 'Int32[]' },
  Chunk: { upload: 'Float64', index: 'Int32', total: 'Int32', data: 'Bytes' },
  Mixed: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`field${i}`, MIXED[i % 10]!])),
  Small: { numbers: 'Float64[]' },
  Large: { numbers: 'Float64[]' },
};

const isInline = (kind: Kind): boolean => kind === 'Int32' || kind === 'Float64' || kind === 'Bool';
const widthOf = (kind: string): number => (kind === 'Float64' ? 8 : 4);

/** What puts a value outside of its table, and answers its offset. */
function created(key: string, kind: Kind): string {
  const from = `value.${key}`;
  if (kind === 'String') return `const $${key} = builder.createString(${from});`;
  if (kind === 'Bytes') return `const $${key} = builder.createByteVector(${from});`;
  const of = kind.slice(0, -2);
  const table = of in TABLES;
  const width = table ? 4 : widthOf(of);
  const list = table ? `const $${key}Offsets = ${from}.map((each) => pack${of}(builder, each));` : '';
  const item = table ? `builder.addOffset($${key}Offsets[i])` : `builder.add${of}(${from}[i])`;
  return `${list}
  builder.startVector(${width}, ${from}.length, ${width});
  for (let i = ${from}.length - 1; i >= 0; i--) ${item};
  const $${key} = builder.endVector();`;
}

function added(key: string, kind: Kind, i: number): string {
  if (kind === 'Bool') return `builder.addFieldInt8(${i}, +value.${key}, 0);`;
  return isInline(kind)
    ? `builder.addField${kind}(${i}, value.${key}, 0);`
    : `builder.addFieldOffset(${i}, $${key}, 0);`;
}

/** How a value is read that is `o` bytes into its table. */
function read(kind: Kind): string {
  if (kind === 'Bool') return '!!bb.readInt8(at + o)';
  if (isInline(kind)) return `bb.read${kind}(at + o)`;
  if (kind === 'String') return 'bb.__string(at + o)';
  if (kind === 'Bytes')
    return 'bb.bytes().subarray(bb.__vector(at + o), bb.__vector(at + o) + bb.__vector_len(at + o))';
  const of = kind.slice(0, -2);
  const item =
    of in TABLES ? `unpack${of}(bb, bb.__indirect(v + i * 4))` : `bb.read${of}(v + i * ${widthOf(of)})`;
  return `list(bb, at + o, (v, i) => ${item})`;
}

function absent(kind: Kind): string {
  if (kind === 'Bool') return 'false';
  if (isInline(kind)) return '0';
  return kind === 'String' ? "''" : kind === 'Bytes' ? 'undefined' : '[]';
}

function table([name, fields]: [string, Readonly<Record<string, Kind>>]): string {
  const all = Object.entries(fields);
  const outside = all.filter(([, kind]) => !isInline(kind));
  const reads = all.map(
    ([key, kind], i) => `${key}: (o = bb.__offset(at, ${4 + 2 * i})) ? ${read(kind)} : ${absent(kind)},`,
  );
  return `export function pack${name}(builder, value) {
  ${outside.map(([key, kind]) => created(key, kind)).join('\n  ')}
  builder.startObject(${all.length});
  ${all.map(([key, kind], i) => added(key, kind, i)).join('\n  ')}
  return builder.endObject();
}
export function unpack${name}(bb, at) {
  let o = 0;
  return {
    ${reads.join('\n    ')}
  };
}
`;
}

/** The module that reads and writes them all. */
export function flatbuffersModule(): string {
  return `function list(bb, at, item) {
  const found = [];
  const start = bb.__vector(at);
  for (let i = 0; i < bb.__vector_len(at); i++) found.push(item(start, i));
  return found;
}
${Object.entries(TABLES).map(table).join('')}`;
}

export const FLATBUFFERS_FILE = 'flatbuffers.js';

export async function flatbuffers(name: string, folder: string): Promise<Codec> {
  const { Builder, ByteBuffer } = await import('flatbuffers');
  type Functions = Readonly<Record<string, never>>;
  const module = (await import(pathToFileURL(join(folder, FLATBUFFERS_FILE)).href)) as Functions;
  const pack: (builder: InstanceType<typeof Builder>, value: unknown) => number = module[`pack${name}`]!;
  const unpack: (bytes: InstanceType<typeof ByteBuffer>, at: number) => unknown = module[`unpack${name}`]!;
  const builder = new Builder(1 << 16);
  const into = (message: unknown): Uint8Array => {
    builder.clear();
    builder.finish(pack(builder, message));
    return builder.asUint8Array();
  };
  let last: Uint8Array;
  return {
    own: (message) => into(message).slice(),
    into: (message) => (last = into(message)),
    written: () => last.slice(),
    dec: (bytes) => {
      const buffer = new ByteBuffer(bytes);
      return unpack(buffer, buffer.readInt32(buffer.position()) + buffer.position());
    },
    input: 'Uint8Array',
  };
}
