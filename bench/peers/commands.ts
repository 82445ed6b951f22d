/** Commands as protocols write and read them: `SET key` and some bytes, pipelines of them. */
import assert from 'node:assert/strict';
import type { Packet } from 'mqtt-packet';
import type { Prepared } from '../suite.ts';
import type { Codec } from './codec.ts';
import { demand } from './codec.ts';

export interface SetCommand {
  readonly verb: string;
  readonly key: string;
  readonly value: Buffer;
}

/** Commands in one call: what a socket gives out at once. */
export const PIPELINE = 64;
const ROOM = 1 << 20;

export interface Protocol {
  /** A command's bytes, which may be kept. */
  readonly own?: (command: SetCommand) => Uint8Array;
  /** Begins anew in a buffer that is used again, and appends commands to it. */
  readonly into?: { begin(): void; add(command: SetCommand): unknown; written(): Uint8Array };
  /** Reads a pipeline: verb and key as texts, the value as bytes. */
  readonly dec?: (bytes: Uint8Array) => readonly unknown[];
  /** Reads a pipeline: all parts as views. */
  readonly views?: (bytes: Uint8Array) => readonly (readonly Uint8Array[])[];
  /** Counts the commands of a pipeline. */
  readonly skim?: (bytes: Uint8Array) => number;
  /** What `dec` answers, as a command. */
  readonly meaning?: (found: unknown) => unknown;
  readonly input?: 'Buffer' | 'Uint8Array';
}

/** `write` makes a pipeline where the protocol has no `own`. */
export function preparePipelines(
  protocol: Protocol,
  commands: readonly SetCommand[],
  write: (commands: readonly SetCommand[]) => Uint8Array,
): Prepared {
  // Each begins with another command: all are of 64, none are equal.
  const pool = commands.map((_, i) => commands.map((__, k) => commands[(i + k) % commands.length]!));
  const written = pool.map((pipeline) =>
    protocol.input === 'Uint8Array' ? Uint8Array.from(write(pipeline)) : Buffer.from(write(pipeline)),
  );
  return {
    size: written[0]!.length / PIPELINE,
    per: PIPELINE,
    check: () => check(protocol, pool[1]!, written[1]!),
    operations: operations(protocol, pool, written),
  };
}

function operations(
  { own, into, dec, views, skim }: Protocol,
  pool: readonly (readonly SetCommand[])[],
  written: readonly Uint8Array[],
): Prepared['operations'] {
  const { length } = pool;
  const all = (i: number): unknown => {
    into!.begin();
    for (const command of pool[i % length]!) into!.add(command);
    return i;
  };
  return {
    ...(own && { own: (i: number) => pool[i % length]!.map(own) }),
    ...(into && { into: all }),
    ...(dec && { dec: (i: number) => dec(written[i % length]!) }),
    ...(views && { views: (i: number) => views(written[i % length]!) }),
    ...(skim && { skim: (i: number) => skim(written[i % length]!) }),
  };
}

function check(protocol: Protocol, pipeline: readonly SetCommand[], bytes: Uint8Array): void {
  const { own, into, dec, views, skim, meaning = (found) => found } = protocol;
  if (own) assert.deepEqual(Buffer.concat(pipeline.map(own)), Buffer.from(bytes), 'own writes a pipeline');
  if (into) {
    into.begin();
    for (const command of pipeline) into.add(command);
    assert.deepEqual(Buffer.from(into.written()), Buffer.from(bytes), 'into writes a pipeline');
  }
  if (dec) demand(dec(bytes).map(meaning), pipeline);
  if (views) {
    const parts = pipeline.map(({ verb, key, value }) => [Buffer.from(verb), Buffer.from(key), value]);
    demand(views(bytes), parts);
  }
  if (skim) assert.equal(skim(bytes), PIPELINE, 'skim counts the commands');
}

/** Messages of protobuf: nothing is between them, so each is read from bytes of its own. */
export function prepareMessages(codec: Codec, pool: readonly SetCommand[]): Prepared {
  const encoded = pool.map((command) =>
    codec.input === 'Uint8Array' ? Uint8Array.from(codec.own(command)) : Buffer.from(codec.own(command)),
  );
  const { into } = codec;
  return {
    size: encoded.reduce((sum, { length }) => sum + length, 0) / pool.length,
    per: pool.length,
    check: () =>
      demand(
        encoded.map((bytes) => codec.dec(bytes)),
        pool,
      ),
    operations: {
      own: () => pool.map((command) => codec.own(command)),
      ...(into && { into: () => pool.map(into) }),
      dec: () => encoded.map((bytes) => codec.dec(bytes)),
    },
  };
}

interface FrameCommand {
  readonly kind: 'COMMAND';
  readonly id: number;
  readonly verb: string;
  readonly args: readonly [string, Uint8Array];
}

