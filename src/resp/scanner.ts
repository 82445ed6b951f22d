/**
 * The lowest level: RESP's tokens, found in chunks of any size in linear time. One that lies in one chunk is told by offsets
 * into it, without an object, a view or a text; one that straddles chunks is gathered first.
 */
import { Gatherer, plain } from '../wire/gather.ts';
import { RespToken } from './token.ts';
import { RespType } from './types.ts';

const EMPTY = /* @__PURE__ */ new Uint8Array(0);
const LF = 0x0a;
/** How far a line's end is looked for in a loop. */
const NEAR = 24;

/**
 * Finds tokens: `feed` a chunk, then `next` until it answers false. Each token is told by `type`, `count`, `offset` and its text
 * `bytes[start, end)`, all of which hold until the next call. What tokens mean together, their nesting and their numbers'
 * text [RESP-4] to [RESP-7], is judged by who reads them. A scanner that failed stays failed.
 *
 * @example
 * const scanner = new RespScanner();
 * socket.on('data', (chunk) => {
 *   scanner.feed(chunk);
 *   while (scanner.next()) if (scanner.type === RespType.BulkString) take(scanner.bytes, scanner.start, scanner.end);
 * });
 */
export class RespScanner extends RespToken {
  /** What is read, and how far: for readers that stand on this one. */
  chunk: Uint8Array = EMPTY;
  pos = 0;
  /** Offset in the stream of the chunk's first byte. */
  private base = 0;
  /** What there is of the token that straddles chunks, and how long it is at least: 0 while its line has no end. */
  private readonly held = new Gatherer();
  private least = 0;
  /** Offset in the stream of its first byte. */
  private begin = 0;

  /** Bytes of a token that is not whole yet. */
  get pending(): number {
    return this.held.size;
  }

  /** Offset in the stream of the next byte to be read. */
  get position(): number {
    return this.base + this.pos;
  }

  /**
   * Takes the next chunk, which is the scanner's until all its tokens were read.
   * @throws TypeError when tokens of the chunk before were not read to the end.
   * @throws ProtocolError the fault of before: a failed scanner stays failed.
   */
  feed(chunk: Uint8Array): void {
    this.check();
    const { length } = this.chunk;
    if (this.pos < length) throw new TypeError('read all tokens of a chunk before feeding the next');
    this.base += length;
    // A chunk that a token goes on in is made plain once it holds another: in chunks of a byte, most never are.
    this.chunk = this.held.size > 0 ? chunk : plain(chunk);
    this.pos = 0;
  }

  /**
   * Steps to the next token.
   * @returns false when the chunk holds no further whole one; what is left of it waits for the next chunk.
   * @throws ProtocolError RESP_TYPE [RESP-1], RESP_LINE [RESP-2], RESP_NUMBER [RESP-3], RESP_VALUE for a line longer than
   *   any of its type [RESP-4], LIMIT_PAYLOAD, LIMIT_NUMBER [RESP-7].
   */
  next(): boolean {
    this.check();
    if (this.held.size > 0) return this.resume();
    const { chunk, pos } = this;
    if (pos >= chunk.length) return false;
    this.origin = this.base;
    // A whole string, as nearly all are: found here, a reply to GET takes two thirds of what `scan` does.
    if (chunk[pos] === RespType.BulkString && !this.commandDue) {
      const stop = this.shortBody(chunk, pos, chunk.length);
      if (stop > 0) {
        this.type = RespType.BulkString;
        if (this.bytes !== chunk) this.bytes = chunk;
        this.first = pos;
        this.pos = stop;
        return true;
      }
    }
    this.searched = 0;
    const end = this.scan(chunk, pos, chunk.length);
    if (end > 0) {
      this.pos = end;
      return true;
    }
    this.begin = this.base + pos;
    this.least = -end;
    this.hold(chunk.length);
    return false;
  }

  /** Says that no more bytes come. @throws ProtocolError TRUNCATED inside a token. [WIRE-9] */
  finish(): void {
    this.check();
    if (this.held.size > 0) throw this.fail('TRUNCATED', 'WIRE-9', this.position, 'inside a token');
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** Goes on with the token that straddles chunks: to the end of its line, then to that of its body. */
  private resume(): boolean {
    const { held } = this;
    while (this.pos < this.chunk.length) {
      const { chunk, pos, least } = this;
      // Of a line, only what is new is searched.
      const to = least > 0 ? pos + least - held.size : lineEnd(chunk, pos);
      this.hold(Math.min(to, chunk.length));
      // The byte before the last is judged as soon as it is there, as in a chunk that ends with it.
      if (held.size + 1 < least) continue;
      this.origin = this.begin - held.start;
      const end = this.scan(held.bytes, held.start, held.start + held.size);
      if (end > 0) {
        held.release();
        this.chunk = plain(chunk);
        return true;
      }
      this.least = -end;
    }
    return false;
  }

  /** Takes the chunk up to `end` for the token that straddles. */
  private hold(end: number): void {
    this.held.add(this.chunk, this.pos, end, this.least > 0 ? this.least : undefined);
    this.pos = end;
  }
}

/** The index after the line feed, or the chunk's length; lines are short, and a Buffer's `indexOf` is not quick. */
function lineEnd(chunk: Uint8Array, pos: number): number {
  const near = Math.min(chunk.length, pos + NEAR);
  for (let i = pos; i < near; i++) if (chunk[i] === LF) return i + 1;
  return plain(chunk).indexOf(LF, near) + 1 || chunk.length;
}
