/** Runs the vectors of messages on types of a descriptor set, and on code that was written ahead of time for it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedTypes } from '../fuzz/protobuf/generated.ts';
import { FileDescriptorSet, loadDescriptors } from '../src/descriptor/index.ts';
import { decodeMessage, encodeMessage, type MessageType } from '../src/message/index.ts';
import { fileOf } from './described.ts';
import { failureOf, type VectorFile } from './runner.ts';

const file = JSON.parse(
  readFileSync(new URL('vectors/messages.json', import.meta.url), 'utf8'),
) as VectorFile;
// A .proto file can't have fields whose names in lower camel case are `__proto__`.
const { Names: _, ...types } = file.types!;
const vectors = file.vectors.filter(({ type }) => type !== 'Names');
const { file: files = [] } = decodeMessage(
  FileDescriptorSet,
  encodeMessage(FileDescriptorSet, { file: [fileOf(types)] }),
);
const registry = loadDescriptors({ file: files });
const modules = [false, true].map((codec) => generatedTypes({ files, registry }, codec));
const ways: readonly (readonly [string, (name: string) => MessageType])[] = [
  ['types of a descriptor set', (name) => registry.messages.get(`vectors.${name}`)!],
  ['descriptions that were generated', (name) => modules[0]![name]!],
  ['code that was generated', (name) => modules[1]![name]!],
];

describe.each(ways)('the vectors of messages, on %s', (_name, typeOf) => {
  it('all hold', () => {
    const failures = vectors.flatMap((vector) => {
      const failure = failureOf(file, vector, typeOf);
      return failure === undefined ? [] : `${vector.name}: ${failure}`;
    });
    expect(failures).toEqual([]);
    expect(vectors.length).toBeGreaterThan(500);
  });
});
