/** A value of JavaScript's on one line, in the text form; for display, so it may be cut. */
import { quote } from '../wire/errors.ts';
import { SET } from '../value/tag.ts';
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from '../value/types.ts';
import { bytesText, floatText, scalarText, tagOpening } from './show.ts';

/** How a value is written. */
export interface FormatOptions {
  /** Most UTF-16 code units; what is longer is cut and ends in an ellipsis. Default: no limit. */
  readonly maxLength?: number;
}

/** Thrown to stop where the line is full; never leaves this file. */
class Full extends Error {}

/**
 * The text of a value as one line, safe to print: control and format characters are escaped. Takes time for what is shown,
 * not for what is cut.
 */
export function formatValue(value: Encodable | undefined, options: FormatOptions = {}): string {
  const line = new Line(options.maxLength ?? Infinity);
  try {
    line.value(value);
  } catch (error) {
    if (!(error instanceof Full)) throw error;
  }
  return line.text;
}

class Line {
  text = '';
  private readonly room: number;

  constructor(room: number) {
    this.room = room;
  }

  private add(text: string): void {
    if (this.text.length + text.length > this.room) {
      this.text = `${(this.text + text.slice(0, this.room)).slice(0, Math.max(0, this.room - 1))}…`;
      throw new Full();
    }
    this.text += text;
  }

  value(value: Encodable | undefined): void {
    if (typeof value === 'string') this.add(quote(value.slice(0, this.room)));
    else if (typeof value === 'number')
      this.add(Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : floatText(value));
    else if (typeof value === 'object' && value !== null) this.object(value);
    else this.add(String(value));
  }

  private object(value: Encodable & object): void {
    if (value instanceof Float || value instanceof Decimal) this.add(scalarText(value));
    else if (value instanceof Uint8Array) this.bytes(value);
    else if (Array.isArray(value)) this.items('[', value as readonly Encodable[], ']');
    else if (value instanceof Tagged) this.tagged(value);
    else if (value instanceof Set) this.tagged(new Tagged(SET, [...(value as ReadonlySet<Encodable>)]));
    else if (value instanceof Message) this.opaque(`message(${value.type}, `, value.bytes);
    else if (value instanceof Opaque) this.opaque(`reserved(0x${value.kind.toString(16)}, `, value.bytes);
    else if (value instanceof Entries || value instanceof Map)
      this.pairs(value as Iterable<[Encodable, Encodable]>);
    else this.pairs(Object.entries(value));
  }

  private bytes(bytes: Uint8Array): void {
    this.add(bytesText(bytes.subarray(0, Math.min(bytes.length, this.room))));
  }

  private opaque(open: string, bytes: Uint8Array): void {
    this.add(open);
    this.bytes(bytes);
    this.add(')');
  }

  private tagged({ tag, value }: Tagged): void {
    this.add(tagOpening(tag));
    this.value(value);
    this.add(')');
  }

  private items(open: string, items: readonly Encodable[], close: string): void {
    this.add(open);
    for (const [i, item] of items.entries()) {
      if (i > 0) this.add(', ');
      this.value(item);
    }
    this.add(close);
  }

  private pairs(pairs: Iterable<readonly [Encodable, Encodable | undefined]>): void {
    let open = '{';
    for (const [key, value] of pairs) {
      this.add(open);
      this.value(key);
      this.add(': ');
      this.value(value);
      open = ', ';
    }
    this.add(open === '{' ? '{}' : '}');
  }
}
