import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { encodeFrame } from 'petrel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runCommand, type Ended } from '../../run-command.ts';
import { Exit } from '../exit.ts';
import { register } from './inspect.ts';

const SAMPLE = fileURLToPath(new URL('../../../spec/samples/conversation.hex', import.meta.url));

afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs `petrel inspect` on hex or bytes. */
async function run(input: string | Uint8Array, ...args: string[]): Promise<Ended> {
  const stdin = Readable.from([Buffer.from(input)]);
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as typeof process.stdin);
  return runCommand(register, ['inspect', '--width', '80', ...args]);
}

/** The hex of a PACK. */
const pack = (length: number, bytes: Uint8Array): string =>
  Buffer.from(encodeFrame({ kind: 'PACK', dictionary: 0, length, deflated: bytes })).toString('hex');

describe('petrel inspect', () => {
  it('shows a whole conversation', async () => {
    const { exitCode, out, err } = await run('', SAMPLE);
    expect({ exitCode, err }).toEqual({ exitCode: Exit.GOOD, err: '' });
    await expect(out).toMatchFileSnapshot('../../../spec/samples/conversation.inspect.txt');
  });

  it('keeps to the width that it is given, and shows more bytes a line where there is room', async () => {
    for (const width of [80, 120]) {
      const { out } = await run('', SAMPLE, '--width', String(width), '--skip', '5');
      const rows = out.split('\n').slice(0, -2);
      expect(rows.filter((line) => line.length > width)).toEqual([]);
      expect(out).toMatch(
        width === 80 ? /^0\w{5} {2}(\w\w ){7}\w\w {4}\S/m : /^0\w{5} {2}(\w\w ){15}\w\w {4}\S/m,
      );
    }
  });

  it.each<[string, string, number, string[]]>([
    [
      'KEY_DUPLICATE',
      '19 01 01 e3 a1 61 a1 61 01 02',
      Exit.MALFORMED,
      ['000006  a1 61                        key 1           text "a"', '        ^^'],
    ],
    ['TRUNCATED', '15 01 01 a2 61', Exit.TRUNCATED, ['000003  a2 61  ', '              ^']],
    ['LIMIT_PAYLOAD', '1f f2 ff ff 07', Exit.LIMIT, ['000000  1f f2 ff ff 07  ', '        ^^']],
    ['FRAME_UNSUPPORTED', '70', Exit.UNSUPPORTED, ['000000  70  ', '        ^^']],
    [
      'TEXT_UTF8',
      'df 08 00 00 00 00 61 62 63 64 65 66 67 68 69 6a 6b ff 61 61 61 61 61 61 61',
      Exit.MALFORMED,
      [
        '000006  61 62 63 64 65 66 67 68    text              not read',
        '00000e  69 6a 6b ff 61 61 61 61',
        '                 ^^',
        '000016  61',
      ],
    ],
  ])('puts a caret under the byte of %s, and ends with its exit code', async (code, hex, exitCode, lines) => {
    const result = await run(hex);
    expect(result.exitCode).toBe(exitCode);
    const printed = result.out.split('\n');
    const at = printed.findIndex((line) => line.startsWith(lines[0]!));
    expect(printed.slice(at, at + lines.length).map((line, i) => line.slice(0, lines[i]!.length))).toEqual(
      lines,
    );
    expect(result.out).toContain(`see: petrel explain ${code}`);
    expect(result.err).toMatch(new RegExp(`^petrel: ${code} at byte \\d+.*\n$`));
  });

  it('points to the explanation of a code once', async () => {
    const { out } = await run('51 00 51 00');
    expect(out.match(/ID_ZERO \[FRAME-6\]/g)).toHaveLength(2);
    expect(out.match(/petrel explain/g)).toHaveLength(1);
  });

  it('shows the beginning of long bytes, all of them with --full', async () => {
    const hex = Buffer.from(encodeFrame({ kind: 'EXTENSION', type: 1, bytes: new Uint8Array(100) })).toString(
      'hex',
    );
    expect((await run(hex)).out).toMatch(/^000003 {2}(00 ){8} .*\n {8}… 92 more$/m);
    expect((await run(hex, '--full')).out.match(/^0000\w\w {2}00/gm)).toHaveLength(13);
  });

  it('writes JSON lines: a row each, the fault as an object of its own', async () => {
    const { out } = await run('13 01 01 a2 61', '--json');
    const rows = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows[2]).toEqual({
      offset: 2,
      length: 1,
      depth: 1,
      kind: 'field',
      path: 'COMMAND.verb',
      label: 'verb',
      meaning: 'SEND (verb 1)',
      rule: 'FRAME-7',
    });
    expect(rows[4]).toMatchObject({ error: { code: 'PAYLOAD_OVERRUN', offset: 4, path: 'COMMAND.args[0]' } });
  });

  it('skips and ends where it is told to, faults of what is left out included', async () => {
    const { exitCode, out } = await run('51 00 b0 c0 51 00', '--skip', '1', '--frames', '2');
    expect(exitCode).toBe(Exit.GOOD);
    expect(out.match(/^0000.*$/gm)!.map((line) => line.slice(0, 6))).toEqual(['000002', '000003']);
  });

  it('reads a value without a frame', async () => {
    expect((await run('e1 a1 61 01', '--value')).out).toContain('map of 1 pair, shape #0');
    expect((await run('01 02', '--value')).exitCode).toBe(Exit.MALFORMED);
  });

  it('hides credentials unless they are asked for', async () => {
    const secret = '63 69 4f 69 4a 46 5a 45';
    expect((await run('', SAMPLE, '--full')).out).not.toContain(secret);
    expect((await run('', SAMPLE, '--full', '--show-credentials')).out).toContain(secret);
    expect((await run('', SAMPLE, '--full', '--json')).out).not.toContain(secret.replaceAll(' ', ''));
  });

  it('refuses a PACK with bytes after its deflate stream, or that inflates to more than it says', async () => {
    const inside = encodeFrame({ kind: 'ACK', received: 1 });
    const deflated = deflateRawSync(inside);
    expect((await run(pack(2, deflated))).exitCode).toBe(Exit.GOOD);
    for (const bad of [
      pack(2, Buffer.concat([deflated, Buffer.from([0])])),
      pack(1, deflated),
      pack(3, deflated),
    ]) {
      const { exitCode, out } = await run(bad);
      expect([exitCode, out.includes('PACK_CONTENT')]).toEqual([Exit.MALFORMED, true]);
    }
  });

  it('says what an empty input is, and that foreign bytes may be no Petrel', async () => {
    expect(await run('', '-')).toEqual({ exitCode: Exit.GOOD, out: 'the input is empty\n', err: '' });
    const { exitCode, out } = await run(readFileSync(new URL('./inspect.ts', import.meta.url)));
    expect(exitCode).toBe(Exit.MALFORMED);
    expect(out).toContain('it may be no Petrel at all');
  });

  it('never sends a control character to the terminal, whatever the input', async () => {
    const bytes = fc.uint8Array({ maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom('--full', '--json', '--value'), async (input, option) => {
        const { exitCode, out, err } = await run(input, '--input', 'bin', option);
        expect(out + err).not.toMatch(/[^\n\P{Cc}]/u);
        expect([exitCode, err]).not.toEqual([Exit.INTERNAL, err]);
      }),
      { numRuns: 250 },
    );
  });
});
