/** A reader and a writer for payloads: values and the few other fields that frames have. */
import { fault, ProtocolError, type PathStep } from '../wire/errors.ts';
import { demandWhole } from '../wire/limits.ts';
import { readUtf8, utf8Length, writeUtf8 } from '../wire/text.ts';
import * as Head from '../value/heads.ts';
import { ValueReader } from '../value/reader.ts';
import type { Value } from '../value/types.ts';
import { ValueWriter } from '../value/writer.ts';
import { verbName, verbNumber } from './verbs.ts';

export class PayloadReader extends ValueReader {
  /** The field being read, for a fault's path. */
  field: PathStep[] = [];

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
    const isText = head > Head.TEXT && head <= Head.TEXT_LONG;
    const length = isText ? this.number(head, Head.TEXT, Head.TEXT_LONG) : 65;
    if (length > 64) throw fault('VERB_FORM', 'FRAME-7', start);
    return this.utf8(length);
  }

  /** A text of so many bytes. */
  utf8(length: number): string {
    this.need(length);
    return readUtf8(this.bytes, this.pos, (this.pos += length));
  }

  /** The bytes up to the end of the payload, a copy with the option `copy`. */
  rest(): Uint8Array {
    return this.view(this.end - this.pos, this.options.copy ?? false);
  }

  /** A fault as the caller sees it: with the path from the frame, and the offset in the stream. */
  located(error: unknown, frame: string, shift: number): unknown {
    if (!(error instanceof ProtocolError)) return error;
    const path = [frame, ...this.field, ...error.path];
    return error.code === 'TRUNCATED'
      ? new ProtocolError('PAYLOAD_OVERRUN', 'FRAME-19', error.offset + shift, '', path)
      : error.moved(shift, path);
  }
}

export class PayloadWriter extends ValueWriter {
  /** A registered verb as its number, another as its text. [FRAME-7] [CANON-4] */
  verb(name: string): void {
    const number = verbNumber(name);
    if (number !== undefined) return this.byte(number);
    const length = utf8Length(name);
    demandWhole("a verb's length", length, 64, 1);
    this.head(Head.TEXT, Head.TEXT_LONG, length);
    this.utf8(name, length);
  }

  /** A text as its bytes alone, as many as its UTF-8 has. */
  utf8(text: string, length: number): void {
    this.ensure(length);
    writeUtf8(text, length, this.bytes, this.pos);
    this.pos += length;
  }
}
