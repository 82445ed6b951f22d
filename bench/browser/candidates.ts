/** Codecs as a page uses them: bytes in and out, in plain Uint8Arrays. */
import { Decoder, Encoder } from '@msgpack/msgpack';
import { FrameDecoder, FrameWriter, parseFrame, type FrameBody } from 'petrel/frame';
import { decode, encode, type DecodeOptions, type Encodable, type EncodeOptions } from 'petrel/value';
import { ShapeCompiler, ShapeMemory } from 'petrel/value/shapes';

export interface BrowserCodec {
  readonly own: (value: unknown) => Uint8Array;
  readonly dec: (bytes: Uint8Array) => unknown;
}

interface Module {
  readonly write: (message: unknown) => Uint8Array;
  readonly read: (bytes: Uint8Array) => unknown;
}

/** What libraries made of a schema: by the candidate's name a module of each message. */
export type Modules = Readonly<Record<string, Readonly<Record<string, Module>>>>;

/** A text in base64, as JSON has bytes. */
class Base64 {
  readonly text: string;

  constructor(bytes: Uint8Array) {
    this.text = btoa(String.fromCharCode(...bytes));
  }

  toJSON(): string {
    return this.text;
  }
}

interface Command {
  readonly verb: string;
  readonly key: string;
  readonly value: Uint8Array;
}

function json(isCommand: boolean): BrowserCodec {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const parse = (bytes: Uint8Array): unknown => JSON.parse(decoder.decode(bytes));
  if (!isCommand) return { own: (value) => encoder.encode(JSON.stringify(value)), dec: parse };
  return {
    own: (value) => {
      const command = value as Command;
      return encoder.encode(JSON.stringify({ ...command, value: new Base64(command.value) }));
    },
    dec: (bytes) => {
      const { verb, key, value } = parse(bytes) as { verb: string; key: string; value: string };
      return { verb, key, value: Uint8Array.from(atob(value), (character) => character.charCodeAt(0)) };
    },
  };
}

function msgpack(): BrowserCodec {
  const encoder = new Encoder();
  const decoder = new Decoder();
  return { own: (value) => encoder.encode(value), dec: (bytes) => decoder.decode(bytes) };
}

/** A command as a frame, which also has a request id; writer and decoder are those of a link. */
function frames(): BrowserCodec {
  const writer = new FrameWriter();
  const decoder = new FrameDecoder();
  return {
    own: (value) => {
      const { verb, key, value: bytes } = value as Command;
      writer.pos = 0;
      writer.frame({ kind: 'COMMAND', id: 1, verb, args: [key, bytes] });
      return writer.take();
    },
    dec: (bytes) => {
      decoder.feed(bytes);
      decoder.next();
      const { verb, args } = parseFrame(decoder.frame()) as Extract<FrameBody, { kind: 'COMMAND' }>;
      decoder.next();
      return { verb, key: args[0], value: args[1] };
    },
  };
}

/** @param options what remembers shapes; a browser's default is nothing. */
function values(options?: EncodeOptions & DecodeOptions): BrowserCodec {
  return {
    own: (value) => encode(value as Encodable, options),
    dec: (bytes) => decode(bytes, options),
  };
}

/** A codec by its candidate's name; undefined where it does not take part. */
export function codecOf(
  name: string,
  corpus: string,
  type: string,
  modules: Modules,
): BrowserCodec | undefined {
  const isCommand = corpus === 'c';
  switch (name) {
    case 'Petrel values':
      return values();
    case 'Petrel values, remembered':
      return values({ shapes: new ShapeMemory() });
    case 'Petrel values, compiled':
      return values({ shapes: new ShapeCompiler() });
    case 'Petrel frames':
      return isCommand ? frames() : undefined;
    case 'JSON':
      return json(isCommand);
    case '@msgpack/msgpack':
      return msgpack();
    default: {
      const { write, read } = modules[name]![type]!;
      return { own: write, dec: read };
    }
  }
}
