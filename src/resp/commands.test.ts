import { describe, expect, it } from 'vitest';
import { chunkings, readCommands } from '../../spec/resp.ts';
import { RespCommandReader, RespWriter } from './index.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('a reader of commands', () => {
  it.each<readonly [string, readonly object[]]>([
    ['*2\r\n$3\r\nGET\r\n$1\r\n\xff\r\n', [{ parts: ['GET', Uint8Array.of(255)], inline: false, offset: 0, length: 20 }]],
    ['*0\r\n', [{ parts: [], inline: false, offset: 0, length: 4 }]],
    ['PING\r\n', [{ parts: ['PING\r'], inline: true, offset: 0, length: 6 }]],
    ['\n*1\r\n$4\r\nPING\r\nQUIT\n', [
      { parts: [''], inline: true, offset: 0, length: 1 },
      { parts: ['PING'], inline: false, offset: 1, length: 14 },
      { parts: ['QUIT'], inline: true, offset: 15, length: 5 },
    ]],
  ])('reads %j', (text, commands) => {
    for (const [how, chunks] of chunkings(bytesOf(text)))
      expect([how, readCommands(chunks)]).toStrictEqual([how, { items: commands, fault: undefined }]);
  }); // prettier-ignore

  it('says which part is wrong', () => {
    const { fault } = readCommands([bytesOf('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n:1\r\n')]);
    expect(fault).toMatchObject({ code: 'RESP_COMMAND', offset: 20, path: [2] });
  });

  it('that failed stays failed', () => {
    const reader = new RespCommandReader();
    expect(() => [...reader.commands(bytesOf('*-1\r\n'))]).toThrow(/RESP_COMMAND/);
    expect(() => [...reader.commands(bytesOf('PING\r\n'))]).toThrow(/RESP_COMMAND/);
    expect(() => reader.finish()).toThrow(/RESP_COMMAND/);
  });

  it('is given back by the writer, which refuses lines that would be read as something else', () => {
    const writer = new RespWriter();
    writer.command(['SET', 'k', Uint8Array.of(0, 255)]);
    writer.inline('PING\r');
    for (const line of ['a\nb', '*1', Uint8Array.of(0x61, 0x0a)])
      expect(() => writer.inline(line)).toThrow(TypeError);
    for (const part of [undefined, 5, '\ud800'])
      expect(() => writer.command(['GET', part as never])).toThrow(TypeError);
    expect(Buffer.from(writer.take()).toString('latin1')).toBe(
      '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\x00\xff\r\nPING\r\n',
    );
  });
});
