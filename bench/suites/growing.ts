/** What a value costs as it grows: in bytes, in levels, in fields. */
import assert from 'node:assert/strict';
import type { Encodable } from 'petrel/value';
import { GROWING, poolOf } from '../growing/values.ts';
import type { Candidate, Prepared, Suite } from '../suite.ts';

interface Codec {
  readonly encode: (value: Encodable) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
  /** What it is given to read: what a socket gives out, unless the library wants plain arrays. */
  readonly input: typeof Buffer | typeof Uint8Array;
}

/** Results above this are not kept after the call: a ring of them would be gigabytes. */
const KEPT = 100_000;

function prepared({ encode, decode, input }: Codec, corpus: string): Prepared {
  const [name, size] = corpus.split('/');
  const pool = poolOf(
    GROWING.find((growing) => growing.name === name)!,
    Number(size),
  );
  const bytes = pool.map((value): Uint8Array => input.from(encode(value)));
  const { length } = pool;
  const mean = bytes.reduce((sum, { length: bytesOfOne }) => sum + bytesOfOne, 0) / length;
  const kept =
    mean > KEPT ? (result: unknown): boolean => result !== undefined : (result: unknown): unknown => result;
  return {
    size: mean,
    check: () => {
      for (const [i, value] of pool.entries()) assert.deepEqual(plain(decode(bytes[i]!)), value);
    },
    operations: {
      encode: (i) => kept(encode(pool[i % length]!)),
      decode: (i) => kept(decode(bytes[i % length]!)),
    },
  };
}

/** Whatever prototype its objects have. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Each loads its library in the process that measures it. */
const CANDIDATES: readonly (Omit<Candidate, 'load'> & { readonly codec: () => Promise<Codec> })[] = [
  {
    name: 'Petrel values',
    ours: true,
    codec: async () => {
      const { decode, encode } = await import('petrel/value');
      const limits = { maxElements: 2 ** 24, maxExpanded: 2 ** 26 };
      return {
        encode: (value) => encode(value),
        decode: (bytes) => decode(bytes, { limits }),
        input: Uint8Array,
      };
    },
  },
  {
    name: 'JSON',
    codec: () =>
      Promise.resolve({
        encode: (value) => Buffer.from(JSON.stringify(value)),
        decode: (bytes) => JSON.parse((bytes as Buffer).toString()) as unknown,
        input: Buffer,
      }),
  },
  {
    name: 'msgpackr',
    package: 'msgpackr',
    codec: async () => {
      const { Packr } = await import('msgpackr');
      const packr = new Packr({ useRecords: false });
      return {
        encode: (value) => packr.pack(value),
        decode: (bytes) => packr.unpack(bytes) as unknown,
        input: Buffer,
      };
    },
  },
  {
    name: '@msgpack/msgpack',
    package: '@msgpack/msgpack',
    codec: async () => {
      const { Decoder, Encoder } = await import('@msgpack/msgpack');
      const [encoder, decoder] = [new Encoder(), new Decoder()];
      return {
        encode: (value) => encoder.encode(value),
        decode: (bytes) => decoder.decode(bytes),
        input: Uint8Array,
      };
    },
  },
];

export const suite: Suite = {
  name: 'growing',
  about: 'Values that grow, from 10 bytes to 16 MiB, in levels and in fields.',
  unit: 'value',
  operations: [
    { name: 'encode', about: 'encodes to bytes that may be kept' },
    { name: 'decode', about: 'decodes everything, texts included' },
  ],
  corpora: GROWING.flatMap(({ name, about, sizes }) =>
    sizes.map((size) => ({ name: `${name}/${size}`, about, x: size })),
  ),
  candidates: CANDIDATES.map(({ codec, ...candidate }) => ({
    ...candidate,
    load: async (corpus) => prepared(await codec(), corpus),
  })),
  notes: [
    'All are at their defaults, Petrel with limits above what is measured. Results of more than 100,000 bytes are not',
    'kept after the call.',
  ],
  bars: [],
};
