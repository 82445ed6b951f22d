/** Arrays in arrays, a byte at a time: what each further level costs a parser that begins again with every chunk. */
import assert from 'node:assert/strict';
import type { Candidate, Prepared, Suite } from '../suite.ts';

/** Twice as deep each; Redis's own replies, of Lua scripts for one, go that deep. */
const DEPTHS = [125, 250, 500, 1000];

/** Begins a stream. @returns what takes its chunks; replies are given to `take`. */
type Open = (take: (reply: unknown) => void) => (chunk: Buffer) => void;

const PARSERS: Readonly<Record<string, () => Promise<Open>>> = {
  'Petrel RESP': async () => {
    const { RespReader } = await import('petrel/resp');
    return (take) => {
      const reader = new RespReader({ limits: { maxDepth: 1000 } });
      return (chunk) => {
        reader.feed(chunk);
        for (let value = reader.next(); value !== undefined; value = reader.next()) take(value);
      };
    };
  },
  'redis-parser': async () => {
    const { default: RedisParser } = await import('redis-parser');
    return (take) => {
      const parser = new RedisParser({
        returnReply: take,
        returnError: (error) => {
          throw error;
        },
      });
      return (chunk) => parser.execute(chunk);
    };
  },
  '@redis/client': async () => {
    const { Decoder } = await import('@redis/client/dist/lib/RESP/decoder.js');
    return (take) => {
      const reader = new Decoder({ onReply: take, onErrorReply: take, onPush: take, getTypeMapping: () => ({}) });
      return (chunk) => reader.write(chunk);
    };
  },
  ioredis: async () => {
    const { Decoder } = await import('ioredis/built/resp/decoder.js');
    return (take) => {
      const reader = new Decoder({ onReply: take, onErrorReply: take, onPush: take, getTypeMapping: () => ({}) });
      return (chunk) => reader.write(chunk);
    };
  },
}; // prettier-ignore

function depthOf(reply: unknown): number {
  let depth = 0;
  for (let inner = reply; Array.isArray(inner); [inner] = inner as unknown[]) depth++;
  return depth;
}

async function prepare(name: string, corpus: string): Promise<Prepared> {
  const open = await PARSERS[name]!();
  const depth = Number(corpus);
  const bytes = Buffer.from(`${'*1\r\n'.repeat(depth - 1)}*0\r\n`);
  const chunks = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
  const read = (): unknown => {
    let found: unknown;
    const feed = open((reply) => {
      found = reply;
    });
    for (const chunk of chunks) feed(chunk);
    return found;
  };
  return {
    size: bytes.length,
    per: depth,
    check: () => assert.equal(depthOf(read()), depth),
    operations: { values: read },
  };
}

function candidate(name: string): Candidate {
  const from = name === 'Petrel RESP' ? { ours: true as const } : { package: name };
  return { name, ...from, load: (corpus) => prepare(name, corpus) };
}

export const suite: Suite = {
  name: 'deep',
  about: 'Arrays in arrays, in chunks of one byte.',
  unit: 'level',
  operations: [{ name: 'values', about: 'one reply, read whole' }],
  corpora: DEPTHS.map((depth) => ({ name: String(depth), about: `${depth} levels`, x: depth })),
  candidates: Object.keys(PARSERS).map(candidate),
  notes: ['A time that is the same for every depth is linear; one that doubles with the depth is quadratic.'],
  bars: [],
};
