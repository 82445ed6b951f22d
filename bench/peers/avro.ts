/** Avro: a schema that both sides know, fields without tags. */
import type { Schema } from 'avsc';
import type { Codec } from './codec.ts';

const fields = (types: Readonly<Record<string, unknown>>): object[] =>
  Object.entries(types).map(([name, type]) => ({ name, type }));
const record = (name: string, types: Readonly<Record<string, unknown>>): object => {
  return { type: 'record', name, fields: fields(types) };
};
const list = (items: unknown): object => {
  return { type: 'array', items };
};

const CHAT = record('Chat', {
  id: 'long',
  from: 'long',
  to: 'long',
  ts: 'long',
  seq: 'int',
  type: 'int',
  text: 'string',
});
const MIXED = ['int', 'int', 'int', 'double', 'boolean', 'long', 'string', 'string', 'string', list('int')];

const SCHEMAS: Readonly<Record<string, object>> = {
  Chat: CHAT,
  Batch: record('Batch', { messages: list(CHAT) }),
  Command: record('Command', { verb: 'string', key: 'string', value: 'bytes' }),
  Presence: record('Presence', {
    user: 'string',
    online: 'boolean',
    since: 'long',
    device: 'int',
    rooms: list('int'),
  }),
  Chunk: record('Chunk', { upload: 'long', index: 'int', total: 'int', data: 'bytes' }),
  Mixed: record(
    'Mixed',
    Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`field${i}`, MIXED[i % MIXED.length]])),
  ),
  Small: record('Small', { numbers: list('long') }),
  Large: record('Large', { numbers: list('long') }),
};

export async function avsc(name: string): Promise<Codec> {
  const { default: library } = await import('avsc');
  const type = library.Type.forSchema(SCHEMAS[name] as Schema);
  const buffer = Buffer.alloc(1 << 20);
  let size = 0;
  return {
    own: (message) => type.toBuffer(message),
    into: (message) => (size = type.encode(message, buffer, 0)),
    written: () => buffer.subarray(0, size),
    dec: (bytes) => type.fromBuffer(bytes as Buffer) as unknown,
  };
}
