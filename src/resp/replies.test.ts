import { describe, expect, it } from 'vitest';
import { chunkings, readReplies } from '../../spec/resp.ts';
import { Entries, Float, Tag, Tagged, type Value } from '../value/index.ts';
import { ProtocolError } from '../wire/index.ts';
import { RespReader, RespTag } from './index.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const bytes = (...all: number[]): Uint8Array => Uint8Array.from(all);
const status = (content: Value): Tagged => new Tagged(RespTag.Status, content);

/** One reply or more, and what they are in JavaScript. `spec/vectors` has the bytes that carry them. */
const REPLIES: readonly (readonly [resp: string, ...values: Value[]])[] = [
  ['+OK\r\n', status(0)],
  ['+PONG\r\n+QUEUED\r\n', status(1), status(2)],
  ['+fine\r\n', status('fine')],
  ['+caf\xe9\r\n', status(bytes(0x63, 0x61, 0x66, 0xe9))],
  ['-ERR no\r\n', new Tagged(Tag.ERROR, 'ERR no')],
  ['-\xff\r\n', new Tagged(Tag.ERROR, bytes(0xff))],
  ['!5\r\na\r\nbc\r\n', new Tagged(Tag.ERROR, ['a\r\nbc', null])],
  ['=6\r\nmkd:hi\r\n', new Tagged(Tag.VERBATIM, ['mkd', 'hi'])],
  ['=5\r\n\xff\xff\xff:\xff\r\n', new Tagged(Tag.VERBATIM, [bytes(255, 255, 255), bytes(255)])],
  [':0\r\n:-1\r\n:+7\r\n', 0, -1, 7],
  [':9007199254740991\r\n:9007199254740992\r\n', 9007199254740991, 9007199254740992n],
  [':-9223372036854775808\r\n', -(2n ** 63n)],
  ['$0\r\n\r\n$5\r\na\r\n:1\r\n', '', 'a\r\n:1'],
  ['$2\r\n\xc3\xa9\r\n$1\r\n\xe9\r\n', 'é', bytes(0xe9)],
  // longer than what is made room for before a length is known, and than what shares a buffer
  [`$100\r\n${'x'.repeat(100)}\r\n`, 'x'.repeat(100)],
  [`$300\r\n${'x'.repeat(300)}\r\n`, 'x'.repeat(300)],
  ['$-1\r\n*-1\r\n_\r\n', new Tagged(RespTag.Null, 0), new Tagged(RespTag.Null, 1), null],
  ['#t\r\n#f\r\n', true, false],
  [',1.5\r\n,0.1\r\n', 1.5, 0.1],
  [',10\r\n,-0\r\n', new Float(10), new Float(-0)],
  [',inf\r\n,-inf\r\n,nan\r\n', Infinity, -Infinity, NaN],
  [',-nan\r\n,+inf\r\n', new Tagged(RespTag.Double, '-nan'), new Tagged(RespTag.Double, '+inf')],
  [',2.2999999999999998\r\n', new Tagged(RespTag.Double, 2.3)],
  [',0.10000000000000001\r\n', new Tagged(RespTag.Double, 0.1)],
  [',1e+300\r\n', new Float(1e300)],
  [',1e300\r\n', new Tagged(RespTag.Double, '1e300')],
  [',1.0\r\n', new Tagged(RespTag.Double, '1.0')],
  ['(7\r\n(9223372036854775807\r\n', new Tagged(RespTag.Big, 7), new Tagged(RespTag.Big, 2n ** 63n - 1n)],
  ['(9223372036854775808\r\n(-9223372036854775809\r\n', 2n ** 63n, -(2n ** 63n) - 1n],
  ['*0\r\n*2\r\n:1\r\n*1\r\n_\r\n', [], [1, [null]]],
  ['%0\r\n', new Entries([], [])],
  ['%2\r\n$1\r\n2\r\n:1\r\n$9\r\n__proto__\r\n:2\r\n', new Entries(['2', '__proto__'], [1, 2])],
  ['%2\r\n+a\r\n:1\r\n$1\r\na\r\n:2\r\n', new Entries([status('a'), 'a'], [1, 2])],
  ['%2\r\n:1\r\n_\r\n,1\r\n_\r\n', new Entries([1, new Float(1)], [null, null])],
  ['%2\r\n:1\r\n#t\r\n:1\r\n#f\r\n', new Tagged(RespTag.Pairs, [1, true, 1, false])],
  ['%1\r\n~0\r\n_\r\n', new Tagged(RespTag.Pairs, [new Tagged(Tag.SET, []), null])],
  ['%1\r\n%0\r\n_\r\n', new Tagged(RespTag.Pairs, [new Entries([], []), null])],
  ['~2\r\n:1\r\n:1\r\n', new Tagged(Tag.SET, [1, 1])],
  ['>1\r\n+OK\r\n', new Tagged(Tag.PUSH, [status(0)])],
  ['|1\r\n$1\r\na\r\n:1\r\n:2\r\n', new Tagged(Tag.ATTRIBUTE, [new Entries(['a'], [1]), 2])],
  ['*1\r\n|0\r\n*1\r\n:1\r\n', [new Tagged(Tag.ATTRIBUTE, [new Entries([], []), [1]])]],
  ['|1\r\n*0\r\n:1\r\n:2\r\n', new Tagged(RespTag.PairsAttribute, [[[], 1], 2])],
  ['*?\r\n:1\r\n~?\r\n.\r\n.\r\n', new Tagged(RespTag.Streamed, [1, new Tagged(RespTag.Streamed, new Tagged(Tag.SET, []))])],
  ['%?\r\n:1\r\n:2\r\n.\r\n', new Tagged(RespTag.Streamed, new Entries([1], [2]))],
  ['%?\r\n:1\r\n:2\r\n:1\r\n:2\r\n.\r\n', new Tagged(RespTag.Streamed, new Tagged(RespTag.Pairs, [1, 2, 1, 2]))],
  ['$?\r\n;2\r\nab\r\n;1\r\n\xff\r\n;0\r\n', new Tagged(RespTag.Chunks, ['ab', bytes(0xff)])],
  ['$?\r\n;0\r\n', new Tagged(RespTag.Chunks, [])],
]; // prettier-ignore

