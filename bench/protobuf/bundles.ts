/** The table of what libraries cost a browser. */
import { buildSync } from 'esbuild';
import { gzipSync } from 'node:zlib';
import { make, TEST_ALL_TYPES, type Library } from './libraries.ts';
import { withFolder, type BenchSchema } from './made.ts';

const SCHEMAS: Readonly<Record<string, BenchSchema>> = {
  'an empty message': { file: 'bench/schemas/empty.proto', package: 'bench', messages: ['Empty'] },
  'chat messages': { file: 'bench/schemas/chat.proto', package: 'bench', messages: ['Batch'] },
  TestAllTypesProto3: TEST_ALL_TYPES,
};

/** Bytes of a module with all that it imports, minified and gzipped. */
function bundled(path: string): number {
  const { outputFiles } = buildSync({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    legalComments: 'none',
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

/** As Markdown: a row a library, a column a schema, and what the largest adds to the smallest. */
export async function bundleTable(libraries: readonly Library[]): Promise<string> {
  const head = ['bytes', ...Object.keys(SCHEMAS), 'of it the schema'];
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  const rows = await withFolder((folder) =>
    libraries.map((library) => {
      const sizes = Object.values(SCHEMAS).map((schema) => bundled(make(library, schema, folder)));
      return [library.name, ...sizes.map(String), String(sizes.at(-1)! - sizes[0]!)];
    }),
  );
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
