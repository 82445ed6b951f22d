import { afterEach, describe, expect, it, vi } from 'vitest';
import { runCommand, type Ended } from '../../run-command.ts';
import { Exit } from '../exit.ts';
import { allTopics } from '../explain/topics.ts';
import { codes, parseRules, protocolRules } from '../protocol.ts';
import { register } from './explain.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs `petrel explain`. */
async function run(...args: string[]): Promise<Ended> {
  return runCommand(register, ['explain', ...args]);
}

describe('petrel explain', () => {
  it('says of an error code its meaning, its exit code and every rule', async () => {
    const { out } = await run('key_duplicate');
    expect(out).toMatch(
      /^KEY_DUPLICATE {2}error code\ntwo keys of one map are equal \(malformed\)\nexit code 3/,
    );
    expect(out).toMatch(/^\[VALUE-9\] .*\n {2}The keys of one map MUST be pairwise different/m);
    expect((await run('VARINT_RANGE')).out).toMatch(/\[WIRE-4\][^]*\[WIRE-5\]/);
    expect((await run('LIMIT_DEPTH')).out).toContain('exit code 5');
  });

  it.each(['VALUE-9', 'value-9', '[VALUE-9]'])('takes a rule as %s', async (name) => {
    expect((await run(name)).out).toMatch(/^\[VALUE-9\] 4\. Values {2}KEY_DUPLICATE\n {2}The keys/);
  });

  it.each([
    ['0xF5', ['decimal  value kind', 'EXTENSION  frame kind 15']],
    ['0x1f', ['COMMAND  frame kind 1', 'uint  value kind']],
    ['8', ['HELLO  frame kind 8', 'UPLOAD  verb 8', 'GOING_AWAY  close code 8', 'ackDelay  HELLO key 8']],
    ['push', ['PUSH  frame kind 4', 'push  tag 6']],
    ['maxDepth', ['maxDepth  HELLO key 3', 'maxDepth  limit']],
    ['GOING_AWAY', ['GOING_AWAY  close code 8']],
  ])('finds everything that %s may mean', async (word, titles) => {
    const { out } = await run(word);
    for (const title of titles) expect(out).toContain(title);
  });

  it('lists everything that has a name', async () => {
    const { out } = await run();
    for (const { name } of allTopics()) expect(out).toContain(name);
  });

  it.each([
    ['KEY_DUPLICTE', 'KEY_DUPLICATE'],
    ['duplicate', 'KEY_DUPLICATE'],
    ['comand', 'COMMAND'],
    ['VALUE-99', 'VALUE-9'],
  ])('suggests for %s the name %s', async (word, name) => {
    const { exitCode, err } = await run(word);
    expect(exitCode).toBe(Exit.USAGE);
    expect(err).toContain(name);
  });

  it('refuses any word without printing its control characters', async () => {
    const { exitCode, err } = await run(`\u001b[31m${'x'.repeat(100_000)}`);
    expect([exitCode, err.length < 600, err.includes('\u001b')]).toEqual([Exit.USAGE, true, false]);
  });

  it('keeps its lines within a hundred columns, tables aside', async () => {
    for (const { code } of codes.errorCodes) {
      const { out } = await run(code);
      expect(out.split('\n').filter((line) => line.length > 100 && !line.startsWith('  |'))).toEqual([]);
    }
  });
});

describe('the rules', () => {
  it('are all there that the registry names', () => {
    const named = allTopics().flatMap(({ rules }) => rules);
    expect(named.filter((id) => !protocolRules().has(id))).toEqual([]);
  });

  it('end where the next rule or a heading begins, but not in a block of code', () => {
    const rules = parseRules(
      '# A\n**[X-1]** one\nmore\n\n```\n# no heading\n```\n\n**[X-2]** two\n\n## B\nprose\n',
    );
    expect([...rules.values()]).toEqual([
      { id: 'X-1', section: 'A', text: 'one\nmore\n\n```\n# no heading\n```' },
      { id: 'X-2', section: 'A', text: 'two' },
    ]);
  });
});