describe('replies are values', () => {
  it.each(REPLIES.map(([resp, ...values]) => [resp, values] as const))('%j', (resp, values) => {
    for (const [how, chunks] of chunkings(bytesOf(resp)))
      expect([how, readReplies(chunks)]).toStrictEqual([how, { items: values, fault: undefined }]);
  });

  it('are copies: what happens to the chunk later does not reach them', () => {
    const chunk = bytesOf('$2\r\n\xff\xfe\r\n');
    const [value] = new RespReader().replies(chunk);
    chunk.fill(0);
    expect(value).toStrictEqual(bytes(0xff, 0xfe));
  });

  it('come from Buffers, and from views into larger ones, alike', () => {
    const buffer = Buffer.from('xx$5\r\nhello\r\n+OK\r\nxx');
    expect([...new RespReader().replies(buffer.subarray(2, -2))]).toStrictEqual(['hello', status(0)]);
  });

  it('come as they are completed, and the reader knows where it is', () => {
    const reader = new RespReader();
    reader.feed(bytesOf('+OK\r\n$5\r\nhe'));
    expect([reader.next(), reader.next(), reader.position]).toStrictEqual([status(0), undefined, 11]);
    reader.feed(bytesOf('llo\r\n:1\r\n'));
    expect([reader.next(), reader.position]).toStrictEqual(['hello', 16]);
    expect([reader.next(), reader.next(), reader.position]).toStrictEqual([1, undefined, 20]);
    expect(() => reader.finish()).not.toThrow();
  });
});

describe('a reader', () => {
  const FAULTS: readonly (readonly [resp: string, code: string, offset: number, path: readonly number[]])[] =
    [
      ['*3\r\n:1\r\n*2\r\n_\r\nx', 'RESP_TYPE', 15, [1, 1]],
      ['*2\r\n:1\r\n:x\r\n', 'RESP_VALUE', 9, [1]],
      ['*?\r\n:1\r\n;0\r\n', 'RESP_NESTING', 8, [1]],
      ['%1\r\n$1\r\na\r\n*1\r\n$0\r\nx', 'RESP_LINE', 19, [1, 0]],
      ['*1\r\n*2000000\r\n', 'LIMIT_ELEMENTS', 4, [0]],
      ['*1\r\n$99999999\r\n', 'LIMIT_PAYLOAD', 4, [0]],
      ['#constructor\r\n', 'RESP_VALUE', 1, []],
    ];
  it.each(FAULTS)('says where %j is wrong, and what led there', (resp, code, offset, path) => {
    for (const [how, chunks] of chunkings(bytesOf(resp))) {
      const { fault } = readReplies(chunks);
      expect([how, fault?.code, fault?.offset, fault?.path]).toStrictEqual([how, code, offset, path]);
    }
  });

  it('that failed stays failed, with the same error', () => {
    const reader = new RespReader();
    const errors = ['+OK\r\nx', '+OK\r\n', ''].map((chunk) => {
      try {
        return [...reader.replies(bytesOf(chunk))];
      } catch (error) {
        return error;
      }
    });
    expect(errors[0]).toBeInstanceOf(ProtocolError);
    expect(new Set(errors).size).toBe(1);
    expect(() => reader.finish()).toThrow(ProtocolError);
  });

  it('is told when it is fed before it was read to the end', () => {
    const reader = new RespReader();
    reader.feed(bytesOf('+OK\r\n+OK\r\n'));
    reader.next();
    expect(() => reader.feed(bytesOf('+OK\r\n'))).toThrow(TypeError);
    expect(reader.next()).toStrictEqual(status(0));
  });

  it('names no byte of the input in what it says', () => {
    const { fault } = readReplies([bytesOf(',\x1b[31mred\r\n')]);
    expect(fault!.message).toBe('RESP_VALUE at byte 1: no double [RESP-4]');
  });
});
