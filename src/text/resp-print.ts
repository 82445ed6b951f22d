/** RESP in the text form: each command, reply or push as the frame that carries it, everything else as raw bytes. */
import { RespToFrames, sideOf, type Carried, type Side } from '../exchange/to-frames.ts';
import { FramesToResp } from '../exchange/to-resp.ts';
import { ProtocolError } from '../wire/errors.ts';
import { Writer } from '../wire/writer.ts';
import { FramePrinter, RAW_BYTES, rawLine, type PrintOptions, type TextLine } from './print.ts';
import { sameBytes } from './spelling.ts';

/** What carries a side's RESP, and what makes RESP of it again. */
class Stream {
  readonly forth: RespToFrames;
  readonly back: FramesToResp;

  constructor(side: Side, { limits }: PrintOptions) {
    this.forth = new RespToFrames(side, limits ? { limits } : {});
    this.back = new FramesToResp(side);
  }
}

/**
 * Prints a stream of RESP, fed in chunks of any size; holds no more than one item and one chunk. `RespParser` makes the same
 * bytes of the text again, whatever they are: from a fault on, and of an item that frames would spell otherwise, they are raw.
 */
export class RespPrinter {
  private readonly options: PrintOptions;
  private readonly frames: FramePrinter;
  private stream: Stream | undefined;
  /** `held[start, pos)` is what has not been printed, from offset `end` on. */
  private readonly held = new Writer();
  private start = 0;
  private end = 0;
  private lost = false;
  /** Why the bytes from here on are raw; told once. */
  private failure: ProtocolError | undefined;

  /** @param side who speaks; left out, the first byte tells. @throws RangeError for limits out of range. */
  constructor(side: Side | undefined, options: PrintOptions = {}) {
    this.options = options;
    this.frames = new FramePrinter(options);
    if (side !== undefined) this.stream = new Stream(side, options);
  }

  /** Takes a chunk; answers the lines of what it completes. Read them all before the next chunk comes. */
  *push(chunk: Uint8Array): Generator<TextLine, void, void> {
    if (chunk.length === 0) return;
    this.hold(chunk);
    this.stream ??= new Stream(sideOf(chunk[0]!), this.options);
    if (!this.lost) yield* this.items(this.stream, chunk);
    if (this.lost) yield* this.raw(RAW_BYTES);
  }

  /** Says that no more comes; answers lines for what is left. */
  *finish(): Generator<TextLine, void, void> {
    if (!this.lost) this.attempt(() => this.stream?.forth.finish());
    yield* this.raw(1);
  }

  private hold(chunk: Uint8Array): void {
    const { held, start } = this;
    if (2 * start >= held.pos) {
      held.bytes.copyWithin(0, start, held.pos);
      held.pos -= start;
      this.start = 0;
    }
    held.raw(chunk);
  }

  private *items({ forth, back }: Stream, chunk: Uint8Array): Generator<TextLine, void, void> {
    const items = forth.carry(chunk);
    for (;;) {
      let item: Carried | undefined;
      this.attempt(() => (item = items.next().value ?? undefined));
      if (item === undefined) return;
      yield this.line(item, forth, back);
      forth.writer.pos = 0;
    }
  }

  private line({ body, offset, length }: Carried, forth: RespToFrames, back: FramesToResp): TextLine {
    const { start } = this;
    const bytes = this.held.bytes.subarray(start, start + length);
    this.start += length;
    this.end += length;
    const [frame] = this.frames.push(forth.writer.peek());
    back.writer.pos = 0;
    back.add(body, offset);
    const line = { ...frame!, offset, length };
    if (sameBytes(back.writer.peek(), bytes)) return line;
    // [RESP-11]
    return { ...line, text: `${rawLine(bytes, offset, undefined).text} # a number with a + before it` };
  }

  private attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.failure = error;
      this.lost = true;
    }
  }

  /** Lines of raw bytes while at least `least` of them are there. */
  private *raw(least: number): Generator<TextLine, void, void> {
    for (let left = this.held.pos - this.start; left >= least; left = this.held.pos - this.start) {
      const length = Math.min(left, RAW_BYTES);
      const bytes = this.held.bytes.subarray(this.start, this.start + length);
      const line = rawLine(bytes, this.end, this.failure);
      this.failure = undefined;
      this.start += length;
      this.end += length;
      yield line;
    }
  }
}
