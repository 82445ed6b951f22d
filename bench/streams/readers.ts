/**
 * The readers of streams, each at one level of what it answers. All are fed Buffers, as sockets give them, and all put what
 * they answer where it is kept for a while, so that all pay for it.
 */
import { Decoder as RedisDecoder, RESP_TYPES } from '@redis/client/dist/lib/RESP/decoder.js';
import { Decoder as IoredisDecoder } from 'ioredis/built/resp/decoder.js';
import mqtt from 'mqtt-packet';
import { FrameDecoder, FrameKind, parseFrame, type FrameBody } from 'petrel/frame';
import { FrameScanner } from 'petrel/frame/commands';
import { FrameSkimmer, SliceKind } from 'petrel/frame/slices';
import {
  RespCommandReader,
  RespCommandScanner,
  RespReader,
  RespScanner,
  type RespCommand,
} from 'petrel/resp';
import { Tagged, type Value } from 'petrel/value';
import RedisParser from 'redis-parser';
import type { Protocol } from './bytes.ts';
import { Ok, type Conversation } from './conversations.ts';

/** Told of what a message says, where that is checked: its parts, one character a byte. */
type Seen = (parts: readonly string[]) => void;

export interface Reader {
  readonly protocol: Protocol;
  /** Begins a stream. @returns what takes its chunks. With `seen` the messages are told, otherwise kept. */
  readonly open: (seen?: Seen) => (chunk: Buffer) => void;
  /** Tells nothing of what messages say: `seen` is told of each, without its parts. */
  readonly blind?: true;
}

const ring: unknown[] = Array.from({ length: 64 }, () => undefined);
let next = 0;

function keep(message: unknown): void {
  ring[next++ & 63] = message;
}

const ends: Int32Array = new Int32Array(64);

/** Keeps a slice. */
function mark(start: number, end: number): void {
  ends[next++ & 63] = end - start;
}

/** A part as characters, one a byte, whatever it was read as. */
export function plain(part: unknown): string {
  if (part instanceof Uint8Array) return Buffer.from(part).toString('latin1');
  return Buffer.from(String(part instanceof Tagged || part instanceof Ok ? 'OK' : part)).toString('latin1');
}

function parts(message: unknown): string[] {
  return Array.isArray(message) ? message.map(plain) : [plain(message)];
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.subarray(start, end)).toString('latin1');

const kept = (seen: Seen | undefined): ((message: unknown) => void) =>
  seen === undefined ? keep : (message) => seen(parts(message));

function redisParser(returnBuffers: boolean): Reader {
  return {
    protocol: 'resp',
    open: (seen) => {
      const parser = new RedisParser({
        returnReply: kept(seen),
        returnError: (error) => {
          throw error;
        },
        returnBuffers,
      });
      return (chunk) => parser.execute(chunk);
    },
  };
}

/** Both clients have decoders of one family: what they do with a reply once it is read is not their reader's. */
function decoder(Decoder: typeof RedisDecoder | typeof IoredisDecoder, buffers: boolean): Reader {
  const mapping = buffers ? { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.SIMPLE_STRING]: Buffer } : {};
  return {
    protocol: 'resp',
    open: (seen) => {
      const take = kept(seen);
      const reader = new Decoder({
        onReply: take,
        onErrorReply: take,
        onPush: take,
        getTypeMapping: () => mapping,
      });
      return (chunk) => reader.write(chunk);
    },
  };
}

const mqttPacket: Reader = {
  protocol: 'mqtt',
  open: (seen) => {
    const parser = mqtt.parser();
    parser.on('packet', (packet) => {
      if (seen === undefined) return keep(packet);
      const { topic, payload } = packet as mqtt.IPublishPacket;
      const [verb, key] = topic.split('/') as [string, string];
      seen([verb, key, plain(payload)]);
    });
    return (chunk) => void parser.parse(chunk);
  },
};

const respCommands: Reader = {
  protocol: 'resp',
  open: (seen) => {
    const reader = new RespCommandReader();
    const take = (command: RespCommand): void =>
      seen === undefined ? keep(command) : seen(parts(command.parts));
    return (chunk) => {
      reader.feed(chunk);
      for (let command = reader.next(); command !== undefined; command = reader.next()) take(command);
    };
  },
};

const respSlices: Reader = {
  protocol: 'resp',
  open: (seen) => {
    const scanner = new RespCommandScanner();
    return (chunk) => {
      scanner.feed(chunk);
      while (scanner.next()) {
        const { bytes, starts, ends, count } = scanner;
        if (seen === undefined) for (let i = 0; i < count; i++) mark(starts[i]!, ends[i]!);
        else seen(Array.from({ length: count }, (_, i) => latin1(bytes, starts[i]!, ends[i]!)));
      }
    };
  },
};

const respReplies: Reader = {
  protocol: 'resp',
  open: (seen) => {
    const reader = new RespReader();
    const take = kept(seen);
    return (chunk) => {
      reader.feed(chunk);
      for (let value = reader.next(); value !== undefined; value = reader.next()) take(value);
    };
  },
};

const frameObjects: Reader = {
  protocol: 'petrel',
  open: (seen) => {
    const reader = new FrameDecoder();
    return (chunk) => {
      reader.feed(chunk);
      while (reader.next()) {
        const body = parseFrame(reader.frame());
        if (seen === undefined) keep(body);
        else seen(partsOf(body));
      }
    };
  },
};

function partsOf(body: FrameBody): string[] {
  if (body.kind === 'COMMAND') return [body.verb, ...body.args].map(plain);
  return [plain((body as { value: Value }).value)];
}

/** Value `i` of what was found, by what is made of a text and of a byte string. */
type Made = (scanner: FrameScanner, i: number) => unknown;

