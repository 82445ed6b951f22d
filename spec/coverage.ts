/**
 * Shows that the vectors cover the rules: with any one check of the library disabled, some vector fails. Prints the
 * checks that no vector misses and exits with 1 when there are any. `npm run spec:coverage`, or of one layer:
 * `npm run spec:coverage -- message`
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { mutantsOf, type Mutant } from './mutants.ts';
import type { VectorFile } from './runner.ts';
import type { Trace } from './trace.ts';
import { traces } from './traces.ts';
import type { Vector } from './vector.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const source = fileURLToPath(new URL('../src/', import.meta.url));
const LAYERS = ['wire', 'value', 'frame', 'canonical', 'message', 'resp', 'exchange', 'bridge', 'session'];
const TIME_OUT = 20_000;
const MEGABYTES = 512;
/** Ranks: an input written in parts is long, an unlikely vector comes after all likely ones. */
const LONG = 100_000;
const LAST = 1_000_000;

/** Checks that no vector can miss: what a vector can't say, and what guards a caller's mistake in JavaScript alone. */
const EXEMPT: readonly (readonly [file: string, what: RegExp, why: string])[] = [
  ['wire/limits.ts', /./, "options are the caller's, vectors have valid ones"],
  ['wire/writer.ts', /do not fit one buffer/, 'takes 4 GiB'],
  ['wire/writer.ts', /demandBytes/, 'an argument of another type'],
  ['wire/text.ts', /must be a string/, 'an argument of another type'],
  ['value/writer.ts', /came or went/, 'a getter that changes its object has no notation'],
  ['message/into.ts', /./, "the room in a buffer is the caller's"],
  ['message/pack.ts', /./, "what generated code is given is the caller's; it has tests of its own"],
  ['message/skim.ts', /is no range/, 'arguments out of range'],
  ['value/writer.ts', /'maxDepth'/, "options are the caller's"],
  ['value/writer.ts', /is no value/, 'what JavaScript has beside values'],
  ['value/writer.ts', /whole/, 'numbers that are not whole have no notation'],
  ['value/writer.ts', /instanceof Set/, 'a Set has the notation of the array that it is written as'],
  ['value/types.ts', /./, 'Entries of unequal lengths have no notation'],
  ['value/encode.ts', /\binto\b|there is room/, "the room in a buffer is the caller's"],
  ['value/decode.ts', /demandBytes|offset/, 'arguments of another type or range'],
  [
    'value/writer.ts',
    /this\.open\(level\+\+\)/,
    'a key that holds itself has no notation; others are refused when written',
  ],
  ['frame/decoder.ts', /a chunk|before feeding/, 'arguments and order of calls'],
  ['frame/pieces.ts', /./, 'properties hold it against the writer of one buffer'],
  ['value/pieces.ts', /./, 'properties hold it against the writer of one buffer'],
  ['frame/slices.ts', /./, 'a property holds it against the reader of objects'],
  ['frame/scanner.ts', /./, 'a property holds it against the reader of slices'],
  ['frame/lists.ts', /./, 'a property holds it against the reader of slices'],
  ['frame/skimmer.ts', /./, 'a property holds it against the decoder'],
  ['frame/commands.ts', /./, 'a property holds it against the writer of objects'],
  [
    'wire/utf8.ts',
    /./,
    'what it takes for no text, or for one, is held against the decoders by the same property',
  ],
  ['frame/kinds.ts', /kind >= 1/, 'kind 0 is refused before anybody asks whether it counts'],
  ['frame/writer.ts', /no frame is called|'kind'/, 'kinds that do not exist have no notation'],
  [
    'frame/writer.ts',
    /demandBytes|a payload's length|demandFits/,
    "a raw payload is the caller's, as is the limit of a writer",
  ],
  ['message/extensions.ts', /./, "an extension's description, and what is set by it, are the caller's"],
  ['message/generated.ts', /./, 'modules that were written ahead of time have tests of their own'],
  [
    'message/writer.ts',
    /deeper|=== null|demandBytes|demand\(value, 'number'\)/,
    'a circle has no notation; what is null, no Uint8Array or no number is refused where it is used too',
  ],
  ['message/reader.ts', /demandBytes/, 'an argument of another type'],
  [
    'message/keys.ts',
    /=== null|the key/,
    'null has no keys; a key spelled otherwise has no value, which is refused too',
  ],
  ['message/interpret.ts', /endsWith\('64'\)/, 'a bigint for a number of 32 bits has no notation'],
  ['resp/scanner.ts', /before feeding/, 'the order of calls'],
  [
    'resp/token.ts',
    /overlong\(maxPayload\)|no type begins|bytes, at most/,
    'a scanner that failed throws the same at its next step',
  ],
  ['resp/command-scanner.ts', /parts, at most/, 'a scanner that failed throws the same at its next step'],
  ['resp/writer.ts', /nested deeper/, 'a circle, or deeper than any value, has no notation'],
  ['resp/writer.ts', /an inline command is/, "a line is the caller's"],
  ['resp/writer.ts', /isText\(value\[[01]\]\)/, 'what is neither text nor bytes is refused when written too'],
  [
    'resp/writer.ts',
    /!Array.isArray\(value\)/,
    'in some places what is no array is refused by its parts too',
  ],
  ['exchange/replies.ts', /has an array, attributes/, 'a push that is no array is refused when written too'],
  ['bridge/options.ts', /./, "options are the caller's, vectors have valid ones"],
  [
    'bridge/',
    /ROLES.has|id === 0|!this.link.ready|!this.greeted|!this.open |byte >= 0x20/,
    'the model of a server and the tests with sockets hold it; no vector does',
  ],
  ['session/options.ts', /./, "options are the caller's, traces have valid ones"],
  [
    'session/requests.ts',
    /request\?\.ticket|!request\.told/,
    'which command a caller gives up is no rule of the wire; tests of their own hold it',
  ],
  ['session/memory-journal.ts', /./, 'journals have tests of their own'],
  ['session/states.ts', /./, 'a fault of this library'],
  [
    'session/client.ts',
    /only a new session|'idle'|requests.size|tokens ===|peer ===/,
    'journals have tests of their own',
  ],
  ['session/', /journal|\bera\b|'failed'|^link.over|form === 'offer'/, 'journals have tests of their own'],
  ['session/client.ts', /not offered/, 'its attempt is another too'],
  ['session/link.ts', /this.over|chunk.length/, 'what is over, or has no bytes, says nothing in any case'],
  ['session/sender.ts', /frame.length <=|deflate ===/, 'what is skipped there is known to be so'],
  ['session/server.ts', /a second handshake/, 'the link has refused it before'],
  ['session/session', /this.ended|=== before|leaving === undefined/, 'nothing is to be done then'],
  [
    'session/answers.ts',
    /waits for an answer|answer === undefined/,
    'what was not asked fails otherwise too',
  ],
  ['session/session-frames.ts', /is not counted/, 'a fault of this library'],
  ['session/', /link !== this.link/, 'a link that was left is over, and tells nothing'],
  [
    'session/acceptor.ts',
    /waits for no session|offer === undefined|link.over/,
    'what was not offered fails otherwise too',
  ],
];

