/** What dissectors are tried on: the vectors of frames, and those of values as a REPLY each. */
import { readFileSync } from 'node:fs';
import { FrameKind } from '../../src/frame/index.ts';
import { Writer } from '../../src/wire/writer.ts';
import type { VectorFile } from '../runner.ts';
import { unhex } from '../notation.ts';
import type { Fault, Vector } from '../vector.ts';

export interface Case {
  readonly name: string;
  /** A stream of frames. */
  readonly bytes: Uint8Array;
  /** What is wrong with it; the offset is the stream's, or in what a PACK holds. */
  readonly error: Fault | undefined;
}

/** Longer ones say no more about a dissector. */
const LONGEST = 4000;

const VECTORS = new URL('../vectors/', import.meta.url);

/** Vectors that are read with limits of their own, and those that only canonical readers refuse, are none of a dissector's. */
function vectorsOf(name: string): readonly (Vector & { readonly bytes: Uint8Array })[] {
  const { vectors } = JSON.parse(readFileSync(new URL(`${name}.json`, VECTORS), 'utf8')) as VectorFile;
  return vectors
    .filter(({ limits, error }) => limits === undefined && error?.code !== 'NOT_CANONICAL')
    .map((vector) => ({ ...vector, bytes: unhex(vector.hex!) }))
    .filter(({ bytes }) => bytes.length <= LONGEST);
}

/** Every vector of frames, then every vector of values. */
export function cases(): readonly Case[] {
  const frames = ['frames', 'handshake'].flatMap(vectorsOf);
  const packs = vectorsOf('packs').filter(({ preset }) => preset === undefined);
  const values = ['integers', 'numbers', 'texts', 'containers', 'tags', 'varints', 'canonical'].flatMap(vectorsOf);
  return [
    ...[...frames, ...packs].map(({ name, bytes, error }) => ({ name, bytes, error })),
    ...values.map(asReply),
  ];
} // prettier-ignore

/** A value as that of REPLY 1. What ends too early there, or goes on, has the frame's own fault. [FRAME-19] */
function asReply({ name, bytes, error }: Vector & { readonly bytes: Uint8Array }): Case {
  const writer = new Writer();
  const length = bytes.length + 1;
  writer.byte((FrameKind.REPLY << 4) | Math.min(length, 15));
  if (length >= 15) writer.varint(length - 15);
  writer.byte(1);
  const before = writer.pos;
  writer.raw(bytes);
  const moved = error && {
    code: error.code === 'TRUNCATED' ? 'PAYLOAD_OVERRUN' : error.code,
    offset: error.offset + before,
    rule: error.rule,
  };
  return { name: `REPLY with ${name}`, bytes: writer.take(), error: moved };
}

/** The stream of the sample conversation: both sides' frames, one after the other. */
export function conversation(): Uint8Array {
  const text = readFileSync(new URL('../samples/conversation.hex', import.meta.url), 'latin1');
  return unhex(text.replaceAll(/\s+/g, ''));
}
