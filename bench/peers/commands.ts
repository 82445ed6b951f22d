/** Protocols of commands, each as a good user of its library would write and read them. */
import type Encoder from '@redis/client/dist/lib/RESP/encoder.js';
import type { Packet } from 'mqtt-packet';
import { createRequire } from 'node:module';
import type { Protocol, SetCommand } from './pipelines.ts';

const ROOM = 1 << 20;
/** Of every command: of one byte, as those of most sessions' first hundred are. */
const ID = 100;

interface FrameCommand {
  readonly verb: string;
  readonly args: readonly [string, Uint8Array];
}

export async function petrelFrames(): Promise<Protocol> {
  const { FrameDecoder, parseFrame, skim } = await import('petrel/frame');
  const { CommandWriter, FrameScanner } = await import('petrel/frame/commands');
  const writer = new CommandWriter();
  const single = new CommandWriter();
  const decoder = new FrameDecoder();
  const scanner = new FrameScanner();
  const verbs: string[] = [];
  const offsets: number[] = [];
  return {
    own: ({ verb, key, value }) => {
      single.pos = 0;
      single.command(ID, verb, [key, value]);
      return single.take();
    },
    into: {
      begin: () => void (writer.pos = 0),
      add: ({ verb, key, value }) => writer.command(ID, verb, [key, value]),
      written: () => writer.take(),
    },
    dec: (bytes) => Array.from(decoder.frames(bytes), (frame) => parseFrame(frame)),
    views: (bytes) => {
      const found: (string | Uint8Array)[][] = [];
      scanner.feed(bytes);
      while (scanner.next()) {
        const { count, firsts } = scanner;
        for (let i = 0; i < count; i++)
          found.push([scanner.verb(i), scanner.view(firsts[i]!), scanner.view(firsts[i]! + 1)]);
      }
      return found;
    },
    slices: (bytes) => {
      let number = 0;
      let at = 0;
      scanner.feed(bytes);
      while (scanner.next()) {
        const { count, firsts, starts, ends } = scanner;
        for (let i = 0; i < count; i++) verbs[number++] = scanner.verb(i);
        const values = firsts[count]!;
        for (let i = 0; i < values; i++) {
          offsets[at++] = starts[i]!;
          offsets[at++] = ends[i]!;
        }
      }
      return { verbs, offsets };
    },
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

/** Inner modules of packages, of CommonJS: what an import of such a one answers depends on who compiles it. */
const inner = createRequire(import.meta.url);

/** @redis/client's encoder answers pieces, which its socket writes one after the other: here into a buffer. */
export function redisClient(): Protocol {
  const { default: encode } = inner('@redis/client/dist/lib/RESP/encoder.js') as typeof Encoder;
  const { Decoder } = inner('@redis/client/dist/lib/RESP/decoder.js') as { Decoder: RespDecoder };
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
    views: throughDecoder(Decoder),
  };
}

export async function ioredis(): Promise<Protocol> {
  const { Command } = await import('ioredis');
  const { Decoder } = inner('ioredis/built/resp/decoder.js') as { Decoder: RespDecoder };
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
  const { RespCommandReader, RespCommandScanner } = await import('petrel/resp');
  const reader = new RespCommandReader();
  const scanner = new RespCommandScanner();
  const offsets: number[] = [];
  return {
    dec: (bytes) => Array.from(reader.commands(bytes)),
    slices: (bytes) => {
      let at = 0;
      scanner.feed(bytes);
      while (scanner.next()) {
        const { starts, ends, count } = scanner;
        for (let i = 0; i < count; i++) {
          offsets[at++] = starts[i]!;
          offsets[at++] = ends[i]!;
        }
      }
      return { offsets };
    },
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