/** Frames by offsets; with `made`, texts or views are made of them: what the peers answer, a list for a command, else its one part. */
function frameSlices(made?: Made): Reader {
  return {
    protocol: 'petrel',
    open: (seen) => {
      const scanner = new FrameScanner();
      return (chunk) => {
        scanner.feed(chunk);
        while (scanner.next()) {
          if (seen !== undefined) tell(scanner, seen, made ?? asCharacters);
          else if (made === undefined) markAll(scanner);
          else keepAll(scanner, made);
        }
      };
    },
  };
}

function markAll({ count, firsts, starts, ends }: FrameScanner): void {
  let i = 0;
  for (let frame = 1; frame <= count; frame++) {
    const stop = firsts[frame]!;
    for (; i < stop; i++) mark(starts[i]!, ends[i]!);
  }
}

function keepAll(scanner: FrameScanner, made: Made): void {
  const { count, firsts } = scanner;
  for (let frame = 0; frame < count; frame++) {
    const stop = firsts[frame + 1]!;
    let i = firsts[frame]!;
    if (scanner.kind(frame) === FrameKind.COMMAND) {
      const parts = Array<unknown>(stop - i + 1);
      parts[0] = scanner.verb(frame);
      for (let at = 1; i < stop; i++) parts[at++] = valueOf(scanner, i, made);
      keep(parts);
    } else keep(valueOf(scanner, i, made));
  }
}

function valueOf(scanner: FrameScanner, i: number, made: Made): unknown {
  return scanner.types[i] === SliceKind.VALUE ? scanner.value(i) : made(scanner, i);
}

function tell(scanner: FrameScanner, seen: Seen, made: Made): void {
  const { count, firsts, types } = scanner;
  for (let frame = 0; frame < count; frame++) {
    const verb = scanner.verb(frame);
    const told = verb === '' ? [] : [verb];
    for (let i = firsts[frame]!; i < firsts[frame + 1]!; i++) {
      const isUtf16 = types[i] === SliceKind.TEXT_UTF16 && made === asViews;
      const value = isUtf16 ? plain(scanner.text(i)) : valueOf(scanner, i, made);
      const characters =
        typeof value === 'string' && (isUtf16 || made === asCharacters || types[i] === SliceKind.BYTES);
      told.push(characters ? value : plain(value));
    }
    seen(told);
  }
}

/** Of texts too: their UTF-16, where that is on the wire. */
const asViews: Made = (scanner, i) => scanner.view(i);
const asCharacters: Made = ({ types, bytes, starts, ends }, i) =>
  types[i] === SliceKind.TEXT_UTF16
    ? plain(Buffer.from(bytes.subarray(starts[i], ends[i])).toString('utf16le'))
    : latin1(bytes, starts[i]!, ends[i]!);
/** Texts as texts, byte strings as texts of one character a byte. */
const asTexts: Made = (scanner, i) => {
  const { types, bytes, starts, ends } = scanner;
  return types[i] === SliceKind.BYTES
    ? (Buffer.prototype as unknown as Slices).latin1Slice.call(bytes, starts[i]!, ends[i]!)
    : scanner.text(i);
};

interface Slices {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
}

const frameHeads: Reader = {
  protocol: 'petrel',
  blind: true,
  open: (seen) => {
    const skimmer = new FrameSkimmer((_kind, start, end) => {
      if (seen === undefined) mark(start, end);
      else seen([]);
    });
    return (chunk) => skimmer.feed(chunk);
  },
};

/** Tokens of replies that hold no other are the replies. */
const respTokens: Reader = {
  protocol: 'resp',
  open: (seen) => {
    const scanner = new RespScanner();
    return (chunk) => {
      scanner.feed(chunk);
      while (scanner.next()) {
        if (seen === undefined) mark(scanner.start, scanner.end);
        else seen([latin1(scanner.bytes, scanner.start, scanner.end)]);
      }
    };
  },
};

/** What a loop costs that reads lengths alone, of frames that are all in one piece. */
const skipLoop: Reader = {
  protocol: 'petrel',
  blind: true,
  open: (seen) => (bytes) => {
    for (let pos = 0; pos < bytes.length;) {
      let size = bytes[pos++]! & 15;
      if (size === 15) {
        let byte: number;
        let shift = 0;
        do {
          byte = bytes[pos++]!;
          size += (byte & 127) << shift;
          shift += 7;
        } while (byte > 127);
      }
      mark(pos, pos + size);
      pos += size;
      seen?.([]);
    }
  },
};

/** A library's readers of a conversation, by what they answer. */
export function readersOf(library: string, { side, binary }: Conversation): Readonly<Record<string, Reader>> {
  const isCommand = side === 'commands';
  switch (library) {
    case 'redis-parser':
      // strings can't give back what is no text
      return { views: redisParser(true), ...(!binary && { strings: redisParser(false) }) };
    case '@redis/client':
      return { views: decoder(RedisDecoder, true), ...(!binary && { strings: decoder(RedisDecoder, false) }) };
    case 'ioredis':
      return { views: decoder(IoredisDecoder, true), ...(!binary && { strings: decoder(IoredisDecoder, false) }) };
    case 'mqtt-packet':
      return { views: mqttPacket };
    case 'Petrel RESP':
      return { values: isCommand ? respCommands : respReplies, slices: isCommand ? respSlices : respTokens };
    case 'skip loop':
      return { skim: skipLoop };
    default:
      return {
        values: frameObjects,
        strings: frameSlices(asTexts),
        views: frameSlices(asViews),
        slices: frameSlices(),
        skim: frameHeads,
      };
  }
} // prettier-ignore
