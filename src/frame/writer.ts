/**
 * The frame writer: every frame goes straight into one growable buffer, its length back-filled. `peek` shows what was
 * written, `take` copies it, `pos = 0` begins anew.
 */
import { named, through } from '../wire/errors.ts';
import { demandBytes, demandWhole } from '../wire/limits.ts';
import type { EncodeOptions } from '../value/writer.ts';
import { headLength, writeHead } from './head.ts';
import type { Layout, Layouts } from './field.ts';
import { FrameKind, type FrameName } from './kinds.ts';
import { LAYOUTS } from './layouts.ts';
import { PayloadWriter } from './payload.ts';
import type { FrameBody, LinkKind } from './types.ts';

/** How frames are written. */
export interface FrameWriterOptions<N extends LinkKind = never> extends EncodeOptions {
  /** Longest payload that is written: what the receiver takes. Default 16 MiB. [LIMIT-1] */
  readonly maxPayload?: number;
  /** Kinds that are written field by field besides those of `petrel/frame`, such as `HANDSHAKE` of `petrel/frame/handshake`. */
  readonly layouts?: Layouts<N>;
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
export class FrameWriter<N extends LinkKind = never> extends PayloadWriter {
  declare private readonly layouts: Partial<Layouts<FrameName>> | undefined;
  declare protected readonly maxPayload: number;
  /** Bytes reserved for the next head: those of the last, which is mostly right and saves moving the payload. */
  private guess = 1;

  constructor(options: FrameWriterOptions<N> = {}) {
    super(options);
    this.layouts = options.layouts;
    this.maxPayload = options.maxPayload ?? 16_777_216;
  }

  /**
   * Appends a frame. After an error the buffer stands where it stood before.
   * @throws TypeError or RangeError for what no frame can say, or what is over `maxPayload`; the message names the field.
   */
  frame(body: FrameBody<N>): void {
    const { kind } = body;
    const layout = layoutOf(kind, this.layouts);
    const start = this.pos;
    const reserved = this.guess;
    this.ensure(reserved);
    this.pos += reserved;
    try {
      writeFields(this, body, layout);
      this.close(FrameKind[kind], start, reserved);
    } catch (error) {
      this.pos = start;
      throw named(through(error, kind));
    }
  }

  /** Appends a frame whose payload is there already: to forward one. `kind` is 1 to 15. */
  rawFrame(kind: number, payload: Uint8Array): void {
    demandWhole('kind', kind, 15, 1);
    demandBytes(payload);
    this.demandFits(payload.length);
    writeHead(this, kind, payload.length);
    this.raw(payload);
  }

  /** [LIMIT-1] */
  private demandFits(length: number): void {
    demandWhole("a payload's length", length, this.maxPayload);
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

/** The layout that a frame is written by. @throws TypeError for a kind that does not exist. */
export function layoutOf(kind: FrameName, layouts: Partial<Layouts<FrameName>> | undefined): Layout {
  if (!Object.hasOwn(FrameKind, kind)) throw new TypeError(`no frame is called ${kind as string}`);
  return layouts?.[kind] ?? LAYOUTS[kind];
}

/** Writes the fields of a frame, without its head. */
export function writeFields(writer: PayloadWriter, body: object, layout: Layout): void {
  let field = '';
  try {
    for (field in layout) layout[field]!.write(writer, body[field as keyof typeof body], body);
  } catch (error) {
    throw through(error, field);
  }
}

/** One frame as bytes of its own. @throws as `FrameWriter.frame`. */
export function encodeFrame<N extends LinkKind = never>(
  body: FrameBody<NoInfer<N>>,
  options?: FrameWriterOptions<N>,
): Uint8Array {
  const writer = new FrameWriter(options);
  writer.frame(body);
  return writer.take();
}
