import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { encodeFrame, type FrameBody } from 'petrel';
import { chatDictionary, dictionary } from 'petrel/dictionary';
import { runCommand, type Ended } from '../../run-command.ts';
import { Exit } from '../exit.ts';
import { register as registerDict } from './dict.ts';
import { register as registerEncode } from './encode.ts';
import { register as registerInspect } from './inspect.ts';

const folder = mkdtempSync(join(tmpdir(), 'petrel-dict-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const dict = async (...args: string[]): Promise<Ended> => runCommand(registerDict, ['dict', ...args]);
const encode = async (...args: string[]): Promise<Ended> => runCommand(registerEncode, ['encode', ...args]);
const inspect = async (...args: string[]): Promise<Ended> =>
  runCommand(registerInspect, ['inspect', ...args]);

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const order = (i: number): FrameBody => {
  return {
    kind: 'PUSH',
    verb: 'shop.order',
    args: [{ customer: i * 7919, state: 'dispatched', parcels: i % 3 }],
  };
};
const hello: FrameBody = {
  kind: 'HELLO',
  form: 'offer',
  versions: [1, 1],
  credentials: 'hunter2 is the password',
};
const capture = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, i) => [encodeFrame(hello), encodeFrame(order(i))]).flat());

describe('petrel dict train', () => {
  it('makes a dictionary of what the frames of captures share, and says what it is worth', async () => {
    const out = join(folder, 'orders.dict');
    const { exitCode, err } = await dict(
      'train',
      file('orders.bin', capture(200)),
      '-o',
      out,
      '--size',
      '256',
    );
    expect(exitCode).toBe(Exit.GOOD);
    const bytes = readFileSync(out);
    expect(bytes.toString('latin1')).toContain('dispatched');
    expect(err).toMatch(
      new RegExp(`^${bytes.length} bytes of 200 samples; its id is ${dictionary(bytes).id}\n`),
    );
    const [, withIt, without] = /each alone: (\d+) % with it, (\d+) % without/.exec(err)!;
    expect(Number(withIt)).toBeLessThan(0.6 * Number(without));
  });

  it('takes nothing of a HELLO, which may hold credentials', async () => {
    const out = join(folder, 'safe.dict');
    await dict('train', file('orders.bin', capture(200)), '-o', out);
    expect(readFileSync(out).toString('latin1')).not.toContain('hunter2');
  });

  it('takes lines, also those that look like hex, and files', async () => {
    const lines = Array.from(
      { length: 40 },
      (_, i) => `deadbeefcafe${(i * 7919).toString(16).padStart(8, '0')}`,
    );
    const out = join(folder, 'lines.dict');
    const text = file('lines.txt', lines.join('\n'));
    expect((await dict('train', '--samples', 'lines', text, '-o', out)).err).toContain('of 40 samples');
    expect(readFileSync(out, 'latin1')).toContain('deadbeefcafe');
    const files = ['a', 'b', 'c'].map((name) => file(name, `${name}: what all three share`));
    expect((await dict('train', '--samples', 'files', ...files, '-o', out)).err).toContain('of 3 samples');
  });

  const faults: readonly (readonly [
    what: string,
    content: string | Uint8Array,
    exit: number,
    says: string,
  ])[] = [
    ['samples without anything in common', encodeFrame(order(1)), Exit.USAGE, 'nothing in common'],
    ['nothing', '', Exit.USAGE, '0 samples'],
    ['what is cut off', capture(3).subarray(0, -1), Exit.TRUNCATED, 'TRUNCATED'],
    ['what is no stream of frames', Uint8Array.of(0, 1, 2), Exit.MALFORMED, 'FRAME_ILLEGAL'],
  ];
  it.each(faults)('refuses %s', async (_what, content, exit, says) => {
    const out = join(folder, 'never.dict');
    const { exitCode, err } = await dict('train', '--input', 'bin', file('bad', content), '-o', out);
    expect(exitCode).toBe(exit);
    expect(err).toContain(says);
  });

  it.each([['15'], ['32769'], ['1e3'], ['-1']])('refuses a size of %s', async (size) => {
    expect((await dict('train', 'x', '-o', 'y', '--size', size)).exitCode).toBe(Exit.USAGE);
  });

  it('says what it can not write', async () => {
    const { exitCode, err } = await dict(
      'train',
      file('orders.bin', capture(20)),
      '-o',
      join(folder, 'no/where'),
    );
    expect(exitCode).toBe(Exit.USAGE);
    expect(err).toContain("can't write");
  });
});

