/**
 * The library as it was built, in runtimes other than Node: unbundled ES modules in a browser and in Deno. Each runs the
 * vectors; the browser also the example that a bundler built for it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, launchChromium } from './chromium.ts';
import type { Report } from './portable.ts';
import type { VectorFile } from './runner.ts';
import { serve, type Served } from './served.ts';
import { isMissing } from './servers.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const deno = path('../node_modules/.bin/deno');
/** All modules that were built: what one of them imports has to be the same module as what the runner does. */
const built = readdirSync(path('../dist'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.js'),
);

const names = readdirSync(path('vectors'));
const files = names.map((name) => JSON.parse(readFileSync(path(`vectors/${name}`), 'utf8')) as VectorFile);
const expected: Report = {
  passed: files.flatMap(({ input, vectors }) => ((input as string) === 'json' ? [] : vectors)).length,
  failures: [],
};

/** Sends the runner, which imports the sources, to what was built from them. */
function importMap(base: string): string {
  const imports = built.map((file) => [`${base}/src/${file.replace(/js$/, 'ts')}`, `${base}/dist/${file}`]);
  return JSON.stringify({ imports: Object.fromEntries(imports) as Record<string, string> });
}

it('there are vectors to run', () => {
  expect(expected.passed).toBeGreaterThan(400);
});

describe.skipIf(isMissing(CHROMIUM))('Chromium', () => {
  let browser: Browser;
  let served: Served;

  beforeAll(async () => {
    const example = await build({
      entryPoints: [path('examples/browser/main.ts')],
      bundle: true,
      format: 'esm',
      minify: true,
      write: false,
    });
    served = await serve({
      '/vectors': `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${importMap('')}</script>`,
      '/example/': readFileSync(path('examples/browser/index.html'), 'utf8'),
      '/example/main.js': example.outputFiles[0]!.text,
    });
    browser = await launchChromium();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    served?.close();
  });

  /** A page, and what it complained of. */
  async function open(address: string): Promise<{ page: Page; errors: string[] }> {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => errors.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith(served.origin)) errors.push(`asked for ${request.url()}`);
    });
    await page.goto(served.origin + address);
    return { page, errors };
  }

  it('runs the vectors on unbundled ES modules', { timeout: 60_000 }, async () => {
    const { page, errors } = await open('/vectors');
    // Parsed there: in a literal a property __proto__ would set the prototype.
    const json = JSON.stringify(JSON.stringify(files));
    const script = `import('/spec/portable.ts').then(({ runVectors }) => runVectors(JSON.parse(${json})))`;
    expect(await page.evaluate(script)).toEqual(expected);
    expect(errors).toEqual([]);
  });

  it('runs the example that a bundler built', { timeout: 60_000 }, async () => {
    const { page, errors } = await open('/example/');
    const said = await page.textContent('#output');
    expect(said).toMatch(/^COMMAND of \d+ bytes; the argument alone is 132 bytes as JSON$/);
    expect(await page.locator('tr').count()).toBeGreaterThan(10);
    expect(errors).toEqual([]);
  });
});

describe.skipIf(isMissing(deno, 'install it with: npm ci'))('Deno', () => {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-deno-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('runs the vectors, with no permission at all', { timeout: 60_000 }, () => {
    const entry = join(folder, 'entry.ts');
    const map = join(folder, 'import-map.json');
    const url = (relative: string): string => JSON.stringify(pathToFileURL(path(relative)).href);
    const imports = names.map(
      (name, i) => `import f${i} from ${url(`vectors/${name}`)} with { type: 'json' };`,
    );
    const list = names.map((_, i) => `f${i}`).join(', ');
    writeFileSync(
      entry,
      `import { runVectors } from ${url('portable.ts')};\n${imports.join('\n')}\nconsole.log(JSON.stringify(runVectors([${list}])));\n`,
    );
    writeFileSync(map, importMap(pathToFileURL(path('..')).href.replace(/\/$/, '')));
    const alone = ['--no-config', '--no-lock', '--no-npm', '--no-remote', '--no-prompt', '--quiet'];
    const env = { ...process.env, DENO_DIR: join(folder, 'cache'), DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };
    const printed = execFileSync(deno, ['run', ...alone, '--import-map', map, entry], {
      env,
      encoding: 'utf8',
    });
    expect(JSON.parse(printed)).toEqual(expected);
  });
});
