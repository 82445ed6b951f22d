/** README.md tells the truth: its programs and shell sessions print what it says, its links lead somewhere, its numbers hold. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleTable } from '../bench/protobuf/bundles.ts';
import { LIBRARIES } from '../bench/protobuf/libraries.ts';
import { readSizes } from '../bench/documents/results.ts';
import { summary } from '../bench/documents/tables.ts';
import { blocksOf, Desk, root, withSessions, type Block } from './readme.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = blocksOf(readme);
const desk = new Desk();
afterAll(() => desk.clear());

const named = (...languages: string[]): [string, Block][] =>
  blocks.filter(({ language }) => languages.includes(language)).map((block) => [`line ${block.line}`, block]);

interface Budget {
  readonly name: string;
  readonly limit: string;
}

/** What a program's comments after `console.log(...);` say that it prints. */
function promised(program: string): string {
  return Array.from(program.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm), ([, said]) => `${said!}\n`).join(
    '',
  );
}

/** The rows of the table in a marked part: their cells. */
function table(mark: string): string[][] {
  const [, part] = readme.split(`<!-- ${mark} -->`);
  return rows(part!.split(`<!-- /${mark} -->`)[0]!);
}

/** The cells of every row of Markdown's tables. */
function rows(markdown: string): string[][] {
  return (markdown.match(/^\|.*\|$/gm) ?? []).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

describe('a program of the README', () => {
  it.each(named('js', 'ts'))('prints what its comments say: %s', (_line, { text }) => {
    desk.write('program.js', transformSync(text, { loader: 'ts' }).code);
    expect(promised(text)).not.toBe('');
    expect(desk.run('node', ['program.js'])).toBe(promised(text));
  });

  it('passes the compiler', () => {
    const programs = named('ts').map(([, { text }], i) => [`program${i}.ts`, text] as const);
    for (const [name, text] of programs) desk.write(name, text);
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      strict: true,
      noEmit: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    };
    desk.write('tsconfig.json', JSON.stringify({ compilerOptions, files: programs.map(([name]) => name) }));
    expect(desk.run(join(root, 'node_modules/.bin/tsc'), [])).toBe('');
  });
});

describe('the README', () => {
  it('shows what the command prints', () => {
    expect(withSessions(readme, desk)).toBe(readme);
  });

  it('begins with a program that ends by line 15', () => {
    expect(blocks[0]!.line + blocks[0]!.text.split('\n').length).toBeLessThanOrEqual(16);
  });

  it('links to files that are there, and to headings of its own', () => {
    const headings = Array.from(readme.matchAll(/^#+ (.*)$/gm), ([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    const targets = Array.from(readme.matchAll(/\]\(([^)]+)\)/g), ([, target]) => target!);
    const leads = (target: string): boolean =>
      target.startsWith('#') ? headings.includes(target.slice(1)) : existsSync(join(root, target));
    expect(targets.filter((target) => !leads(target))).toEqual([]);
  });

  it('has the sizes that were measured', () => {
    expect(readme).toContain(`<!-- sizes -->\n${summary(readSizes())}\n<!-- /sizes -->`);
  });

  it('says what protobuf libraries make of hostile bytes today', () => {
    const tsx = join(root, 'node_modules/.bin/tsx');
    const printed = execFileSync(tsx, ['bench/protobuf-hostile.ts'], { cwd: root, encoding: 'utf8' });
    expect(readme).toContain(`<!-- hostile -->\n${printed}<!-- /hostile -->`);
  });

  it('has the sizes of protobuf libraries within a fiftieth of those of today', async () => {
    const { petrel, generated, pbf, protobufEs } = LIBRARIES;
    const today = rows(await bundleTable([petrel, generated, pbf, protobufEs]));
    const stated = new Map(table('protobuf').map(([name, ...sizes]) => [name, sizes.map(Number)]));
    const isFar = ([name, ...sizes]: string[]): boolean =>
      sizes.some((size, i) => !(Math.abs(stated.get(name)![i]! / Number(size) - 1) < 0.02));
    expect(today.slice(2).filter(isFar)).toEqual([]);
  });

  it('states the budgets that CI holds', async () => {
    const { default: budgets } = (await import(join(root, '.size-limit.js'))) as { default: Budget[] };
    const found = table('imports').slice(2);
    const expected = budgets.map(({ name, limit }) => [name.includes('/') ? `\`${name}\`` : name, limit]);
    expect(found.map(([name, , budget]) => [name, budget])).toEqual(expected);
  });
});
