/**
 * The grammar of RESP's tokens: a line, or a line and the body that its length announces, judged byte by byte. It knows
 * bytes and where they stand in the stream, and nothing of chunks.
 */
import { NUMBER_DIGITS } from '../value/kinds.ts';
import { ProtocolError, type ErrorCode, type PathStep } from '../wire/errors.ts';
import { resolveLimits, type Limits } from '../wire/limits.ts';
import { CR, LF, MOST, ZERO } from './counts.ts';
import { NULL_LENGTH, RespType, STREAMED, type RespOptions } from './types.ts';

const EMPTY = /* @__PURE__ */ new Uint8Array(0);
const DASH = 0x2d;

/** Digits of the longest length or count; beyond it no number is exact. */
const DIGITS = 15;
/** Longest text of a line that holds a 64-bit number or less, a double, a big number, in bytes. [RESP-4], [RESP-7] */
const INTEGER_LINE = 20;
const DOUBLE_LINE = 5120;
const BIG_LINE = NUMBER_DIGITS + 1;

/** A token, and how it is read. */
export class RespToken {
  /** The token's first byte, one of `RespType`. */
  type = 0;
  /** Its text is `bytes[start, end)`: what stands between the type and the line's end, or the body. */
  bytes: Uint8Array = EMPTY;
  start = 0;
  end = 0;
  /** The count or length of a token that has one; `NULL_LENGTH` or `STREAMED` where it says so. */
  count = 0;
  readonly limits: Limits;
  /**
   * Commands are read, and one is due: what begins with anything but `*` is an inline command, a token of the type 0 whose
   * text goes up to the line feed.
   */
  commandDue = false;
  /** Where the token stands in what is being read, for the path of a fault. */
  locate: () => readonly PathStep[] = () => [];

  /** Index in `bytes` of the token's first byte. */
  protected first = 0;
  /** Offset in the stream of the first of `bytes`. */
  protected origin = 0;
  /** How much of a token that is not whole was searched for the end of its line. */
  protected searched = 0;
  protected failure: ProtocolError | undefined;

  constructor(options?: RespOptions) {
    this.limits = resolveLimits(options?.limits);
  }

  /** Offset in the stream of the token's first byte. */
  get offset(): number {
    return this.origin + this.first;
  }

  /** Offset in the stream of the token's text: of the first character behind its type, or of its body. */
  get textOffset(): number {
    return this.origin + this.start;
  }

  /** Makes a fault that the scanner keeps; the caller throws it. */
  fail(code: ErrorCode, rule: string, offset: number, detail: string): ProtocolError {
    return (this.failure = new ProtocolError(code, rule, offset, detail, this.locate()));
  }

  /**
   * Reads the token at `bytes[pos]`.
   * @returns the index after it; where it is not whole, 0 when its line has no end, or the negative of its length.
   */
  protected scan(bytes: Uint8Array, pos: number, end: number): number {
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

  /** A string that is whole, as nearly all are; 0 where it takes a closer look. It halves what a reply to GET takes. */
  protected shortBody(bytes: Uint8Array, pos: number, end: number): number {
    if (end - pos < 4) return 0;
    let start = pos + 2;
    let count = bytes[pos + 1]! - ZERO;
    if (count < 0 || count > 9) return 0;
    for (let digit = bytes[start]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[start]! - ZERO) {
      if (count === 0 || count > MOST || ++start + 1 >= end) return 0;
      count = count * 10 + digit;
    }
    if (bytes[start] !== CR || bytes[start + 1] !== LF) return 0;
    start += 2;
    const stop = start + count;
    const whole = stop + 2 <= end && bytes[stop] === CR && bytes[stop + 1] === LF;
    if (!whole || count > this.limits.maxPayload) return 0;
    this.count = count;
    this.start = start;
    this.end = stop;
    return stop + 2;
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
    const stop = Math.min(end, start + DIGITS + 1);
    let i = start;
    let count = 0;
    for (; i < stop; i++) {
      const digit = bytes[i]! - ZERO;
      if (digit < 0 || digit > 9) break;
      count = count * 10 + digit;
    }
    if (i > start + 1 && bytes[start] === ZERO) throw this.number(start + 1);
    if (i > start + DIGITS) throw this.number(start + DIGITS);
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
    return this.fail(code, rule, this.origin + index, detail);
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
