/** The simulation with a bug in the session that it simulates: the sources are changed as they are loaded, never on disk. */
import { build, type Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Run from '../run.ts';
import type { Edit } from './bugs.ts';

type Simulate = typeof Run.simulate;

/** @throws Error when a text to be replaced does not stand in its file exactly once. */
export async function patched(edits: readonly Edit[]): Promise<Simulate> {
  const left = new Set(edits);
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../run.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    plugins: [changing(edits, left)],
  });
  for (const { file } of left) throw new Error(`${file} was not loaded`);
  const text = Buffer.from(outputFiles[0]!.contents).toString('base64');
  const { simulate } = (await import(/* @vite-ignore */ `data:text/javascript;base64,${text}`)) as typeof Run;
  return simulate;
}

function changing(edits: readonly Edit[], left: Set<Edit>): Plugin {
  return {
    name: 'bug',
    setup(loading) {
      loading.onLoad({ filter: /[\\/]src[\\/]session[\\/][^\\/]+\.ts$/ }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const edit of edits.filter(({ file }) => file === basename(path))) {
          contents = replaced(contents, edit);
          left.delete(edit);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
}

function replaced(contents: string, { file, find, put }: Edit): string {
  const [before, after, ...more] = contents.split(find);
  if (after === undefined || more.length > 0) throw new Error(`${file} should have this once: ${find}`);
  return before + put + after;
}
