/** Frames as pieces: a large body is sent from where it is. */
import { named, through } from '../wire/errors.ts';
import { Borrowed, type PieceOptions } from '../value/pieces.ts';
import { Writer } from '../wire/writer.ts';
import { writeHead } from './head.ts';
import { FrameKind } from './kinds.ts';
import { PayloadWriter } from './payload.ts';
import { demandWhole } from '../wire/limits.ts';
import type { FrameBody, LinkKind } from './types.ts';
import { layoutOf, writeFields, type FrameWriterOptions } from './writer.ts';

class PieceWriter extends PayloadWriter {
  readonly borrowed: Borrowed;

  constructor(options: PieceOptions) {
    super(options);
    this.borrowed = new Borrowed(options);
  }

  override raw(source: Uint8Array): void {
    if (!this.borrowed.take(source, this.pos)) super.raw(source);
  }
}

/**
 * One frame as pieces that joined are what `encodeFrame` answers: its head, then its payload.
 * @returns at least one piece. Byte strings of `threshold` bytes and more, and payloads that are forwarded, are the caller's
 *   own arrays: they must not change before the pieces went out.
 * @throws as `FrameWriter.frame`.
 */
export function framePieces<N extends LinkKind = never>(
  body: FrameBody<NoInfer<N>>,
  options: FrameWriterOptions<N> & PieceOptions = {},
): Uint8Array[] {
  const { kind } = body;
  const layout = layoutOf(kind, options.layouts);
  const writer = new PieceWriter(options);
  try {
    writeFields(writer, body, layout);
    const length = writer.pos + writer.borrowed.length;
    const { maxPayload = 16_777_216 } = options;
    demandWhole("a payload's length", length, maxPayload);
    const head = new Writer(16);
    writeHead(head, FrameKind[kind], length);
    return [head.peek(), ...writer.borrowed.pieces(writer.peek())];
  } catch (error) {
    throw named(through(error, kind));
  }
}
