/**
 * Suites and what measures them as plain JavaScript: a process that compiles TypeScript itself takes 600 ms of a processor before it
 * measures anything, this way 290.
 */
import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Work } from './choice.ts';

const bench = fileURLToPath(new URL('.', import.meta.url));

export interface Built {
  readonly works: readonly Work[];
  remove(): void;
}

/** The same work on suites that were built, beside which `worker.js` is. */
export async function builtWorks(works: readonly Work[]): Promise<Built> {
  const folder = mkdtempSync(`${bench}.made-`);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove); // whatever happens in between
  const suites = new Set(works.map(({ url }) => fileURLToPath(url)));
  await build({
    entryPoints: [`${bench}worker.ts`, ...suites],
    outbase: bench,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  const urlOf = (url: string): string => {
    const path = relative(bench, fileURLToPath(url)).replace(/\.ts$/, '.js');
    return new URL(path, `${pathToFileURL(folder).href}/`).href;
  };
  return { works: works.map((work) => ({ ...work, url: urlOf(work.url) })), remove };
}
