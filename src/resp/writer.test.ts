import { describe, expect, it } from 'vitest';
import { readReplies } from '../../spec/resp.ts';
import { Decimal, Entries, Float, Message, Opaque, Tag, Tagged, type Encodable } from '../value/index.ts';
import { encodeResp, RespTag, RespWriter } from './index.ts';

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const tag = (number: number, content: Encodable): Tagged => new Tagged(number, content);

describe('a writer of RESP', () => {
  it.each<readonly [string, Encodable]>([
    ['_\r\n', null],
    ['#t\r\n', true],
    [',-0\r\n', -0],
    [':1\r\n', 1],
    [',9007199254740992\r\n', 2 ** 53],
    ['(9223372036854775808\r\n', 2n ** 63n],
    [':9223372036854775807\r\n', 2n ** 63n - 1n],
    [',nan\r\n', NaN],
    [',10\r\n', new Float(10)],
    [',1e+21\r\n', new Float(1e21)],
    [',15e-1\r\n', new Decimal(15, -1)],
    ['$2\r\n\xc3\xa9\r\n', 'é'],
    ['$1\r\n\xff\r\n', Uint8Array.of(0xff)],
    ['%2\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n*0\r\n', { a: 1, b: [] }],
    ['%1\r\n:1\r\n$1\r\nx\r\n', new Map<Encodable, Encodable>([[1, 'x']])],
    ['~2\r\n:1\r\n:2\r\n', new Set([1, 2])],
    ['~?\r\n:1\r\n.\r\n', tag(RespTag.Streamed, new Set([1]))],
    ['%?\r\n$1\r\na\r\n:1\r\n.\r\n', tag(RespTag.Streamed, { a: 1 })],
    ['|1\r\n$1\r\na\r\n:1\r\n*1\r\n:2\r\n', tag(Tag.ATTRIBUTE, [{ a: 1 }, [2]])],
    ['*2\r\n|0\r\n:2\r\n:3\r\n', [tag(Tag.ATTRIBUTE, [{}, 2]), 3]],
    ['!3\r\na\nb\r\n', tag(Tag.ERROR, 'a\nb')],
    [',0.10000000000000001\r\n', tag(RespTag.Double, 0.1)],
    [',1e+20\r\n', tag(RespTag.Double, new Float(1e20))],
  ])('writes %j', (resp, value) => expect(textOf(encodeResp(value))).toBe(resp));

  it.each<readonly [string, Encodable, RegExp]>([
    ['a message', new Message(7, new Uint8Array(0)), /RESP has nothing for a Message$/],
    ['a reserved kind', new Opaque(0xfc, new Uint8Array(0)), /RESP has nothing for a Opaque$/],
    ['a function', (() => undefined) as never, /nothing for a function$/],
    ['undefined', undefined as never, /nothing for a undefined$/],
    ['an unknown tag', [0, [tag(40, 1)]], /tag 40 \(at \[1\]\[0\]\)$/],
    ['a tag beyond 53 bits', new Tagged(2n ** 64n - 1n, 1), /tag 18446744073709551615$/],
    ['a lone surrogate', ['\ud800'], /lone surrogate at index 0 of a text \(at \[0\]\)$/],
    ["an attribute's map", tag(Tag.ATTRIBUTE, [{ a: tag(40, 1) }, 2]), /\(at \[0\]\[1\]\)$/],
    ["an attribute's value", tag(Tag.ATTRIBUTE, [{ a: 1 }, tag(40, 1)]), /\(at \[1\]\)$/],
    ['an error with a detail', tag(Tag.ERROR, ['ERR', 1]), /an error's detail$/],
    ['a simple string of two lines', tag(RespTag.Status, 'a\r\nb'), /no CR and no LF$/],
  ])('refuses %s, says where, and has written nothing', (_name, value, message) => {
    const writer = new RespWriter();
    writer.reply('before');
    expect(() => writer.reply([1, value])).toThrow(TypeError);
    expect(() => encodeResp(value)).toThrow(message);
    writer.reply('after');
    expect(textOf(writer.take())).toBe('$6\r\nbefore\r\n$5\r\nafter\r\n');
  });

  it('writes a thousand levels, and refuses a circle', () => {
    let deep: Encodable = [];
    for (let i = 1; i < 1000; i++) deep = [deep];
    expect(encodeResp(deep)).toHaveLength(4000);
    expect(() => encodeResp([deep])).toThrow(RangeError);
    const circle: Encodable[] = [];
    circle.push(circle);
    expect(() => encodeResp(circle)).toThrow(/deeper than 1000 levels, or in a circle/);
  });

  it('is read as what it wrote, whatever it holds', () => {
    const values: Encodable[] = [
      null,
      'a',
      5,
      [new Entries(['a'], [[1n]])],
      tag(RespTag.Chunks, ['a', Uint8Array.of(255)]),
    ];
    const writer = new RespWriter();
    for (const value of values) writer.reply(value);
    expect(readReplies([writer.take()]).items).toStrictEqual([
      null,
      'a',
      5,
      [new Entries(['a'], [[1]])],
      values[4],
    ]);
  });
});
