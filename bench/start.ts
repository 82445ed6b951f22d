/** `npm start`: what the command does, on real documents and on a sample conversation. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/readme.ts';
import { INSTALLED } from './documents/list.ts';

const samples = readdirSync(join(root, 'spec/samples'))
  .filter((name) => name.endsWith('.hex'))
  .toSorted();

function show(...args: string[]): void {
  console.log(`\n$ petrel ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [join(root, 'cli/dist/petrel.js'), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}

show('compare', ...INSTALLED.map(({ package: name, path }) => `node_modules/${name}/${path}`));
for (const name of samples) {
  const sample = `spec/samples/${name}`;
  show('decode', '--width', '100', sample);
  // after the handshake: a command, its reply, and a command whose reply comes in parts
  show('inspect', '--skip', '2', '--frames', '4', sample);
}