interface Result {
  readonly mutant: Mutant;
  /** The vector that failed; undefined when all held. */
  readonly killer: string | undefined;
}

/** A file without its vectors, and one of them; or a trace. */
type Loaded = readonly [{ readonly input: string }, Vector | Trace];

function load(): readonly Loaded[] {
  const files = readdirSync(`${here}vectors`).map((name) => {
    const { vectors, ...file } = JSON.parse(readFileSync(`${here}vectors/${name}`, 'utf8')) as VectorFile;
    return (file.input as string) === 'json' ? [] : vectors.map((vector) => [file, vector] as const);
  });
  return [...files.flat(), ...traces.map((trace) => [{ input: 'trace' }, trace] as const)];
}

/** Runs the vectors until one fails. */
const ENTRY = `
import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from './runner.ts';
import { traceFailure } from './run-traces.ts';
const fails = ([file, vector]) => (file.input === 'trace' ? traceFailure(vector) : failureOf(file, vector)) !== undefined;
globalThis.vectorsOnce = true;
const failed = workerData.find(fails);
parentPort.postMessage(failed?.[1].name);
`;

async function bundle(mutant?: Mutant): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: here, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    logLevel: 'error',
    target: 'node20',
    plugins: [
      {
        name: 'mutant',
        setup: (plugin) =>
          plugin.onLoad({ filter: /\.ts$/ }, ({ path }) =>
            path === mutant?.file ? { contents: mutant.source, loader: 'ts' } : undefined,
          ),
      },
    ],
  });
  return outputFiles[0]!.text;
}

