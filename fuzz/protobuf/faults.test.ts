/** The peers' faults that the properties excuse are real: each case shows one. */
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../src/wire/index.ts';
import { textOf } from './content.ts';
import { descriptorSet } from './descriptors.ts';
import { PEER_FAULTS, shows } from './faults.ts';
import { interpreter } from './ours.ts';
import { protobufEs, protobufJs } from './peers.ts';
import { judged } from './properties.ts';
import type { Schema } from './schema.ts';

/** The message that this library reads, or the code of its refusal. */
function ours(schema: Schema, bytes: Uint8Array): string {
  try {
    return textOf(schema, interpreter(schema).decode(bytes));
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

describe('a difference that the properties excuse', () => {
  it.each(PEER_FAULTS)('is there: $peer, $trait: $reason', (fault) => {
    const { peer, schema } = fault;
    const bytes = Uint8Array.from(Buffer.from(fault.bytes, 'hex'));
    const codec = (peer === 'protobuf-es' ? protobufEs : protobufJs)(schema, descriptorSet(schema));
    const { text, content } = judged(codec, schema, bytes);
    expect(ours(schema, bytes)).toBe(fault.ours);
    expect(text).toBe(fault.theirs);
    expect(shows(fault, schema, bytes, content)).toBe(true);
  });

  it('is named once for each peer', () => {
    const names = PEER_FAULTS.map(({ peer, trait }) => `${peer}, ${trait}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
