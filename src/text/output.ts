/** From nodes to bytes: default heads where no mark stands, and the check that a mark says what it follows. */
import { Reader } from '../wire/reader.ts';
import { utf8Length, writeUtf16, writeUtf8 } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import * as Head from '../value/heads.ts';
import { keyIdentity } from '../value/keys.ts';
import { PREFIX_CHARACTERS, valueKind } from '../value/kinds.ts';
import { sharedStart } from '../value/lookup.ts';
import { ValueReader } from '../value/reader.ts';
import type { Form, MapNode, Node, OpaqueNode, ScalarNode } from './nodes.ts';
import type { Scanner } from './scanner.ts';
import { Spelling } from './spelling.ts';

export class Output extends Writer {
  private readonly spelling = new Spelling();
  private readonly source: Scanner;
  private form: Form = 1;

  /** @param source what the nodes were read from, for the place of an error. */
  constructor(source: Scanner) {
    super();
    this.source = source;
  }

  /** Appends a top-level value: its tables are its own. @throws TextError for a mark that says something else. */
  top(node: Node, form: Form): void {
    this.spelling.clear();
    this.form = form;
    this.item(node);
  }

  private readonly item = (node: Node): void => {
    const { head } = node;
    if (head !== undefined && !this.says(head, node))
      throw this.source.error('the mark is no spelling of what it follows', node.at);
    const start = this.pos;
    this.raw(head ?? this.spelling.head(node, this.form));
    const first = this.bytes[start]!;
    this.content(node, start);
    this.spelling.inside(node, first, this.item);
  };

  /** What follows the head that begins at `start`. */
  private content(node: Node, start: number): void {
    const first = this.bytes[start]!;
    if (node.type === 'text' && first === Head.TEXT_PREFIXED) this.rest(node.text, start);
    else if (node.type === 'text') this.text(node.text, first);
    else if (node.type === 'bytes' || node.type === 'message' || node.type === 'reserved')
      this.raw(node.bytes);
    else if (node.type === 'map' && valueKind(first) === 'record') this.noMarks(node);
  }

  private rest(text: string, start: number): void {
    const { shared, rest } = prefixIn(new Reader(this.bytes, start + 1, this.pos));
    this.text(text.slice(shared), rest);
  }

  private text(text: string, first: number): void {
    if (first === Head.TEXT_UTF16) {
      this.ensure(2 * text.length);
      writeUtf16(text, this.bytes, this.pos);
      this.pos += 2 * text.length;
    } else if (valueKind(first) === 'text') this.utf8(text);
  }

  /** A text's UTF-8 without a head. */
  utf8(text: string): void {
    const length = utf8Length(text);
    this.ensure(length);
    writeUtf8(text, length, this.bytes, this.pos);
    this.pos += length;
  }

  /** A record's keys are not on the wire: a mark on one would be lost. */
  private noMarks({ keys }: MapNode): void {
    const marked = keys?.find((key) => key.head !== undefined);
    if (marked !== undefined)
      throw this.source.error('this map is a record: its keys have no heads to mark', marked.at);
  }

  /** Whether the head `mark` is one of `node`, in its shortest spelling or a longer one. */
  private says(mark: Uint8Array, node: Node): boolean {
    if (node.type === 'scalar') return saysScalar(mark, node);
    const kind = valueKind(mark[0]!);
    const reader = new Reader(mark, 1);
    reader.overlong = true;
    try {
      const says =
        node.type === kind ? this.saysNumber(mark[0]!, reader, node) : this.saysTable(mark[0]!, reader, node);
      return says && reader.pos === mark.length;
    } catch {
      return false; // the mark ends too early, or its number is out of range
    }
  }

  private saysNumber(first: number, reader: Reader, node: Exclude<Node, ScalarNode>): boolean {
    switch (node.type) {
      case 'text':
        return first === Head.TEXT_PREFIXED
          ? this.saysPrefixed(reader, node.text)
          : saysLiteral(first, reader, node.text);
      case 'bytes':
        return numberIn(reader, first, Head.BYTES, Head.BYTES_LONG) === node.bytes.length;
      case 'array':
        return numberIn(reader, first, Head.ARRAY, Head.ARRAY_LONG) === node.items.length;
      case 'map':
        return numberIn(reader, first, Head.MAP, Head.MAP_LONG) === node.values.length;
      case 'tagged':
        return sameNumber(reader.varint(), node.tag);
      default:
        return saysOpaque(first, reader, node);
    }
  }

  private saysPrefixed(reader: Reader, text: string): boolean {
    const { distance, shared, rest } = prefixIn(reader);
    const base = this.spelling.texts.at(-1 - distance) ?? '';
    return shared <= sharedStart(text, base) && saysLiteral(rest, reader, text.slice(shared));
  }

  /** A reference to a text, a record for a map. */
  private saysTable(first: number, reader: Reader, node: Node): boolean {
    const kind = valueKind(first);
    if (node.type === 'text' && kind === 'ref') {
      const index = first === Head.REF_LONG ? Head.REFS + reader.length() : first - Head.REF;
      return this.spelling.texts[index] === node.text;
    }
    if (node.type !== 'map' || kind !== 'record') return false;
    const shape = this.spelling.shapes[numberIn(reader, first, Head.RECORD, Head.RECORD_LONG)];
    const { texts } = node;
    return (
      texts !== undefined && shape?.length === texts.length && texts.every((text, i) => text === shape[i])
    );
  }
}

/** What a prefixed text's head says, the reader standing behind its first byte; `rest` is the first byte of the rest. */
function prefixIn(reader: Reader): { distance: number; shared: number; rest: number } {
  reader.overlong = true;
  return { distance: reader.length(), shared: reader.length() + PREFIX_CHARACTERS, rest: reader.byte() };
}

function saysLiteral(first: number, reader: Reader, text: string): boolean {
  if (first === Head.TEXT_UTF16) return reader.length() === 2 * text.length;
  return (
    valueKind(first) === 'text' && numberIn(reader, first, Head.TEXT, Head.TEXT_LONG) === utf8Length(text)
  );
}

function numberIn(reader: Reader, first: number, inline: number, long: number): number {
  return first === long ? long - inline + reader.length() : first - inline;
}

function saysOpaque(first: number, reader: Reader, { type, number, bytes }: OpaqueNode): boolean {
  const length = reader.length();
  if (type === 'reserved') return sameNumber(first, number) && length === bytes.length;
  const start = reader.pos;
  return sameNumber(reader.varint(), number) && length === reader.pos - start + bytes.length;
}

function saysScalar(mark: Uint8Array, { value }: ScalarNode): boolean {
  const reader = new ValueReader({ lossless: true });
  reader.overlong = true;
  reader.reset(mark);
  try {
    return keyIdentity(reader.readValue()) === keyIdentity(value) && reader.pos === mark.length;
  } catch {
    return false;
  }
}

/** `number` and `bigint` of the same number are equal. */
export function sameNumber(a: number | bigint, b: number | bigint): boolean {
  return BigInt(a) === BigInt(b);
}
