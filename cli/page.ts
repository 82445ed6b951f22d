/** Makes what `petrel inspect --html` puts into its page: one script and one style, whole and minified. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** @returns their texts by the name of the file. */
export async function buildPage(): Promise<Readonly<Record<string, string>>> {
  const { outputFiles } = await build({
    entryPoints: [path('src/report/page/page.ts'), path('src/report/page/page.css')],
    outdir: path('dist/report'),
    bundle: true,
    format: 'iife',
    target: ['chrome123', 'firefox121', 'safari17.5'],
    charset: 'utf8',
    legalComments: 'none',
    minify: true,
    write: false,
    logLevel: 'warning',
  });
  const named = outputFiles.map(
    ({ path: file, text }) => [file.replace(/^.*[\\/]/, ''), text.trim()] as const,
  );
  return Object.fromEntries(named);
}
