/** RESP in the text form: whatever is printed makes the same bytes again. */
import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unhex } from '../../spec/notation.ts';
import { chunkings } from '../../spec/resp.ts';
import type { VectorFile } from '../../spec/runner.ts';
import type { Side } from '../exchange/index.ts';
import { parseLines, parseText, protocolOf, TextError, withComment } from './index.ts';
import { RespParser, RespPrinter } from './resp.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function printed(chunks: readonly Uint8Array[], side?: Side, width = Infinity): string {
  const printer = new RespPrinter(side, { width });
  let text = '';
  for (const chunk of chunks) for (const line of printer.push(chunk)) text += withComment(line);
  for (const line of printer.finish()) text += withComment(line);
  return text;
}

const back = (text: string): string => latin1(new RespParser().parse(text));

/** Pieces that make most types, whole or broken. */
const piece = fc.constantFrom(
  '*2\r\n', '*0\r\n', '*-1\r\n', '*?\r\n', '$3\r\nGET\r\n', '$4\r\nPING\r\n', '$0\r\n\r\n', '$-1\r\n', '$2\r\n\xff\xfe\r\n', '$?\r\n', ';2\r\nab\r\n', ';0\r\n',
  '.\r\n', '+OK\r\n', '+\xff\r\n', '+1339518083.1 [0 127.0.0.1:1] "keys" "*"\r\n', '-ERR no\r\n', '!3\r\na\nb\r\n', ':1\r\n', ':+5\r\n', ':-0\r\n', ':007\r\n', '(5\r\n', '(+99999999999999999999\r\n',
  ',3.1415000000000002\r\n', ',1e+300\r\n', ',inf\r\n', ',-nan\r\n', '#t\r\n', '_\r\n', '=5\r\ntxt:x\r\n', '%1\r\n', '~1\r\n', '>2\r\n', '|1\r\n', '%?\r\n',
  'PING\r\n', 'GET "a b"\n', '\n', 'RESP\r\n', '+CONTINUE\r\n', '+FULLRESYNC a 1\r\n', '\x00', '\r', 'HTTP/1.1 200 OK\r\n',
); // prettier-ignore
const stream = fc
  .array(fc.oneof({ weight: 9, arbitrary: piece }, fc.string({ unit: 'binary-ascii', maxLength: 3 })), {
    maxLength: 14,
  })
  .map((pieces) => bytesOf(pieces.join('')));
const side = fc.constantFrom<Side | undefined>('client', 'server', undefined);

const folder = new URL('../../spec/vectors/', import.meta.url);
const vectors = readdirSync(folder)
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as VectorFile)
  .filter(({ input }) => input === 'replies' || input === 'commands')
  .flatMap(({ input, vectors: all }) =>
    all.map(({ name, hex }) => [name, input === 'commands' ? 'client' : 'server', hex!] as const),
  );

