/** A reader for payloads: values and the few fields of frames, with the place of a fault. */
import { fault, ProtocolError, type PathStep } from '../wire/errors.ts';
import { readUtf8 } from '../wire/text.ts';
import { findPath } from '../value/decode.ts';
import { Head } from '../value/kinds.ts';
import { ValueReader, type DecodeOptions } from '../value/reader.ts';
import type { Value } from '../value/types.ts';
import { verbName, verbNumber } from './verbs.ts';
import type { Uint64 } from './types.ts';

const VERB_BYTES = 64;

export class PayloadReader extends ValueReader {
  readonly options: DecodeOptions;
  /** The field being read, for a fault's path. */
  field: PathStep[] = [];
  /** Where the value being read began, -1 outside values. */
  private valueStart = -1;

  constructor(options: DecodeOptions = {}) {
    super(options);
    this.options = options;
  }

  /** Begins a payload, `bytes[start, end)`. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    this.reset(bytes, start, end);
    this.field = [];
    this.valueStart = -1;
  }

  /** The next value, for the field `name`. */
  nextValue(...name: PathStep[]): Value {
    this.field = name;
    this.valueStart = this.pos;
    const value = this.readValue();
    this.valueStart = -1;
    return value;
  }

  /** A varint of 64 bits. */
  uint64Of(name: string): Uint64 {
    this.field = [name];
    return this.varint();
  }

  /** [FRAME-6] */
  requestId(): Uint64 {
    const start = this.pos;
    const id = this.uint64Of('id');
    if (id === 0) throw fault('ID_ZERO', 'FRAME-6', start, 'request ids begin at 1');
    return id;
  }

  /** A verb's name: of a registered number, or the text itself. [FRAME-7] */
  verb(): string {
    this.field = ['verb'];
    const start = this.pos;
    const head = this.byte('a verb');
    if (head < Head.UINT_BYTES) {
      const name = verbName(head);
      if (name === undefined) throw fault('VERB_UNKNOWN', 'FRAME-7', start, `verb ${head} is not registered`);
      return name;
    }
    let length = head - Head.TEXT;
    if (head === Head.TEXT_LONG) length += this.length();
    if (head <= Head.TEXT || head > Head.TEXT_LONG || length > VERB_BYTES) {
      throw fault(
        'VERB_FORM',
        'FRAME-7',
        start,
        `a verb is a uint below 88 or a text of 1 to ${VERB_BYTES} bytes`,
      );
    }
    this.need(length, 'a verb');
    const name = readUtf8(this.bytes, this.pos, this.pos + length);
    this.pos += length;
    if (this.options.canonical && verbNumber(name) !== undefined) {
      throw fault('NOT_CANONICAL', 'CANON-4', start, `${name} is registered; its number is canonical`);
    }
    return name;
  }

  /** Values up to the end of the payload. */
  args(): Value[] {
    const args: Value[] = [];
    while (this.pos < this.end) args.push(this.nextValue('args', args.length));
    return args;
  }

  /** The bytes up to the end of the payload, a copy with the option `copy`. */
  rest(name: string): Uint8Array {
    this.field = [name];
    return this.view(this.end - this.pos, this.options.copy ?? false, name);
  }

  /** A text up to the end of the payload. */
  restText(name: string): string {
    this.field = [name];
    const text = readUtf8(this.bytes, this.pos, this.end);
    this.pos = this.end;
    return text;
  }

  /** The payload ends here. [FRAME-19] */
  done(): void {
    this.field = [];
    if (this.pos < this.end) {
      throw fault('TRAILING_BYTES', 'FRAME-19', this.pos, `${this.end - this.pos} bytes after the last item`);
    }
  }

  /**
   * A fault as the caller sees it: what is incomplete in a payload, whose length is known, runs past its end; the offset
   * counts from the stream's beginning, the path from the frame. [FRAME-19]
   */
  located(error: unknown, frame: string, shift: number): unknown {
    if (!(error instanceof ProtocolError)) return error;
    const path: PathStep[] = [frame, ...this.field];
    if (this.valueStart >= 0) {
      const again = new ValueReader(this.options);
      again.reset(this.bytes, this.valueStart, this.end);
      path.push(...findPath(again, error));
    }
    const overrun = error.code === 'TRUNCATED';
    const code = overrun ? 'PAYLOAD_OVERRUN' : error.code;
    const detail = overrun ? error.detail.replace('the input ends', 'the payload ends') : error.detail;
    return new ProtocolError(code, overrun ? 'FRAME-19' : error.rule, error.offset + shift, detail, path);
  }
}
