/**
 * Fills README.md: the tables between their marks, and the output in its shell sessions. `npm run readme` fills all,
 * `npm run readme -- sizes` the named parts only.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Desk, root, withSessions } from '../cli/readme.ts';
import { speedPart } from './readme-speed.ts';

interface Measured {
  readonly name: string;
  readonly size: number;
  readonly sizeLimit: number;
}

/** What a tool of this repository prints; size-limit exits with 1 where a budget is passed, which is not the question here. */
function output(command: string, ...args: string[]): string {
  const path = join(root, 'node_modules/.bin', command);
  const { stdout } = spawnSync(path, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (stdout.trim() === '') throw new Error(`${command} ${args.join(' ')} printed nothing`);
  return stdout.trim();
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

function imports(): string {
  const measured = JSON.parse(output('size-limit', '--json')) as Measured[];
  const rows = measured.map(({ name, size, sizeLimit }) => {
    const title = name.includes('/') ? `\`${name}\`` : name;
    return `| ${title} | ${kilobytes(size)} | ${sizeLimit / 1000} kB |`;
  });
  return ['| import | size | budget |', '| --- | ---: | ---: |', ...rows].join('\n');
}

/** The rows of what was cut that people ask for first. */
function cuts(): string {
  const report = readFileSync(join(root, 'fuzz/cuts/CUTS.md'), 'utf8');
  const rows = report.match(/^\|.*\|$/gm) ?? [];
  const wanted = /^\| (?: |---|cuts of|messages|\*\*|a silence)/;
  const [command] = /^`npm run fuzz:cuts.*$/m.exec(report) ?? [''];
  return [...rows.filter((row) => wanted.test(row)), '', command].join('\n');
}

/** Undefined: there is nothing to fill it with. */
const PARTS: Readonly<Record<string, () => string | Promise<string | undefined>>> = {
  sizes: () => output('tsx', 'bench/sizes.ts', '--summary'),
  speed: () => speedPart('speed'),
  imports,
  protobuf: () => output('tsx', 'bench/protobuf-sizes.ts'),
  hostile: () => output('tsx', 'bench/protobuf-hostile.ts'),
  messages: () => speedPart('messages'),
  packs: () => output('tsx', 'bench/packs.ts', '--summary'),
  wire: () => output('tsx', 'bench/wire.ts'),
  networks: () => output('tsx', 'bench/networks.ts', '--summary'),
  cuts,
  bridge: () => output('tsx', 'bench/bridge.ts'),
};

function filled(markdown: string, part: string, text: string): string {
  const marks = new RegExp(`(?<=<!-- ${part} -->\n)[^]*?(?=<!-- /${part} -->)`);
  if (!marks.test(markdown)) throw new Error(`README.md has no marks for ${part}`);
  return markdown.replace(marks, () => `${text}\n`);
}

const file = join(root, 'README.md');
const wanted = process.argv.slice(2);
const names = [...Object.keys(PARTS), 'sessions'];
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0)
  throw new Error(`no part is called ${unknown.join(', ')}: there are ${names.join(', ')}`);

let markdown = readFileSync(file, 'utf8');
for (const name of wanted.length > 0 ? wanted : names) {
  if (name === 'sessions') {
    const desk = new Desk();
    markdown = withSessions(markdown, desk);
    desk.clear();
    continue;
  }
  const text = await PARTS[name]!();
  if (text === undefined) console.error(`${name}: left as it is, run \`npm run bench\` first`);
  else markdown = filled(markdown, name, text);
}
writeFileSync(file, markdown);
