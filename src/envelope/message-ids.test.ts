import { describe, expect, it } from 'vitest';
import { field, message, repeated, type MessageType } from '../message/index.ts';
import { decode, encode, Message } from '../value/index.ts';
import { ProtocolError } from '../wire/index.ts';
import { MessageIds } from './index.ts';

const Chat = message('acme.Chat', { text: field(1, 'string'), tags: repeated(2, 'string') });
const Ack = message('acme.Ack', { upTo: field(1, 'uint64') });

describe('MessageIds', () => {
  const ids = new MessageIds().add(5, Chat).add(2n ** 64n - 1n, Ack);

  it('wraps a message into a value and takes it out again', () => {
    const bytes = encode(['hi', ids.wrap(Chat, { text: 'hello', tags: ['a'] }), ids.wrap(Ack, { upTo: 9 })]);
    const [, chat, ack] = decode(bytes) as [string, Message, Message];
    expect(chat).toEqual(new Message(5, Uint8Array.from(Buffer.from('\n\u0005hello\u0012\u0001a'))));
    expect(ids.unwrap(chat)).toMatchObject({ id: 5, type: Chat, message: { text: 'hello', tags: ['a'] } });
    expect(ids.unwrap(ack)).toMatchObject({ id: 2n ** 64n - 1n, type: Ack, message: { upTo: 9 } });
  });

  it('leaves a message alone whose id it does not know', () => {
    const value = new Message(6, Uint8Array.of(1, 2, 3));
    expect(ids.unwrap(value)).toBeUndefined();
    expect(decode(encode(value))).toEqual(value);
  });

  it('tells a malformed body by its code, and by its offset in the body', () => {
    const value = new Message(5, Uint8Array.of(0x12, 0x00, 0x0a, 0x05));
    expect(() => ids.unwrap(value)).toThrow(ProtocolError);
    expect(() => ids.unwrap(value)).toThrow(/^TRUNCATED at byte 4 \(text\)/);
  });

  it('reads by the limits that it is given', () => {
    const value = new Message(5, Uint8Array.of(0x1b, 0x1b, 0x1c, 0x1c));
    expect(() => ids.unwrap(value, { limits: { maxDepth: 1 } })).toThrow(/^LIMIT_DEPTH/);
  });

  it.each<[number | bigint, number | bigint]>([
    [7, 7n],
    [7n, 7],
    [0n, 0],
    [2n ** 53n, 2n ** 53n],
  ])('takes an id as number or as bigint: %s, %s', (added, asked) => {
    const own = new MessageIds().add(added, Chat);
    expect(own.typeOf(asked)).toBe(Chat);
    expect(own.typeOf(1)).toBeUndefined();
  });

  it.each([-1, 1.5, NaN, 2 ** 53, -1n, 2n ** 64n])('refuses the id %s', (id) => {
    expect(() => new MessageIds().add(id, Chat)).toThrow(RangeError);
    expect(ids.typeOf(id)).toBeUndefined();
  });

  it('refuses a second type for an id, and a second id for a type', () => {
    expect(() => new MessageIds().add(5, Chat).add(5, Ack)).toThrow('id 5 stands for acme.Chat already');
    expect(() => new MessageIds().add(5, Chat).add(6, Chat)).toThrow('acme.Chat has the id 5 already');
    expect(new MessageIds().add(5, Chat).add(5n, Chat).idOf(Chat)).toBe(5);
  });

  it('says what it can not wrap', () => {
    expect(() => new MessageIds().wrap(Chat, {})).toThrow(new TypeError('acme.Chat has no id'));
    expect(() => ids.wrap(Chat as MessageType, { text: 5 })).toThrow(/text/);
  });
});
