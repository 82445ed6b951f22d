// Runs every `*.bench.ts` beside this file, or those whose names contain an argument, each in a process of its
// own: codecs that share a process make each other's call sites megamorphic.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('.', import.meta.url);
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
  .toSorted();

let failed = 0;
for (const file of files) {
  console.log(`\n# ${file}`);
  const path = fileURLToPath(new URL(file, folder));
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', path], { stdio: 'inherit' });
  if (status !== 0) failed += 1;
}
console.log(`\n${files.length} benchmark files, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
