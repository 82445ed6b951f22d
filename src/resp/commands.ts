/** Commands as clients send them: arrays of bulk strings, and inline ones. */
import { RespCommandScanner } from './command-scanner.ts';
import { textOf } from './text.ts';
import type { RespOptions } from './types.ts';

/** A command: its name and arguments; texts where they are UTF-8, otherwise copies of the bytes. */
export interface RespCommand {
  readonly parts: readonly (string | Uint8Array)[];
  /** The command came inline: its one part is the line, up to the line feed, a carriage return before it included. */
  readonly inline: boolean;
  /** Offset in the stream of its first byte, and its length. */
  readonly offset: number;
  readonly length: number;
}

/** Reads commands from chunks of any size. A reader that failed stays failed. */
export class RespCommandReader {
  private readonly scanner: RespCommandScanner;

  constructor(options?: RespOptions) {
    this.scanner = new RespCommandScanner(options);
  }

  /** Offset in the stream of the next byte to be read. */
  get position(): number {
    return this.scanner.position;
  }

  /** The commands that a chunk completes. Read them all before the next chunk comes. @throws ProtocolError as `next`. */
  *commands(chunk: Uint8Array): Generator<RespCommand, void, void> {
    this.feed(chunk);
    for (let command = this.next(); command !== undefined; command = this.next()) yield command;
  }

  /** Takes the next chunk: it is the reader's from now on. @throws TypeError, ProtocolError as `RespScanner.feed`. */
  feed(chunk: Uint8Array): void {
    this.scanner.feed(chunk);
  }

  /**
   * The next command that is whole, undefined when the chunk holds no further one.
   * @throws ProtocolError as `RespCommandScanner.next`.
   */
  next(): RespCommand | undefined {
    const { scanner } = this;
    if (!scanner.next()) return undefined;
    const { bytes, starts, ends, count, inline, offset } = scanner;
    const parts: (string | Uint8Array)[] = [];
    for (let i = 0; i < count; i++) parts.push(textOf(bytes, starts[i]!, ends[i]!));
    return { parts, inline, offset, length: scanner.position - offset };
  }

  /** Says that no more bytes come. @throws ProtocolError TRUNCATED inside a command. [WIRE-9] */
  finish(): void {
    this.scanner.finish();
  }
}