describe('RESP in the text form loses nothing', () => {
  it.each(vectors)('of the vector: %s', (_name, who, hex) => {
    const bytes = unhex(hex);
    expect(back(printed([bytes], who)) === latin1(bytes)).toBe(true);
  });

  it('of anything that is whole, broken or none at all', () => {
    const any = fc.oneof({ weight: 4, arbitrary: stream }, fc.uint8Array({ maxLength: 80 }));
    fc.assert(
      fc.property(any, side, fc.integer({ min: 0, max: 60 }), (bytes, who, width) => {
        const text = printed([bytes], who);
        expect(back(text)).toBe(latin1(bytes));
        expect(text).not.toMatch(/[^\n\P{Cc}]/u);
        expect(back(printed([bytes], who, width))).toBe(latin1(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('however it is cut into chunks, of the stream and of the text', () => {
    fc.assert(
      fc.property(stream, side, (bytes, who) => {
        const text = printed([bytes], who);
        for (const [, chunks] of chunkings(bytes)) expect(printed(chunks, who)).toBe(text);
        const parser = new RespParser();
        const lines = text.split('\n').map((line) => latin1(parser.parse(`${line}\n`)));
        expect(lines.join('')).toBe(latin1(bytes));
      }),
      { numRuns: 200 },
    );
  });

  it('in lines that say what they stand for', () => {
    expect(printed([bytesOf(':1\r\n:+5\r\n>2\r\n+a\r\n:2\r\n_\r\n$5\r\nab')], 'server')).toBe(
      'REPLY 1 1\nraw h\'3a2b350d0a\' # a number with a + before it\nPUSH RESP [tag(7, "a"), 2]\nREPLY 3 null\n' +
        "raw h'24350d0a6162' # TRUNCATED at byte 30: inside a token [WIRE-9]\n",
    );
  });

  it('in one line for an item, whose bytes are as long as they are', () => {
    const lines = [...new RespPrinter('server').push(bytesOf(':+1234567890123456789\r\n:2\r\n'))];
    expect(lines.map(({ offset, length, kind, body }) => [offset, length, kind, body])).toEqual([
      [0, 23, 2, { kind: 'REPLY', id: 1, value: 1234567890123456789n }],
      [23, 4, 2, { kind: 'REPLY', id: 2, value: 2 }],
    ]);
  });
});

describe('text as RESP', () => {
  it('may be written by hand: ids that rise, comments, values over several lines', () => {
    expect(back('protocol resp # a client\nCOMMAND 7 SET "k"\nCOMMAND 9 SET "k" h\'ff\'\nCOMMAND 10 RESP "PING"')).toBe(
      '*2\r\n$3\r\nSET\r\n$1\r\nk\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\n\xff\r\nPING\n',
    );
    expect(back('REPLY 1 [1,\n 2]\nPUSH message "c" "m"\nREPLY 2 1.5')).toBe(
      '*2\r\n:1\r\n:2\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n,1.5\r\n',
    );
    expect(back('')).toBe('');
  }); // prettier-ignore

  it.each([
    ['REPLY 1 1\nREPLY 1 2', 'line 2, column 1: RESP_UNSUPPORTED: RESP has an order: after 1 comes no 1 [RESP-14]'],
    ['COMMAND 1 PING\n  REPLY 2 2', 'line 2, column 3: RESP_UNSUPPORTED (REPLY): a client sends no REPLY [RESP-14]'],
    ['REPLY 1 [1, {"a": tag(40, 1)}]', 'line 1, column 1: RESP_UNSUPPORTED (REPLY.value[1][1]): RESP has nothing for the tag 40 [RESP-14]'],
    ['COMMAND 1 GET 5', 'line 1, column 1: RESP_UNSUPPORTED (COMMAND.args[0]): a part of a command is a text or bytes [RESP-14]'],
    ['PING', 'line 1, column 1: RESP_UNSUPPORTED (PING): RESP has nothing for a PING [RESP-14]'],
    ['REPLY 1 5!590500', 'line 1, column 1: RESP_UNSUPPORTED: RESP has nothing for a mark, or for raw bytes in a frame [RESP-14]'],
    ["REPLY 1 raw h'05'", 'line 1, column 1: RESP_UNSUPPORTED: RESP has nothing for a mark, or for raw bytes in a frame [RESP-14]'],
    ['REPLY 1 {"a": 1, "a": 2}', 'line 1, column 1: KEY_DUPLICATE (REPLY.value.keys[1]): key 1 [VALUE-9]'],
    ['REPLY 0 1', 'line 1, column 1: ID_ZERO (REPLY.id): begins at 1 [FRAME-6]'],
  ])('is refused where RESP has nothing for it: %s', (text, message) => {
    const thrown = (): unknown => {
      try {
        return back(text);
      } catch (error) {
        return error;
      }
    };
    const error = thrown() as TextError;
    expect(error).toBeInstanceOf(TextError);
    expect(error.message).toBe(message);
    expect(error.fault?.code).toBe(/column \d: (\w+)/.exec(message)![1]);
  }); // prettier-ignore

  it('is told by its first line', () => {
    expect(protocolOf('# a capture\n\nprotocol resp\nREPLY 1 1')).toBe('resp');
    expect(protocolOf('protocol petrel')).toBe('petrel');
    expect(protocolOf('REPLY 1 1\nprotocol resp')).toBeUndefined();
    expect(() => protocolOf('protocol http')).toThrow('line 1, column 10: expected petrel or resp, found "http"');
    expect(() => protocolOf('protocol resp REPLY 1 1')).toThrow('line 1, column 15: expected');
    expect(() => back('REPLY 1 1\nprotocol resp')).toThrow('line 2, column 1: expected a frame');
    expect(latin1(parseText('protocol resp\nREPLY 1 1').bytes)).toBe('\x22\x01\x01');
    expect(() => parseText('protocol resp\n1', { as: 'values' })).toThrow('line 1, column 1');
    expect([...parseLines('PING\nraw h\'00\'\nPING!b0')].map(({ raw, deliberate }) => [raw, deliberate])).toEqual([
      [false, false],
      [true, true],
      [false, true],
    ]);
  }); // prettier-ignore
});
