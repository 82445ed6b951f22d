/** Commands as clients send them: arrays of bulk strings, and inline ones. */
import type { ProtocolError } from '../wire/errors.ts';
import { RespScanner, type RespOptions } from './scanner.ts';
import { textOf } from './text.ts';
import { RespType } from './types.ts';

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
  private readonly scanner: RespScanner;
  private parts: (string | Uint8Array)[] | undefined;
  private left = 0;
  private bytes = 0;
  private offset = 0;

  constructor(options?: RespOptions) {
    this.scanner = new RespScanner(options);
    this.scanner.commandDue = true;
    this.scanner.locate = () => (this.parts === undefined ? [] : [this.parts.length]);
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
   * @throws ProtocolError as `RespScanner.next`; RESP_COMMAND for a part that is no bulk string [RESP-6]; LIMIT_ELEMENTS,
   *   and LIMIT_PAYLOAD for parts that are longer together than one may be [RESP-7].
   */
  next(): RespCommand | undefined {
    const { scanner } = this;
    while (scanner.next()) {
      if (this.parts === undefined) this.begin();
      else this.argument();
      if (this.left > 0) continue;
      const parts = this.parts!;
      const inline = scanner.type === 0;
      this.parts = undefined;
      scanner.commandDue = true;
      return { parts, inline, offset: this.offset, length: scanner.position - this.offset };
    }
    return undefined;
  }

  /** Says that no more bytes come. @throws ProtocolError TRUNCATED inside a command. [WIRE-9] */
  finish(): void {
    this.scanner.finish();
    if (this.parts !== undefined)
      throw this.scanner.fail('TRUNCATED', 'WIRE-9', this.position, 'inside a command');
  }

  private begin(): void {
    const { scanner } = this;
    const { type, count, offset } = scanner;
    const { maxElements } = scanner.limits;
    this.offset = offset;
    this.bytes = 0;
    this.parts = [];
    if (type === 0) {
      this.left = 0;
      this.parts.push(textOf(scanner.bytes, scanner.start, scanner.end));
      return;
    }
    if (count < 0) throw this.refused('a command has a count');
    if (count > maxElements)
      throw scanner.fail('LIMIT_ELEMENTS', 'RESP-7', offset, `${count} parts, at most ${maxElements}`);
    this.left = count;
    scanner.commandDue = false;
  }

  private argument(): void {
    const { scanner } = this;
    const { type, count, bytes, start, end, limits } = scanner;
    if (type !== RespType.BulkString || count < 0) throw this.refused('an argument is a bulk string');
    this.bytes += count;
    if (this.bytes > limits.maxPayload)
      throw scanner.fail('LIMIT_PAYLOAD', 'RESP-7', this.offset, `more than ${limits.maxPayload} bytes`);
    this.left--;
    this.parts!.push(textOf(bytes, start, end));
  }

  private refused(detail: string): ProtocolError {
    return this.scanner.fail('RESP_COMMAND', 'RESP-6', this.scanner.offset, detail);
  }
}
