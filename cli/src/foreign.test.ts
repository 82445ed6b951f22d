/** What is given to every command that reads bytes: each takes it for the same protocol and ends with the same code. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { encodeFrame } from 'petrel';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { runCommand, type Ended } from '../run-command.ts';
import { register as compare } from './commands/compare.ts';
import { register as decode } from './commands/decode.ts';
import { register as encode } from './commands/encode.ts';
import { register as inspect } from './commands/inspect.ts';
import { Exit } from './exit.ts';

const folder = mkdtempSync(join(tmpdir(), 'petrel-foreign-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const COMMANDS = { compare, decode, encode, inspect };

function run(line: string, input: string | Uint8Array): Promise<Ended> {
  const file = join(folder, 'input');
  writeFileSync(file, typeof input === 'string' ? Buffer.from(input, 'latin1') : input);
  const args = line.split(' ');
  return runCommand(COMMANDS[args[0] as keyof typeof COMMANDS], [...args, file]);
}

const HTTP = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n\x1b[31m<html></html>';
const JPEG = '\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00';
const SUBSCRIBED = '*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n';
const PUSHED = '>3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n+OK\r\n';
const MONITOR = '+OK\r\n+1339518083.107412 [0 127.0.0.1:60866] "set" "k" "\\xff"\r\n';

/** The input, the options, what it is taken for and the exit code, in decode, inspect and compare. */
const INPUTS: readonly (readonly [what: string, options: string, input: string, found: 'petrel' | 'resp', code: number])[] = [
  ['commands', '', '*2\r\n$3\r\nGET\r\n$1\r\nk\r\n', 'resp', Exit.GOOD],
  ['inline commands', '--protocol resp', 'PING\r\nGET k\n', 'resp', Exit.GOOD],
  ['commands, inline among them', '', '*1\r\n$4\r\nPING\r\nGET k\r\n', 'resp', Exit.GOOD],
  ['pub/sub of RESP2', '', SUBSCRIBED, 'resp', Exit.GOOD],
  ['pub/sub of RESP3', '', PUSHED, 'resp', Exit.GOOD],
  ['MONITOR', '', MONITOR, 'resp', Exit.GOOD],
  ['one short reply, which could be base64', '', '+OK\r\n', 'resp', Exit.GOOD],
  ['a reply that ends too early', '', '+OK\r\n$5\r\nab', 'resp', Exit.TRUNCATED],
  ['a command that ends too early', '', '*2\r\n$3\r\nGET\r\n$5\r\nab', 'resp', Exit.TRUNCATED],
  ['a fault', '', '+OK\r\n:x\r\n', 'resp', Exit.MALFORMED],
  ['a length over the limit', '', '$16777217\r\n', 'resp', Exit.LIMIT],
  ['a JPEG', '', JPEG, 'petrel', Exit.MALFORMED],
  ['a JPEG as RESP', '--protocol resp', JPEG, 'resp', Exit.MALFORMED],
  ['an HTTP response', '', HTTP, 'petrel', Exit.MALFORMED],
  ['an HTTP response as RESP', '--protocol resp', `${HTTP}\n`, 'resp', Exit.GOOD], // inline commands
  ['a frame', '', '\x22\x01\x01', 'petrel', Exit.GOOD],
  ['half a frame', '', '\x24\x01\x01', 'petrel', Exit.TRUNCATED],
]; // prettier-ignore

describe('every command', () => {
  it.each(INPUTS)('takes %s for the same (%s)', async (_what, options, input, found, code) => {
    const line = (command: string, more = ''): string => `${command} ${options} ${more}`.replaceAll(/ +/g, ' ').trim(); // prettier-ignore
    const decoded = await run(line('decode', '--input bin'), input);
    const inspected = await run(line('inspect', '--json'), input);
    const priced = await run(line('compare', '--json'), input);
    expect([decoded.exitCode, inspected.exitCode, priced.exitCode]).toEqual([code, code, code]);
    expect(decoded.out.startsWith('protocol resp\n')).toBe(found === 'resp');
    expect(inspected.out.includes('"kind":"frame"')).toBe(found === 'petrel' && !input.startsWith('\xff'));
    const protocol = code === Exit.GOOD ? (JSON.parse(priced.out) as { protocol: string }).protocol : found;
    expect(protocol).toBe(found);
    for (const { err } of [decoded, inspected, priced]) expect(err.includes('internal')).toBe(false);
    const back = await run('encode --output hex', Buffer.from(decoded.out));
    expect(back).toMatchObject({ exitCode: Exit.GOOD, err: '' });
    expect(Buffer.from(back.out, 'hex').toString('latin1')).toBe(input);
  });

  it('ends well with an empty file, but there is nothing to price', async () => {
    expect(await run('decode', '')).toMatchObject({ exitCode: Exit.GOOD, out: '' });
    expect(await run('inspect', '')).toMatchObject({ exitCode: Exit.GOOD, out: 'the input is empty\n' });
    expect(await run('encode', '')).toMatchObject({ exitCode: Exit.GOOD, err: '' });
    expect(await run('compare', '')).toMatchObject({ exitCode: Exit.TRUNCATED, out: '' });
    expect(await run('compare --protocol petrel', '')).toMatchObject({ exitCode: Exit.TRUNCATED, out: '' });
  });

  it.each([['an HTTP response', HTTP], ['a JPEG', JPEG], ['random bytes', '\x9b\x02\xfe\x80']])('finds no text form in %s', async (_what, input) => {
    for (const options of ['', ' --protocol resp', ' --json'])
      expect(await run(`encode${options}`, input)).toMatchObject({ exitCode: Exit.MALFORMED, out: '' });
  }); // prettier-ignore

  it('never fails inside, whatever the bytes', async () => {
    const piece = fc.constantFrom('*2\r\n', '*1\r\n', '$3\r\nGET\r\n', '$1\r\nk\r\n', '$-1\r\n', '+OK\r\n', ':+5\r\n', ',nan\r\n', ',-inf\r\n', '%1\r\n', '~1\r\n', '>1\r\n', '|1\r\n', '(5\r\n', '=5\r\ntxt:x\r\n', '*?\r\n', '.\r\n', '\xff', 'PING\r\n', '\x22\x01\xf3'); // prettier-ignore
    const input = fc.oneof(
      fc.array(piece, { maxLength: 9 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1')),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc.anything().map((any) => {
        try {
          return Buffer.from(encodeFrame({ kind: 'PUSH', verb: 'a', args: [any as never] }));
        } catch {
          return Buffer.alloc(0);
        }
      }),
    );
    await fc.assert(
      fc.asyncProperty(input, fc.constantFrom('', ' --protocol resp', ' --protocol petrel'), async (bytes, options) => {
        const decoded = await run(`decode --input bin${options}`, bytes);
        const inspected = await run(`inspect --input bin${options}`, bytes);
        const priced = await run(`compare --json${options}`, bytes);
        const lines = await run(`decode --input bin --json${options}`, bytes);
        for (const { exitCode, out, err } of [decoded, inspected, priced, lines]) {
          expect(exitCode).not.toBe(Exit.INTERNAL);
          expect(out + err).not.toMatch(/[^\n\P{Cc}]/u);
        }
        // of a frame that ends too early, inspect also says what is wrong in what there is of it
        const isResp = decoded.out.startsWith('protocol resp');
        expect(inspected.exitCode).toBe(isResp ? decoded.exitCode : inspected.exitCode);
        expect((await run(`encode --output hex${options}`, Buffer.from(decoded.out))).out.trim()).toBe(bytes.toString('hex'));
      }),
      { numRuns: 150 },
    ); // prettier-ignore
  });
});
