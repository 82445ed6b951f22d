/** A conversation as the bytes of each protocol, in chunks as a socket gives them. */
import { generate, type Packet } from 'mqtt-packet';
import { FrameWriter, type FrameBody } from 'petrel/frame';
import { RespTag, RespWriter } from 'petrel/resp';
import { Tagged, type Encodable } from 'petrel/value';
import { Ok, type Conversation, type Part } from './conversations.ts';

export type Protocol = 'resp' | 'petrel' | 'mqtt';

/** What a stream is cut into, by name, and how long the whole stream is, in bytes. */
export const CHUNKS: { readonly [name: string]: { readonly size: number; readonly stream: number } } = {
  '64 KiB': { size: 65_536, stream: 2 ** 22 },
  '1,460 bytes': { size: 1460, stream: 2 ** 22 },
  // less than of the others: some peers need a minute for all of it, and so many chunks are in a cache, as a socket's are
  '1 byte': { size: 1, stream: 2 ** 15 },
};

export interface Stream {
  readonly chunks: readonly Buffer[];
  readonly bytes: number;
  readonly messages: number;
}

/** As many messages as the stream of RESP holds in so many bytes: every protocol says the same. */
export function streamOf(conversation: Conversation, protocol: Protocol, chunk: string): Stream {
  const { size, stream } = CHUNKS[chunk]!;
  const { pool } = conversation;
  const round = inResp(conversation).length;
  const messages = Math.floor((stream / round) * pool.length);
  const bytes = Buffer.from(WRITERS[protocol](conversation, messages));
  const chunks: Buffer[] = [];
  for (let i = 0; i < bytes.length; i += size) chunks.push(bytes.subarray(i, i + size));
  return { chunks, bytes: bytes.length, messages };
}

const WRITERS: Readonly<Record<Protocol, (conversation: Conversation, messages: number) => Uint8Array>> = {
  resp: inResp,
  petrel: inPetrel,
  mqtt: inMqtt,
};

function inResp({ side, pool }: Conversation, messages = pool.length): Uint8Array {
  const writer = new RespWriter();
  for (let i = 0; i < messages; i++) {
    const parts = pool[i % pool.length]!;
    if (side === 'commands') writer.command(parts as (string | Uint8Array)[]);
    else writer.reply(valueOf(parts[0]!));
  }
  return writer.take();
}

/** Request ids rise as on a link; `+OK` is what a bridge carries it as. */
function inPetrel({ side, pool }: Conversation, messages: number): Uint8Array {
  const writer = new FrameWriter();
  for (let i = 0; i < messages; i++) {
    const parts = pool[i % pool.length]!;
    const id = i + 1;
    const body: FrameBody =
      side === 'commands'
        ? { kind: 'COMMAND', id, verb: parts[0] as string, args: parts.slice(1).map(valueOf) }
        : { kind: 'REPLY', id, value: valueOf(parts[0]!) };
    writer.frame(body);
  }
  return writer.take();
}

/** PUBLISH packets: the topic is the verb and the key, the payload the value. */
function inMqtt({ pool }: Conversation, messages: number): Uint8Array {
  const round = pool.map((parts) => {
    const [verb, key, ...values] = parts as [string, string, ...(string | Uint8Array)[]];
    const payload = Buffer.concat(values.map((value) => Buffer.from(value as string)));
    const packet: Packet = {
      cmd: 'publish',
      topic: `${verb}/${key}`,
      payload,
      qos: 0,
      dup: false,
      retain: false,
    };
    return generate(packet);
  });
  return Buffer.concat(Array.from({ length: messages }, (_, i) => round[i % round.length]!));
}

function valueOf(part: Part): Encodable {
  return part instanceof Ok ? new Tagged(RespTag.Status, 0) : part;
}
