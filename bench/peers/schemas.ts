/** Codecs of the messages of `schemas/corpora.proto`, from modules that each library made ahead of time. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dirname } from 'node:path';
import { pathOf, type BenchSchema } from '../protobuf/made.ts';
import type { Codec } from './codec.ts';

export const SCHEMA: BenchSchema = {
  file: 'bench/schemas/corpora.proto',
  package: 'bench',
  messages: ['Chat', 'Batch', 'Command', 'Presence', 'Chunk', 'Mixed', 'Small', 'Large'],
};

/** Where the modules are: whoever runs the suite makes them, and tells those who measure. */
export const FOLDER = 'BENCH_MODULES';

async function load<T>(library: string, file: string): Promise<T> {
  const folder = dirname(pathOf(library, SCHEMA, process.env[FOLDER]!));
  return (await import(pathToFileURL(join(folder, file)).href)) as T;
}

/** @param library as `protobuf/libraries.ts` names it: interpreted or generated */
export async function petrel(library: string, name: string): Promise<Codec> {
  const { decodeMessage, encodeInto, encodeMessage, encodePieces, skimMessage } =
    await import('petrel/message');
  type Type = Parameters<typeof decodeMessage>[0];
  const schema = await load<Readonly<Record<string, Type>>>(library, 'schema.js');
  const type = schema[name]!;
  const buffer = new Uint8Array(1 << 20);
  let size = 0;
  let fields = 0;
  const visit = (): void => void fields++;
  return {
    own: (message) => encodeMessage(type, message as object),
    into: (message) => (size = encodeInto(type, message as object, buffer)),
    written: () => buffer.slice(0, size),
    vectored: (message) => encodePieces(type, message as object),
    dec: (bytes) => decodeMessage(type, bytes),
    skim: (bytes) => {
      fields = 0;
      skimMessage(bytes, visit);
      return fields;
    },
    input: 'Uint8Array',
  };
}

interface StaticType {
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
}

export async function protobufjs(library: string, name: string): Promise<Codec> {
  const { default: minimal } = await import('protobufjs/minimal.js');
  // Without Long, its 64-bit integers are numbers, as everyone else's.
  minimal.util.Long = null as never;
  minimal.configure();
  const { bench } = await load<{ readonly bench: Readonly<Record<string, StaticType>> }>(
    library,
    'schema.js',
  );
  const type = bench[name]!;
  return {
    own: (message) => type.encode(message).finish(),
    dec: (bytes) => type.decode(bytes),
    skim: (bytes) => {
      const reader = minimal.Reader.create(bytes);
      let count = 0;
      for (; reader.pos < reader.len; count++) reader.skipType(reader.uint32() & 7);
      return count;
    },
  };
}

export async function pbf(library: string, name: string): Promise<Codec> {
  const { PbfReader, PbfWriter } = await import('pbf');
  type Reader = InstanceType<typeof PbfReader>;
  type Writer = InstanceType<typeof PbfWriter>;
  const schema = await load<Readonly<Record<string, never>>>(library, 'schema.js');
  const read: (reader: Reader) => unknown = schema[`read${name}`]!;
  const write: (message: unknown, writer: Writer) => void = schema[`write${name}`]!;
  const writer = new PbfWriter(new Uint8Array(1 << 20));
  return {
    own: (message) => {
      const fresh = new PbfWriter();
      write(message, fresh);
      return fresh.finish();
    },
    into: (message) => {
      writer.pos = 0;
      write(message, writer);
      return writer.pos;
    },
    written: () => writer.buf.slice(0, writer.pos),
    dec: (bytes) => read(new PbfReader(bytes)),
    skim: (bytes) => {
      const reader = new PbfReader(bytes);
      let count = 0;
      for (; reader.pos < reader.length; count++) reader.skip(reader.readVarint());
      return count;
    },
    input: 'Uint8Array',
  };
}

interface Module {
  readonly read: (bytes: Uint8Array) => unknown;
  readonly write: (message: unknown) => Uint8Array;
}

/** @param other whose bytes it reads first: it writes only messages that it made */
export async function protobufEs(
  library: string,
  name: string,
  other: string,
  pool: readonly unknown[],
): Promise<{ readonly codec: Codec; readonly pool: readonly unknown[] }> {
  const { BinaryReader } = await import('@bufbuild/protobuf/wire');
  const { read, write } = (await load<Readonly<Record<string, Module>>>(library, 'index.js'))[name]!;
  const reference = (await load<Readonly<Record<string, Module>>>(other, 'index.js'))[name]!;
  const codec: Codec = {
    own: write,
    dec: read,
    skim: (bytes) => {
      const reader = new BinaryReader(bytes);
      let count = 0;
      for (; reader.pos < reader.len; count++) {
        const [no, type] = reader.tag();
        reader.skip(type, no);
      }
      return count;
    },
    input: 'Uint8Array',
    bigints: true,
  };
  return { codec, pool: pool.map((message) => read(reference.write(message))) };
}
