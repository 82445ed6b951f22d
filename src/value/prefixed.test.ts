import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from './index.ts';
import { ShapeMemory } from './shapes/index.ts';

const SHARED = 8;

/** Texts that begin alike in fewer, as many and more characters than are shared, ASCII and not. */
const texts = fc
  .tuple(
    fc.constantFrom('abcdefg', 'abcdefgh', 'abcdefghijk', 'abcdexgh', 'https://a/', 'abcdefgé', '你好', ''),
    fc.string({ unit: fc.constantFrom('1', '2', '3', 'é', '你', '好'), maxLength: 6 }),
  )
  .map((parts) => parts.join(''));

/** For each text of an array the number of characters that it shares and how far back, by trying every one before it. */
function sharing(list: readonly string[]): string[] {
  const before: string[] = [];
  return list.map((text) => {
    const says = before.includes(text) ? 'reference' : shared(text, before);
    if (says !== 'reference' && Buffer.byteLength(text) >= 4) before.push(text);
    return says;
  });
}

function shared(text: string, before: readonly string[]): string {
  const start = text.slice(0, SHARED);
  const base = /^[\0-\x7f]{8}/.test(text) ? before.findLastIndex((other) => other.startsWith(start)) : -1;
  if (base < 0) return 'literal';
  let count = SHARED;
  while (count < text.length && text.charCodeAt(count) < 0x80 && text[count] === before[base]![count])
    count++;
  return `${count} of ${before.length - 1 - base} back`;
}

/** The same, read off the bytes of the array's elements. */
function sharingOf(bytes: Uint8Array, list: readonly string[]): string[] {
  let pos = list.length < 15 ? 1 : 2;
  return list.map((text) => {
    const head = bytes[pos]!;
    const from = pos;
    if (head >= 0x88 && head < 0xa0) pos++;
    else if (head === 0xfb) pos = literal(bytes, pos + 3);
    else pos = literal(bytes, pos);
    if (head === 0xfb) return `${bytes[from + 2]! + SHARED} of ${bytes[from + 1]} back`;
    return pos === from + 1 && text !== '' ? 'reference' : 'literal';
  });
}

function literal(bytes: Uint8Array, pos: number): number {
  const head = bytes[pos]!;
  return head === 0xf7 ? pos + 2 + bytes[pos + 1]! : pos + 1 + head - 0xa0;
}

/** One of eight letters, by an octal digit of `i`. */
function digit(i: number, power: number): string {
  return String.fromCharCode(0x61 + (Math.floor(i / 8 ** power) % 8));
}

/** Eight characters that differ where nobody looks first. */
function chosen(i: number): string {
  return `a${digit(i, 0)}${digit(i, 1)}d${digit(i, 2)}f${digit(i, 3)}h`;
}

describe('prefixed texts', () => {
  it('are by the latest text that begins with the same eight ASCII characters, and by as many as are alike', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 20 }), (list) => {
        const bytes = encode(list);
        expect(sharingOf(bytes, list)).toEqual(sharing(list));
        expect(encode(list, { shapes: new ShapeMemory() })).toEqual(bytes);
        expect(decode(bytes)).toEqual(list);
      }),
      { numRuns: 1000 },
    );
  });

  it('are found among thousands of texts that were chosen to be looked up alike', () => {
    const list = Array.from({ length: 4096 }, (_, i) => `${chosen(i)}1`);
    const again = list.map((text) => `${text.slice(0, SHARED)}2`);
    const bytes = encode([...list, ...again]);
    expect(decode(bytes)).toEqual([...list, ...again]);
    expect(bytes.length).toBe(3 + 4096 * 10 + 4096 * 6);
  });

  it('of one value are never by texts of another', () => {
    expect(encode(['abcdefgh1'])).toEqual(encode(['abcdefgh1']));
    expect(encode('abcdefgh2')[0]).toBe(0xa9);
  });

  it('are not in plain form', () => {
    const list = ['abcdefgh1', 'abcdefgh2'];
    expect(decode(encode(list, { form: 'plain' }))).toEqual(list);
    expect([...encode(list, { form: 'plain' })]).not.toContain(0xfb);
  });
});
