// Protobuf messages, encoded and decoded: by this library in both of its ways, and by the peers.
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import protobufjs from 'protobufjs/minimal.js';
import { run, type Prepared } from './harness.ts';
import { MESSAGES, SCHEMAS, type MessageCorpus, type Plain } from './messages.ts';
import { LIBRARIES, make, pathOf, type Library } from './protobuf/libraries.ts';
import { withFolder } from './protobuf/made.ts';

/** What a module that was made exports for a message. */
interface Codec {
  readonly read: (bytes: Uint8Array) => Plain;
  readonly write: (message: Plain) => Uint8Array;
}

/** Where the modules are: whoever reports makes them, and tells those who measure. */
const FOLDER = 'BENCH_MODULES';

const { petrel, generated, protobufjsStatic, pbf, protobufEs } = LIBRARIES;
const CANDIDATES: readonly Library[] = [petrel, generated, protobufjsStatic, pbf, protobufEs];

function corpusOf(name: string): MessageCorpus {
  return MESSAGES.find((corpus) => corpus.name === name)!;
}

/** The codec of the library that this process measures, and of no other. */
async function load(library: Library, { schema, type }: MessageCorpus): Promise<Codec> {
  const path = pathOf(library, schema, process.env[FOLDER]!);
  const module = (await import(pathToFileURL(path).href)) as Readonly<Record<string, Codec>>;
  return module[type]!;
}

/** Throws unless a message that was read says what was written, whatever object says it. */
function demand(found: unknown, expected: unknown): void {
  if (Array.isArray(expected)) {
    assert.equal((found as unknown[]).length, expected.length);
    for (const [i, element] of expected.entries()) demand((found as unknown[])[i], element);
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [key, value] of Object.entries(expected)) demand((found as Plain)[key], value);
  } else assert.equal(typeof found === 'bigint' ? Number(found) : found, expected);
}

function prepare({ read, write }: Codec, pool: readonly Plain[], messages: readonly Plain[]): Prepared {
  const written = messages.map((message) => Uint8Array.from(write(message)));
  return {
    size: Math.round(written.reduce((sum, { length }) => sum + length, 0) / pool.length),
    check: () =>
      demand(
        written.map((bytes) => read(bytes)),
        pool,
      ),
    operations: {
      encode: (i) => write(messages[i % messages.length]!),
      decode: (i) => read(written[i % written.length]!),
    },
  };
}

/** protobuf-es writes only messages that it made: here those that it reads from another library's bytes. */
async function messagesOf(library: Library, corpus: MessageCorpus, codec: Codec): Promise<readonly Plain[]> {
  if (library !== protobufEs) return corpus.pool;
  const reference = await load(pbf, corpus);
  return corpus.pool.map((plain) => codec.read(reference.write(plain)));
}

const [flag, candidate, corpusName] = process.argv.slice(2);
const measured = CANDIDATES.find(({ name }) => name === candidate);
// Without Long, its 64-bit integers are numbers, as everyone else's here but those of protobuf-es.
protobufjs.util.Long = null as never;
protobufjs.configure();
let prepared: Prepared | undefined;
if (flag === '--measure' && measured) {
  const corpus = corpusOf(corpusName!);
  const codec = await load(measured, corpus);
  prepared = prepare(codec, corpus.pool, await messagesOf(measured, corpus, codec));
}

function report(): void {
  run(import.meta.url, {
    operations: ['encode', 'decode'],
    corpora: MESSAGES,
    candidates: Object.fromEntries(CANDIDATES.map(({ name }) => [name, () => prepared!])),
    notes: [
      'Every encode answers bytes that may be kept, every decode reads all fields, texts included. 64-bit integers are',
      'numbers, in protobuf-es bigints, for it has no other. What the libraries leave out is below the table of bundles.',
    ],
  });
}

if (flag === '--measure') report();
else
  await withFolder((folder) => {
    process.env[FOLDER] = folder;
    for (const library of CANDIDATES) for (const schema of SCHEMAS) make(library, schema, folder);
    report();
  });
