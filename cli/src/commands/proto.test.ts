import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand, type Ended } from '../../run-command.ts';
import { Exit } from '../exit.ts';
import { register as registerDecode } from './decode.ts';
import { register as registerInspect } from './inspect.ts';
import { register } from './proto.ts';

const CHAT = `syntax = "proto3";
package acme;
import "google/protobuf/timestamp.proto";
enum Mood { FINE = 0; SAD = 3; }
message Chat {
  uint64 id = 1;
  string text = 2;
  Mood mood = 3;
  repeated sint32 scores = 4;
  Chat reply = 6;
  google.protobuf.Timestamp sent_at = 9;
}`;
const STRICT = `syntax = "proto2";
message One { required string name = 1; extensions 100 to 200; }
message Two { optional int32 n = 1; }
extend One { optional int32 rank = 100; }`;

let folder = '';
let chat = '';
let strict = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proto-'));
  [chat, strict] = [join(folder, 'chat.proto'), join(folder, 'strict.proto')];
  writeFileSync(chat, CHAT);
  writeFileSync(strict, STRICT);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs a command of `petrel proto` on what stands on standard input. */
async function run(input: string | Uint8Array, ...args: string[]): Promise<Ended> {
  return runWith(register, input, 'proto', ...args);
}

async function runWith(
  registered: typeof register,
  input: string | Uint8Array,
  ...args: string[]
): Promise<Ended> {
  const stdin = Readable.from(input.length === 0 ? [] : [Buffer.from(input)]);
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as typeof process.stdin);
  return runCommand(registered, args);
}

const JSON_LINE =
  '{"id":"123","text":"hi\\n","mood":"SAD","scores":[1,-2],"reply":{"text":"yo"},"sentAt":"2026-01-01T00:00:00Z"}';
const HEX = '087b120368690a18032202020332041202796f4a060880f2d6ca06';

describe('petrel proto decode', () => {
  it("prints protobuf's JSON, a line in a pipe", async () => {
    expect(await run(HEX, 'decode', '--proto', chat, '--type', 'acme.Chat')).toEqual({
      exitCode: Exit.GOOD,
      out: `${JSON_LINE}\n`,
      err: '',
    });
  });

  it.each<[string[], string]>([
    [['--indent'], '{\n  "id": "7"\n}\n'],
    [['--proto-names', '--enum-numbers'], '{"id":"7"}\n'],
    [['--defaults'], '{"id":"7","text":"","mood":"FINE","scores":[]}\n'],
    [['--defaults', '--enum-numbers'], '{"id":"7","text":"","mood":0,"scores":[]}\n'],
  ])('is told how to write it: %j', async (options, expected) => {
    expect((await run('0807', 'decode', '--proto', chat, ...options)).out).toBe(expected);
  });

  it('takes the message that no other refers to, and asks where there are more', async () => {
    expect((await run('', 'decode', '--proto', chat)).out).toBe('{}\n');
    const { exitCode, err } = await run('', 'decode', '--proto', strict);
    expect([exitCode, err]).toEqual([
      Exit.USAGE,
      'petrel: --type NAME says which message is meant: One, Two\n',
    ]);
  });

  it.each([
    ['acme.Chatt', 'did you mean acme.Chat?'],
    ['chat', 'did you mean acme.Chat?'],
    ['nothing.like.it', 'it has google.protobuf.Timestamp, acme.Chat'],
  ])('offers near names for one that is not there: %s', async (type, hint) => {
    const { exitCode, err } = await run('', 'decode', '--proto', chat, '--type', type);
    expect([exitCode, err]).toEqual([Exit.USAGE, `petrel: the schema has no message ${type}; ${hint}\n`]);
  });

  it('says which unknown fields the JSON leaves out, extensions not among them', async () => {
    const bytes = `${HEX} 7805 7806 3204 7a02 0102 5203 616263`;
    const { out, err } = await run(bytes, 'decode', '--proto', chat);
    expect(out).toContain('"reply":{"text":"yo"}');
    expect(err).toBe('petrel: 4 unknown fields are not in the JSON: 15 (2 times), 10, reply.15\n');
    const extended = await run('0a0161 a00605 a80605', 'decode', '--proto', strict, '--type', 'One');
    expect(extended.out).toBe('{"name":"a","[rank]":5}\n');
    expect(extended.err).toBe('petrel: 1 unknown field is not in the JSON: 101\n');
  });

  it.each<[string, string, number, string[]]>([
    [
      'cut off',
      '0801 1205 41',
      Exit.TRUNCATED,
      ['TRUNCATED at byte 5 (text) [WIRE-9]', '  000000  08 01 12 05 41', '                         ^'],
    ],
    [
      'malformed in its second line',
      `${'0801'.repeat(9)}0f`,
      Exit.MALFORMED,
      ['FIELD_TAG at byte 18: ', '  000010  08 01 0f', '                ^^'],
    ],
    [
      'malformed inside a message',
      '33003300',
      Exit.MALFORMED,
      ['FIELD_TAG', '  000000  33 00 33 00', '             ^^'],
    ],
  ])('puts a caret under the byte at fault of a message that is %s', async (_, input, code, lines) => {
    const { exitCode, out, err } = await run(input, 'decode', '--proto', chat);
    expect([exitCode, out]).toEqual([code, '']);
    const printed = err.replace('petrel: ', '').trimEnd().split('\n');
    expect(printed.map((line, i) => line.slice(0, lines[i]!.length))).toEqual(lines);
  });

  it.each([
    ['', 'no schema is given'],
    ['--type acme.Chat', 'no schema is given'],
    ['--proto nowhere.proto', "can't read nowhere.proto"],
    ['--max-depth 1001 --proto x', 'from 0 to 1000'],
  ])('refuses wrong usage: %s', async (args, message) => {
    const { exitCode, err } = await run('', 'decode', ...args.split(' ').filter((word) => word !== ''));
    expect(exitCode).toBe(Exit.USAGE);
    expect(err).toContain(message);
  });
});

