import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../message/index.ts';
import { ProtocolError } from '../wire/index.ts';
import {
  DescriptorError,
  FileDescriptorSet,
  loadDescriptors,
  type DescriptorProto,
  type FieldDescriptorProto,
} from './index.ts';

/** Numbers of descriptor.proto. */
const T = { INT32: 5, MESSAGE: 11 };
const OPTIONAL = 1;

function field(typeName: string): FieldDescriptorProto {
  return { name: 'x', number: 1, label: OPTIONAL, type: T.MESSAGE, typeName };
}

/** The error of loading, if it is none of the two that bad descriptors give. */
function surpriseOf(bytes: Uint8Array): unknown {
  try {
    loadDescriptors(bytes);
  } catch (error) {
    if (!(error instanceof ProtocolError || error instanceof DescriptorError)) return error;
  }
  return undefined;
}

describe('hostile descriptors', () => {
  it('nested 10,000 deep are refused as an object, without an overflow', () => {
    let messageType: DescriptorProto = { name: 'M' };
    for (let i = 0; i < 10_000; i++) messageType = { name: 'M', nestedType: [messageType] };
    const set = { file: [{ name: 'a.proto', messageType: [messageType] }] };
    expect(() => loadDescriptors(set)).toThrow('a full name of more than 1024 characters');
  });

  it('nested 10,000 deep are refused as bytes, by the limit of depth', () => {
    let bytes = Uint8Array.of();
    const wrap = (tag: number): void => {
      const length = bytes.length;
      const head = [tag, (length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14];
      bytes = Uint8Array.from([...head, ...bytes]);
    };
    for (let i = 0; i < 3000; i++) wrap((3 << 3) | 2);
    wrap((4 << 3) | 2);
    wrap(10);
    expect(() => loadDescriptors(bytes)).toThrow(expect.objectContaining({ code: 'LIMIT_DEPTH' }));
  });

  it('of types that refer to each other in a circle are types that do', () => {
    const messageType = [
      { name: 'A', field: [field('.B')] },
      { name: 'B', field: [field('.A')] },
    ];
    const { messages } = loadDescriptors({ file: [{ name: 'a.proto', messageType }] });
    const type = messages.get('A')!;
    expect(decodeMessage(type, Uint8Array.of(10, 4, 10, 2, 10, 0))).toEqual({ x: { x: { x: {} } } });
  });

  it('of random bytes, and of a real set with bytes changed, load or give a typed error', () => {
    const real = readFileSync(new URL('../../spec/protobuf/schemas.binpb', import.meta.url));
    const file = encodeMessage(FileDescriptorSet, {
      file: decodeMessage(FileDescriptorSet, real).file!.slice(0, 3),
    });
    const mutants = fc
      .array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 })
      .map((changes) => {
        const changed = file.slice();
        for (const [at, byte] of changes) changed[at] = byte;
        return changed;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutants), (bytes) => {
        expect(surpriseOf(bytes)).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });

  it('are loaded in time that grows with their length alone', () => {
    // 60,000 messages: a quadratic step would take minutes.
    const messageType = Array.from({ length: 60_000 }, (_, i) => ({
      name: `M${i}`,
      field: [
        { name: 'x', number: 1, label: OPTIONAL, type: T.MESSAGE, typeName: `.M${(i * 7919) % 60_000}` },
      ],
    }));
    const { messages } = loadDescriptors({ file: [{ name: 'a.proto', messageType }] });
    expect(messages.size).toBe(60_000);
  });
});
