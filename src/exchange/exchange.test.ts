/** Conversations in RESP through frames and back. spec/vectors has what each command, reply and push becomes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesToResp, respToFrames } from '../../spec/resp.ts';
import { decodeFrames } from '../frame/all.ts';
import type { Command } from '../frame/index.ts';
import { RespWriter } from '../resp/index.ts';
import { Tag, Tagged } from '../value/index.ts';
import { commandFrame, commandOf, FramesToResp, replyFrame, replyOf, RespToFrames, sideOf } from './index.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** Adds a push whose last argument holds `arg`. */
function adding(verb: string, arg: Tagged | Tagged[]): () => void {
  const body = { kind: 'PUSH', verb, args: verb === 'RESP' ? [arg] : ['a', arg] } as const;
  return () => new FramesToResp('server').add(body, 0);
}

const part = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 70 }),
  fc.constantFrom('GET', 'RESP', '', 'V'.repeat(64), 'V'.repeat(65), 'é'.repeat(32), '__proto__', 'constructor'),
  fc.uint8Array({ maxLength: 70 }),
); // prettier-ignore
const line = fc.string({ maxLength: 20 }).filter((text) => !/^\*|\n/.test(text));
const commands = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.array(part, { maxLength: 6 }).map((parts) => ({ parts, inline: false })) },
    { weight: 1, arbitrary: line.map((text) => ({ parts: [text], inline: true })) },
  ),
  { maxLength: 8 },
);

describe('a conversation', () => {
  it('of any commands comes back byte for byte', () => {
    fc.assert(
      fc.property(commands, fc.nat(), (all, cut) => {
        const writer = new RespWriter();
        for (const { parts, inline } of all) {
          if (inline) writer.inline(parts[0]!);
          else writer.command(parts);
        }
        const resp = writer.take();
        const at = cut % (resp.length + 1);
        const { items, fault } = respToFrames('client', [resp.subarray(0, at), resp.subarray(at)]);
        expect(fault).toBeUndefined();
        expect(items).toHaveLength(all.length);
        const back = framesToResp(items);
        expect(back.fault).toBeUndefined();
        expect(Buffer.compare(back.bytes, resp)).toBe(0);
        const ids = decodeFrames(Buffer.concat(items)).map((body) => (body as Command).id);
        expect(ids).toStrictEqual(all.map((_, i) => i + 1));
      }),
    );
  });

  it('is told apart by its first byte', () => {
    for (const first of bytesOf('*Pq\n"')) expect(sideOf(first)).toBe('client');
    for (const first of bytesOf('+-:$_#,(!=%~|>\x00\x1a\xff')) expect(sideOf(first)).toBe('server');
  });

  it('that failed stays failed, and keeps what was before', () => {
    const exchange = new RespToFrames('server');
    const read = (text: string): unknown => [...exchange.carry(bytesOf(text))];
    expect(() => read('+OK\r\n+CONTINUE\r\n')).toThrow('RESP_UNSUPPORTED at byte 5: a hand-over');
    expect(() => read('+OK\r\n')).toThrow('RESP_UNSUPPORTED at byte 5');
    expect(() => exchange.finish()).toThrow('RESP_UNSUPPORTED at byte 5');
    expect(Buffer.from(exchange.writer.take()).toString('hex')).toBe('2401f80700');
  });

  it('of frames that failed stays failed, and names frame, offset and path', () => {
    const exchange = new FramesToResp();
    exchange.add({ kind: 'REPLY', id: 1, value: 1 }, 0);
    const bad = { kind: 'REPLY', id: 2, value: { a: [0, new Tagged(40, 1)] } } as const;
    expect(() => exchange.add(bad, 3)).toThrow(
      'RESP_UNSUPPORTED at byte 3 (REPLY.value[1][1]): RESP has nothing for the tag 40 [RESP-14]',
    );
    expect(() => exchange.add({ kind: 'REPLY', id: 2, value: 1 }, 9)).toThrow('at byte 3');
    expect(Buffer.from(exchange.writer.take()).toString()).toBe(':1\r\n');
  });

  it('names the argument of a push that RESP has nothing for', () => {
    expect(adding('news', new Tagged(40, 1))).toThrow('(PUSH.args[1])');
    expect(adding('RESP', [new Tagged(40, 1)])).toThrow('(PUSH.args[0][0])');
    expect(adding('RESP', new Tagged(Tag.ATTRIBUTE, [{ a: 1 }, new Tagged(Tag.PUSH, [new Tagged(40, 1)])]))).toThrow(
      '(PUSH.args[0][1][0])',
    );
  }); // prettier-ignore
});

describe('one command or reply', () => {
  it('becomes a frame and comes back, without a stream', () => {
    const command = { parts: ['SET', 'k', Uint8Array.of(255)], inline: false };
    expect(commandFrame(command, 7)).toMatchObject({ id: 7, verb: 'SET' });
    expect(commandOf(commandFrame(command, 7))).toStrictEqual(command);
    const push = new Tagged(Tag.PUSH, ['message', 'c', 'm']);
    expect(replyFrame(push, 7)).toStrictEqual({ kind: 'PUSH', verb: 'message', args: ['c', 'm'] });
    expect(replyOf(replyFrame(push, 7))).toStrictEqual(push);
    expect(replyOf(replyFrame([push], 7))).toStrictEqual([push]);
  });
});
