/** Runs the candidates in Chromium: a page each, in a context of its own, in turns. */
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../spec/chromium.ts';
import { serve } from '../../spec/served.ts';
import { commit, machine, versionOf } from '../machine.ts';
import { LIBRARIES, make } from '../protobuf/libraries.ts';
import { withFolder } from '../protobuf/made.ts';
import { SCHEMA } from '../peers/schemas.ts';
import type { Modules } from './candidates.ts';
import { benchPage, type BenchPage, type Operation, type Prepared } from './page.ts';
import { CORPORA, OPERATIONS, type BrowserResult, type BrowserResults } from './results.ts';

/** Candidates, with the package that a peer's version is of. */
const CANDIDATES: Readonly<Record<string, string | null>> = {
  'Petrel values': null,
  'Petrel values, remembered': null,
  'Petrel values, compiled': null,
  'Petrel frames': null,
  JSON: null,
  '@msgpack/msgpack': '@msgpack/msgpack',
  'Petrel messages, generated': null,
  pbf: 'pbf',
};
const ROUNDS = 15;
/** Milliseconds of a sample, and of the calls before the first one. */
const SAMPLE = 20;
const WARM = 300;

interface Running {
  readonly page: Page;
  readonly candidate: string;
  readonly bytes: number;
  readonly times: Readonly<Record<Operation, number[]>>;
}

/** Measures all. @throws where a candidate is wrong, or Petrel writes in the browser other bytes than in Node */
export async function measureInBrowser(log: (line: string) => void): Promise<BrowserResults> {
  return withFolder(async (folder) => {
    const files = {
      'Petrel messages, generated': make(LIBRARIES.generated, SCHEMA, folder),
      pbf: make(LIBRARIES.pbf, SCHEMA, folder),
    };
    const script = await bundle(files, folder);
    const modules: Record<string, Modules[string]> = {};
    for (const [name, file] of Object.entries(files)) modules[name] = (await import(file)) as Modules[string];
    const served = await serve({
      '/': '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/bench.js"></script>',
      '/bench.js': script,
    });
    const browser = await launchChromium();
    try {
      const results: BrowserResult[] = [];
      for (const corpus of CORPORA) {
        results.push(...(await corpusResults(browser, served.origin, corpus, benchPage(modules))));
        log(`${corpus}: done`);
      }
      const peers = Object.values(CANDIDATES).filter((name) => name !== null);
      const versions = peers.map((name) => `${name} ${versionOf(name)}`);
      return { chromium: browser.version(), commit: commit(), machine: machine(), versions, results };
    } finally {
      await browser.close();
      served.close();
    }
  });
}

/** The page's code, with the modules that libraries made of the schema. */
async function bundle(files: Readonly<Record<string, string>>, folder: string): Promise<string> {
  const imports = Object.values(files).map((file, i) => `import * as m${i} from ${JSON.stringify(file)};`);
  const page = JSON.stringify(new URL('page.ts', import.meta.url).pathname);
  const table = Object.keys(files).map((name, i) => `${JSON.stringify(name)}: m${i}`);
  const contents = `${imports.join('\n')}\nimport { benchPage } from ${page};\nglobalThis.bench = benchPage({ ${table.join(', ')} });`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0]!.text;
}

async function corpusResults(
  browser: Browser,
  origin: string,
  corpus: string,
  node: BenchPage,
): Promise<BrowserResult[]> {
  const running: Running[] = [];
  for (const candidate of Object.keys(CANDIDATES)) {
    const found = await started(browser, origin, corpus, candidate, node);
    if (found !== undefined) running.push(found);
  }
  for (let round = -1; round < ROUNDS; round++) {
    for (const operation of OPERATIONS) {
      for (let i = 0; i < running.length; i++) {
        const { page, times } = running[(i + Math.max(round, 0)) % running.length]!;
        const time = await sample(page, operation, round < 0 ? WARM : SAMPLE);
        if (round >= 0) times[operation].push(time);
      }
    }
  }
  for (const { page } of running) await page.context().close();
  return running.map(({ candidate, bytes, times }) => ({ corpus, candidate, bytes, times }));
}

async function started(
  browser: Browser,
  origin: string,
  corpus: string,
  candidate: string,
  node: BenchPage,
): Promise<Running | undefined> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(origin);
  const prepared = await page.evaluate<Prepared | null>(
    `bench.prepare(${JSON.stringify(candidate)}, ${JSON.stringify(corpus)})`,
  );
  if (prepared === null) {
    await page.context().close();
    return undefined;
  }
  const here = node.prepare(candidate, corpus);
  if (here?.digest !== prepared.digest)
    throw new Error(`${candidate} writes ${corpus} otherwise in the browser than in Node`);
  return { page, candidate, bytes: prepared.bytes, times: { own: [], dec: [] } };
}

async function sample(page: Page, operation: Operation, milliseconds: number): Promise<number> {
  return page.evaluate<number>(`bench.sample(${JSON.stringify(operation)}, ${milliseconds})`);
}
