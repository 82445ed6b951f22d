/**
 * The two packages as a stranger gets them: packed, installed into an empty folder, and used from JavaScript, TypeScript, a
 * bundler and the shell. It packs what `npm run build` has built.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { encode } from 'petrel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'petrel-package-'));
const installed = join(folder, 'node_modules');

const layers = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
/** What is imported, and the source that it was built from. */
const SUBPATHS: [name: string, source: string][] = [
  ['petrel', '../src/index.ts'],
  ...layers.map(({ name }): [string, string] => [`petrel/${name}`, `../src/${name}/index.ts`]),
  // What generated code stands on, apart from the interpreter.
  ['petrel/message/generated', '../src/message/generated.ts'],
  // What frames alone need not pay for.
  ['petrel/text/resp', '../src/text/resp.ts'],
  ['petrel/inspect/resp', '../src/inspect/resp.ts'],
  // Apart from the objects, so that who needs only those does not pay for it.
  ['petrel/frame/commands', '../src/frame/commands.ts'],
  ['petrel/frame/slices', '../src/frame/slices.ts'],
  ['petrel/frame/pieces', '../src/frame/pieces.ts'],
  // What those need who open, feed or read a link.
  ['petrel/frame/all', '../src/frame/all.ts'],
  ['petrel/frame/handshake', '../src/frame/handshake.ts'],
  ['petrel/frame/pack', '../src/frame/pack.ts'],
  ['petrel/frame/stream', '../src/frame/stream.ts'],
  ['petrel/value/into', '../src/value/into.ts'],
  ['petrel/value/kinds', '../src/value/kinds.ts'],
  ['petrel/value/pieces', '../src/value/pieces.ts'],
  ['petrel/value/shapes', '../src/value/shapes/index.ts'],
  // What of the link knows files.
  ['petrel/link/journal', '../src/link/journal/index.ts'],
  // What puts all of it together.
  ['petrel/link/connect', '../src/link/connect/index.ts'],
  // What of the link knows nothing but numbers.
  ['petrel/link/policy', '../src/link/policy/index.ts'],
  // What of the link knows no Node.
  ['petrel/link/websocket', '../src/link/websocket.ts'],
  ['petrel/link/fetch', '../src/link/fetch.ts'],
];

/** The subpath that makes code at run time, where its compiler is called for. */
const COMPILES = 'petrel/value/shapes';
/** The subpaths that take Node's sockets and files. */
const ON_NODE: readonly string[] = ['petrel/link', 'petrel/link/connect', 'petrel/link/journal'];

interface Manifest {
  readonly version: string;
  readonly dependencies?: Record<string, string>;
  readonly exports: Record<string, unknown>;
}

interface Result {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], cwd: string, input?: string | Uint8Array): Result {
  // npm tells the scripts it runs where the project is, and a second npm would believe it
  const { npm_config_local_prefix: _, ...env } = process.env;
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, input });
  if (error) throw error;
  return { status, stdout, stderr: stderr.toString() };
}

/** What a run that must succeed printed. */
function output(...args: Parameters<typeof run>): string {
  const { status, stdout, stderr } = run(...args);
  expect(`${stderr}${status === 0 ? '' : `${stdout.toString()}exit code ${status}`}`).toBe('');
  return stdout.toString();
}

function petrelCommand(args: readonly string[], input?: string | Uint8Array): Result {
  return run(join(installed, '.bin/petrel'), args, folder, input);
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(installed, name, 'package.json'), 'utf8')) as Manifest;
}

/** Installs what is packed. `--silent`: warnings about somebody's own npm settings are no failure. */
function install(): void {
  const pack = ['pack', '--ignore-scripts', '--silent', '--workspaces', '--include-workspace-root'];
  output('npm', [...pack, '--pack-destination', folder], root);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const quiet = ['--silent', '--prefer-offline', '--no-audit', '--no-fund'];
  output('npm', ['install', ...quiet, ...tarballs.map((name) => `./${name}`)], folder);
}

