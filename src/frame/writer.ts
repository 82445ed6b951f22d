/**
 * The frame writer: every frame goes straight into one growable buffer, its length back-filled. `peek` shows what was
 * written, `take` copies it, `pos = 0` begins anew.
 */
import { named, through } from '../wire/errors.ts';
import type { EncodeOptions } from '../value/writer.ts';
import { headLength, writeHead } from './head.ts';
import { FrameKind } from './kinds.ts';
import { LAYOUTS } from './layouts.ts';
import { PayloadWriter } from './payload.ts';
import type { FrameBody } from './types.ts';

/** How frames are written. */
export interface FrameWriterOptions extends EncodeOptions {
  /** Longest payload that is written: what the receiver takes. Default 16 MiB. [LIMIT-1] */
  readonly maxPayload?: number;
}

/**
 * Writes frames one after the other into one buffer.
 *
 * @example
 * const writer = new FrameWriter();
 * writer.frame({ kind: 'ACK', received: 12 });
 * writer.frame({ kind: 'REPLY', id: 7, value: null });
 * socket.write(writer.take());
 * writer.pos = 0;
 */
export class FrameWriter extends PayloadWriter {
  protected readonly maxPayload: number;
  /** Bytes reserved for the next head: those of the last, which is mostly right and saves moving the payload. */
  private guess = 1;

  constructor(options: FrameWriterOptions = {}) {
    super(options);
    this.maxPayload = options.maxPayload ?? 16_777_216;
  }

  /**
   * Appends a frame. After an error the buffer stands where it stood before.
   * @throws TypeError or RangeError for what no frame can say, or what is over `maxPayload`; the message names the field.
   */
  frame(body: FrameBody): void {
    const { kind } = body;
    if (!Object.hasOwn(FrameKind, kind)) throw new TypeError(`no frame is called ${kind as string}`);
    const start = this.pos;
    const reserved = this.guess;
    this.ensure(reserved);
    this.pos += reserved;
    const layout = LAYOUTS[kind];
    let field = '';
    try {
      for (field in layout) layout[field]!.write(this, body[field as keyof FrameBody] as never, body);
      field = '';
      this.close(FrameKind[kind], start, reserved);
    } catch (error) {
      this.pos = start;
      throw named(through(field ? through(error, field) : error, kind));
    }
  }

  /** Appends a frame whose payload is there already: to forward one. `kind` is 1 to 15. */
  rawFrame(kind: number, payload: Uint8Array): void {
    if (!(kind > 0 && kind < 16 && Number.isInteger(kind)))
      throw new RangeError(`frame kinds are 1 to 15, not ${kind}`);
    if (!(payload instanceof Uint8Array)) throw new TypeError('a payload must be a Uint8Array');
    const { length } = payload;
    this.demandFits(length);
    writeHead(this, kind, payload.length);
    this.raw(payload);
  }

  /** [LIMIT-1] */
  private demandFits(length: number): void {
    const { maxPayload } = this;
    if (length > maxPayload) throw new RangeError(`a payload of ${length} bytes, the limit is ${maxPayload}`);
  }

  /** Back-fills the head of the frame that began at `start` with `reserved` bytes for it. */
  protected close(kind: number, start: number, reserved: number): void {
    const length = this.pos - start - reserved;
    this.demandFits(length);
    const head = headLength(length);
    if (head !== reserved) {
      this.ensure(head);
      this.bytes.copyWithin(start + head, start + reserved, this.pos);
      this.guess = head;
    }
    this.pos = start;
    writeHead(this, kind, length);
    this.pos += length;
  }
}

/** One frame as bytes of its own. @throws as `FrameWriter.frame`. */
export function encodeFrame(body: FrameBody, options?: FrameWriterOptions): Uint8Array {
  const writer = new FrameWriter(options);
  writer.frame(body);
  return writer.take();
}
