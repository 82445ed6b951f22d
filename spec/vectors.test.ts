/** Runs every vector against the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failureOf, type VectorFile } from './runner.ts';

const directory = new URL('vectors/', import.meta.url);
const files = readdirSync(directory).map((name) => {
  const text = readFileSync(new URL(name, directory), 'utf8');
  return [
    name,
    JSON.parse(text) as Omit<VectorFile, 'input'> & { input: VectorFile['input'] | 'json' },
  ] as const;
});

// Those of JSON are run by the command's tests, which have a parser.
describe.each(files.filter(([, { input }]) => input !== 'json'))('%s', (_name, file) => {
  it.each(file.vectors.map((vector) => [vector.name, vector] as const))('%s', (_title, vector) => {
    expect(failureOf(file as VectorFile, vector)).toBeUndefined();
  });
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
