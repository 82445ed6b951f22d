/**
 * Replies as values: tokens from the scanner, put together on a stack. What the value alone does not tell of RESP's spelling
 * is said by a tag. [RESP-10]
 */
import type { Value } from '../value/types.ts';
import { Aggregates } from './aggregates.ts';
import { Scalars } from './scalars.ts';
import { RespScanner } from './scanner.ts';
import { NULL_LENGTH, RespType, STREAMED, type RespOptions } from './types.ts';

/** Reads replies from chunks of any size. A reader that failed stays failed. */
export class RespReader {
  private readonly scanner: RespScanner;
  private readonly aggregates: Aggregates;
  private readonly scalars: Scalars;

  constructor(options?: RespOptions) {
    this.scanner = new RespScanner(options);
    this.aggregates = new Aggregates(this.scanner);
    this.scalars = new Scalars(this.scanner, this.aggregates);
  }

  /** Offset in the stream of the next byte to be read. */
  get position(): number {
    return this.scanner.position;
  }

  /** The replies that a chunk completes. Read them all before the next chunk comes. @throws ProtocolError */
  *replies(chunk: Uint8Array): Generator<Value, void, void> {
    this.scanner.feed(chunk);
    for (let value = this.next(); value !== undefined; value = this.next()) yield value;
  }

  /** Takes the next chunk: it is the reader's from now on. @throws TypeError, ProtocolError as `RespScanner.feed`. */
  feed(chunk: Uint8Array): void {
    this.scanner.feed(chunk);
  }

  /**
   * The next reply that is whole, undefined when the chunk holds no further one. Bytes are copies.
   * @throws ProtocolError as `RespScanner.next`; RESP_VALUE [RESP-4], RESP_NESTING [RESP-5], LIMIT_PAYLOAD, LIMIT_DEPTH,
   *   LIMIT_ELEMENTS, LIMIT_NUMBER [RESP-7].
   */
  next(): Value | undefined {
    const { scanner, aggregates } = this;
    while (scanner.next()) {
      const value = this.token();
      if (value === undefined) continue;
      const whole = aggregates.add(value);
      if (whole !== undefined) return whole;
    }
    return undefined;
  }

  /** Says that no more bytes come. @throws ProtocolError TRUNCATED inside a reply. [WIRE-9] */
  finish(): void {
    this.scanner.finish();
    if (this.aggregates.type > 0)
      throw this.scanner.fail('TRUNCATED', 'WIRE-9', this.position, 'inside a reply');
  }

  /** A value, or undefined where the token opens an aggregate that is not whole yet. */
  private token(): Value | undefined {
    const { aggregates, scanner } = this;
    const { type, count } = scanner;
    const inString = aggregates.type === RespType.BulkString;
    if (inString !== (type === RespType.Chunk)) throw aggregates.nesting();
    if (type === RespType.End) return aggregates.end();
    if (type === RespType.Chunk && count === 0) return aggregates.closed();
    aggregates.account();
    return opens(type, count) ? aggregates.open() : this.scalars.read();
  }
}

/** Whether a token opens what holds others, chunks of a string among them. */
function opens(type: number, count: number): boolean {
  switch (type) {
    case RespType.BulkString:
      return count === STREAMED;
    case RespType.Array:
      return count !== NULL_LENGTH;
    case RespType.Map:
    case RespType.Set:
    case RespType.Push:
    case RespType.Attribute:
      return true;
    default:
      return false;
  }
}
