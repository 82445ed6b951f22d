import { fileURLToPath } from 'node:url';
import { encodeMessage } from 'petrel/message';
import { describe, expect, it } from 'vitest';
import { loadSchema } from '../cli/src/proto/schema.ts';
import { CORPORA, poolOf } from './corpora.ts';
import { prepare, type Codec } from './peers/codec.ts';

const file = fileURLToPath(new URL('schemas/corpora.proto', import.meta.url));
const { registry } = loadSchema([file]);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Bytes of a corpus as messages of protobuf. */
function sizes(name: string): number[] {
  const { messages, type } = poolOf(name);
  const known = registry.messages.get(`bench.${type}`)!;
  return messages.map((message) => encodeMessage(known, message).length);
}

describe('the corpora', () => {
  it('a chat message is what peers were measured on: 172 bytes of JSON, 99 of protobuf, within 3 %', () => {
    const json = poolOf('a').values.map((value) => Buffer.byteLength(JSON.stringify(value)));
    expect(Math.abs(mean(json) / 172 - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean(sizes('a')) / 99 - 1)).toBeLessThan(0.03);
  });

  it.each(CORPORA.map(({ name }) => name))('%s is 64 distinct values, the same each time', (name) => {
    const texts = poolOf(name).values.map((value) => JSON.stringify(value));
    expect(new Set(texts).size).toBe(64);
    expect(poolOf(name).values.map((value) => JSON.stringify(value))).toEqual(texts);
  });

  it.each([
    ['g32', 5],
    ['g53', 8],
  ])('%s has varints of 1 to %d bytes, each as often', (name, bytes) => {
    const lengths = poolOf(name).values.flatMap((list) =>
      (list as number[]).map((value) => Math.ceil((Math.floor(Math.log2(value)) + 1) / 7)),
    );
    for (let length = 1; length <= bytes; length++) {
      const share = lengths.filter((each) => each === length).length / lengths.length;
      expect(Math.abs(share * bytes - 1)).toBeLessThan(0.05);
    }
  });
});

describe('a codec is refused', () => {
  const right: Codec = {
    own: (value) => Buffer.from(JSON.stringify(value)),
    dec: (bytes) => JSON.parse(bytes.toString()) as unknown,
  };
  const pool = [{ id: 1, text: 'one' }];

  it('unless it is right', () => {
    expect(() => prepare(right, pool).check()).not.toThrow();
  });

  it.each<[string, Partial<Codec>, RegExp]>([
    ['that answers another value', { dec: () => ({ id: 1, text: 'two' }) }, /'two'/],
    ['that leaves out a field', { dec: () => ({ id: 1 }) }, /undefined/],
    ['that answers a bigint and does not say so', { dec: () => ({ id: 1n, text: 'one' }) }, /1n/],
    ['that answers a text for a number', { dec: () => ({ id: '1', text: 'one' }) }, /'1'/],
    ['that writes something else into', { into: () => 0, written: () => Buffer.from('{}') }, /into writes/],
    ['whose pieces lack one', { vectored: () => [Buffer.from('{')] }, /pieces/],
    ['that skims past fields', { skim: () => 0 }, /visits every field/],
  ])('%s', (_what, wrong, why) => {
    expect(() => prepare({ ...right, ...wrong }, pool).check()).toThrow(why);
  });

  it('not, where it says that its integers are bigints; its row says so too', () => {
    const bigints = prepare({ ...right, dec: () => ({ id: 1n, text: 'one' }), bigints: true }, pool);
    expect(() => bigints.check()).not.toThrow();
    expect(bigints.differs).toHaveProperty('dec');
  });
});
