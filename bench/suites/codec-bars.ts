/** What is promised of codecs: ratios to the best peer, least and aimed at. */
import type { Bar } from '../suite.ts';

const GENERATED = 'Petrel messages, generated';
const DEFAULT = 'Petrel values';
const COMPILED = 'Petrel values, compiled';

const PROTOBUF = ['protobufjs, static', 'pbf', 'protobuf-es'];
const RECORDS = ['msgpackr records', 'cbor-x records'];
const SCHEMALESS = ['JSON', 'msgpackr', 'cbor-x', '@msgpack/msgpack', 'notepack.io', 'bson', ...RECORDS];

type Rest = Partial<Bar>;

function bar(
  ours: string,
  corpus: string,
  operation: string,
  must: number,
  aim: number,
  rest: Rest = {},
): Bar {
  const row = `${ours}, ${corpus}: ${operation}`;
  return { row, ours, corpus, operation, must, aim, ...rest };
}

function protobuf(corpus: string, operation: string, must: number, aim: number, rest: Rest = {}): Bar {
  return bar(GENERATED, corpus, operation, must, aim, rest);
}

/** Both columns of a row: compiled, and the default, without code made at run time. */
function values(
  corpus: string,
  operation: string,
  musts: [number, number],
  aim: number,
  peers: string[],
): Bar[] {
  const [compiled, plain] = musts;
  return [
    bar(COMPILED, corpus, operation, compiled, aim, { peers }),
    bar(DEFAULT, corpus, operation, plain, aim, { peers }),
  ];
}

export const CODEC_BARS: readonly Bar[] = [
  protobuf('a', 'into', 2, 2.4),
  protobuf('a', 'own', 3, 3.4, { peers: ['protobufjs, static'] }),
  protobuf('a', 'dec', 2.1, 3, { peers: PROTOBUF }),
  protobuf('f', 'into', 1.6, 2.2),
  protobuf('f', 'dec', 1.35, 1.9),
  protobuf('b', 'into', 2, 2.2),
  protobuf('b', 'dec', 2.2, 3.3, { peers: PROTOBUF }),
  ...values('a', 'own', [2, 1.3], 2.8, ['msgpackr']),
  ...values('a', 'dec', [2.2, 1.4], 3, ['msgpackr']),
  ...values('a', 'own', [3.3, 2.4], 4, ['JSON']),
  ...values('a', 'dec', [3, 1.8], 4, ['JSON']),
  ...values('b', 'own', [1.8, 1.3], 2.5, RECORDS),
  ...values('b', 'dec', [1.4, 1], 2.5, RECORDS),
  ...values('f', 'own', [1.6, 1.3], 2.5, SCHEMALESS),
  ...values('f', 'dec', [1.2, 1], 1.6, SCHEMALESS),
  protobuf('d', 'into', 1.7, 2.2),
  protobuf('d', 'dec', 1.4, 2.4),
  protobuf('e', 'into', 1.3, 1.5),
  protobuf('e', 'vectored', 1.8, 4, { peerOperations: ['into'] }),
  ...['a', 'b', 'c', 'd', 'e', 'f', 'g32', 'g53'].map((corpus) => protobuf(corpus, 'skim', 2.2, 3)),
  protobuf('g32', 'own', 1.05, 2.7, { peers: PROTOBUF }),
  protobuf('g32', 'dec', 1.2, 2.7, { peers: PROTOBUF }),
  protobuf('g53', 'own', 2.3, 2.7, { peers: PROTOBUF }),
  protobuf('g53', 'dec', 2.3, 3.3, { peers: PROTOBUF }),
];
