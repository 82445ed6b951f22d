import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { sourceOf, trainedBytes } from '../../bench/dictionary/make.ts';
import { chatDictionary, contentId, dictionary } from './index.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("a dictionary's id", () => {
  it('is 2^20 and the CRC-32 of its content modulo 2^20', () => {
    // the check value of CRC-32: cbf43926
    expect(contentId(ascii('123456789'))).toBe(2 ** 20 + 0x43926);
    expect(dictionary(ascii('123456789')).id).toBe(2 ** 20 + 0x43926);
  });

  it('takes three bytes in a PACK, whatever the content is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const { id } = dictionary(bytes);
        expect(id >= 2 ** 20 && id < 2 ** 21).toBe(true);
      }),
    );
  });

  it('may be one that was agreed, or the one of the content', () => {
    const bytes = ascii('hello');
    for (const id of [64, 2 ** 20 - 1, contentId(bytes)])
      expect(dictionary(bytes, id)).toEqual({ id, bytes });
  });

  const other = contentId(ascii('hello')) + 1;
  it.each([0, 1, 63, -1, 64.5, Number.NaN, 2 ** 20 + 1, other, 2 ** 21, 2 ** 53])('can not be %s', (id) => {
    expect(() => dictionary(ascii('hello'), id)).toThrow(RangeError);
  });

  it.each([0, 32_769])('is refused to %i bytes', (length) => {
    expect(() => dictionary(new Uint8Array(length))).toThrow(`1 to 32768 bytes, not ${length}`);
  });
});

describe('the chat dictionary', () => {
  it('is what its training makes of its sentences, on every machine', () => {
    const bytes = trainedBytes();
    expect([...chatDictionary().bytes]).toEqual([...bytes]);
    expect(readFileSync(new URL('chat.ts', import.meta.url), 'utf8')).toBe(sourceOf(bytes));
  });

  it('has the id 1, and is made once', () => {
    expect(chatDictionary().id).toBe(1);
    expect(chatDictionary()).toBe(chatDictionary());
  });

  it.each(['See you at the station tomorrow!', '今晚一起吃火锅吗？'])(
    'makes a short message shorter: %s',
    (text) => {
      const message = Buffer.from(text, /^[\x20-\x7e]*$/.test(text) ? 'utf8' : 'utf16le');
      const { bytes } = chatDictionary();
      const deflated = deflateRawSync(message, { dictionary: bytes });
      expect(deflated.length).toBeLessThan(0.8 * deflateRawSync(message).length);
      expect(inflateRawSync(deflated, { dictionary: bytes })).toEqual(message);
    },
  );
});
