/** Corpus c as a command: what protocols make of `SET key` and 100 random bytes. */
import { poolOf } from '../corpora.ts';
import {
  ioredis,
  mqttPacket,
  petrelFrames,
  petrelResp,
  redisClient,
  redisParser,
} from '../peers/commands.ts';
import { makeModules } from '../peers/make.ts';
import {
  PIPELINE,
  prepareMessages,
  preparePipelines,
  type Protocol,
  type SetCommand,
} from '../peers/pipelines.ts';
import { withBuffers } from '../peers/schemaless.ts';
import * as schemas from '../peers/schemas.ts';
import type { Codec } from '../peers/codec.ts';
import type { Candidate, Prepared, Suite } from '../suite.ts';

const FRAMES = 'Petrel frames';

function pool(): readonly SetCommand[] {
  return poolOf('c').values.slice(0, PIPELINE).map(withBuffers) as SetCommand[];
}

/** A pipeline as clients of Redis write it. */
function inResp(commands: readonly SetCommand[]): Buffer {
  const parts = commands.flatMap(({ verb, key, value }) => [
    Buffer.from(`*3\r\n$${verb.length}\r\n${verb}\r\n$${key.length}\r\n${key}\r\n$${value.length}\r\n`),
    value,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat(parts);
}

function protocol(name: string, load: () => Protocol | Promise<Protocol>, from?: string): Candidate {
  return {
    name,
    ...(from === undefined ? { ours: true as const } : { package: from }),
    async load(): Promise<Prepared> {
      const loaded = await load();
      const { own } = loaded;
      return preparePipelines(loaded, pool(), own ? (all) => Buffer.concat(all.map(own)) : inResp);
    },
  };
}

function message(name: string, load: () => Promise<Codec>, from?: string): Candidate {
  return {
    name,
    ...(from === undefined ? { ours: true as const } : { package: from }),
    load: async () => prepareMessages(await load(), pool()),
  };
}

export const suite: Suite = {
  name: 'commands',
  apart: true,
  about: 'A command as protocols write and read it.',
  unit: 'command',
  operations: [
    { name: 'own', about: 'bytes of a command that may be kept' },
    { name: 'into', about: 'appends a command to a buffer that is used again' },
    { name: 'dec', about: 'verb and key as texts, the value as bytes' },
    { name: 'views', about: 'every part as a view of its bytes' },
    { name: 'slices', about: 'every part as offsets of its bytes' },
    { name: 'skim', about: 'walks over the frames' },
  ],
  corpora: [{ name: 'set', about: `corpus c, in pipelines of ${PIPELINE}` }],
  candidates: [
    protocol(FRAMES, petrelFrames),
    protocol('Petrel RESP', petrelResp),
    message('Petrel messages, generated', () => schemas.petrel('Petrel, generated', 'Command')),
    message('pbf', () => schemas.pbf('pbf', 'Command'), 'pbf'),
    message('protobufjs, static', () => schemas.protobufjs('protobufjs, static', 'Command'), 'protobufjs'),
    protocol('redis-parser', redisParser, 'redis-parser'),
    protocol('@redis/client', redisClient, '@redis/client'),
    protocol('ioredis', ioredis, 'ioredis'),
    protocol('mqtt-packet', mqttPacket, 'mqtt-packet'),
  ],
  notes: [
    'Messages of protobuf are alone, without anything that frames them or says what is asked for; packets of MQTT are PUBLISH, with the',
    "key as topic and without a verb. @redis/client's encoder answers pieces, which are written into the buffer one by one.",
  ],
  bars: [
    {
      row: 'command c: into, vs pbf',
      corpus: 'set',
      operation: 'into',
      ours: FRAMES,
      peers: ['pbf'],
      must: 1.4,
      aim: 1.8,
    },
    {
      row: 'command c, as a message: into, vs pbf',
      corpus: 'set',
      operation: 'into',
      ours: 'Petrel messages, generated',
      peers: ['pbf'],
      must: 1.4,
      aim: 1.8,
    },
    {
      row: 'command c: into, vs @redis/client',
      corpus: 'set',
      operation: 'into',
      ours: FRAMES,
      peers: ['@redis/client'],
      must: 6,
      aim: 8,
    },
    {
      row: 'command c: dec to slices',
      corpus: 'set',
      operation: 'slices',
      ours: FRAMES,
      peerOperations: ['views'],
      must: 3.8,
      aim: 5,
    },
    {
      row: 'command c: dec to Uint8Array',
      corpus: 'set',
      operation: 'views',
      ours: FRAMES,
      must: 1.7,
      aim: 2,
    },
  ],
  setUp: makeModules,
};
