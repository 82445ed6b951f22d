/**
 * The lowest level: RESP's tokens, found in chunks of any size in linear time. A token is a line, or a line and the body
 * that its length announces. One that lies in one chunk is told by offsets into it; one that straddles chunks is gathered
 * in a buffer of its own.
 */
import { NUMBER_DIGITS } from '../value/kinds.ts';
import { ProtocolError, type ErrorCode, type PathStep } from '../wire/errors.ts';
import { resolveLimits, type Limits } from '../wire/limits.ts';
import { NULL_LENGTH, RespType, STREAMED } from './types.ts';

/** How RESP is read. */
export interface RespOptions {
  /**
   * `maxPayload`: most bytes of text in one reply or command. `maxDepth`, `maxElements`: of one reply, as the value that
   * carries it counts them; `maxElements` also: most parts of a command. [RESP-7]
   */
  readonly limits?: Partial<Limits>;
}

const EMPTY = /* @__PURE__ */ new Uint8Array(0);
const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;
const ZERO = 0x30;

/** Digits of the longest length or count; beyond it no number is exact. */
const DIGITS = 15;
/** Longest text of a line that holds a 64-bit number or less, a double, a big number, in bytes. [RESP-4], [RESP-7] */
const INTEGER_LINE = 20;
const DOUBLE_LINE = 5120;
const BIG_LINE = NUMBER_DIGITS + 1;
/** A token up to this long is given its buffer at once. */
const AT_ONCE = 65_536;

/** Finds tokens: `feed` a chunk, then `next` until it answers false. A scanner that failed stays failed. */
export class RespScanner {
  /** The token's first byte, one of `RespType`. */
  type = 0;
  /** Its text is `bytes[start, end)`: what stands between the type and the line's end, or the body. */
  bytes: Uint8Array = EMPTY;
  start = 0;
  end = 0;
  /** The count or length of a token that has one; `NULL_LENGTH` or `STREAMED` where it says so. */
  count = 0;
  /** Offset in the stream of the token's first byte. */
  offset = 0;
  readonly limits: Limits;
  /**
   * Commands are read, and one is due: what begins with anything but `*` is an inline command, a token of the type 0 whose
   * text goes up to the line feed.
   */
  commandDue = false;
  /** Where the token stands in what is being read, for the path of a fault. */
  locate: () => readonly PathStep[] = () => [];

  private chunk: Uint8Array = EMPTY;
  private pos = 0;
  /** Offset in the stream of the chunk's first byte. */
  private base = 0;
  /** What there is of the token that straddles chunks, and how long it is at least: 0 while its line has no end. */
  private held: Uint8Array = EMPTY;
  private received = 0;
  private least = 0;
  /** How much of it was searched for the end of its line. */
  private searched = 0;
  private failure: ProtocolError | undefined;

  constructor(options?: RespOptions) {
    this.limits = resolveLimits(options?.limits);
  }

  /** Bytes of a token that is not whole yet. */
  get pending(): number {
    return this.received;
  }

  /** Offset in the stream of the next byte to be read. */
  get position(): number {
    return this.base + this.pos;
  }

  /** Offset in the stream of the token's text: of the first character behind its type, or of its body. */
  get textOffset(): number {
    return this.offset + this.start - this.first;
  }

  /** Index in `bytes` of the token's first byte. */
  private first = 0;

  /**
   * Takes the next chunk, which is the scanner's from now on.
   * @throws TypeError when tokens of the chunk before were not read to the end.
   * @throws ProtocolError the fault of before: a failed scanner stays failed.
   */
  feed(chunk: Uint8Array): void {
    this.check();
    if (this.pos < this.chunk.length)
      throw new TypeError('read all tokens of a chunk before feeding the next');
    this.base += this.chunk.length;
    const { buffer, byteOffset, length } = chunk;
    // A Buffer's own methods cost more and behave otherwise.
    this.chunk = chunk.constructor === Uint8Array ? chunk : new Uint8Array(buffer, byteOffset, length);
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
    if (this.received > 0) return this.resume();
    const { chunk, pos } = this;
    if (pos >= chunk.length) return false;
    this.offset = this.base + pos;
    this.searched = 0;
    const end = this.scan(chunk, pos, chunk.length);
    if (end > 0) {
      this.pos = end;
      return true;
    }
    this.least = -end;
    this.gather(chunk.length);
    return false;
  }

