/** What tokens that open nothing say: texts, numbers, and what RESP has a type of its own for. [RESP-4] [RESP-10] */
import { NUMBER_DIGITS } from '../value/kinds.ts';
import * as Tag from '../value/tag.ts';
import { Tagged, type Value } from '../value/types.ts';
import type { ProtocolError } from '../wire/errors.ts';
import type { Aggregates } from './aggregates.ts';
import { TAG, TAGGED_PAIR } from './budget.ts';
import {
  floatOf,
  integerOf,
  isUint,
  isWord,
  readBig,
  readDouble,
  readInteger,
  seventeenDigits,
  shortest,
  shortInteger,
} from './numbers.ts';
import type { RespScanner } from './scanner.ts';
import { RespTag, STATUSES } from './tags.ts';
import { textOf } from './text.ts';
import { NULL_LENGTH, RespType } from './types.ts';

/** Reads the scanner's token. What carries it is charged where it stands. */
export class Scalars {
  private readonly scanner: RespScanner;
  private readonly around: Aggregates;

  constructor(scanner: RespScanner, around: Aggregates) {
    this.scanner = scanner;
    this.around = around;
  }

  /** @throws ProtocolError RESP_VALUE [RESP-4], LIMIT_DEPTH, LIMIT_ELEMENTS, LIMIT_NUMBER [RESP-7]. */
  read(): Value {
    const { scanner } = this;
    switch (scanner.type) {
      case RespType.BulkString:
        return scanner.count === NULL_LENGTH ? this.tagged(RespTag.Null, 0) : this.text();
      case RespType.Chunk:
        return this.text();
      case RespType.Array:
        return this.tagged(RespTag.Null, 1);
      case RespType.SimpleString:
        return this.status();
      case RespType.SimpleError:
        return this.tagged(Tag.ERROR, this.text());
      case RespType.BulkError:
        this.around.charge(TAGGED_PAIR);
        return new Tagged(Tag.ERROR, [this.text(), null]);
      case RespType.Integer:
        return this.integer();
      case RespType.BigNumber:
        return this.big();
      case RespType.Double:
        return this.double();
      case RespType.Boolean:
        return this.boolean();
      case RespType.Verbatim:
        return this.verbatim();
      default:
        if (scanner.end > scanner.start) throw this.invalid('a null has no text');
        return null;
    }
  }

  private tagged(tag: number, value: Value): Tagged {
    this.around.charge(TAG);
    return new Tagged(tag, value);
  }

  private status(): Value {
    const text = this.text();
    const index = STATUSES.indexOf(text as string);
    return this.tagged(RespTag.Status, index < 0 ? text : index);
  }

  private boolean(): Value {
    const text = this.ascii();
    if (text !== 't' && text !== 'f') throw this.invalid('neither t nor f');
    return text === 't';
  }

  private integer(): Value {
    const { bytes, start, end } = this.scanner;
    return shortInteger(bytes, start, end) ?? this.judged(readInteger(this.ascii()), 'no 64-bit integer');
  }

  private big(): Value {
    const { scanner } = this;
    const text = this.ascii();
    if (text.length > NUMBER_DIGITS && /^\d/.test(text))
      throw scanner.fail('LIMIT_NUMBER', 'RESP-7', scanner.offset, `more than ${NUMBER_DIGITS} digits`);
    const value = this.judged(readBig(text), 'no integer');
    if (isWord(value)) return this.tagged(RespTag.Big, integerOf(value));
    if (!isUint(value)) this.around.charge(TAG); // a bignum has a tag of its own
    return value;
  }

  private double(): Value {
    const text = this.ascii();
    const value = this.judged(readDouble(text), 'no double');
    if (text === shortest(value)) return floatOf(value);
    return this.tagged(RespTag.Double, text === seventeenDigits(value) ? floatOf(value) : text);
  }

  private verbatim(): Value {
    const { bytes, start, end } = this.scanner;
    if (end - start < 4 || bytes[start + 3] !== 0x3a)
      throw this.invalid('a verbatim string begins with three characters and a colon');
    this.around.charge(TAGGED_PAIR);
    return new Tagged(Tag.VERBATIM, [textOf(bytes, start, start + 3), textOf(bytes, start + 4, end)]);
  }

  private text(): string | Uint8Array {
    const { bytes, start, end } = this.scanner;
    return textOf(bytes, start, end);
  }

  /** The token's text where it is a number's or a boolean's: one character a byte. */
  private ascii(): string {
    const { bytes, start, end } = this.scanner;
    let text = '';
    for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
    return text;
  }

  private judged<T>(value: T | undefined, detail: string): T {
    if (value === undefined) throw this.invalid(detail);
    return value;
  }

  private invalid(detail: string): ProtocolError {
    return this.scanner.fail('RESP_VALUE', 'RESP-4', this.scanner.textOffset, detail);
  }
}
