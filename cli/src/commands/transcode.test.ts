/** `petrel transcode` as it is run: the built command, pipes, exit codes. */
import { spawn, spawnSync } from 'node:child_process';
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

function transcode(args: string, input: string | Uint8Array, command = 'transcode'): Ended {
  const bytes = typeof input === 'string' ? Buffer.from(input, 'latin1') : input;
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, command, ...args.split(' ')], { input: bytes, maxBuffer: 1 << 28 }); // prettier-ignore
  return { code: status, out: stdout, text: stdout.toString('latin1'), err: stderr.toString() };
}

const CLIENT = '*2\r\n$3\r\nGET\r\n$1\r\nk\r\nPING\r\n*0\r\n*2\r\n$4\r\nECHO\r\n$2\r\n\xff\xfe\r\n';
const SERVER =
  '$1\r\nv\r\n+PONG\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n|1\r\n$3\r\nttl\r\n:60\r\n,0.10000000000000001\r\n';

describe('petrel transcode', () => {
  it.each([
    ['commands', CLIENT],
    ['replies', SERVER],
  ])('carries %s in Petrel and gives them back, told apart by their beginning', (_name, resp) => {
    const { code, out, err } = transcode('--from resp --to petrel --stats', resp);
    expect(code).toBe(0);
    expect(err).toBe(
      `4 frames: ${resp.length} bytes in, ${out.length} bytes out, ${(out.length / resp.length).toFixed(3)} of it\n`,
    );
    expect(out.length).toBeLessThan(resp.length);
    expect(transcode('--from petrel --to resp', out)).toMatchObject({ code: 0, text: resp, err: '' });
  });

  it('writes frames that the other commands read', () => {
    const { out } = transcode('--from resp --to petrel', CLIENT);
    expect(transcode('-', out, 'decode').text).toBe(
      'COMMAND 1 GET "k"\nCOMMAND 2 RESP "PING\\r"\nCOMMAND 3 RESP []\nCOMMAND 4 ECHO h\'fffe\'\n',
    );
  });

  it('takes an array for a command unless it is told that a server speaks', () => {
    const array = '*1\r\n$1\r\na\r\n';
    const as = (side: string): string => transcode(`--from resp --to json --side ${side}`, array).text;
    expect(as('auto')).toContain('"kind":"COMMAND","fields":{"id":1,"verb":"a","args":[]}');
    expect(as('server')).toContain('"kind":"REPLY","fields":{"id":1,"value":["a"]}');
  });

  it('writes the lines of petrel decode --json, and reads them', () => {
    const resp =
      '%1\r\n$9\r\n__proto__\r\n*3\r\n,1.5\r\n_\r\n(18446744073709551616\r\n>2\r\n$1\r\na\r\n:1\r\n';
    const { text } = transcode('--from resp --to json', resp);
    expect(text).toBe(
      '{"offset":0,"length":55,"kind":"REPLY","fields":{"id":1,"value":{"__proto__":[1.5,null,18446744073709551616]}}}\n' +
        '{"offset":55,"length":15,"kind":"PUSH","fields":{"verb":"a","args":[1]}}\n',
    );
    const { out } = transcode('--from json --to petrel', text);
    expect(transcode('--json -', out, 'decode').text.replaceAll(/"offset":\d+,"length":\d+/g, '')).toBe(
      text.replaceAll(/"offset":\d+,"length":\d+/g, ''),
    );
    // the last line may lack its end
    expect(transcode('--from json --to petrel', text.trimEnd()).out).toEqual(out);
    expect(transcode('--from petrel --to json', out).code).toBe(0);
  });

  const REFUSED: readonly (readonly [what: string, args: string, input: string, code: number, err: RegExp, out: string])[] = [
    ['a hand-over to replication', '--from resp --to petrel', '+OK\r\n+CONTINUE\r\n', 6, /RESP_UNSUPPORTED at byte 5: a hand-over/, '\x24\x01\xf8\x07\x00'],
    ['a snapshot', '--from resp --to petrel', '$5\r\nREDIS\xff', 3, /RESP_LINE at byte 9/, ''],
    ['what is no RESP', '--from resp --to petrel', '\x1a\x02', 3, /RESP_TYPE at byte 0/, ''],
    ['RESP that ends too early', '--from resp --to petrel', ':1\r\n$5\r\nab', 4, /TRUNCATED at byte 10/, '\x22\x01\x01'],
    ['a reply that fits no frame', '--from resp --to petrel --max-payload 5', '$4\r\nabcd\r\n', 5, /LIMIT_PAYLOAD at byte 0/, ''],
    ['a frame of the session', '--from petrel --to resp', '\x22\x01\x01\xb0', 6, /RESP_UNSUPPORTED at byte 3 \(PING\)/, ':1\r\n'],
    ['a frame of the other side', '--from petrel --to resp --side client', '\x22\x01\x01', 6, /RESP_UNSUPPORTED at byte 0 \(REPLY\)/, ''],
    ['an argument that is no string', '--from petrel --to resp', '\x13\x01\x10\x05', 6, /RESP_UNSUPPORTED at byte 0 \(COMMAND\.args\[0\]\)/, ''],
    ['frames that end too early', '--from petrel --to resp', '\x22\x01\x01\x22', 4, /TRUNCATED at byte 4/, ':1\r\n'],
    ['a mark that is none', '--from json --to resp', '{"kind":"REPLY","fields":{"id":1,"value":{"$text":"tag(7, 0)"}}}\n', 3, /line 1: \{"\$text":"tag\(7, 0\)"\} says no value/, ''],
    ['a line that is no frame', '--from json --to resp', '{"kind":"REPLY","fields":{"id":1,"value":1}}\n{"kind":"ACK","fields":{}}\n', 3, /line 2: "kind" is/, ':1\r\n'],
    ['a line whose id is not due', '--from json --to resp', '\n{"kind":"REPLY","fields":{"id":5,"value":1}}\n', 6, /line 2: RESP_UNSUPPORTED/, ''],
    ['a line without a value', '--from json --to resp', '{"kind":"REPLY","fields":{"id":1}}\n', 3, /"value" is missing/, ''],
    ['a line that is too long', '--from json --to resp --max-payload 0', ' '.repeat(5000), 5, /a line of more than 4096 bytes/, ''],
    ['a value that is longer than the limit', '--from json --to petrel --max-payload 8', '{"kind":"REPLY","fields":{"id":1,"value":"abcdefgh"}}', 5, /line 1: .*from 0 to 8, not/, ''],
    ['the same protocol twice', '--from resp --to resp', '', 2, /--from and --to are both resp/, ''],
    ['a side where nobody speaks RESP', '--from json --to petrel --side client', '', 2, /--side is of RESP/, ''],
  ]; // prettier-ignore
  it.each(REFUSED)('refuses %s, after what stands before it', (_what, args, input, code, err, out) => {
    const ended = transcode(args, input);
    expect([ended.code, ended.text]).toEqual([code, out]);
    expect(ended.err).toMatch(err);
  });

  it('passes on what is whole while the input goes on', async () => {
    const child = spawn(process.execPath, [COMMAND, 'transcode', '--from', 'resp', '--to', 'petrel']);
    child.stdin.write('*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPI');
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    expect(first.toString('latin1')).toBe('\x16\x01\xa4PING');
    child.stdin.end('NG\r\n');
    const [second] = (await once(child.stdout, 'data')) as [Buffer];
    expect(second.toString('latin1')).toBe('\x16\x02\xa4PING');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  it('ends without a word when nobody reads on', async () => {
    const child = spawn(process.execPath, [COMMAND, 'transcode', '--from', 'resp', '--to', 'petrel']);
    let err = '';
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    const closed = once(child, 'close');
    const chunk = '*1\r\n$4\r\nPING\r\n'.repeat(10_000);
    const feed = (): boolean => child.stdin.write(chunk);
    child.stdin.on('drain', feed);
    child.stdin.on('error', () => undefined); // the command has gone
    feed();
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect([await closed, err]).toEqual([[0, null], '']);
  });
});