/** The name of the first vector that fails; a crash or a hang is a failure of whichever ran. */
function run(code: string, vectors: readonly Loaded[]): Promise<string | undefined> {
  const resourceLimits = { maxOldGenerationSizeMb: MEGABYTES };
  const worker = new Worker(code, { eval: true, workerData: vectors, resourceLimits, stderr: true });
  return new Promise((resolve) => {
    const end = (killer: string | undefined): void => {
      clearTimeout(timer);
      resolve(killer);
      void worker.terminate();
    };
    const timer = setTimeout(() => end('(a time-out)'), TIME_OUT);
    worker.once('message', end);
    worker.once('error', (error) => end(`(a crash: ${error.message})`));
  });
}

/**
 * The vectors most likely to fail first: those that expect an error named around the check, and short ones. For a check of
 * the session or the bridge, what goes step by step.
 */
function likelyFirst(vectors: readonly Loaded[], { around, file }: Mutant): readonly Loaded[] {
  const refuses = /(Type|Range)Error/.test(around);
  const inSteps = /^(session|bridge)\//.test(file.slice(source.length));
  const rank = ([, item]: Loaded): number => {
    if ('steps' in item) return inSteps ? -1 : 2 * LAST;
    const { error, refused, hex } = item;
    const named = error !== undefined && (around.includes(error.code) || around.includes(error.rule));
    const likely = named || (refuses && refused === true);
    return (likely ? 0 : LAST) + (typeof hex === 'string' ? hex.length : LONG);
  };
  return vectors.toSorted((a, b) => rank(a) - rank(b));
}

function allMutants(): Mutant[] {
  const files = LAYERS.flatMap((layer) =>
    readdirSync(source + layer)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => `${source}${layer}/${name}`),
  );
  return files.flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')));
}

function exempt({ file, what }: Mutant): boolean {
  return EXEMPT.some(([part, text]) => file.includes(`src/${part}`) && text.test(what));
}

/** Every `step`-th mutant of the files named, or of all, each run against all vectors until one fails. */
export async function coverage(step = 1, only = ''): Promise<Result[]> {
  const vectors = load();
  const queue = allMutants()
    .filter((mutant) => mutant.file.slice(source.length).includes(only) && !exempt(mutant))
    .filter((_, i) => i % step === 0);
  const results: Result[] = [];
  const work = async (): Promise<void> => {
    const mutant = queue.shift();
    if (mutant === undefined) return;
    const killer = await run(await bundle(mutant), likelyFirst(vectors, mutant));
    results.push({ mutant, killer });
    await work();
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
  return results;
}

async function main(): Promise<void> {
  const intact = await run(await bundle(), load());
  if (intact !== undefined) throw new Error(`a vector fails with every check in place: ${intact}`);
  const results = await coverage(1, process.argv[2]);
  const survivors = results.filter(({ killer }) => killer === undefined);
  for (const { mutant } of survivors) {
    console.log(
      `${mutant.file.slice(source.length - 4)}:${mutant.line}  no vector misses it: ${mutant.what}`,
    );
  }
  console.log(
    `${results.length} checks disabled one at a time, ${results.length - survivors.length} missed by a vector`,
  );
  process.exitCode = survivors.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
