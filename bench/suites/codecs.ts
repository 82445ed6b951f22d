/** Codecs of whole messages, with a schema and without one, on the corpora a to g. */
import { CORPORA, poolOf } from '../corpora.ts';
import { avsc } from '../peers/avro.ts';
import { prepare, type Codec } from '../peers/codec.ts';
import { flatbuffers } from '../peers/flatbuffers.ts';
import { makeModules } from '../peers/make.ts';
import * as schemaless from '../peers/schemaless.ts';
import * as schemas from '../peers/schemas.ts';
import type { Candidate, Prepared, Suite } from '../suite.ts';
import { CODEC_BARS } from './codec-bars.ts';

/** Of corpora that hold objects: records of plain lists would be plain lists. */
const OBJECTS = CORPORA.map(({ name }) => name).filter((name) => !name.startsWith('g'));

/** Of what is no Petrel: bytes are Buffers, as Node gives them out. */
function values(
  name: string,
  from: string | undefined,
  load: (bytes?: string) => Codec | Promise<Codec>,
): Candidate {
  return {
    name,
    ...(from !== undefined && { package: from }),
    async load(corpus): Promise<Prepared> {
      const expected = poolOf(corpus).values;
      const pool = expected.map(schemaless.withBuffers);
      const bytes = Object.entries(pool[0] as object).find(([, value]) => value instanceof Uint8Array)?.[0];
      return prepare(await load(bytes), pool, expected);
    },
  };
}

function messages(name: string, from: string, load: (type: string) => Promise<Codec>): Candidate {
  return {
    name,
    package: from,
    async load(corpus): Promise<Prepared> {
      const { messages: pool, type } = poolOf(corpus);
      return prepare(await load(type), pool.map(schemaless.withBuffers), pool);
    },
  };
}

/** What this repository has: neither a package's version nor Buffers. */
function ours(name: string, load: (type: string) => Promise<Codec>, what: 'values' | 'messages'): Candidate {
  return {
    name,
    ours: true,
    async load(corpus): Promise<Prepared> {
      const found = poolOf(corpus);
      return prepare(await load(found.type), found[what]);
    },
  };
}

const PROTOBUF_ES: Candidate = {
  name: 'protobuf-es',
  package: '@bufbuild/protobuf',
  async load(corpus): Promise<Prepared> {
    const { messages: expected, type } = poolOf(corpus);
    const { codec, pool } = await schemas.protobufEs('protobuf-es', type, 'pbf', expected);
    return prepare(codec, pool, expected);
  },
};

export const suite: Suite = {
  name: 'codecs',
  short: true,
  about: 'Whole messages, encoded and decoded, by codecs without a schema and with one.',
  unit: 'message',
  operations: [
    { name: 'own', about: 'encodes to bytes that may be kept' },
    { name: 'into', about: 'encodes into a buffer that is used again' },
    { name: 'vectored', about: 'encodes to a list of pieces, large byte strings uncopied' },
    { name: 'dec', about: 'decodes everything, texts included' },
    { name: 'skim', about: 'walks over the fields and reads none' },
  ],
  corpora: CORPORA,
  candidates: [
    ours('Petrel values', () => schemaless.petrel('default'), 'values'),
    ours('Petrel values, compiled', () => schemaless.petrel('compiled'), 'values'),
    ours('Petrel values, no memory', () => schemaless.petrel('no memory'), 'values'),
    values('JSON', undefined, schemaless.json),
    values('msgpackr', 'msgpackr', () => schemaless.msgpackr(false)),
    { ...values('msgpackr records', 'msgpackr', () => schemaless.msgpackr(true)), corpora: OBJECTS },
    values('cbor-x', 'cbor-x', () => schemaless.cborX(false)),
    { ...values('cbor-x records', 'cbor-x', () => schemaless.cborX(true)), corpora: OBJECTS },
    values('@msgpack/msgpack', '@msgpack/msgpack', schemaless.msgpack),
    values('notepack.io', 'notepack.io', schemaless.notepack),
    values('bson', 'bson', schemaless.bson),
    ours('Petrel messages, generated', (type) => schemas.petrel('Petrel, generated', type), 'messages'),
    ours('Petrel messages, interpreted', (type) => schemas.petrel('Petrel, interpreted', type), 'messages'),
    messages('protobufjs, static', 'protobufjs', (type) => schemas.protobufjs('protobufjs, static', type)),
    messages('pbf', 'pbf', (type) => schemas.pbf('pbf', type)),
    PROTOBUF_ES,
    messages('avsc', 'avsc', avsc),
    messages('flatbuffers', 'flatbuffers', (type) => flatbuffers(type, process.env[schemas.FOLDER]!)),
  ],
  notes: [
    'All are at their defaults, each in the form that a good user of it would choose; 64-bit integers are numbers, in FlatBuffers',
    'doubles. Without a schema, records leave their structures out of the bytes, which both sides keep from message to message;',
    "Petrel's values define theirs in every value; what they remember of shapes (on Node by default, no code is made; `compiled`, a",
    'ShapeCompiler, makes some; `no memory` is the default elsewhere) changes no byte. JSON has byte strings in base64. protobuf-es writes and reads bigints where a',
    'message has 64-bit integers.',
  ],
  bars: CODEC_BARS,
  setUp: makeModules,
};