  /** Says that no more bytes come. @throws ProtocolError TRUNCATED inside a token. [WIRE-9] */
  finish(): void {
    this.check();
    if (this.received > 0) throw this.fail('TRUNCATED', 'WIRE-9', this.position, 'inside a token');
  }

  /** Makes a fault that the scanner keeps; the caller throws it. */
  fail(code: ErrorCode, rule: string, offset: number, detail: string): ProtocolError {
    return (this.failure = new ProtocolError(code, rule, offset, detail, this.locate()));
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** Goes on with the token that straddles chunks: to the end of its line, then to that of its body. */
  private resume(): boolean {
    while (this.pos < this.chunk.length) {
      const { chunk, pos, least } = this;
      // Of a line, only what is new is searched.
      const to = least > 0 ? pos + least - this.received : chunk.indexOf(LF, pos) + 1 || chunk.length;
      this.gather(Math.min(to, chunk.length));
      // The byte before the last is judged as soon as it is there, as in a chunk that ends with it.
      if (this.received + 1 < least) continue;
      const end = this.scan(this.held, 0, this.received);
      if (end > 0) {
        this.received = 0;
        this.held = EMPTY;
        return true;
      }
      this.least = -end;
    }
    return false;
  }

  /** Takes the chunk up to `end` for the token that straddles. Its buffer doubles: nothing is allocated by a length alone. */
  private gather(end: number): void {
    const { chunk, pos, received, least } = this;
    const size = received + end - pos;
    if (size > this.held.length) {
      const room = least > 0 && least <= AT_ONCE ? least : Math.max(64, size * 2);
      const grown = new Uint8Array(least > 0 ? Math.min(room, least) : room);
      grown.set(this.held.subarray(0, received));
      this.held = grown;
    }
    this.held.set(chunk.subarray(pos, end), received);
    this.received = size;
    this.pos = end;
  }

  /**
   * Reads the token at `bytes[pos]`.
   * @returns the index after it; where it is not whole, 0 when its line has no end, or the negative of its length.
   */
  private scan(bytes: Uint8Array, pos: number, end: number): number {
    const type = bytes[pos]!;
    this.type = type;
    this.bytes = bytes;
    this.first = pos;
    if (this.commandDue && type !== RespType.Array) return this.inline(bytes, pos, end);
    switch (type) {
      case RespType.BulkString:
      case RespType.BulkError:
      case RespType.Verbatim:
      case RespType.Chunk:
        return this.body(this.length(bytes, pos + 1, end), end);
      case RespType.Array:
      case RespType.Map:
      case RespType.Set:
      case RespType.Push:
      case RespType.Attribute:
        return this.length(bytes, pos + 1, end);
      case RespType.Integer:
      case RespType.Null:
      case RespType.Boolean:
      case RespType.End:
        return this.line(bytes, pos + 1, end, INTEGER_LINE);
      case RespType.Double:
        return this.line(bytes, pos + 1, end, DOUBLE_LINE);
      case RespType.BigNumber:
        return this.line(bytes, pos + 1, end, BIG_LINE);
      case RespType.SimpleString:
      case RespType.SimpleError:
        return this.line(bytes, pos + 1, end, this.limits.maxPayload);
      default:
        throw this.at('RESP_TYPE', 'RESP-1', pos, `no type begins with byte 0x${hex(type)}`);
    }
  }

  /** An inline command: what stands before LF. */
  private inline(bytes: Uint8Array, start: number, end: number): number {
    const { maxPayload } = this.limits;
    const from = start + this.searched;
    const found = bytes.subarray(from, Math.min(end, start + maxPayload + 1)).indexOf(LF);
    this.type = 0;
    this.start = start;
    this.end = from + found;
    if (found >= 0) return this.end + 1;
    if (end - start > maxPayload) throw this.overlong(maxPayload);
    this.searched = end - start;
    return 0;
  }

  /** A line of at most `most` bytes of text, up to CR LF. */
  private line(bytes: Uint8Array, start: number, end: number, most: number): number {
    this.start = start;
    const stop = Math.min(end, start + most + 1);
    let i = Math.max(start, this.first + this.searched);
    while (i < stop && bytes[i] !== CR && bytes[i] !== LF) i++;
    this.end = i;
    this.searched = i - this.first;
    if (i - start > most) throw this.overlong(most);
    return this.newline(bytes, i, end);
  }

  /** The fault of a line with more text than `most` bytes. */
  private overlong(most: number): ProtocolError {
    const { type, first } = this;
    const isText = type === RespType.SimpleString || type === RespType.SimpleError || this.commandDue;
    if (isText) return this.at('LIMIT_PAYLOAD', 'RESP-7', first, `a line of more than ${most} bytes`);
    if (type === RespType.BigNumber)
      return this.at('LIMIT_NUMBER', 'RESP-7', first, `more than ${most - 1} digits`);
    return this.at('RESP_VALUE', 'RESP-4', this.start, `longer than ${most} characters`);
  }

  /** CR LF at `bytes[i]`. @returns the index after it, 0 when it is not there yet. */
  private newline(bytes: Uint8Array, i: number, end: number): number {
    if (i < end && bytes[i] !== CR)
      throw this.at('RESP_LINE', 'RESP-2', i, `0x${hex(bytes[i]!)} where CR is due`);
    if (i + 1 >= end) return 0;
    if (bytes[i + 1] !== LF) throw this.at('RESP_LINE', 'RESP-2', i + 1, 'CR without LF');
    return i + 2;
  }

  /** A length or count into `count`: digits without a needless zero, `-1` or `?`. */
  private length(bytes: Uint8Array, start: number, end: number): number {
    let i = start;
    let count = 0;
    for (; i < end; i++) {
      const digit = bytes[i]! - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      if (i - start === DIGITS || (count === 0 && i > start)) throw this.number(i);
      count = count * 10 + digit;
    }
    if (i >= end) return 0;
    if (i === start) {
      count = this.special(bytes, start, end);
      if (count === 0) return 0;
      i += count === STREAMED ? 1 : 2;
    }
    if (i < end && bytes[i] !== CR && bytes[i] !== LF) throw this.number(i);
    this.count = count;
    this.start = this.end = i;
    return this.newline(bytes, i, end);
  }

  /** `-1` for RESP2's nulls, `?` for what is streamed; 0 where more bytes decide. */
  private special(bytes: Uint8Array, start: number, end: number): number {
    const { type } = this;
    const streams = type === RespType.BulkString || type === RespType.Array || type === RespType.Map || type === RespType.Set; // prettier-ignore
    if (bytes[start] === 0x3f && streams) return STREAMED;
    if (bytes[start] !== DASH || (type !== RespType.BulkString && type !== RespType.Array))
      throw this.number(start);
    if (start + 1 >= end) return 0;
    if (bytes[start + 1] !== ZERO + 1) throw this.number(start + 1);
    return NULL_LENGTH;
  }

  /** The body behind the line that ended before `start`. */
  private body(start: number, end: number): number {
    if (start === 0 || this.count < 0) return start;
    const { bytes, count } = this;
    const { maxPayload } = this.limits;
    if (count > maxPayload)
      throw this.at('LIMIT_PAYLOAD', 'RESP-7', this.first, `${count} bytes, at most ${maxPayload}`);
    if (this.type === RespType.Chunk && count === 0) return start; // the last chunk has no body, and no line's end of it
    this.start = start;
    this.end = start + count;
    return this.newline(bytes, this.end, end) || this.first - this.end - 2;
  }

  private number(index: number): ProtocolError {
    return this.at('RESP_NUMBER', 'RESP-3', index, 'no length or count');
  }

  /** A fault at `bytes[index]`. */
  private at(code: ErrorCode, rule: string, index: number, detail: string): ProtocolError {
    return this.fail(code, rule, this.offset + index - this.first, detail);
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