beforeAll(install, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('the packed library', () => {
  it('depends on nothing', () => {
    expect(manifestOf('petrel').dependencies).toBeUndefined();
  });

  it('has a subpath for each layer and no others that hold code', () => {
    const paths = Object.keys(manifestOf('petrel').exports).filter((path) => !path.endsWith('.json'));
    expect(paths.toSorted()).toEqual(SUBPATHS.map(([name]) => name.replace('petrel', '.')).toSorted());
  });

  it.each(SUBPATHS)('exports from %s what the sources do', async (name, source) => {
    const script = `import * as all from '${name}'; console.log(JSON.stringify(Object.keys(all)))`;
    const names = JSON.parse(output('node', ['--input-type=module', '-e', script], folder)) as string[];
    expect(names).toEqual(Object.keys((await import(source)) as object).toSorted());
    expect(names.length).toBeGreaterThan(0);
  });

  it('has the registry and the vectors in it', () => {
    const script = `
      import codes from 'petrel/spec/codes.json' with { type: 'json' };
      import vectors from 'petrel/spec/vectors/texts.json' with { type: 'json' };
      console.log(codes.frameKinds.length > 0, vectors.vectors.length > 0);`;
    expect(output('node', ['--no-warnings', '--input-type=module', '-e', script], folder)).toBe(
      'true true\n',
    );
  });

  it('imports nothing, and makes no code at run time', async () => {
    // nothing is shaken off; platform neutral: a module of Node's would not be found
    const whole = { platform: 'neutral', treeShaking: false, ignoreAnnotations: true } as const;
    const all = async (names: string[]): Promise<string> =>
      bundled(names.map((name, i) => `export * as x${i} from '${name}';`).join('\n'), whole);
    const names = SUBPATHS.map(([name]) => name);
    const bundle = await all(names.filter((name) => name !== COMPILES && !ON_NODE.includes(name)));
    expect(bundle.length).toBeGreaterThan(20_000);
    expect(bundle.match(/\beval\b|\bFunction\b|\bimport\b|\brequire\b|\bprocess\b/)).toBeNull();
    // the one that does, for who asks for it
    const compiler = await all([COMPILES]);
    expect(compiler.match(/\beval\b|\bimport\b|\brequire\b|\bprocess\b/)).toBeNull();
    expect(compiler.match(/\bFunction\b/g)).toHaveLength(1);
  });

  it.each(SUBPATHS)('costs nothing where %s is imported and not used', async (name) => {
    const platform = ON_NODE.includes(name) ? 'node' : 'browser';
    expect(await bundled(`import * as unused from '${name}';`, { platform })).toBe('');
  });

  it('brings along only what an import needs', async () => {
    const varints = await bundled(`export { varintLength } from 'petrel/wire';`);
    expect(varints.length).toBeLessThan(1000);
    const values = await bundled(`export { decode } from 'petrel';`);
    expect(values).not.toContain('COMMAND');
  });

  it.each(['petrel', 'petrel/value', 'petrel/value/into'])(
    'remembers shapes on Node, and leaves that out where %s is downloaded',
    async (name) => {
      const contents = `export * from '${name}';`;
      const [browser, neutral, node] = await Promise.all(
        (['browser', 'neutral', 'node'] as const).map((platform) => bundled(contents, { platform })),
      );
      expect(neutral).toBe(browser);
      expect(node!.length - browser!.length).toBeGreaterThan(10_000);
    },
  );
});

/** What esbuild makes of a module inside the folder, minified. */
async function bundled(
  contents: string,
  options: Pick<BuildOptions, 'platform' | 'treeShaking' | 'ignoreAnnotations'> = {},
): Promise<string> {
  const stdin = { contents, resolveDir: folder };
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
    ...options,
  });
  return outputFiles[0]!.text;
}

