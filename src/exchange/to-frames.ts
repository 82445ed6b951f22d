/** One side of a conversation in RESP as frames. It knows no socket: chunks go in, frames come out. */
import { readFrames } from '../frame/decoder.ts';
import { parseFrame } from '../frame/parse.ts';
import type { Command, Push, Reply } from '../frame/types.ts';
import { FrameWriter } from '../frame/writer.ts';
import { RespCommandReader } from '../resp/commands.ts';
import { RespReader } from '../resp/reader.ts';
import type { Value } from '../value/types.ts';
import { ProtocolError } from '../wire/errors.ts';
import { resolveLimits, type Limits } from '../wire/limits.ts';
import { commandFrame, type CommandParts } from './commands.ts';
import { refused } from './refused.ts';
import { isHandOver, replyFrame } from './replies.ts';

/** Who speaks: clients send commands, servers replies and pushes. */
export type Side = 'client' | 'server';

/** What carries RESP. */
export type Carrier = Command | Reply | Push;

/** A frame, and where in the stream of RESP stands what it carries. */
export interface Carried {
  readonly body: Carrier;
  readonly offset: number;
  readonly length: number;
}

export interface ExchangeOptions {
  /** What is read of RESP [RESP-7], and what the frames that carry it may come to. */
  readonly limits?: Partial<Limits>;
}

/** No level and no length that is written is above it; what limits allow is judged afterwards. */
const DEEPEST = 1000;
const LONGEST = 0xffff_ffff;
/** A frame's payload is at most so many times as long as the RESP that it carries, and so many bytes more. */
const FACTOR = 3;
const FIXED = 32;

/**
 * Reads RESP and writes frames with ids 1, 2, ... in order. One that failed stays failed.
 *
 * @example
 * const exchange = new RespToFrames('client');
 * socket.on('data', (chunk) => {
 *   for (const { body } of exchange.carry(chunk)) log(body.verb);
 *   peer.write(exchange.writer.take());
 *   exchange.writer.pos = 0;
 * });
 */
export class RespToFrames {
  /** Holds the frames; whoever takes them sets `pos` to 0. */
  readonly writer: FrameWriter = new FrameWriter({ maxPayload: LONGEST, maxDepth: DEEPEST });
  private readonly reader: RespCommandReader | RespReader;
  private readonly limits: Limits;
  private last = 0;
  private failure: ProtocolError | undefined;

  /** @throws RangeError for limits out of range. */
  constructor(side: Side, { limits }: ExchangeOptions = {}) {
    this.limits = resolveLimits(limits);
    const options = { limits: this.limits };
    this.reader = side === 'client' ? new RespCommandReader(options) : new RespReader(options);
  }

  /**
   * What a chunk completes, each after its frame was written. Read it all before the next chunk comes.
   * @throws ProtocolError as `RespCommandReader.next` and `RespReader.next`; RESP_UNSUPPORTED for a hand-over to replication
   *   [RESP-14]; LIMIT_PAYLOAD, LIMIT_DEPTH, LIMIT_ELEMENTS, LIMIT_EXPANDED for what fits no frame. Nothing of it is written.
   */
  *carry(chunk: Uint8Array): Generator<Carried, void, void> {
    if (this.failure !== undefined) throw this.failure;
    const { reader } = this;
    reader.feed(chunk);
    for (;;) {
      // items follow each other: one begins where the one before ended
      const item = reader.next();
      if (item === undefined) return;
      yield this.write(item, this.end, reader.position);
      this.end = reader.position;
    }
  }

  /** Says that no more bytes come. @throws ProtocolError TRUNCATED inside a command or reply. [WIRE-9] */
  finish(): void {
    if (this.failure !== undefined) throw this.failure;
    this.reader.finish();
  }

  /** Offset after what was carried last. */
  private end = 0;

  private write(item: Value | CommandParts, offset: number, end: number): Carried {
    const length = end - offset;
    const { writer } = this;
    const start = writer.pos;
    try {
      const body = this.body(item, offset);
      writer.frame(body);
      this.judge(body, writer.bytes.subarray(start, writer.pos), length);
      if (body.kind !== 'PUSH') this.last++;
      return { body, offset, length };
    } catch (error) {
      writer.pos = start;
      if (!(error instanceof ProtocolError)) throw error;
      const { code, rule, detail, path } = error;
      throw (this.failure = new ProtocolError(code, rule, offset, detail, path));
    }
  }

  private body(item: Value | CommandParts, offset: number): Carrier {
    const id = this.last + 1;
    if (this.reader instanceof RespCommandReader) return commandFrame(item as CommandParts, id);
    if (isHandOver(item)) throw refused(offset, 'a hand-over to replication');
    return replyFrame(item, id);
  }

  /** The reader has judged a reply's levels and elements. What is left is judged by reading, where it may be too much. */
  private judge(body: Carrier, frame: Uint8Array, length: number): void {
    const { limits } = this;
    const most = FACTOR * length + FIXED;
    const fits = most <= limits.maxPayload && most <= limits.maxExpanded;
    // a command's parts are in an array where they have no verb
    if (fits && (body.kind !== 'COMMAND' || (limits.maxDepth > 0 && length <= limits.maxElements))) return;
    for (const whole of readFrames(frame, { limits })) parseFrame(whole, { limits });
  }
}

/** Who speaks a stream that begins with this byte: an array may be of either side, and is taken for a command. */
export function sideOf(first: number): Side {
  return /[*A-Za-z"'\r\n]/.test(String.fromCharCode(first)) ? 'client' : 'server';
}
