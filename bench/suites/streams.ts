/** Streams of commands and of replies in chunks of three sizes: RESP, MQTT's packets, and the same in Petrel's frames. */
import assert from 'node:assert/strict';
import { CHUNKS, streamOf, type Stream } from '../streams/bytes.ts';
import { COMMANDS, REPLIES, type Conversation } from '../streams/conversations.ts';
import type { Bar, Candidate, Corpus, Prepared, Suite } from '../suite.ts';
import type { Reader } from '../streams/readers.ts';

const CONVERSATIONS: readonly Conversation[] = [...COMMANDS, ...REPLIES];
const PEERS = ['redis-parser', '@redis/client', 'ioredis'];
const ANY = ['views', 'strings'];
/** It finds no frame that straddles chunks. */
const FLOOR = 'skip loop';

const corpora: Corpus[] = CONVERSATIONS.flatMap(({ name, about }) =>
  Object.entries(CHUNKS).map(([chunk, { size, stream }]) => ({
    name: `${name}/${size}`,
    about: `${about}, ${stream / 2 ** 20} MiB of RESP in chunks of ${chunk}`,
    x: size,
  })),
);

/** What a corpus's name stands for. */
function found(corpus: string): readonly [Conversation, chunk: string] {
  const [name, size] = corpus.split('/');
  const [chunk] = Object.entries(CHUNKS).find(([, { size: bytes }]) => String(bytes) === size)!;
  return [CONVERSATIONS.find((conversation) => conversation.name === name)!, chunk];
}

/** A reader at each of its levels, loaded with the library that it is of. */
function candidate(name: string, from: string | undefined, able: (conversation: Conversation) => boolean): Candidate {
  return {
    name,
    ...(from === undefined ? { ours: true as const } : { package: from }),
    corpora: corpora.map(({ name: corpus }) => corpus).filter((corpus) => able(found(corpus)[0])),
    async load(corpus): Promise<Prepared> {
      const [conversation, chunk] = found(corpus);
      const { plain, readersOf } = await import('../streams/readers.ts');
      const levels = Object.entries(readersOf(name, conversation));
      const whole = name === FLOOR;
      const streams = new Map(levels.map(([, { protocol }]) => [protocol, cut(streamOf(conversation, protocol, chunk), whole)]));
      const [, first] = levels[0]!;
      const { bytes, messages } = streams.get(first.protocol)!;
      return {
        size: Math.round(bytes / messages),
        per: messages,
        check: (operation) => {
          for (const [level, reader] of levels) if ((operation ?? level) === level) check(conversation, reader, streams.get(reader.protocol)!, plain);
        },
        operations: Object.fromEntries(levels.map(([level, reader]) => [level, passOver(reader, streams.get(reader.protocol)!)])),
      };
    },
  };
} // prettier-ignore

/** A stream as it is, or in one piece. */
function cut(stream: Stream, whole: boolean): Stream {
  return whole ? { ...stream, chunks: [Buffer.concat(stream.chunks)] } : stream;
}

function passOver(reader: Reader, { chunks }: Stream): () => void {
  return () => {
    const feed = reader.open();
    for (const chunk of chunks) feed(chunk);
  };
}

/** Throws unless every message is read, and says what was written. */
function check(
  { pool }: Conversation,
  { open, blind }: Reader,
  { chunks, messages }: Stream,
  plain: (part: unknown) => string,
): void {
  const expected = pool.map((parts) => parts.map(plain));
  let count = 0;
  const feed = open((parts) => {
    const due = expected[count % pool.length]!;
    // a text compares faster than a list: the message is only for what differs
    if (blind !== true && parts.join('\n') !== due.join('\n')) assert.deepEqual(parts, due);
    count++;
  });
  for (const chunk of chunks) feed(chunk);
  assert.equal(count, messages);
}

function bar(
  row: string,
  corpus: string,
  operation: string,
  must: number,
  aim: number,
  more: Partial<Bar> = {},
): Bar {
  return {
    row,
    corpus,
    operation,
    ours: 'Petrel frames',
    peers: PEERS,
    peerOperations: ANY,
    must,
    aim,
    ...more,
  };
}

const bars: Bar[] = [
  ...[65_536, 1460].flatMap((size) => [
    bar(`command stream, ${size}: slices`, `SET/${size}`, 'slices', 4.2, 6),
    bar(`command stream, ${size}: strings`, `mixed/${size}`, 'strings', 2.5, 3.2, { peerOperations: ['strings'] }),
    bar(`command stream, ${size}: skim`, `SET/${size}`, 'skim', 10, 13),
    bar(`reply stream, ${size}: slices`, `GET/${size}`, 'slices', 3, 4),
    bar(`reply stream, ${size}: Uint8Array`, `GET/${size}`, 'views', 1.4, 1.8, { peerOperations: ['views'] }),
  ]),
  bar('small replies: slices', 'small/65536', 'slices', 4, 5),
  bar('one-byte chunks, commands: slices', 'SET/1', 'slices', 4, 6),
  bar('one-byte chunks, replies: slices', 'GET/1', 'slices', 4, 6),
  ...['SET', 'GET'].map((corpus) =>
    bar(`the RESP reader to slices, ${corpus}`, `${corpus}/65536`, 'slices', 2.5, 4, { ours: 'Petrel RESP', peers: ['redis-parser'] }),
  ),
  ...['SET', 'GET', 'small'].map((corpus) =>
    bar(`frame skim vs the bare skip loop, ${corpus}`, `${corpus}/65536`, 'skim', 2, 1.3, { peers: [FLOOR], peerOperations: ['skim'], atMost: true }),
  ),
]; // prettier-ignore

const all = (): boolean => true;

export const suite: Suite = {
  name: 'streams',
  apart: true,
  about: 'Streams as sockets give them, read message by message.',
  unit: 'message',
  operations: [
    { name: 'values', about: 'objects, as most programs want them' },
    { name: 'strings', about: 'every part as a string' },
    { name: 'views', about: 'every part as a view of its bytes: a Buffer, or a Uint8Array' },
    { name: 'slices', about: 'every part as offsets of its bytes' },
    { name: 'skim', about: 'walks over the frames' },
  ],
  corpora,
  candidates: [
    candidate('Petrel frames', undefined, all),
    candidate('Petrel RESP', undefined, all),
    candidate('redis-parser', 'redis-parser', all),
    candidate('@redis/client', '@redis/client', all),
    candidate('ioredis', 'ioredis', all),
    // a packet has a topic and a payload, no list of arguments
    candidate('mqtt-packet', 'mqtt-packet', ({ name }) => name === 'SET'),
    candidate(FLOOR, 'petrel', ({ name }) => name !== 'mixed'),
  ],
  notes: [
    'The skip loop reads lengths and nothing else, of all the stream in one piece, and checks nothing: a floor, no peer.',
    'Chunks of one byte are of a 128th of the stream. Strings are measured where all parts are texts.',
    'Each level of a reader is measured in a process of its own.',
  ],
  bars,
};
