/** RESP in Petrel's text form: each command, reply or push as the frame that carries it. */
import { RespToFrames, sideOf, type Side } from 'petrel/exchange';
import { FramePrinter, type PrintOptions, type TextLine } from 'petrel/text';

/** Prints a stream of RESP, fed in chunks of any size. */
export class RespPrinter {
  private readonly options: PrintOptions;
  private readonly frames: FramePrinter;
  private exchange: RespToFrames | undefined;

  /** @param side who speaks; left out, the first byte tells. */
  constructor(side: Side | undefined, options: PrintOptions) {
    this.options = options;
    this.frames = new FramePrinter(options);
    if (side !== undefined) this.exchange = this.opened(side);
  }

  private opened(side: Side): RespToFrames {
    return new RespToFrames(side, this.options.limits ? { limits: this.options.limits } : {});
  }

  /** The lines of what a chunk completes. @throws ProtocolError as `RespToFrames.carry`. */
  *push(chunk: Uint8Array): Generator<TextLine, void, void> {
    if (chunk.length === 0) return;
    this.exchange ??= this.opened(sideOf(chunk[0]!));
    const { writer } = this.exchange;
    for (const { offset, length } of this.exchange.carry(chunk)) {
      for (const line of this.frames.push(writer.peek())) yield { ...line, offset, length };
      writer.pos = 0;
    }
  }

  /** Says that no more comes. @throws ProtocolError TRUNCATED inside a command or reply. */
  *finish(): Generator<TextLine, void, void> {
    this.exchange?.finish();
    yield* this.frames.finish();
  }
}
