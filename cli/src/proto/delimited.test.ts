import * as fc from 'fast-check';
import { ProtocolError } from 'petrel';
import { MessageWriter } from 'petrel/message';
import { describe, expect, it } from 'vitest';
import { splitDelimited, type Delimited } from './delimited.ts';

/** Pieces of bytes, of the sizes in turn. */
async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    yield bytes.slice(at, at + size);
    at += size;
  }
}

async function split(bytes: Uint8Array, sizes: readonly number[], most?: number): Promise<Delimited[]> {
  const found: Delimited[] = [];
  for await (const each of splitDelimited(pieces(bytes, sizes), most)) found.push(each);
  return found;
}

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

describe('splitDelimited', () => {
  it('finds the messages however the stream is cut', async () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(messages, sizes, async (list, cuts) => {
        const writer = new MessageWriter();
        for (const each of list) writer.delimited(each);
        const stream = writer.take();
        const found = await split(stream, cuts);
        expect(found.map(({ bytes }) => [...bytes])).toEqual(list.map((each) => [...each]));
        for (const { bytes, offset } of found)
          expect([...stream.subarray(offset, offset + bytes.length)]).toEqual([...bytes]);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['01', 'TRUNCATED', 1],
    ['01 aa 80', 'TRUNCATED', 3],
    ['01 aa 02 bb', 'TRUNCATED', 4],
    ['01 aa 06 000000000000', 'LIMIT_PAYLOAD', 2],
    ['01 aa ffffffffffffffffff01', 'LIMIT_PAYLOAD', 2],
    ['01 aa ffffffffffffffffffff01', 'VARINT_RANGE', 2],
  ])('ends with %s in %s at byte %i, however it is cut', async (text, code, offset) => {
    for (const size of [1, 2, 100])
      await expect(split(hex(text), [size], 5)).rejects.toThrow(new RegExp(`^${code} at byte ${offset}\\b`));
    await expect(split(hex(text), [1], 5)).rejects.toBeInstanceOf(ProtocolError);
  });

  it('takes lengths in longer spellings than they need, as protobuf does', async () => {
    const found = await split(hex('8180808000 aa'), [1]);
    expect(found).toEqual([{ bytes: Buffer.from([0xaa]), offset: 5 }]);
  });
});
