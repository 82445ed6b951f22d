/** Frames as pieces: a large body is sent from where it is. */
import { named, through } from '../wire/errors.ts';
import type { Encodable } from '../value/types.ts';
import { Borrowed, type PieceOptions } from '../value/pieces.ts';
import { Writer } from '../wire/writer.ts';
import { writeHead } from './head.ts';
import { FrameKind } from './kinds.ts';
import { LAYOUTS } from './layouts.ts';
import { PayloadWriter } from './payload.ts';
import type { FrameBody } from './types.ts';
import type { FrameWriterOptions } from './writer.ts';

class PieceWriter extends PayloadWriter {
  readonly borrowed: Borrowed;
  /** What is written is a buffer of ours that is used again. */
  private own = false;

  constructor(options: PieceOptions) {
    super(options);
    this.borrowed = new Borrowed(options);
  }

  override raw(source: Uint8Array): void {
    if (this.own || !this.borrowed.take(source, this.pos)) super.raw(source);
  }

  override plainValue(value: Encodable): void {
    this.own = true;
    try {
      super.plainValue(value);
    } finally {
      this.own = false;
    }
  }
}

/**
 * One frame as pieces that joined are what `encodeFrame` answers: its head, then its payload.
 * @returns at least one piece. Byte strings of `threshold` bytes and more, and payloads that are forwarded, are the caller's
 *   own arrays: they must not change before the pieces went out.
 * @throws as `FrameWriter.frame`.
 */
export function framePieces(body: FrameBody, options: FrameWriterOptions & PieceOptions = {}): Uint8Array[] {
  const { kind } = body;
  if (!Object.hasOwn(FrameKind, kind)) throw new TypeError(`no frame is called ${kind as string}`);
  const writer = new PieceWriter(options);
  const layout = LAYOUTS[kind];
  let field = '';
  try {
    for (field in layout) layout[field]!.write(writer, body[field as keyof FrameBody] as never, body);
    field = '';
    const length = writer.pos + writer.borrowed.length;
    const { maxPayload = 16_777_216 } = options;
    if (length > maxPayload) throw new RangeError(`a payload of ${length} bytes, the limit is ${maxPayload}`);
    const head = new Writer(16);
    writeHead(head, FrameKind[kind], length);
    return [head.peek(), ...writer.borrowed.pieces(writer.peek())];
  } catch (error) {
    throw named(through(field ? through(error, field) : error, kind));
  }
}