describe('petrel proto encode', () => {
  it('writes what decode reads', async () => {
    expect((await run(JSON_LINE, 'encode', '--proto', chat, '--output', 'hex')).out).toBe(`${HEX}\n`);
    const named = JSON_LINE.replace('sentAt', 'sent_at');
    expect((await run(named, 'encode', '--proto', chat, '--output', 'hex')).out).toBe(`${HEX}\n`);
  });

  it.each<[string, number, RegExp]>([
    ['{"texxt":"a"}', Exit.MALFORMED, /^petrel: JSON: .*texxt/],
    ['{"id":-1}', Exit.MALFORMED, /id/],
    ['{"id":1', Exit.TRUNCATED, /^petrel: JSON, line 1, column 8/],
    ['{"id":1,"id":2}', Exit.MALFORMED, /the key "id" stands before/],
    ['[]', Exit.MALFORMED, /JSON/],
  ])('refuses %s', async (text, code, message) => {
    const { exitCode, out, err } = await run(text, 'encode', '--proto', chat);
    expect([exitCode, out]).toEqual([code, '']);
    expect(err).toMatch(message);
  });

  it('leaves out what the schema lacks when it is told to, and never what the schema requires', async () => {
    const args = ['encode', '--proto', strict, '--type', 'One', '--output', 'hex'];
    expect((await run('{"name":"a","x":1}', ...args, '--ignore-unknown')).out).toBe('0a0161\n');
    const { exitCode, err } = await run('{}', ...args);
    expect([exitCode, err]).toEqual([Exit.MALFORMED, expect.stringContaining('name')]);
  });
});

