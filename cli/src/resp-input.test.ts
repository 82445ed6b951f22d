/** RESP in `petrel inspect`: told from Petrel by its first bytes, and by an option. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { encodeFrame } from 'petrel';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { runCommand, type Ended } from '../run-command.ts';
import { register as inspect } from './commands/inspect.ts';
import { looksLikeResp } from './resp-input.ts';

const folder = mkdtempSync(join(tmpdir(), 'petrel-resp-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

function run(args: string, input: string | Uint8Array): Promise<Ended> {
  const file = join(folder, 'input');
  writeFileSync(file, typeof input === 'string' ? Buffer.from(input, 'latin1') : input);
  return runCommand(inspect, ['inspect', ...args.split(' ').filter(Boolean), file]);
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
