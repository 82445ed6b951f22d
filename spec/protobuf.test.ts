/** Every recorded case of protobuf's conformance suite, bytes to bytes, with types loaded from its schemas. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadSchema } from '../cli/src/proto/schema.ts';
import { loadDescriptors } from '../src/descriptor/index.ts';
import { decodeMessage, encodeMessage, type MessageType, type Registry } from '../src/message/index.ts';
import { ProtocolError } from '../src/wire/index.ts';

interface Case {
  readonly name: string;
  readonly type: string;
  readonly in: string;
  readonly out?: string;
  readonly error?: true;
}

const folder = new URL('protobuf/', import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, folder));
const cases = readFileSync(path('protobuf-conformance-vectors.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

const ROOTS = ['proto2', 'proto3', 'proto2_editions', 'proto3_editions', 'edition2023'].map((name) =>
  path(`google/protobuf/test_messages_${name}.proto`),
);
const registries: readonly (readonly [string, () => Registry])[] = [
  ['the schemas', () => loadSchema(ROOTS, { includes: [path('.')] }).registry],
  ["protoc's descriptors", () => loadDescriptors(readFileSync(path('schemas.binpb')))],
];

/** What the type answers, in the form of a case's `out`. */
function answer(type: MessageType, input: string): string {
  try {
    return Buffer.from(encodeMessage(type, decodeMessage(type, Buffer.from(input, 'hex')))).toString('hex');
  } catch (error) {
    if (error instanceof ProtocolError) return 'refused';
    throw error;
  }
}

describe('the recorded conformance suite', () => {
  it('is whole', () => {
    expect(cases.length).toBe(2805);
    expect(cases.filter(({ error }) => error).length).toBe(760);
    expect(cases.filter((each) => each.out === each.in).length).toBe(945);
  });

  it.each(registries)('is answered byte for byte by types from %s', (_name, load) => {
    const { messages } = load();
    const wrong = cases.flatMap((each) => {
      const got = answer(messages.get(each.type)!, each.in);
      return got === (each.out ?? 'refused') ? [] : [{ ...each, got }];
    });
    expect(wrong).toEqual([]);
  });
});
