/** `petrel encode` to RESP, and what comes back of `petrel decode` and `petrel transcode --to json`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { runCommand, type Ended } from '../../run-command.ts';
import { register as decode } from './decode.ts';
import { register as encode } from './encode.ts';
import { register as transcode } from './transcode.ts';

const folder = mkdtempSync(join(tmpdir(), 'petrel-encode-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const COMMANDS = { encode, decode, transcode };

function run(line: string, input: string): Promise<Ended> {
  const file = join(folder, 'input');
  writeFileSync(file, Buffer.from(input, 'latin1'));
  const args = line.split(' ');
  return runCommand(COMMANDS[args[0] as keyof typeof COMMANDS], [...args, file]);
}

/** The bytes that `petrel encode` makes, a character each. */
async function encoded(args: string, text: string): Promise<string> {
  const { out, err } = await run(`encode --output hex ${args}`.trim(), Buffer.from(text).toString('latin1'));
  return err === '' ? Buffer.from(out, 'hex').toString('latin1') : err;
}

const CAPTURES: readonly (readonly [what: string, args: string, resp: string])[] = [
  ['a client', '', '*2\r\n$3\r\nGET\r\n$2\r\n\xff\xfe\r\nPING\r\n*0\r\n*1\r\n$0\r\n\r\n'],
  ['inline commands', '--protocol resp', 'PING\r\nSET a "b c"\n\r\n'],
  ['a server', '', '+OK\r\n-ERR no\r\n$-1\r\n*-1\r\n:+5\r\n(12345678901234567890\r\n,1e+300\r\n=5\r\ntxt:x\r\n%1\r\n+a\r\n~0\r\n'],
  ['pub/sub of RESP2', '', '*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n'],
  ['messages of RESP2', '', '*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n+PONG\r\n'],
  ['pub/sub of RESP3', '', '>3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n'],
  ['MONITOR', '', '+OK\r\n+1339518083.107412 [0 127.0.0.1:60866] "keys" "*"\r\n'],
  ['a hand-over', '', '+CONTINUE\r\nREDIS0010\xfa\x00'],
  ['a stream cut off', '', '+OK\r\n*2\r\n$3\r\nGET'],
  ['a fault', '', ':1\r\n:x\r\n+OK\r\n'],
]; // prettier-ignore

describe('petrel decode | petrel encode', () => {
  it.each(CAPTURES)('gives back %s in RESP', async (_what, args, resp) => {
    const { out } = await run(`decode --input bin ${args}`.trim(), resp);
    expect(out).toMatch(/^protocol resp\n/);
    expect(await encoded('', out)).toBe(resp);
    expect(await encoded('--protocol resp', out.replace('protocol resp\n', ''))).toBe(resp);
    expect(await encoded('--protocol resp', out.replaceAll(/^/gm, '\n'))).toBe(resp);
  });
});

describe('petrel transcode', () => {
  it.each(CAPTURES.filter(([what]) => !/hand-over|fault|cut off|inline/.test(what)))('gives back %s out of JSON', async (_what, _args, resp) => {
    const { out, exitCode } = await run('transcode --from resp --to json', resp);
    expect(exitCode).toBe(0);
    const back = await run('transcode --from json --to resp --output hex', Buffer.from(out).toString('latin1'));
    expect(Buffer.from(back.out, 'hex').toString('latin1')).toBe(resp.replace(':+5', ':5')); // [RESP-11]
  }); // prettier-ignore
});

describe('petrel encode --protocol resp', () => {
  it('writes what is written by hand', async () => {
    expect(await encoded('--protocol resp', 'COMMAND 7 GET "k"\nCOMMAND 8 PING')).toBe('*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n$4\r\nPING\r\n'); // prettier-ignore
    expect(await encoded('--protocol petrel', 'protocol resp\nPING')).toBe('\xb0');
    expect(await encoded('', '')).toBe('');
    expect(await encoded('--protocol resp', '# nothing')).toBe('');
  });

  it.each([
    ['REPLY 1 1\n# then\nREPLY 2 [1 2]', 3, 'line 3, column 12: expected "," or "]", found "2]"'],
    ['REPLY 1 1\nACK 2', 6, 'line 2, column 1: RESP_UNSUPPORTED (ACK): RESP has nothing for a ACK [RESP-14]'],
    ['COMMAND 1 GET {}', 6, 'line 1, column 1: RESP_UNSUPPORTED (COMMAND.args[0]): a part of a command is a text or bytes [RESP-14]'],
    ['protocol http', 3, 'line 1, column 10: expected petrel or resp, found "http"'],
    ['PING \xff', 3, 'the input is not UTF-8 text'],
  ])('names what is at fault: %j', async (text, exitCode, message) => {
    const file = text.includes('\xff') ? text : `protocol resp\n${text}`.replace('protocol resp\nprotocol', 'protocol');
    const shifted = file.startsWith('protocol resp') ? message.replace(/line (\d)/, (_, n: string) => `line ${Number(n) + 1}`) : message;
    expect(await run('encode', file)).toEqual({ exitCode, out: '', err: `petrel: ${shifted}\n` });
  }); // prettier-ignore

  it('writes the RESP3 replies that documents are', async () => {
    expect(
      await encoded('--json --protocol resp', '{"a":[1,1.5,2.0,null,true,"x",12345678901234567890]}\n[]'),
    ).toBe(
      '%1\r\n$1\r\na\r\n*7\r\n:1\r\n,1.5\r\n,2\r\n_\r\n#t\r\n$1\r\nx\r\n(12345678901234567890\r\n*0\r\n',
    );
  });

  it.each([
    ['{"a":[0,1e400]}', 6, 'RESP3 has no decimals: the number at a[1] (1e400) is no double'],
    ['1\n0.1000000000000000000001', 6, 'line 2: RESP3 has no decimals: the number (1000000000000000000001e-22) is no double'],
    ['[[[1]]]', 5, 'nested deeper than 2 levels'],
    ['[1,', 4, 'JSON, line 1, column 4 (in [1]): expected a value, found the end of the text'],
  ])('refuses of documents what RESP3 can not keep: %s', async (json, exitCode, message) => {
    const ended = await run('encode --json --protocol resp --max-depth 2', json);
    expect(ended).toEqual({ exitCode, out: '', err: `petrel: ${message}\n` });
  }); // prettier-ignore

  it.each(['--value', '--json --plain'])('is not for %s', async (option) => {
    expect((await run(`encode --protocol resp ${option}`, '1')).exitCode).toBe(2);
  });
});