export async function petrelFrames(): Promise<Protocol> {
  const { FrameDecoder, FrameWriter, parseFrame, skim } = await import('petrel/frame');
  const writer = new FrameWriter();
  const single = new FrameWriter();
  const bodies = new Map<SetCommand, FrameCommand>();
  const bodyOf = (command: SetCommand): FrameCommand => {
    const found = bodies.get(command);
    if (found !== undefined) return found;
    const { verb, key, value } = command;
    const made: FrameCommand = {
      kind: 'COMMAND',
      id: bodies.size + 1,
      verb,
      args: [key, Uint8Array.from(value)],
    };
    bodies.set(command, made);
    return made;
  };
  const decoder = new FrameDecoder();
  return {
    own: (command) => {
      single.pos = 0;
      single.frame(bodyOf(command));
      return single.take();
    },
    into: {
      begin: () => void (writer.pos = 0),
      add: (command) => writer.frame(bodyOf(command)),
      written: () => writer.take(),
    },
    dec: (bytes) => Array.from(decoder.frames(bytes), (frame) => parseFrame(frame)),
    skim: (bytes) => {
      let count = 0;
      skim(bytes, () => void count++);
      return count;
    },
    meaning: (found) => {
      const { verb, args } = found as FrameCommand;
      return { verb, key: args[0], value: args[1] };
    },
    input: 'Uint8Array',
  };
}

/** As a text: its declarations can't be read. */
const IOREDIS_DECODER: string = 'ioredis/built/resp/decoder.js';

/** @redis/client's encoder answers pieces, which its socket writes one after the other: here into a buffer. */
export async function redisClient(): Promise<Protocol> {
  // A module of CommonJS: what it exports by default is a property of what is imported by default.
  const { default: encoder } = (await import('@redis/client/dist/lib/RESP/encoder.js')) as unknown as {
    default: { default: (parts: readonly (string | Buffer)[]) => (string | Buffer)[] };
  };
  const { Decoder } = await import('@redis/client/dist/lib/RESP/decoder.js');
  const encode = encoder.default;
  const buffer = Buffer.alloc(ROOM);
  let pos = 0;
  return {
    into: {
      begin: () => void (pos = 0),
      add: ({ verb, key, value }) => {
        for (const piece of encode([verb, key, value]))
          pos += typeof piece === 'string' ? buffer.write(piece, pos) : piece.copy(buffer, pos);
      },
      written: () => buffer.subarray(0, pos),
    },
    views: throughDecoder(Decoder as unknown as RespDecoder),
  };
}

export async function ioredis(): Promise<Protocol> {
  const { Command } = await import('ioredis');
  const { Decoder } = (await import(IOREDIS_DECODER)) as { Decoder: RespDecoder };
  return {
    own: ({ verb, key, value }) => new Command(verb, [key, value]).toWritable({}) as Buffer,
    views: throughDecoder(Decoder),
  };
}

type RespDecoder = new (options: object) => { write(bytes: Uint8Array): void };

const fail = (error: unknown): void => {
  throw error as Error;
};

function throughDecoder(Decoder: RespDecoder): (bytes: Uint8Array) => Buffer[][] {
  let found: Buffer[][] = [];
  const mapping = { 36: Buffer }; // bulk strings as Buffers
  const decoder = new Decoder({
    onReply: (reply: Buffer[]) => void found.push(reply),
    onErrorReply: fail,
    onPush: fail,
    getTypeMapping: () => mapping,
  });
  return (bytes) => {
    found = [];
    decoder.write(bytes);
    return found;
  };
}

export async function redisParser(): Promise<Protocol> {
  const { default: Parser } = await import('redis-parser');
  let found: Buffer[][] = [];
  const parser = new Parser({
    returnReply: (reply) => void found.push(reply as Buffer[]),
    returnError: fail,
    returnBuffers: true,
  });
  return {
    views: (bytes) => {
      found = [];
      parser.execute(bytes);
      return found;
    },
  };
}

/** This library's reader of RESP. */
export async function petrelResp(): Promise<Protocol> {
  const { RespCommandReader } = await import('petrel/resp');
  const reader = new RespCommandReader();
  return {
    dec: (bytes) => Array.from(reader.commands(bytes)),
    meaning: (found) => {
      const [verb, key, value] = (found as { parts: [string, string, Uint8Array | string] }).parts;
      return { verb, key, value: typeof value === 'string' ? Buffer.from(value) : value };
    },
    input: 'Uint8Array',
  };
}

function packet({ key, value }: SetCommand): Packet {
  return { cmd: 'publish', topic: key, payload: value, qos: 0, dup: false, retain: false };
}

/** PUBLISH packets: the key as topic, no verb. */
export async function mqttPacket(): Promise<Protocol> {
  const { default: mqtt } = await import('mqtt-packet');
  const buffer = Buffer.alloc(ROOM);
  let pos = 0;
  const stream = {
    write: (piece: Buffer | string): boolean => {
      pos += typeof piece === 'string' ? buffer.write(piece, pos) : piece.copy(buffer, pos);
      return true;
    },
    cork: () => {},
    uncork: () => {},
  };
  let found: unknown[] = [];
  const parser = mqtt.parser();
  parser.on('packet', (each: unknown) => void found.push(each));
  return {
    own: (command) => mqtt.generate(packet(command)),
    into: {
      begin: () => void (pos = 0),
      add: (command) => mqtt.writeToStream(packet(command), stream as never),
      written: () => buffer.subarray(0, pos),
    },
    dec: (bytes) => {
      found = [];
      parser.parse(bytes as Buffer);
      return found;
    },
    meaning: (each) => {
      const { topic, payload } = each as { topic: string; payload: Buffer };
      return { verb: 'SET', key: topic, value: payload };
    },
  };
}
