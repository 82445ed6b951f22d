/** Where and on what something was measured: a number without it means nothing. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What times depend on: not what they are written to. */
const MEASURED = [
  'src',
  'bench',
  'cli/src/proto',
  'package-lock.json',
  ':!bench/results',
  ':!bench/plots',
  ':!bench/*.md',
  ':!*.test.ts',
];

export function machine(): string {
  const cpu = cpus();
  return `${platform()} ${arch()}, ${cpu.length} x ${cpu[0]?.model.trim() ?? 'unknown'}`;
}

/** The last commit that changed what is measured; with changes since, a digest of them. */
export function commit(): string {
  try {
    const changed = git('ls-files', '-mo', '--exclude-standard', '--', ...MEASURED);
    const last = git('log', '-1', '--format=%h', '--', ...MEASURED);
    return changed === '' ? last : `${last}+${digest(changed.split('\n'))}`;
  } catch {
    return 'no commit: this is not a clone';
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function digest(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update(contents(path));
  return hash.digest('hex').slice(0, 8);
}

function contents(path: string): Uint8Array | string {
  try {
    return readFileSync(join(root, path));
  } catch {
    return 'deleted';
  }
}

/** The version of an npm package that is installed here. */
export function versionOf(name: string): string {
  const path = join(root, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version;
}

/** As a sentence. */
export function conditions(command: string): string {
  return `\`${command}\` at commit ${commit()}, Node ${process.versions.node}, ${machine()}`;
}