describe('types of the packed library', () => {
  const consumer = `
import { decode, encode, decodeFrames, ProtocolError, Tag, Tagged, type Encodable, type ErrorCode, type FrameBody, type Value } from 'petrel';
import { decodeCanonical } from 'petrel/canonical';
import { FrameDecoder, parseFrame, skim, type Frame } from 'petrel/frame';
import { HANDSHAKE, type HelloAnswer, type HelloOffer } from 'petrel/frame/handshake';
import { inspectFrames, type Row } from 'petrel/inspect';
import { numberFromToken, stringify } from 'petrel/json';
import { formatValue, parseText } from 'petrel/text';
import { ValueReader, type ValueVisitor } from 'petrel/value';
import { varintLength, type Limits } from 'petrel/wire';

const bytes: Uint8Array = encode({ id: 1n, list: [1, 'two', null], error: new Tagged(Tag.ERROR, 'no') });
const value: Value = decode(bytes, { lossless: true, limits: { maxDepth: 4 } });
const again: Encodable = value;
encode(again, { form: 'plain' });
decodeCanonical(bytes);
// @ts-expect-error a function is no value
encode(() => 1);
// @ts-expect-error there is no such option
decode(bytes, { speed: 'fast' });
// @ts-expect-error a string is no bytes
decode('00');

export function verbs(frames: readonly FrameBody[]): string[] {
  return frames.map((frame) => {
    switch (frame.kind) {
      case 'COMMAND':
      case 'PUSH':
        return frame.verb;
      case 'REPLY':
        // @ts-expect-error a REPLY has no verb
        return frame.verb;
      default:
        return frame.kind;
    }
  });
}

export function hello(frame: Frame): HelloOffer | HelloAnswer | Uint8Array | undefined {
  const unread = parseFrame(frame);
  if (unread.kind === 'PACK') return unread.payload;
  // @ts-expect-error the form is known with the layout alone
  unread.form;
  const read = parseFrame(frame, { layouts: HANDSHAKE });
  return read.kind === 'HELLO' ? read : undefined;
}

const code: ErrorCode = 'KEY_DUPLICATE';
const limits: Partial<Limits> = {};
const visitor: ValueVisitor | undefined = undefined;
const rows: Iterable<Row> | readonly Row[] = inspectFrames(bytes);
try {
  new FrameDecoder({ limits }).feed(bytes);
  skim(bytes, (kind, start, end) => kind + start + end);
} catch (error) {
  if (error instanceof ProtocolError && error.code === code) error.offset.toFixed();
}
export { formatValue, numberFromToken, parseText, rows, stringify, ValueReader, varintLength, verbs as verbsOf, visitor };
export const frames: FrameBody[] = decodeFrames(new Uint8Array());
`;

  it.each([
    ['TypeScript 7', 'tsc', 'nodenext', 'nodenext'],
    ['TypeScript 7', 'tsc', 'esnext', 'bundler'],
    ['TypeScript 6', 'tsc6', 'nodenext', 'nodenext'],
  ])(
    'compile, strict, without those of Node or the DOM: %s, %s, %s',
    (_name, compiler, module, moduleResolution) => {
      const options = { module, moduleResolution, target: 'es2022', strict: true, skipLibCheck: false };
      const exact = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
      writeFileSync(join(folder, 'consumer.ts'), consumer);
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({
          compilerOptions: { ...options, ...exact, types: [], noEmit: true },
          files: ['consumer.ts'],
        }),
      );
      const { status, stdout } = run(join(root, 'node_modules/.bin', compiler), ['-p', folder], folder);
      expect(`${stdout.toString()}${status}`).toBe('0');
    },
  );
});

describe('the packed command', () => {
  it('tells its version', () => {
    expect(petrelCommand(['--version']).stdout.toString()).toBe(`${manifestOf('petrel-cli').version}\n`);
  });

  it('holds the library, and imports only what its package.json names', () => {
    const dist = join(installed, 'petrel-cli/dist');
    const scripts = readdirSync(dist).filter((name) => name.endsWith('.js'));
    const built = scripts.map((name) => readFileSync(join(dist, name), 'utf8')).join('\n');
    const imports = /^(?:import|export)\b[^"]*?\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm;
    const imported = Array.from(built.matchAll(imports), ([, from, bare, late]) => from ?? bare ?? late!);
    const packages = new Set(imported.filter((name) => !/^(node:|\.)/.test(name)));
    expect([...packages].toSorted()).toEqual(Object.keys(manifestOf('petrel-cli').dependencies!).toSorted());
  });

  it('decodes what it encodes', () => {
    const line = 'COMMAND 7 GET "key"';
    const { status, stdout } = petrelCommand(['encode'], `${line}\n`);
    expect([status, stdout.length]).toEqual([0, 7]);
    expect(petrelCommand(['decode'], stdout).stdout.toString().trim()).toBe(line);
  });

  it('inspects a sample of the specification, and points at a fault', () => {
    const sample = join(installed, 'petrel/spec/samples/conversation.hex');
    expect(output(join(installed, '.bin/petrel'), ['inspect', sample], folder)).toContain('COMMAND');
    const { status, stdout } = petrelCommand(['inspect', '--input', 'hex'], '12 00 00');
    expect(status).toBe(3);
    expect(stdout.toString()).toMatch(/\^[^]*ID_ZERO[^]*FRAME-6/);
  });

  it('explains a code from the specification that it carries', () => {
    expect(petrelCommand(['explain', 'KEY_DUPLICATE']).stdout.toString()).toContain('VALUE-9');
  });

  it('compares a document', () => {
    const document = { ok: true, list: [1, 2, 3] };
    writeFileSync(join(folder, 'document.json'), JSON.stringify(document, null, 2));
    const { status, stdout } = petrelCommand(['compare', '--json', 'document.json']);
    expect(status).toBe(0);
    const sizes = { json: JSON.stringify(document).length, petrel: encode(document).length };
    expect(JSON.parse(stdout.toString())).toMatchObject({ file: 'document.json', sizes });
  });
});