describe('a stream of messages', () => {
  const lines = ['{"text":"a"}', '{}', '{"reply":{"id":"300"}}'];
  const stream = '03120161 00 0532 0308ac02';

  it('is a JSON line each, both ways', async () => {
    const args = ['--proto', chat, '--delimited'];
    expect((await run(stream, 'decode', ...args)).out).toBe(`${lines.join('\n')}\n`);
    const encoded = await run(`${lines.join('\n\n')}\n`, 'encode', ...args, '--output', 'hex');
    expect(encoded.out).toBe(`${stream.replaceAll(' ', '')}\n`);
  });

  it('goes on after a message that is at fault, and ends with its exit code', async () => {
    const { exitCode, out, err } = await run(
      '020805 0208ff 020806',
      'decode',
      '--proto',
      chat,
      '--delimited',
    );
    expect([exitCode, out]).toEqual([Exit.TRUNCATED, '{"id":"5"}\n{"id":"6"}\n']);
    expect(err).toContain('message 1: TRUNCATED at byte 6 (id)');
    expect(err).toContain('  000004  08 ff');
    expect(err).toContain('1 of 3 messages could not be decoded');
  });

  it.each<[string, number, string]>([
    ['020805 0408', Exit.TRUNCATED, 'TRUNCATED at byte 5: the stream ends inside a message'],
    ['020805 ff', Exit.TRUNCATED, 'TRUNCATED at byte 4'],
    ['ffffffff7f', Exit.LIMIT, 'LIMIT_PAYLOAD at byte 0'],
    ['ffffffffffffffffffff01', Exit.MALFORMED, 'VARINT_RANGE'],
  ])('ends where its lengths do: %s', async (input, code, message) => {
    const { exitCode, err } = await run(input, 'decode', '--proto', chat, '--delimited');
    expect(exitCode).toBe(code);
    expect(err).toContain(message);
  });

  it('names the line of JSON that is at fault', async () => {
    const { exitCode, err } = await run('{}\n\n{"id":}\n', 'encode', '--proto', chat, '--delimited');
    expect([exitCode, err]).toEqual([Exit.MALFORMED, expect.stringContaining('line 3: JSON, line 1')]);
  });
});

