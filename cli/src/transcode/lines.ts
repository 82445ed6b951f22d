/** Lines of UTF-8 text out of chunks of any size. */
import { CommandError, Exit, usage } from '../exit.ts';

const LF = 0x0a;

/** Collects chunks up to the next line feed; a line is joined once, whatever its chunks. */
export class Lines {
  private readonly longest: number;
  private held: Uint8Array[] = [];
  private size = 0;

  /** @param longest most bytes of a line. */
  constructor(longest: number) {
    this.longest = longest;
  }

  /** The lines that a chunk completes. @throws CommandError for a line that is too long or not UTF-8. */
  *push(chunk: Uint8Array): Generator<string, void, void> {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      this.hold(chunk.subarray(start, end));
      yield this.line();
      start = end + 1;
    }
    if (start < chunk.length) this.hold(chunk.subarray(start));
  }

  /** What stands behind the last line feed. */
  *finish(): Generator<string, void, void> {
    if (this.size > 0) yield this.line();
  }

  private hold(part: Uint8Array): void {
    this.held.push(part);
    this.size += part.length;
    if (this.size > this.longest)
      throw new CommandError(`a line of more than ${this.longest} bytes`, Exit.LIMIT);
  }

  private line(): string {
    const bytes = this.held.length === 1 ? this.held[0]! : Buffer.concat(this.held);
    this.held = [];
    this.size = 0;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw usage('the input is not UTF-8 text');
    }
  }
}
