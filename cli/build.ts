/**
 * Builds the command into `dist/petrel.js`: its own sources and the library together, so that the packed command needs
 * no packed library beside it. What npm installs for it stays outside. What `petrel explain` and `petrel proto` read is copied next to it.
 */
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import manifest from './package.json' with { type: 'json' };
import { buildPage } from './page.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

// Chunks of an earlier build would be packed with these.
for (const name of readdirSync(path('dist'))) if (/\.js(\.map)?$/.test(name)) rmSync(path(`dist/${name}`));

await build({
  entryPoints: [path('src/petrel.ts')],
  outdir: path('dist'),
  bundle: true,
  splitting: true, // what only one command needs is loaded when it runs
  external: Object.keys(manifest.dependencies),
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: true,
  logLevel: 'warning',
});
chmodSync(path('dist/petrel.js'), 0o755);
copyFileSync(path('../PROTOCOL.md'), path('dist/PROTOCOL.md'));
// Protobuf's own schemas, which those of users import.
cpSync(path('proto'), path('dist/proto'), { recursive: true });
// The page of petrel inspect --html.
mkdirSync(path('dist/report'), { recursive: true });
for (const [name, text] of Object.entries(await buildPage()))
  writeFileSync(path(`dist/report/${name}`), text);
