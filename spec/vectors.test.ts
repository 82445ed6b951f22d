/** Runs every vector against the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inflateRawSync } from 'node:zlib';
import { chatDictionary, dictionary } from '../src/dictionary/index.ts';
import { decodeFrames } from '../src/frame/all.ts';
import type { Pack } from '../src/frame/pack.ts';
import { unhex } from './notation.ts';
import { failureOf, type VectorFile } from './runner.ts';

const directory = new URL('vectors/', import.meta.url);
const files = readdirSync(directory).map((name) => {
  const text = readFileSync(new URL(name, directory), 'utf8');
  return [
    name,
    JSON.parse(text) as Omit<VectorFile, 'input'> & { input: VectorFile['input'] | 'json' },
  ] as const;
});

const packs = files.find(([name]) => name === 'packs.json')![1].vectors;

// Those of JSON are run by the command's tests, which have a parser.
describe.each(files.filter(([, { input }]) => input !== 'json'))('%s', (_name, file) => {
  it.each(file.vectors.map((vector) => [vector.name, vector] as const))('%s', (_title, vector) => {
    expect(failureOf(file as VectorFile, vector)).toBeUndefined();
  });
});

// By another library than the one that made them.
describe('what the streams of PACKs inflate to', () => {
  const whole = packs.filter(({ rules }) => rules.includes('REGISTRY-7'));

  it.each(whole.map((vector) => [vector.name, vector] as const))(
    '%s',
    (_title, { hex, preset, inflated }) => {
      const pack = decodeFrames(unhex(hex!)).at(-1) as Pack;
      const agreed = preset === undefined ? chatDictionary() : dictionary(unhex(preset));
      expect(pack.dictionary).toBe(agreed.id);
      const options = { dictionary: agreed.bytes };
      expect(inflateRawSync(pack.deflated, options).toString('hex')).toBe(inflated);
    },
  );
});

describe('the vectors', () => {
  const vectors = files.flatMap(([, { vectors: some }]) => some);

  it('are at least 450', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(450);
  });

  it('each have a name of their own and name a rule', () => {
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
    expect(vectors.filter(({ rules }) => rules.length === 0)).toEqual([]);
  });
});
