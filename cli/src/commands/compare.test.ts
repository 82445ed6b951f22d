import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand, type Ended } from '../../run-command.ts';
import { Exit } from '../exit.ts';
import { register } from './compare.ts';

const LIKE = '[{"name":"a","size":1},{"name":"b","size":2}]';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** Runs `petrel compare`. */
async function run(...args: string[]): Promise<Ended> {
  return runCommand(register, ['compare', ...args]);
}

describe('petrel compare', () => {
  it('prices a document', async () => {
    const { exitCode, out } = await run(file('a.json', LIKE));
    expect(exitCode).toBe(Exit.GOOD);
    expect(out).toMatch(/^Petrel +19 +0\.422 +0\.655$/m);
    expect(out).toMatch(/^Protobuf \(inferred schema\) +14 +0\.311 +0\.483$/m);
    expect(out).toContain(
      'Protobuf by a schema that was inferred from the document, 132 bytes of schema besides',
    );
  });

  it('prices several documents, a row each, and says which has numbers that do not fit', async () => {
    const { out } = await run(file('a.json', LIKE), file('b.json', '[1e400]'));
    expect(out.split('\n')).toHaveLength(10);
    expect(out).toMatch(/b\.json: MessagePack can't hold 1 number \(\[0\]\) exactly/);
  });

  it('shows the most expensive fields', async () => {
    const { out } = await run('--fields', '--top', '1', file('a.json', LIKE));
    expect(out).toMatch(/^\[\]\.name +2 +5 +4 +47\.4 % +9$/m);
    expect(out).toContain('(3 other fields)');
  });

  it('prints a JSON object a line for scripts', async () => {
    const { out } = await run('--json', '--fields', file('a.json', LIKE), file('b.json', '1'));
    const [first, second] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, object>);
    expect(first?.['sizes']).toMatchObject({ json: 45, petrel: 19 });
    expect(first?.['fields']).toHaveLength(4);
    expect(second?.['fields']).toStrictEqual([{ path: '', count: 1, keys: 0, values: 1, total: 1 }]);
  });

  it('takes a protobuf schema, and refuses a document that is not its JSON', async () => {
    const proto = file('list.proto', 'syntax = "proto3"; message List { repeated int32 n = 1; }');
    const good = file('good.json', '{"n":[1,2,3]}');
    const { out } = await run('--proto', proto, '--json', good);
    expect(JSON.parse(out)).toMatchObject({
      sizes: { protobuf: 5 },
      protobuf: { inferred: false, type: 'List', schemaBytes: 57 },
    });
    expect((await run('--proto', proto, good)).out).toMatch(/^Protobuf \(List\) +5 /m);
    const { exitCode, err } = await run('--proto', proto, file('bad.json', '{"n":["x"]}'));
    expect([exitCode, err]).toEqual([Exit.MALFORMED, expect.stringMatching(/bad\.json: JSON: .*n\[0\]/)]);
  });

  it('saves the schema that it infers', async () => {
    const saved = join(folder, 'saved.proto');
    const { out } = await run('--json', '--save-proto', saved, file('a.json', LIKE));
    const proto = readFileSync(saved, 'utf8');
    expect(proto).toMatch(/^syntax = "proto3";[^]*string name = 1;\n {2}int64 size = 2;/);
    expect(JSON.parse(out)).toMatchObject({ protobuf: { inferred: true, schemaBytes: proto.length } });
    const typed = await run('--json', '--proto', saved, file('b.json', `{"value":${LIKE}}`));
    expect(JSON.parse(typed.out)).toMatchObject({ sizes: { protobuf: 14 } });
  });

  it('draws a chart', async () => {
    const svg = join(folder, 'sizes.svg');
    await run('--svg', svg, file('a.json', LIKE));
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [^>]+>[^]*<\/svg>\n$/);
  });

  it.each([
    ['{"a":1,', Exit.TRUNCATED, 'expected a key, found the end of the text'],
    ['{"a":1,}', Exit.MALFORMED, 'expected a key, found "}"'],
    ['{"a":1,"a":2}', Exit.MALFORMED, 'the key "a" stands before'],
    ['[1e99999]', Exit.LIMIT, "exponent is 99999 can't be kept"],
    ['[\u001b[2J', Exit.MALFORMED, String.raw`found "\u001b"`],
  ])('names the file and the place at fault: %j', async (text, exitCode, message) => {
    const result = await run(file('bad.json', text));
    expect(result).toMatchObject({ exitCode, out: '' });
    expect(result.err).toMatch(/^petrel: .*bad\.json: JSON, line 1, column \d+/);
    expect(result.err).toContain(message);
  });

  it.each([
    [['--top', '0', 'a.json']],
    [['--top', 'ten', 'a.json']],
    [['nowhere.json']],
    [['-', '-']],
    [['--type', 'A', 'a.json']],
    [['--save-proto', 'x', 'a.json', 'b.json']],
    [[]],
  ])('refuses wrong usage: %j', async (args) => {
    expect(await run(...args)).toMatchObject({ exitCode: Exit.USAGE, out: '' });
  });
});