describe('petrel dict show', () => {
  it('shows the id, the hash, and all bytes: what can be read as text, the rest as digits', async () => {
    const { out } = await dict('show', file('own.dict', Buffer.from('\0\x01one \x1b[31m two\x02')));
    expect(out).toMatch(/^dictionary 1\d{6}: 16 bytes\nSHA-256 [0-9a-f]{64}\n\n/);
    expect(out.split('\n').slice(3)).toEqual(
      ['0000    00 01', '0002  "one "', '0006    1b', '0007  "[31m two"', '000f    02', ''].map(
        (line) => line,
      ),
    );
  });

  it('knows the chat dictionary by its name, and by its bytes', async () => {
    const path = file('copy.dict', chatDictionary().bytes);
    const { out } = await dict('show', path);
    expect(out).toBe((await dict('show', 'chat')).out);
    expect(out).toMatch(/^dictionary 1, chat: 4096 bytes/);
  });

  it('shows the same as JSON', async () => {
    const { out } = await dict('show', '--json', `70=${file('own.dict', 'what we say')}`);
    const found = JSON.parse(out) as Record<string, unknown>;
    expect(found).toMatchObject({ id: 70, length: 11, contentId: dictionary(Buffer.from('what we say')).id });
    expect(Buffer.from(String(found['bytes']), 'base64').toString()).toBe('what we say');
  });

  it.each([
    ['an empty file', (): string => file('empty.dict', '')],
    ['a large file', (): string => file('large.dict', new Uint8Array(40_000))],
    ['an endless one', (): string => '/dev/zero'],
    ['no file', (): string => join(folder, 'missing.dict')],
    ['a folder', (): string => folder],
    ['a registered id', (): string => `1=${file('own.dict', 'what we say')}`],
    ['the id of other content', (): string => `1048577=${file('own.dict', 'what we say')}`],
  ])('refuses %s', async (_what, make) => {
    expect((await dict('show', make())).exitCode).toBe(Exit.USAGE);
  });
});

const own = (): string => `70=${file('greetings.dict', 'morning! Are you at home? See you at the station')}`;

describe('PACKs of petrel encode', () => {
  const text = 'PUSH NEWS {"text": "Good morning! Are you at home? See you at the station"}\n'.repeat(2);

  it.each([
    ['no dictionary', [], '0: none'],
    ['the chat dictionary', ['--dict', 'chat'], '1: chat'],
    ['a dictionary with an agreed id', ['--dict', own()], '70'],
  ])('with %s are opened by petrel inspect', async (_what, options, meaning) => {
    const packed = await encode('--pack', '--output', 'hex', ...options, file('batch.txt', text));
    const plain = await encode('--output', 'hex', file('batch.txt', text));
    expect(packed.exitCode).toBe(Exit.GOOD);
    expect(packed.out.length).toBeLessThan(plain.out.length);
    const { out, exitCode } = await inspect(...options, file('pack.hex', packed.out));
    expect(out).toContain(`dictionary        ${meaning}`);
    expect(out.match(/Are you at home/g)).toHaveLength(2);
    expect(exitCode).toBe(Exit.GOOD);
  });

  it('stay closed where the dictionary is not at hand, and are a fault where it is another', async () => {
    const { out: hex } = await encode('--pack', '--output', 'hex', '--dict', own(), file('batch.txt', text));
    const closed = await inspect(file('pack.hex', hex));
    expect(closed.out).not.toContain('Good morning');
    expect(closed.exitCode).toBe(Exit.GOOD);
    const other = `70=${file('other.dict', 'x')}`;
    expect(await inspect('--dict', other, file('pack.hex', hex))).toMatchObject({
      exitCode: Exit.MALFORMED,
      err: expect.stringContaining('PACK_CONTENT') as string,
    });
  });

  it.each([
    ['a frame that may not stand in one', ['--pack'], 'PING\n', Exit.MALFORMED],
    ['values', ['--pack', '--value'], '1\n', Exit.USAGE],
    ['--dict without --pack', ['--dict', 'chat'], 'PING\n', Exit.USAGE],
    ['two dictionaries', ['--pack', '--dict', 'chat', '--dict', 'chat'], 'PING\n', Exit.USAGE],
  ])('refuse %s', async (_what, options, input, exit) => {
    expect((await encode(...options, file('in.txt', input))).exitCode).toBe(exit);
  });
});
