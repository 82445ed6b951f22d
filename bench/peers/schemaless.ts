/** Codecs that need no schema. Each import is inside: a process loads the one that it measures. */
import type { DecodeOptions, EncodeOptions } from 'petrel/value';
import type { Codec } from './codec.ts';

/** What is written, with bytes as Node's Buffers, over the same memory. */
export function withBuffers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    item instanceof Uint8Array ? Buffer.from(item.buffer, item.byteOffset, item.length) : (item as unknown),
  ]);
  return Object.fromEntries(entries) as unknown;
}

/** Room for whatever is written into a buffer that is used again. */
const ROOM = 1 << 20;

/** What Petrel's values remember from value to value: shapes, as by default; shapes with code made for them at run time; or nothing. */
type PetrelMode = 'default' | 'compiled' | 'no memory';

export async function petrel(mode: PetrelMode): Promise<Codec> {
  const { decode, encode, ValueWriter } = await import('petrel/value');
  const { ShapeCompiler, ShapeMemory } = await import('petrel/value/shapes');
  const options: EncodeOptions & DecodeOptions = {
    shapes: mode === 'compiled' ? new ShapeCompiler() : mode === 'default' ? new ShapeMemory() : null,
  };
  const given = mode === 'default' ? undefined : options;
  const writer = new ValueWriter(options);
  return {
    own: (value) => encode(value as never, given),
    into: (value) => {
      writer.pos = 0;
      writer.writeValue(value as never);
      return writer.pos;
    },
    written: () => writer.bytes.slice(0, writer.pos),
    dec: (bytes) => decode(bytes, given),
    input: 'Uint8Array',
  };
}

/** @param bytes the field that holds bytes, if one does: in JSON they are a text in base64 */
export function json(bytes?: string): Codec {
  const buffer = Buffer.alloc(ROOM);
  let size = 0;
  const text = (value: unknown): string =>
    JSON.stringify(bytes === undefined ? value : inBase64(value, bytes));
  return {
    own: (value) => Buffer.from(text(value)),
    into: (value) => (size = buffer.write(text(value))),
    written: () => buffer.subarray(0, size),
    dec: bytes === undefined ? parsed : (input) => fromBase64(parsed(input), bytes),
  };
}

function parsed(bytes: Uint8Array): unknown {
  return JSON.parse((bytes as Buffer).toString());
}

function inBase64(value: unknown, key: string): object {
  return { ...(value as object), [key]: (value as Record<string, Buffer>)[key]!.toString('base64') };
}

function fromBase64(value: unknown, key: string): unknown {
  const object = value as Record<string, unknown>;
  object[key] = Buffer.from(object[key] as string, 'base64');
  return object;
}

/** A buffer that was used again, with where in it the last value is. */
type Reused = Uint8Array & { readonly start: number; readonly end: number };

export async function msgpackr(records: boolean): Promise<Codec> {
  const { Packr, RESET_BUFFER_MODE, REUSE_BUFFER_MODE } = await import('msgpackr');
  const packr = new Packr(records ? { structures: [] } : { useRecords: false });
  const mode = REUSE_BUFFER_MODE | RESET_BUFFER_MODE;
  let last: Reused;
  return {
    own: (value) => packr.pack(value),
    into: (value) => (last = packr.pack(value, mode) as unknown as Reused),
    written: () => Uint8Array.from(last.subarray(last.start, last.end)),
    dec: (bytes) => packr.unpack(bytes) as unknown,
  };
}

export async function cborX(records: boolean): Promise<Codec> {
  const { Encoder, RESET_BUFFER_MODE, REUSE_BUFFER_MODE } = (await import('cbor-x')) as unknown as {
    readonly Encoder: new (options: object) => {
      encode(value: unknown, mode?: number): Buffer;
      decode(bytes: Uint8Array): unknown;
    };
    readonly RESET_BUFFER_MODE: number;
    readonly REUSE_BUFFER_MODE: number;
  };
  const encoder = new Encoder(records ? { structures: [] } : { useRecords: false });
  const mode = REUSE_BUFFER_MODE | RESET_BUFFER_MODE;
  let last: Reused;
  return {
    own: (value) => encoder.encode(value),
    into: (value) => (last = encoder.encode(value, mode) as unknown as Reused),
    written: () => Uint8Array.from(last.subarray(last.start, last.end)),
    dec: (bytes) => encoder.decode(bytes),
  };
}

export async function msgpack(): Promise<Codec> {
  const { Decoder, Encoder } = await import('@msgpack/msgpack');
  const encoder = new Encoder();
  const decoder = new Decoder();
  let last: Uint8Array;
  return {
    own: (value) => encoder.encode(value),
    into: (value) => (last = encoder.encodeSharedRef(value)),
    written: () => last.slice(),
    dec: (bytes) => decoder.decode(bytes),
    input: 'Uint8Array',
  };
}

export async function notepack(): Promise<Codec> {
  const { default: library } = await import('notepack.io');
  return {
    own: (value) => library.encode(value),
    dec: (bytes) => library.decode(bytes) as unknown,
  };
}

function boxed(value: unknown): object {
  return Array.isArray(value) ? { v: value } : (value as object);
}

/** A document is an object: what is none stands in one, under a name as short as can be. */
export async function bson(): Promise<Codec> {
  const { deserialize, serialize, serializeWithBufferAndIndex } = await import('bson');
  const buffer = Buffer.alloc(ROOM);
  let last = 0;
  const options = { promoteBuffers: true };
  return {
    own: (value) => serialize(boxed(value)),
    into: (value) => (last = serializeWithBufferAndIndex(boxed(value), buffer, { index: 0 })),
    written: () => buffer.subarray(0, last + 1),
    dec: (bytes) => {
      const document = deserialize(bytes, options);
      return Object.hasOwn(document, 'v') ? (document['v'] as unknown) : document;
    },
  };
}
