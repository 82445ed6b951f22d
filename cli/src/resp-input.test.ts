/** RESP in `petrel inspect` and `petrel decode`: told from Petrel by its first bytes, and by an option. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { encodeFrame } from 'petrel';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { runCommand, type Ended } from '../run-command.ts';
import { register as decode } from './commands/decode.ts';
import { register as inspect } from './commands/inspect.ts';
import { looksLikeResp } from './resp-input.ts';

const folder = mkdtempSync(join(tmpdir(), 'petrel-resp-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

function run(args: string, input: string | Uint8Array, command = inspect): Promise<Ended> {
  const file = join(folder, 'input');
  writeFileSync(file, typeof input === 'string' ? Buffer.from(input, 'latin1') : input);
  return runCommand(command, [
    command === inspect ? 'inspect' : 'decode',
    ...args.split(' ').filter(Boolean),
    file,
  ]);
}

describe('the first bytes', () => {
  it.each(['*2\r\n', '$-1\r\n', '%?\r\n', '+OK\r\n', '-ERR no\r\n', ':-5\r\n', '_\r\n', '#t\r\n', ',1.5e+3\r\n', '(12\r\n', '>1\r\n'])(
    'tell RESP: %j',
    (text) => expect(looksLikeResp(Buffer.from(text))).toBe(true),
  ); // prettier-ignore

  it.each(['', '*2\n', '$x\r\n', 'PING\r\n', '+\x01\r\n', '#x\r\n', '*02\r\n', '*2\r'])(
    'do not where they are not clearly so: %j',
    (text) => expect(looksLikeResp(Buffer.from(text))).toBe(false),
  );

  it('never take a frame for RESP', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.uint8Array(), fc.array(fc.integer()));
    const frames = fc.oneof(
      fc.record({ kind: fc.constant('REPLY' as const), id: fc.integer({ min: 1, max: 127 }), value }),
      fc.record({ kind: fc.constant('PART' as const), id: fc.integer({ min: 1, max: 127 }), value }),
      fc.record({ kind: fc.constant('CANCEL' as const), id: fc.integer({ min: 1 }) }),
    );
    fc.assert(
      fc.property(frames, fc.constantFrom('', '\r\n'), (body, after) => {
        expect(looksLikeResp(Buffer.concat([encodeFrame(body), Buffer.from(after)]))).toBe(false);
      }),
    );
  });
});

describe('petrel inspect', () => {
  it('shows RESP without being asked to', async () => {
    const { exitCode, out } = await run('--rules', '+OK\r\n*2\r\n:1\r\n_\r\n');
    expect(exitCode).toBe(0);
    expect(out).toBe(`\
000000  2b 4f 4b 0d 0a           simple string       simple string "OK" [RESP-1]
000005  2a 32 0d 0a              array               array of 2 values [RESP-1]
000009  3a 31 0d 0a                [0]               integer 1 [RESP-1]
00000d  5f 0d 0a                   [1]               null [RESP-1]

2 items, 16 bytes
`);
  });

  it('puts a caret under the byte at fault', async () => {
    const { exitCode, out, err } = await run('', '*1\r\n:x\r\n:1\r\n');
    expect(exitCode).toBe(3);
    expect(out).toContain('000004  3a 78 0d 0a                [0]               integer x\n           ^^\n');
    expect(out).toContain('unread              not read: RESP_VALUE');
    expect(err).toBe('petrel: RESP_VALUE at byte 5 ([0]): no 64-bit integer [RESP-4]\n');
  });

  it.each([
    ['truncated', '+OK\r\n$5\r\nab', 4],
    ['over a limit', '$99999999\r\n', 5],
    ['good', ':1\r\n', 0],
  ])('has an exit code for what is %s', async (_what, text, code) => {
    expect((await run('', text)).exitCode).toBe(code);
  });

  it('reads what it is told to, and counts items', async () => {
    const commands = '*1\r\n$4\r\nPING\r\nPING\r\n*1\r\n$4\r\nQUIT\r\n';
    const { exitCode, out } = await run('--protocol resp --side client --skip 1 --frames 1 --json', commands);
    expect([exitCode, JSON.parse(out)]).toEqual([0, { offset: 14, length: 6, depth: 0, kind: 'inline command', path: '', label: 'command', meaning: 'inline command "PING\\r"', rule: 'RESP-6' }]); // prettier-ignore
    expect((await run('--protocol petrel', '+OK\r\n')).exitCode).toBe(4);
    expect((await run('--side client', encodeFrame({ kind: 'CANCEL', id: 1 }))).exitCode).toBe(2);
    expect((await run('--value --protocol resp', '+OK\r\n')).exitCode).toBe(2);
    expect((await run('--protocol resp --input hex', '2b4f4b0d0a')).out).toContain('simple string "OK"');
  });
});

describe('petrel decode', () => {
  const replies = '+OK\r\n>2\r\n$1\r\na\r\n:1\r\n,0.10000000000000001\r\n';

  it('prints each reply, push and command as the frame that carries it', async () => {
    expect(await run('--protocol auto', replies, decode)).toMatchObject({
      exitCode: 0,
      out: 'protocol resp\nREPLY 1 tag(7, 0)\nPUSH a 1\nREPLY 2 tag(10, 0.1)\n',
    });
    const commands = '*2\r\n$3\r\nGET\r\n$1\r\nk\r\nPING\r\n';
    expect((await run('--protocol auto', commands, decode)).out).toBe(
      'protocol resp\nCOMMAND 1 GET "k"\nCOMMAND 2 RESP "PING\\r"\n',
    );
    expect((await run('--protocol resp', 'PING\r\n', decode)).out).toBe(
      'protocol resp\nCOMMAND 1 RESP "PING\\r"\n',
    );
    expect((await run('--protocol auto --side server', '*1\r\n_\r\n', decode)).out).toBe(
      'protocol resp\nREPLY 1 [null]\n',
    );
  });

  it('says in JSON where each stands in RESP', async () => {
    const { out } = await run('--protocol resp --json', replies, decode);
    expect(out.split('\n').slice(0, 2)).toEqual([
      '{"offset":0,"length":5,"kind":"REPLY","fields":{"id":1,"value":{"$status":"OK"}}}',
      '{"offset":5,"length":15,"kind":"PUSH","fields":{"verb":"a","args":[1]}}',
    ]);
  });

  it.each([
    ['malformed', ':1\r\n:x\r\n', 3, /RESP_VALUE at byte 5/],
    ['truncated', ':1\r\n$5\r\nab', 4, /TRUNCATED at byte 10/],
    ['over a limit', ':1\r\n$99999999\r\n', 5, /LIMIT_PAYLOAD at byte 4/],
    ['a hand-over', ':1\r\n+CONTINUE\r\n', 6, /RESP_UNSUPPORTED at byte 4/],
  ])('gives what is %s as raw bytes, after what stands before it', async (_what, text, code, message) => {
    const { exitCode, out, err } = await run('--protocol resp', text, decode);
    expect(exitCode).toBe(code);
    expect(out).toMatch(/^protocol resp\nREPLY 1 1\nraw h'[0-9a-f]+' # [A-Z_]+ at byte [^\n]+\n$/);
    expect(err).toMatch(message);
  });

  it('still reads frames, and values', async () => {
    const frame = encodeFrame({ kind: 'CANCEL', id: 5 });
    expect((await run('', frame, decode)).out).toBe('CANCEL 5\n');
    expect((await run('--protocol auto', frame, decode)).out).toBe('CANCEL 5\n');
    expect((await run('--protocol petrel', '*1\r\n_\r\n', decode)).exitCode).toBe(4);
    expect((await run('--value', Uint8Array.of(1), decode)).out).toBe('1\n');
    expect((await run('--value --protocol resp', '+OK\r\n', decode)).exitCode).toBe(2);
  });
});
