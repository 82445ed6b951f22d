import * as fc from 'fast-check';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { trainDictionary } from './index.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const has = (dictionary: Uint8Array, text: string): boolean =>
  Buffer.from(dictionary).includes(Buffer.from(text));

const alone = (i: number): string => String.fromCharCode(0x80 + i).repeat(12);
const event = (i: number): Uint8Array => ascii(`{"event":"message","user":${i * 7919},"text":"number ${i}"}`);

describe('a trained dictionary', () => {
  it('has what the samples share, and nothing of what only one has', () => {
    const samples = Array.from({ length: 20 }, (_, i) =>
      ascii(`${alone(i)} the same words in each of them ${alone(i)}`),
    );
    const bytes = trainDictionary(samples, { size: 200, piece: 40 });
    expect(has(bytes, ' the same words in each of them ')).toBe(true);
    expect(bytes.length).toBeLessThan(40);
  });

  it('counts a substring once for each sample, however often that repeats it', () => {
    const loud = ascii('only here '.repeat(500));
    const bytes = trainDictionary([loud, ...Array.from({ length: 3 }, () => ascii('in several'))]);
    expect(has(bytes, 'in several')).toBe(true);
    expect(has(bytes, 'only here')).toBe(false);
  });

  it('ends with what is worth most', () => {
    const samples = [
      ...Array.from({ length: 50 }, (_, i) => ascii(`frequent one! ${i * 99_991}`)),
      ...Array.from({ length: 5 }, (_, i) => ascii(`rarer words, ${i * 99_991}`)),
    ];
    const text = Buffer.from(trainDictionary(samples, { size: 64, piece: 12 })).toString();
    expect(text.indexOf('rarer words')).toBeGreaterThanOrEqual(0);
    expect(text.indexOf('frequent one')).toBeGreaterThan(text.indexOf('rarer words'));
  });

  it('does not go over the ends of samples', () => {
    const samples = Array.from({ length: 9 }, () => [ascii('abcd'), ascii('efgh')]).flat();
    expect(trainDictionary(samples, { shortest: 6 })).toEqual(new Uint8Array(0));
  });

  it('is empty of no samples, of one, and of empty ones', () => {
    for (const samples of [
      [],
      [ascii('alone, with nothing to share')],
      [new Uint8Array(0), new Uint8Array(0)],
    ])
      expect(trainDictionary(samples)).toEqual(new Uint8Array(0));
  });

  it('keeps its size, is made of the samples, and is the same each time', () => {
    const options = fc.record({
      size: fc.integer({ min: 1, max: 300 }),
      shortest: fc.integer({ min: 4, max: 16 }),
      piece: fc.integer({ min: 16, max: 80 }),
    });
    const words = fc.constantFrom('alpha', 'beta ', 'gamma-gamma', '\0\0\0\0\0\0', 'x', 'delta and more');
    const sample = fc.array(words, { maxLength: 12 }).map((some) => ascii(some.join('')));
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 30 }), options, (samples, chosen) => {
        const bytes = trainDictionary(samples, chosen);
        expect(bytes.length).toBeLessThanOrEqual(chosen.size);
        expect(trainDictionary(samples, chosen)).toEqual(bytes);
        const all = new Set(samples.flatMap((each) => [...each]));
        expect([...bytes].every((byte) => all.has(byte))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('makes messages like its samples shorter than they get alone', () => {
    const bytes = trainDictionary(
      Array.from({ length: 100 }, (_, i) => event(i)),
      { size: 256 },
    );
    const message = event(1234);
    expect(deflateRawSync(message, { dictionary: bytes }).length).toBeLessThan(
      0.6 * deflateRawSync(message).length,
    );
  });

  it.each([
    ['size', 0],
    ['size', 32_769],
    ['size', 1.5],
    ['shortest', 3],
    ['shortest', 17],
    ['piece', 5],
    ['piece', Number.NaN],
  ])('refuses a %s of %s', (name, value) => {
    expect(() => trainDictionary([], { [name]: value })).toThrow(name);
  });
});
