// Protobuf messages, encoded and decoded: by this library in both of its ways, and by the peers.
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { run, type Prepared } from './harness.ts';
import { MESSAGES, SCHEMAS, type MessageCorpus, type Plain } from './messages.ts';
import { pathOf, withFolder } from './protobuf/made.ts';

/** What a module that was made exports for a message. */
interface Codec {
  readonly read: (bytes: Uint8Array) => Plain;
  readonly write: (message: Plain) => Uint8Array;
}

/** Where the modules are: whoever reports makes them, and tells those who measure. */
const FOLDER = 'BENCH_MODULES';

/** Names of libraries in `libraries.ts`, which only whoever reports loads. */
const PROTOBUFJS = 'protobufjs, static';
const PBF = 'pbf';
const PROTOBUF_ES = 'protobuf-es';
const CANDIDATES = ['Petrel, interpreted', 'Petrel, generated', PROTOBUFJS, PBF, PROTOBUF_ES] as const;

function corpusOf(name: string): MessageCorpus {
  return MESSAGES.find((corpus) => corpus.name === name)!;
}

/** The codec of the library that this process measures, and of no other. */
async function load(library: string, { schema, type }: MessageCorpus): Promise<Codec> {
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
async function messagesOf(library: string, corpus: MessageCorpus, codec: Codec): Promise<readonly Plain[]> {
  if (library !== PROTOBUF_ES) return corpus.pool;
  const reference = await load(PBF, corpus);
  return corpus.pool.map((plain) => codec.read(reference.write(plain)));
}

async function prepared(library: string, corpus: MessageCorpus): Promise<Prepared> {
  if (library === PROTOBUFJS) {
    // Without Long, its 64-bit integers are numbers, as everyone else's here but those of protobuf-es.
    const { default: protobufjs } = await import('protobufjs/minimal.js');
    protobufjs.util.Long = null as never;
    protobufjs.configure();
  }
  const codec = await load(library, corpus);
  return prepare(codec, corpus.pool, await messagesOf(library, corpus, codec));
}

function start(ready?: Prepared): void {
  run(import.meta.url, {
    operations: ['encode', 'decode'],
    corpora: MESSAGES,
    candidates: Object.fromEntries(CANDIDATES.map((name) => [name, () => ready!])),
    notes: [
      'Every encode answers bytes that may be kept, every decode reads all fields, texts included. 64-bit integers are',
      'numbers, in protobuf-es bigints, for it has no other.',
    ],
  });
}

const [flag, candidate, corpus] = process.argv.slice(2);
if (flag === '--measure') start(await prepared(candidate!, corpusOf(corpus!)));
else
  await withFolder(async (folder) => {
    const { LIBRARIES, make } = await import('./protobuf/libraries.ts');
    const used = Object.values(LIBRARIES).filter(({ name }) => CANDIDATES.some((each) => each === name));
    for (const library of used) for (const schema of SCHEMAS) make(library, schema, folder);
    process.env[FOLDER] = folder;
    start();
  });
