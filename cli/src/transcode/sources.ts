/** What is read: chunks in, frames out. */
import { FrameDecoder, parseFrame, ProtocolError, type FrameBody, type Limits } from 'petrel';
import { RespToFrames, type Side } from 'petrel/exchange';
import type { FrameWriter } from 'petrel/frame';
import { CommandError, exitCodeOf } from '../exit.ts';
import { carrierFrom } from './json.ts';
import { Lines } from './lines.ts';

export interface Item {
  readonly body: FrameBody;
  /** Where it begins in the input, and how long it is there. */
  readonly offset: number;
  readonly length: number;
  /** Of JSON: its line. */
  readonly line?: number;
}

export interface Source {
  /** What a chunk completes. */
  push(chunk: Uint8Array): Iterable<Item>;
  /** What the end of the input completes. */
  finish(): Iterable<Item>;
  /** Holds the frame of each item when it comes, where the source writes them itself. */
  readonly frames: FrameWriter | undefined;
}

/** Commands or replies of RESP. */
export class RespSource implements Source {
  private readonly exchange: RespToFrames;

  constructor(side: Side, limits: Partial<Limits>) {
    this.exchange = new RespToFrames(side, { limits });
  }

  get frames(): FrameWriter {
    return this.exchange.writer;
  }

  push(chunk: Uint8Array): Iterable<Item> {
    return this.exchange.carry(chunk);
  }

  finish(): Iterable<Item> {
    this.exchange.finish();
    return [];
  }
}

export class FrameSource implements Source {
  readonly frames = undefined;
  private readonly decoder: FrameDecoder;
  private readonly options: { readonly limits: Partial<Limits>; readonly lossless: true };

  constructor(limits: Partial<Limits>) {
    this.decoder = new FrameDecoder({ limits });
    this.options = { limits, lossless: true };
  }

  *push(chunk: Uint8Array): Generator<Item, void, void> {
    for (const frame of this.decoder.frames(chunk)) {
      const { offset } = frame;
      yield { body: parseFrame(frame, this.options), offset, length: this.decoder.position - offset };
    }
  }

  finish(): Iterable<Item> {
    this.decoder.finish();
    return [];
  }
}

/** A line of JSON: the most that a payload's bytes may take in escapes, and its names. */
const ESCAPED = 8;

export class JsonSource implements Source {
  readonly frames = undefined;
  private readonly lines: Lines;
  private line = 0;
  private offset = 0;

  constructor({ maxPayload }: Pick<Limits, 'maxPayload'>) {
    this.lines = new Lines(ESCAPED * maxPayload + 4096);
  }

  *push(chunk: Uint8Array): Generator<Item, void, void> {
    for (const text of this.lines.push(chunk)) yield* this.item(text, 1);
  }

  *finish(): Generator<Item, void, void> {
    for (const text of this.lines.finish()) yield* this.item(text, 0);
  }

  private *item(text: string, end: number): Generator<Item, void, void> {
    const { offset } = this;
    this.line++;
    const length = Buffer.byteLength(text) + end;
    this.offset += length;
    if (text.trim() === '') return;
    yield { body: atLine(this.line, () => carrierFrom(text)), offset, length, line: this.line };
  }
}

/** Runs, and names the line in what is thrown. */
export function atLine<T>(line: number | undefined, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (line === undefined) throw error;
    if (error instanceof CommandError)
      throw new CommandError(`line ${line}: ${error.message}`, error.exitCode);
    if (error instanceof ProtocolError)
      throw new CommandError(`line ${line}: ${error.message}`, exitCodeOf(error));
    throw error;
  }
}
