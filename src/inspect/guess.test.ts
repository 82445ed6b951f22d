import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Guesser } from './guess.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

function guess(bytes: Uint8Array): string {
  return new Guesser(bytes, 100, 1_000_000).guess(0, bytes.length, 1).kind;
}

/** The share of samples that are read as that. */
function share(kind: string, samples: readonly Uint8Array[]): number {
  return samples.filter((bytes) => guess(bytes) === kind).length / samples.length;
}

/** Numbers that look random, always the same (xorshift32). */
function* noise(): Generator<number, never, void> {
  for (let x = 0x9e37_79b9; ; yield x & 0xff) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
}

describe('a guess', () => {
  it.each([
    ['hello', '68656c6c6f', 'text'],
    ['two lines', '610a62', 'text'],
    ['an escape sequence', '1b5b326d', 'bytes'],
    ['ill-formed UTF-8', 'c3285d5d', 'bytes'],
    ['private use', 'ee8080', 'bytes'],
    ['nothing', '', 'bytes'],
    ['a field of a text', '0a0568656c6c6f', 'message'],
    ['a field whose number is spelled too long', '8a000568656c6c6f', 'bytes'],
    ['a field of a length spelled too long', '0a850068656c6c6f', 'bytes'],
    ['a negative number', '08ffffffffffffffffff01', 'message'],
    ['a varint of eleven bytes', '08ffffffffffffffffffff01', 'bytes'],
    ['two fixed numbers', '0d0000803f150000003f', 'message'],
    ['a group', '0b0801100218030c', 'message'],
    ['a group that another ends', '0b08011002180314', 'bytes'],
    ['field number 0', '00010002', 'bytes'],
    ['a word that is fields', '70617374', 'text'],
    ['digits that are fields', '303130323033', 'text'],
    ['a text in quotes whose length stands after the quote', `2220${'61'.repeat(32)}`, 'message'],
  ])('takes %s for what it is', (_, text, kind) => expect(guess(hex(text))).toBe(kind));

  it('takes words and lines of text for text', () => {
    const text = read('PROTOCOL.md');
    const words = [...new Set(text.match(/\w+/g))].map((word) => new TextEncoder().encode(word));
    const lines = [...new Set(text.match(/[^\n]+/g))].map((line) => new TextEncoder().encode(line));
    expect(share('text', words)).toBeGreaterThan(0.998);
    expect(share('text', lines)).toBeGreaterThan(0.998);
  });

  it.each([8, 16, 32])('takes %i random bytes for bytes', (length) => {
    const random = noise();
    const samples = Array.from({ length: 5000 }, () =>
      Uint8Array.from({ length }, () => random.next().value),
    );
    expect(share('bytes', samples)).toBeGreaterThan(0.98);
  });

  it('takes messages for messages', () => {
    const lines = read('spec/protobuf/protobuf-conformance-vectors.jsonl').trimEnd().split('\n');
    const samples = lines
      .map((line) => (JSON.parse(line) as { out?: string }).out ?? '')
      .filter((out) => out !== '')
      .map(hex);
    expect(share('message', samples)).toBeGreaterThan(0.93);
  });

  it('has one budget of fields, beyond which all is bytes', () => {
    const bytes = hex('0801 1002 1803');
    expect(new Guesser(bytes, 100, 3).guess(0, bytes.length, 1).kind).toBe('message');
    expect(new Guesser(bytes, 100, 2).guess(0, bytes.length, 1).kind).toBe('bytes');
  });
});
