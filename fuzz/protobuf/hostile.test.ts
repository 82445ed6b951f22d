/** What has broken protobuf libraries does not break this one: a right message or a fault, however it is run. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HOSTILE, HOSTILE_CASES, judge, type Codec, type Read } from '../../bench/protobuf/hostile.ts';
import { loadSchema } from '../../cli/src/proto/schema.ts';
import { decodeMessage, encodeMessage, type MessageType } from '../../src/message/index.ts';
import { ProtocolError } from '../../src/wire/index.ts';
import { generatedTypes } from './generated.ts';

const { files, registry } = loadSchema([fileURLToPath(new URL(`../../${HOSTILE.file}`, import.meta.url))]);

/** Refusals that are no faults of the protocol. */
const strays: unknown[] = [];

function codec(type: MessageType): Codec {
  const known = type as MessageType<Read>;
  return {
    read: (bytes) => {
      try {
        return decodeMessage(known, bytes);
      } catch (error) {
        if (!(error instanceof ProtocolError)) strays.push(error);
        throw error;
      }
    },
    write: (message) => encodeMessage(known, message),
  };
}

const WAYS: readonly [string, Codec][] = [
  ['the interpreter', codec(registry.messages.get('bench.Hostile')!)],
  ['code written ahead of time', codec(generatedTypes({ files, registry }, true)['Hostile']!)],
];

describe.each(WAYS)('%s', (_way, way) => {
  it.each(HOSTILE_CASES)('makes the right thing of $about', (hostile) => {
    expect(judge(way, hostile)).toBe('right');
    expect(strays).toEqual([]);
  });
});
