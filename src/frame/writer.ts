/**
 * The frame writer: every frame goes straight into one growable buffer, its length back-filled. `peek` shows what was
 * written, `take` copies it, `pos = 0` begins anew.
 */
import { quote } from '../wire/errors.ts';
import { utf8Length } from '../wire/text.ts';
import { ValueWriter, type EncodeOptions } from '../value/writer.ts';
import type { Encodable } from '../value/types.ts';
import { BODIES } from './bodies.ts';
import { headLength } from './head.ts';
import { FrameKind } from './kinds.ts';
import { verbNumber } from './verbs.ts';
import type { FrameBody, Uint64 } from './types.ts';

const VERB_BYTES = 64;

export interface FrameWriterOptions extends EncodeOptions {
  /** Longest payload that is written: what the receiver takes. Default 16 MiB. [LIMIT-1] */
  readonly maxPayload?: number;
}

export class FrameWriter extends ValueWriter {
  private readonly maxPayload: number;
  private readonly plain: ValueWriter;
  /** Bytes reserved for the next head: those of the last, which is mostly right and saves moving the payload. */
  private guess = 1;

  constructor(options: FrameWriterOptions = {}) {
    super(options);
    this.maxPayload = options.maxPayload ?? 16_777_216;
    this.plain = new ValueWriter({ form: 'plain' });
  }

  /**
   * Appends a frame. After an error the buffer stands where it stood before.
   * @throws TypeError or RangeError for what no frame can say, or what is over `maxPayload`.
   */
  frame(body: FrameBody): void {
    const kind: number | undefined = FrameKind[body.kind];
    if (kind === undefined) throw new TypeError(`no frame is called ${body.kind as string}`);
    const start = this.pos;
    const reserved = this.guess;
    this.ensure(reserved);
    this.pos += reserved;
    try {
      BODIES[body.kind].write(this, body as never);
      this.close(kind, start, reserved);
    } catch (error) {
      this.pos = start;
      throw error;
    }
  }

  /** Appends a frame whose payload is there already: to forward one. `kind` is 1 to 15. */
  rawFrame(kind: number, payload: Uint8Array): void {
    if (!Number.isInteger(kind) || kind < 1 || kind > 15)
      throw new RangeError(`frame kinds are 1 to 15, not ${kind}`);
    const start = this.pos;
    const head = headLength(payload.length);
    this.ensure(head + payload.length);
    this.pos += head;
    this.raw(payload);
    this.close(kind, start, head);
  }

  /** Back-fills the head of the frame that began at `start` with `reserved` bytes for it. */
  private close(kind: number, start: number, reserved: number): void {
    const length = this.pos - start - reserved;
    if (length > this.maxPayload)
      throw new RangeError(`a payload of ${length} bytes; the limit is ${this.maxPayload}`);
    const head = headLength(length);
    if (head !== reserved) {
      this.ensure(Math.max(0, head - reserved));
      this.bytes.copyWithin(start + head, start + reserved, this.pos);
      this.guess = head;
    }
    this.pos = start;
    if (length < 15) this.byte((kind << 4) | length);
    else {
      this.byte((kind << 4) | 15);
      this.varint(length - 15);
    }
    this.pos += length;
  }

  /** [FRAME-6] */
  requestId(id: Uint64): void {
    if (Number(id) === 0) throw new RangeError('request ids begin at 1 [FRAME-6]');
    this.uint64(id, 'a request id');
  }

  /** A varint. @throws RangeError unless it is a whole number from 0 to 2^64 - 1, a number only when safe. */
  uint64(value: Uint64, what: string): void {
    const whole =
      typeof value === 'bigint'
        ? value >= 0n && value < 2n ** 64n
        : Number.isSafeInteger(value) && value >= 0;
    if (!whole) throw new RangeError(`${what} is a whole number from 0 to 2^64 - 1, not ${value}`);
    this.varint(value);
  }

  /** A registered verb as its number, another as its text. [FRAME-7] [CANON-4] */
  verb(name: string): void {
    const number = verbNumber(name);
    if (number !== undefined) return this.byte(number);
    const length = utf8Length(name);
    if (length < 1 || length > VERB_BYTES)
      throw new RangeError(`a verb takes 1 to ${VERB_BYTES} bytes, ${quote(name)} takes ${length}`);
    this.plainValue(name);
  }

  /** Top-level values one after the other. */
  values(name: string, values: readonly Encodable[]): void {
    for (let i = 0; i < values.length; i++) {
      try {
        this.writeValue(values[i]!);
      } catch (error) {
        if (error instanceof Error) error.message += ` (in ${name}[${i}])`;
        throw error;
      }
    }
  }

  /** A value in plain form whatever this writer's is. [HELLO-3] */
  plainValue(value: Encodable): void {
    this.plain.pos = 0;
    this.plain.writeValue(value);
    this.raw(this.plain.peek());
  }
}

/** One frame as bytes of its own. @throws as `FrameWriter.frame`. */
export function encodeFrame(body: FrameBody, options?: FrameWriterOptions): Uint8Array {
  const writer = new FrameWriter(options);
  writer.frame(body);
  return writer.take();
}
