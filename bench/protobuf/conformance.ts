/** How many of the recorded cases of the official suite each library answers right. */
import { createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { loadDescriptors } from 'petrel/descriptor';
import { decodeMessage, encodeMessage, type MessageType } from 'petrel/message';
import protobufjs from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';
import { LIBRARIES, make, TEST_ALL_TYPES } from './libraries.ts';
import { withFolder } from './made.ts';

interface Vector {
  readonly name: string;
  /** The message's full name. */
  readonly type: string;
  /** In hex. */
  readonly in: string;
  readonly out?: string;
  readonly error?: true;
}

/** What a library writes for what it read. */
type Echo = (bytes: Uint8Array) => Uint8Array;

const folder = new URL('../../spec/protobuf/', import.meta.url);
const schemas = new Uint8Array(readFileSync(new URL('schemas.binpb', folder)));
const registry = loadDescriptors(schemas);

function vectors(): Vector[] {
  const lines = readFileSync(new URL('protobuf-conformance-vectors.jsonl', folder), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Vector);
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

function petrel(type: string): Echo {
  const known = registry.messages.get(type)!;
  return (bytes) => encodeMessage(known, decodeMessage(known, bytes));
}

function protobufEs(): (type: string) => Echo {
  const files = createFileRegistry(fromBinary(FileDescriptorSetSchema, schemas));
  return (type) => {
    const known = files.getMessage(type)!;
    return (bytes) => toBinary(known, fromBinary(known, bytes));
  };
}

/** Told to keep unknown fields, which it drops otherwise. */
function protobufJs(): (type: string) => Echo {
  const files = descriptor.FileDescriptorSet.decode(schemas) as unknown as descriptor.IFileDescriptorSet;
  const root = protobufjs.Root.fromDescriptor(files);
  return (type) => {
    const known = root.lookupType(type);
    return (bytes) => {
      const reader = protobufjs.Reader.create(bytes);
      reader.discardUnknown = false;
      return known.encode(known.decode(reader)).finish();
    };
  };
}

/** Whether an answer is the recorded one: byte for byte, or in another order that is the same message. */
function isRight({ type, in: input, out }: Vector, echo: Echo): boolean {
  let answer: Uint8Array;
  try {
    answer = echo(bytesOf(input));
  } catch {
    return out === undefined;
  }
  return (
    out !== undefined &&
    canonical(registry.messages.get(type)!, answer) === canonical(registry.messages.get(type)!, bytesOf(out))
  );
}

function canonical(type: MessageType, bytes: Uint8Array): string {
  try {
    return Buffer.from(encodeMessage(type, decodeMessage(type, bytes))).toString('hex');
  } catch {
    return 'no message';
  }
}

function score(cases: readonly Vector[], echoOf: (type: string) => Echo): string {
  const echoes = new Map<string, Echo>();
  const right = cases.filter((vector) => {
    if (!echoes.has(vector.type)) echoes.set(vector.type, echoOf(vector.type));
    return isRight(vector, echoes.get(vector.type)!);
  });
  return `${right.length} of ${cases.length}`;
}

/** Scores by library. pbf's compiler takes the schema of proto3 alone. */
export async function scores(): Promise<Readonly<Record<string, string>>> {
  const all = vectors();
  const proto3 = all.filter(({ type }) => type === `${TEST_ALL_TYPES.package}.TestAllTypesProto3`);
  const pbf = await withFolder(async (made) => {
    const path = pathToFileURL(make(LIBRARIES.pbf, TEST_ALL_TYPES, made)).href;
    return (await import(path)) as { readonly TestAllTypesProto3: { read: Echo; write: Echo } };
  });
  const echo: Echo = (bytes) => pbf.TestAllTypesProto3.write(pbf.TestAllTypesProto3.read(bytes));
  return {
    Petrel: score(all, petrel),
    'protobuf-es': score(all, protobufEs()),
    protobufjs: score(all, protobufJs()),
    'pbf, those of proto3': score(proto3, () => echo),
  };
}
