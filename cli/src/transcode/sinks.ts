/** What is written: frames in, bytes or lines out. */
import { FrameWriter, type Limits } from 'petrel';
import { FramesToResp, type Carrier, type Side } from 'petrel/exchange';
import { CommandError, Exit } from '../exit.ts';
import { carriedJson } from './json.ts';
import { atLine, type Item, type Source } from './sources.ts';

export interface Sink {
  /** Writes an item. @throws CommandError, ProtocolError for what can't be said; nothing of the item is written then. */
  add(item: Item): void;
  /** Bytes, or so many characters, that wait to be taken. */
  readonly size: number;
  /** What was written since it was asked last. */
  take(): Uint8Array;
}

export class RespSink implements Sink {
  private readonly exchange: FramesToResp;

  constructor(side: Side | undefined) {
    this.exchange = new FramesToResp(side);
  }

  add({ body, offset, line }: Item): void {
    atLine(line, () => this.exchange.add(body, offset));
  }

  get size(): number {
    return this.exchange.writer.pos;
  }

  take(): Uint8Array {
    return taken(this.exchange.writer);
  }
}

/** Frames: those that the source has written itself, others anew. */
export class FrameSink implements Sink {
  private readonly source: Source;
  private readonly own: FrameWriter;

  constructor(source: Source, { maxPayload, maxDepth }: Limits) {
    this.source = source;
    this.own = new FrameWriter({ maxPayload, maxDepth });
  }

  add({ body, line }: Item): void {
    if (this.source.frames !== undefined) return;
    try {
      this.own.frame(body);
    } catch (error) {
      const code = error instanceof RangeError ? Exit.LIMIT : Exit.MALFORMED;
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      throw new CommandError(`line ${line}: ${error.message}`, code);
    }
  }

  private get writer(): Pick<FrameWriter, 'pos' | 'take'> {
    return this.source.frames ?? this.own;
  }

  get size(): number {
    return this.writer.pos;
  }

  take(): Uint8Array {
    return taken(this.writer);
  }
}

export class JsonSink implements Sink {
  private readonly source: Source;
  private text = '';

  constructor(source: Source) {
    this.source = source;
  }

  add({ body, offset, length }: Item): void {
    if (this.source.frames !== undefined) this.source.frames.pos = 0;
    if (body.kind !== 'COMMAND' && body.kind !== 'REPLY' && body.kind !== 'PUSH')
      throw new CommandError(`${body.kind} at byte ${offset}: no command, reply or push`, Exit.UNSUPPORTED);
    this.text += carriedJson({ body: body satisfies Carrier, offset, length });
  }

  get size(): number {
    return this.text.length;
  }

  take(): Uint8Array {
    const bytes = Buffer.from(this.text);
    this.text = '';
    return bytes;
  }
}

function taken(writer: { pos: number; take(): Uint8Array }): Uint8Array {
  const bytes = writer.take();
  writer.pos = 0;
  return bytes;
}
