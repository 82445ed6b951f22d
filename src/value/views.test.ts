import { describe, expect, it } from 'vitest';
import { decode, encode, Message, Opaque, type Encodable } from './index.ts';

const VALUE: Encodable = [Uint8Array.of(1, 2, 3), new Message(300, Uint8Array.of(4, 5)), new Opaque(0xfd, Uint8Array.of(6)), new Uint8Array(0)]; // prettier-ignore

function byteStrings(value: unknown): Uint8Array[] {
  const [bytes, message, opaque, empty] = value as [Uint8Array, Message, Opaque, Uint8Array];
  return [bytes, message.bytes, opaque.bytes, empty];
}

describe('byte strings', () => {
  it.each([
    ['a Uint8Array', (bytes: Uint8Array) => bytes],
    ['a Buffer', (bytes: Uint8Array) => Buffer.from(bytes)],
    [
      'a view into a larger buffer',
      (bytes: Uint8Array) => Uint8Array.from([9, 9, ...bytes, 9]).subarray(2, -1),
    ],
  ])('are plain views of %s', (_name, made) => {
    const input = made(encode(VALUE));
    const found = byteStrings(decode(input));
    expect(found.map((view) => Array.from(view))).toStrictEqual([[1, 2, 3], [4, 5], [6], []]);
    for (const view of found) {
      expect(view.constructor).toBe(Uint8Array);
      expect(view.buffer).toBe(input.buffer);
    }
    input.fill(7);
    expect(found.map((view) => Array.from(view))).toStrictEqual([[7, 7, 7], [7, 7], [7], []]);
  });

  it('are copies with the option copy', () => {
    const input = encode(VALUE);
    const found = byteStrings(decode(input, { copy: true }));
    input.fill(7);
    for (const view of found) expect(view.buffer).not.toBe(input.buffer);
    expect(found.map((view) => Array.from(view))).toStrictEqual([[1, 2, 3], [4, 5], [6], []]);
  });

  it('are copied into what encode answers, which no later encode writes to', () => {
    const mine = Uint8Array.of(1, 2, 3);
    const first = encode(mine);
    mine.fill(9);
    const kept = first.slice();
    for (let i = 0; i < 5000; i++) encode([i, 'x'.repeat(i % 300)]);
    expect(first).toStrictEqual(kept);
    expect(first.subarray(1)).toStrictEqual(Uint8Array.of(1, 2, 3));
  });

  it('have an ArrayBuffer of their own where encode answers more than 4 KiB', () => {
    const { buffer, length } = encode(new Uint8Array(5000));
    expect(buffer.byteLength).toBe(length);
  });

  it('may be Buffers when written', () => {
    expect(encode(Buffer.from([1, 2]))).toStrictEqual(encode(Uint8Array.of(1, 2)));
  });
});
