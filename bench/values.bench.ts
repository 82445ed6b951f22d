// Values: encode and decode against JSON and msgpackr, with and without its records.
import { Packr } from 'msgpackr';
import assert from 'node:assert/strict';
import { decode, encode, type Encodable } from 'petrel/value';
import { CORPORA } from './corpora.ts';
import { run, type Prepared } from './harness.ts';

interface Codec {
  encode(value: Encodable): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

const petrel: Codec = { encode: (value) => encode(value), decode: (bytes) => decode(bytes) };

const json: Codec = {
  encode: (value) => Buffer.from(JSON.stringify(value)),
  decode: (bytes) => JSON.parse((bytes as Buffer).toString()) as unknown,
};

function msgpackr(options: ConstructorParameters<typeof Packr>[0]): Codec {
  const packr = new Packr(options);
  return { encode: (value) => packr.pack(value), decode: (bytes) => packr.unpack(bytes) as unknown };
}

function prepare(codec: Codec, corpus: string): Prepared {
  const { pool } = CORPORA.find(({ name }) => name === corpus)!;
  for (const value of pool) codec.encode(value); // a library of records learns them first
  const encoded = pool.map((value) => Uint8Array.prototype.slice.call(codec.encode(value)));
  return {
    size: Math.round(encoded.reduce((sum, { length }) => sum + length, 0) / pool.length),
    check: () =>
      assert.deepEqual(
        encoded.map((bytes) => codec.decode(bytes)),
        pool,
      ),
    operations: {
      encode: (i) => codec.encode(pool[i % pool.length]!),
      decode: (i) => codec.decode(encoded[i % pool.length]!),
    },
  };
}

run(import.meta.url, {
  operations: ['encode', 'decode'],
  corpora: CORPORA,
  candidates: {
    petrel: (corpus) => prepare(petrel, corpus),
    JSON: (corpus) => prepare(json, corpus),
    msgpackr: (corpus) => prepare(msgpackr({ useRecords: false }), corpus),
    'msgpackr records': (corpus) => prepare(msgpackr({ structures: [] }), corpus),
  },
  notes: [
    'Bytes are the mean of the pool. Every encode answers bytes that may be kept.',
    'The bytes of msgpackr records leave out the structures, which both sides keep from message to message; those of Petrel define their shapes in every value.',
  ],
});
