/** A reader for payloads: values and the few fields of frames, with the place of a fault. */
import { fault, ProtocolError, type PathStep } from '../wire/errors.ts';
import { readUtf8 } from '../wire/text.ts';

import * as Head from '../value/heads.ts';
import { ValueReader, type DecodeOptions } from '../value/reader.ts';
import type { Value } from '../value/types.ts';
import type { FrameName } from './kinds.ts';
import { LAYOUTS } from './layouts.ts';
import type { FrameBody } from './types.ts';
import { verbName } from './verbs.ts';

export class PayloadReader extends ValueReader {
  readonly options: DecodeOptions;
  /** The field being read, for a fault's path. */
  field: PathStep[] = [];

  constructor(options: DecodeOptions = {}) {
    super(options);
    this.options = options;
  }

  /**
   * Reads `bytes[start, end)`, the payload of a frame of this kind. What a payload's end cuts off can't be completed by
   * more input: it is PAYLOAD_OVERRUN. [FRAME-19]
   * @param shift what to add to an offset for a fault.
   */
  readBody(name: FrameName, bytes: Uint8Array, start: number, end: number, shift: number): FrameBody {
    this.reset(bytes, start, end);
    const body: Record<string, unknown> = { kind: name };
    try {
      const layout = LAYOUTS[name];
      for (const field in layout) {
        this.field = [field];
        const value = layout[field]!.read(this, body);
        if (value !== undefined) body[field] = value;
      }
      this.field = [];
      const left = this.end - this.pos;
      if (left > 0) throw fault('TRAILING_BYTES', 'FRAME-19', this.pos, `${left} bytes after the last item`);
    } catch (error) {
      throw this.located(error, name, shift);
    } finally {
      this.release();
    }
    return body as unknown as FrameBody;
  }

  /** The next value, for the field of this path. */
  nextValue(...field: PathStep[]): Value {
    this.field = field;
    return this.readValue();
  }

  /** A verb's name: of a registered number, or the text itself, 1 to 64 bytes. [FRAME-7] */
  verb(): string {
    const start = this.pos;
    const head = this.byte();
    if (head < Head.UINT_BYTES) {
      const name = verbName(head);
      if (name === undefined) throw fault('VERB_UNKNOWN', 'FRAME-7', start, `${head}`);
      return name;
    }
    let length = head - Head.TEXT;
    if (head === Head.TEXT_LONG) length += this.length();
    if (head <= Head.TEXT || head > Head.TEXT_LONG || length > 64) {
      throw fault('VERB_FORM', 'FRAME-7', start, 'neither a uint below 88 nor a text of 1 to 64 bytes');
    }
    this.need(length);
    return readUtf8(this.bytes, this.pos, (this.pos += length));
  }

  /** The bytes up to the end of the payload, a copy with the option `copy`. */
  rest(): Uint8Array {
    return this.view(this.end - this.pos, this.options.copy ?? false);
  }

  /** A fault as the caller sees it: with the path from the frame, and the offset in the stream. */
  private located(error: unknown, frame: string, shift: number): unknown {
    if (!(error instanceof ProtocolError)) return error;
    const path = [frame, ...this.field, ...error.path];
    return error.code === 'TRUNCATED'
      ? new ProtocolError(
          'PAYLOAD_OVERRUN',
          'FRAME-19',
          error.offset + shift,
          'the payload ends inside an item',
          path,
        )
      : error.moved(shift, path);
  }
}