describe('petrel proto inspect', () => {
  it('guesses without a schema', async () => {
    const { exitCode, out } = await run('08 96 01 12 07 0a 05 68 65 6c 6c 6f', 'inspect', '--width', '80');
    expect([exitCode, out]).toEqual([
      Exit.GOOD,
      `000000  08 96 01                 1                   varint 150, zigzag 75
000003  12 07                    2                   message, 7 bytes
000005  0a 05 68 65 6c 6c 6f       1                 text "hello"

2 fields, 12 bytes
`,
    ]);
  });

  it('knows with one', async () => {
    const { out } = await run(`${HEX} 7805`, 'inspect', '--proto', chat, '--json');
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map(({ label, meaning }) => `${String(label)}: ${String(meaning)}`)).toEqual([
      '1 id: uint64 123',
      String.raw`2 text: string "hi\n"`,
      '3 mood: Mood SAD (3)',
      '4 scores: packed sint32: 1, -2',
      '6 reply: Chat, 4 bytes',
      '2 text: string "yo"',
      '9 sent_at: google.protobuf.Timestamp, 6 bytes',
      '1 seconds: int64 1767225600',
      '15: unknown field: varint 5, zigzag -3',
    ]);
    expect(rows[5]).toMatchObject({ offset: 15, depth: 1, kind: 'delimited', path: 'reply.text' });
  });

  it('shows messages behind their lengths', async () => {
    const args = ['inspect', '--delimited', '--proto', chat, '--width', '80'];
    expect(await run('02 0805 00 02 0806', ...args)).toMatchObject({
      exitCode: Exit.GOOD,
      out: `000000  02                       message 0           2 bytes
000001  08 05                      1 id              uint64 5
000003  00                       message 1           0 bytes
000004  02                       message 2           2 bytes
000005  08 06                      1 id              uint64 6

3 messages, 7 bytes
`,
    });
  });

  it('shows a fault under its byte, and ends with its exit code', async () => {
    const { exitCode, out, err } = await run('08 01 0f', 'inspect', '--width', '80');
    expect([exitCode, err]).toEqual([Exit.MALFORMED, expect.stringMatching(/^petrel: FIELD_TAG at byte 2/)]);
    expect(out).toContain('\n000002  0f                       unread');
    expect(out).toContain('\n        ^^\n');
  });

  it.each(['--descriptor-set', '--proto'])('takes a descriptor set by %s', async (option) => {
    const file = join(folder, 'set.bin');
    // FileDescriptorSet { file { name: "a.proto" message_type { name: "A" field { name: "x" number: 1 label: 1 type: 5 } } } }
    const set = '0a190a07612e70726f746f220e0a0141120 90a0178180120012805'.replaceAll(' ', '');
    writeFileSync(file, Buffer.from(set, 'hex'));
    expect((await run('0805', 'inspect', option, file)).out).toContain('1 x                 int32 5');
  });

  it('says what an empty input is, and refuses a type without a schema', async () => {
    expect((await run('', 'inspect')).out).toBe('the input is empty\n');
    expect((await run('', 'inspect', '--type', 'A')).exitCode).toBe(Exit.USAGE);
  });

  it('never sends a control character to the terminal, whatever the input', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom('--full', '--json'),
        async (input, option) => {
          for (const schema of [[], ['--proto', chat]]) {
            const { exitCode, out, err } = await run(input, 'inspect', '--input', 'bin', option, ...schema);
            expect(out + err).not.toMatch(/[^\n\P{Cc}]/u);
            expect([exitCode, err]).not.toEqual([Exit.INTERNAL, err]);
          }
          const { exitCode, out, err } = await run(input, 'decode', '--input', 'bin', '--proto', chat);
          expect(out + err).not.toMatch(/[^\n\P{Cc}]/u);
          expect([exitCode, err]).not.toEqual([Exit.INTERNAL, err]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

const options = (...more: string[]): string[] => ['--proto', chat, '--message', '5=acme.Chat', ...more];

describe('messages in values', () => {
  // COMMAND 7 SEND message(5, h'087b') {"k": [message(6, h'1203686921')]}
  const frame = '1f04 07 01 f903 05087b e1a16b d1 f906 06 1203686921';
  it('have the names of their fields in petrel inspect', async () => {
    const { exitCode, out } = await runWith(registerInspect, frame, 'inspect', ...options('--json'));
    expect(exitCode).toBe(Exit.GOOD);
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    const says = rows.map(({ label, meaning }) => `${label!}: ${meaning!}`);
    expect(says.slice(4)).toEqual([
      'args[0]: acme.Chat (type 5), 2 bytes',
      '1 id: uint64 123',
      'args[1]: map of 1 pair, shape #0',
      'key 0: text "k"',
      'k: array of 1',
      '[0]: message of type 6, 5 bytes',
      '2: text "hi!"',
    ]);
  });

  it('have comments in petrel decode, JSON where the type is known', async () => {
    const { out } = await runWith(registerDecode, frame, 'decode', ...options());
    expect(out).toBe(
      `COMMAND 7 SEND message(5, h'087b') {"k": [message(6, h'1203686921')]}
# args[0]: acme.Chat {"id":"123"}
# args[1].k[0]: message 6 {2: text "hi!"}
`,
    );
    const { out: plain } = await runWith(registerDecode, frame, 'decode');
    expect(plain).not.toContain('#');
  });

  it('stand in the JSON of petrel decode', async () => {
    const { out } = await runWith(registerDecode, frame, 'decode', ...options('--json'));
    expect((JSON.parse(out) as Record<string, unknown>)['messages']).toEqual([
      { path: 'args[0]', id: 5, type: 'acme.Chat', json: { id: '123' } },
      { path: 'args[1].k[0]', id: 6, type: null, text: '{2: text "hi!"}' },
    ]);
  });

  it('say why they are none', async () => {
    const broken = '25 07 f9 02 05 ff';
    expect((await runWith(registerDecode, broken, 'decode', ...options())).out).toContain(
      '# value: acme.Chat TRUNCATED at byte 1',
    );
    expect(
      (await runWith(registerDecode, broken.replace('05 ff', '06 ff'), 'decode', ...options())).out,
    ).toContain('# value: message 6 (no protobuf message: TRUNCATED)');
  });

  it.each<[string[], string]>([
    [['--message', '5'], 'It is ID=NAME'],
    [['--message', '18446744073709551616=A'], 'It is ID=NAME'],
    [['--message', '5=acme.Chat'], 'no schema is given'],
    [['--proto', 'CHAT'], '--proto needs --message'],
    [['--proto', 'CHAT', '--message', '5=acme.Chap'], 'did you mean acme.Chat?'],
    [
      ['--proto', 'CHAT', '--message', '5=acme.Chat', '--message', '6=acme.Chat'],
      'acme.Chat has the id 5 already',
    ],
  ])('are registered by id and name: %j', async (args, message) => {
    const { exitCode, err } = await runWith(
      registerInspect,
      '',
      'inspect',
      ...args.map((word) => (word === 'CHAT' ? chat : word)),
    );
    expect([exitCode, err]).toEqual([Exit.USAGE, expect.stringContaining(message)]);
  });
});
