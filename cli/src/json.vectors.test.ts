/** Runs the vectors of the JSON mapping: JSON text to canonical bytes, and a value back to JSON text. */
import { readFileSync } from 'node:fs';
import { stringify } from 'petrel/json';
import { decode, encode } from 'petrel/value';
import { describe, expect, it } from 'vitest';
import { parseJson } from './json.ts';
import { JsonError } from './json-error.ts';

interface JsonVector {
  readonly name: string;
  readonly json?: string;
  readonly hex?: string;
  /** What the value gives back; false when JSON can't say it. */
  readonly back?: string | false;
  /** The text has no value. */
  readonly refused?: true;
}

const file = new URL('../../spec/vectors/json.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: readonly JsonVector[] };
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The JSON text of a value; false when JSON can't say it. */
function jsonOf(hex: string): string | false {
  const value = decode(Uint8Array.from(Buffer.from(hex, 'hex')), { lossless: true });
  try {
    return stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

describe('the vectors of JSON', () => {
  it.each(vectors.filter(({ refused }) => refused).map((vector) => [vector.name, vector] as const))(
    '%s',
    (_name, { json }) => expect(() => parseJson(json!)).toThrow(JsonError),
  );

  const read = vectors.filter(({ json, refused }) => json !== undefined && !refused);
  it.each(read.map((vector) => [vector.name, vector] as const))('%s, from JSON', (_name, { json, hex }) =>
    expect(toHex(encode(parseJson(json!)))).toBe(hex),
  );

  const written = vectors.filter(({ back }) => back !== undefined);
  it.each(written.map((vector) => [vector.name, vector] as const))('%s, to JSON', (_name, { hex, back }) => {
    expect(jsonOf(hex!)).toBe(back);
  });
});
