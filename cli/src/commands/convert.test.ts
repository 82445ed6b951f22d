/** `petrel encode` and `petrel decode` as they are run: the built command, pipes, exit codes. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../dist/petrel.js', import.meta.url));

// Every call starts a process: a busy machine takes its time, and that fails nothing.
vi.setConfig({ testTimeout: 60_000 });

interface Ended {
  readonly code: number | null;
  readonly out: Buffer;
  readonly text: string;
  readonly err: string;
}

function petrel(args: string, input: string | Uint8Array = '', env: NodeJS.ProcessEnv = {}): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args.split(' ')], {
    input,
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  return { code: status, out: stdout, text: stdout.toString(), err: stderr.toString() };
}

const bytes = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

describe('petrel encode', () => {
  it('writes raw bytes into a pipe, hex and base64 when asked', () => {
    expect(petrel('encode', "PING h'cafe'").out).toEqual(bytes('b2 cafe'));
    expect(petrel('encode --output hex', "PING h'cafe'").text).toBe('b2cafe\n');
    expect(petrel('encode --output base64', "PING h'cafe'").text).toBe('ssr+\n');
  });

  it('tells where text is wrong, with the code for malformed input', () => {
    const { code, out, err } = petrel('encode', 'PING\nREPLY 7 [1 2]\n');
    expect([code, out.length]).toEqual([3, 0]);
    expect(err).toBe('petrel: line 2, column 12: expected "," or "]", found "2]"\n');
  });

  it('warns of what decoders will refuse, but not where the text spells it out', () => {
    expect(petrel('encode', 'CANCEL 0').err).toMatch(/^petrel: warning: .*ID_ZERO at byte 1/);
    expect(petrel('encode', "CANCEL raw h'00'")).toMatchObject({ code: 0, err: '' });
  });

  it('takes a JSON document, and one a line', () => {
    expect(petrel('encode --json', '[{"a":1},\n {"a":2}]').out).toEqual(bytes('d2 e1a161 01 e8 02'));
    expect(petrel('encode --json --plain', '[{"a":1}, {"a":2}]').out).toEqual(
      bytes('d2 e1a161 01 e1a161 02'),
    );
    expect(petrel('encode --json', '{"a":1}\n\n[2]\n').out).toEqual(bytes('e1a161 01 d1 02'));
  });

  it.each([
    ['no JSON', '{"a":}', 3, /JSON, line 1, column 6/],
    ['the second line of several', '1\n{"a":}\n3', 3, /line 2: JSON, line 1, column 6/],
    ['a text that ends too early', '{"a":', 4, /JSON, line 1/],
    ['nested too deep', `${'['.repeat(101)}${']'.repeat(101)}`, 5, /deeper than 100 levels/],
  ])('refuses %s', (_, text, code, message) => {
    const ended = petrel('encode --json', text);
    expect(ended.code).toBe(code);
    expect(ended.err).toMatch(message);
  });
});

describe('petrel decode', () => {
  it('takes hex and base64 for what they are', () => {
    expect(petrel('decode', 'b2 ca\nfe\n').text).toBe("PING h'cafe'\n");
    expect(petrel('decode', 'ssr+\n').text).toBe("PING h'cafe'\n");
    expect(petrel('decode --input bin', 'ssr+').text).not.toContain('PING');
  });

  it('takes back JSON equal, big integers and exact decimals included', () => {
    const json =
      '{"big":123456789012345678901234567890,"exact":0.1000000000000000000001,"list":[1,1.0,-0.0,null]}\n';
    const back = petrel('decode --value --json --input bin', petrel('encode --json', json).out);
    expect(back.code).toBe(0);
    expect(back.text).toBe(json.replace('0.1000000000000000000001', '1000000000000000000001e-22'));
  });

  it('names the path of what JSON can not keep', () => {
    const { code, err } = petrel('decode --value --json --input bin', bytes('e1 a161 c901'));
    expect(code).toBe(2);
    expect(err).toMatch(/the value at byte 0 is not JSON's: .*\ba\b/);
  });

  it('prints frames as lines of JSON, and marks what JSON can not say', () => {
    const frames = petrel('encode', `COMMAND 7 SEND "a" {"n": 1.0} h'00'\nPING h'01'\nREPLY 7 raw h''`).out;
    const { code, text } = petrel('decode --json --input bin', frames);
    const lines = text.trimEnd().split('\n');
    expect(code).toBe(3);
    expect(lines[0]).toBe(
      '{"offset":0,"length":13,"kind":"COMMAND","fields":{"id":7,"verb":"SEND","args":["a",{"n":1.0},{"$bytes":"00"}]}}',
    );
    expect(lines[1]).toBe('{"offset":13,"length":2,"kind":"PING","fields":{"echo":"01"}}');
    expect(JSON.parse(lines[2]!)).toMatchObject({
      offset: 15,
      kind: 'REPLY',
      text: "REPLY 7 raw h''",
      error: { code: 'PAYLOAD_OVERRUN', class: 'malformed', path: 'REPLY.value', offset: 17 },
    });
  });

  it.each([
    ['nothing', '', 0],
    ['a frame of kind 0', '00', 3],
    ['a frame that is not whole', 'b4 00', 4],
    ['a payload over the limit', '5f ffffff0f', 5],
    ['a reserved kind', '60', 6],
    ['a reserved kind, then half a frame', '60 b4', 4],
  ])('%s: the exit code says so', (_, digits, code) => {
    const ended = petrel('decode --input bin', bytes(digits));
    expect(ended.code).toBe(code);
    expect(ended.err.split('\n').length).toBe(code === 0 ? 1 : 2);
  });

  it.each([
    ['an option that does not exist', 'decode --frames', /unknown option/],
    ['a file that does not exist', 'decode no-such-file', /can't read no-such-file: there is no such file/],
    ['a limit out of range', 'decode --max-depth 1001', /from 0 to 1000/],
    ['bytes that are not hex', 'decode --input hex', /not hex text/],
  ])('refuses %s as wrong usage', (_, args, message) => {
    const ended = petrel(args, 'xyz');
    expect(ended.code).toBe(2);
    expect(ended.err).toMatch(message);
  });

  it('gives files of other formats back byte for byte, and no control byte to the terminal', () => {
    const inputs = [
      Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n\u001b[31m<html></html>'),
      Buffer.from('*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n'),
      Buffer.concat([bytes('ffd8ffe000104a464946000101'), randomBytes(3000)]),
      randomBytes(100_000),
    ];
    for (const [i, input] of inputs.entries()) {
      const decoded = petrel('decode --input bin', input);
      expect([[3], [0]][i] ?? [3, 4, 5, 6]).toContain(decoded.code); // random bytes break any rule
      expect(decoded.text).not.toMatch(/[^\n\P{Cc}]/u);
      expect(petrel('encode', decoded.out).out.equals(input)).toBe(true);
    }
  });

  it('breaks long lines and colours faults when asked, never against NO_COLOR', () => {
    const input = bytes('e3 a161 a162 a163 01 02 03');
    expect(petrel('decode --value --input bin --width 10', input).text).toBe(
      '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n',
    );
    expect(petrel('decode --color always --input bin', bytes('60')).text).toContain(
      '\u001b[31m# FRAME_UNSUPPORTED',
    );
    expect(petrel('decode --input bin', bytes('60'), { NO_COLOR: '1' }).text).not.toContain('\u001b');
  });

  it('prints a frame as soon as it is whole', async () => {
    const child = spawn(process.execPath, [COMMAND, 'decode']);
    const ended = once(child, 'exit');
    child.stdin.write(bytes('b1 00 b4'));
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    expect(chunk.toString()).toBe("PING h'00'\n");
    child.stdin.end();
    expect(await ended).toEqual([4, null]);
  });

  it('ends without a word when its reader goes away', async () => {
    const child = spawn(process.execPath, [COMMAND, 'decode', '--input', 'bin']);
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdout.destroy();
    child.stdin.on('error', () => undefined);
    child.stdin.end(Buffer.alloc(1 << 20, 0xb0));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, err]).toEqual([0, '']);
  });
});
