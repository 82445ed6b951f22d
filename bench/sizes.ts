// Prints, as Markdown, what the documents of `documents.json` cost in each format: the README's table of sizes.
//
//   npm run sizes
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { FORMATS, priceDocument, type Sizes } from '../cli/src/compare/prices.ts';
import { parseJson } from '../cli/src/json.ts';

interface Document {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly path: string;
  readonly sha256: string;
  readonly about: string;
}

const { documents } = JSON.parse(readFileSync(new URL('documents.json', import.meta.url), 'utf8')) as {
  documents: Document[];
};

const EXTRA = ['of JSON', 'of MessagePack'];

function table(list: readonly Document[]): string {
  const head = ['document', ...FORMATS.map(({ label }) => label), ...EXTRA];
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, rule, ...list.map(row)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function row(document: Document): string[] {
  const sizes = price(document);
  const ratios = [sizes.petrel / sizes.json, sizes.petrel / sizes.messagepack];
  return [
    document.name,
    ...FORMATS.map(({ id }) => (id === 'petrel' ? `**${sizes[id]}**` : String(sizes[id]))),
    ...ratios.map((ratio) => ratio.toFixed(3)),
  ];
}

function price({ package: name, version, path, sha256 }: Document): Sizes {
  const bytes = readFileSync(new URL(`../node_modules/${name}/${path}`, import.meta.url));
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256)
    throw new Error(`${name}/${path} is not the file of ${name} ${version}: its SHA-256 is ${found}`);
  return priceDocument(parseJson(bytes.toString()));
}

function sources(list: readonly Document[]): string {
  return list
    .map(
      ({ name, package: from, version, path, about }) =>
        `- ${name}: \`${path}\` of ${from} ${version}, ${about}`,
    )
    .join('\n');
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}

function commit(): string {
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'cli', 'bench') !== '';
    return `commit ${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`;
  } catch {
    return 'no commit: this is not a clone';
  }
}

const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
const { node, zlib, brotli } = process.versions;

console.log(`Bytes; gzip at level 9, brotli at quality 11, deflate at level 9.

${table(documents)}

${sources(documents)}

Measured with \`npm run sizes\` at ${commit()}, on Node ${node} (zlib ${zlib}, brotli ${brotli}),
${platform()} ${arch()}, ${cpu}.`);
