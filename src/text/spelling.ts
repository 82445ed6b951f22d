/**
 * The default spelling of a value's items, given what the bytes before them defined: what the text form leaves out. Printer
 * and parser both ask here, in the order of the bytes, so that a head that is left out comes back as it was.
 */
import { utf8Length } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import { encode } from '../value/encode.ts';
import * as Head from '../value/heads.ts';
import { seeded } from '../value/keys.ts';
import { PREFIX_CHARACTERS, REFERENCE_BYTES, TABLE_ENTRIES, valueKind } from '../value/kinds.ts';
import { sharedStart } from '../value/lookup.ts';
import { prefersUtf16 } from '../value/spelling.ts';
import { PLAIN, type Form, type MapNode, type Node, type OpaqueNode } from './nodes.ts';

const AS_PLAIN = { form: 'plain' } as const;

export class Spelling {
  /** Texts and shapes that the value's bytes defined so far, and the lowest index of each. [VALUE-10] [VALUE-12] */
  readonly texts: string[] = [];
  readonly shapes: (readonly string[])[] = [];
  private readonly textIndex = new Map<string, number>();
  /** By their first characters: the latest text that begins so. [CANON-7] */
  private readonly startIndex = new Map<string, number>();
  private readonly shapeIndex = new Map<string, number>();
  private readonly scratch = new Writer();

  /** Begins a top-level value: its tables are its own. */
  clear(): void {
    this.texts.length = this.shapes.length = 0;
    this.textIndex.clear();
    this.startIndex.clear();
    this.shapeIndex.clear();
  }

  /** The head that `node` has by default; a view that the next call overwrites. */
  head(node: Node, form: Form): Uint8Array {
    if (node.type === 'scalar') return encode(node.value, form === PLAIN ? AS_PLAIN : undefined);
    this.scratch.pos = 0;
    this.write(node, form);
    return this.scratch.peek();
  }

  private write(node: Exclude<Node, { type: 'scalar' }>, form: Form): void {
    switch (node.type) {
      case 'text':
        return this.text(node.text, form);
      case 'bytes':
        return this.number(Head.BYTES, Head.BYTES_LONG, node.bytes.length);
      case 'array':
        return this.number(Head.ARRAY, Head.ARRAY_LONG, node.items.length);
      case 'map':
        return this.map(node, form);
      case 'tagged':
        this.scratch.byte(Head.TAGGED);
        return this.scratch.varint(node.tag);
      default:
        return this.opaque(node);
    }
  }

  private text(text: string, form: Form): void {
    const index = form === PLAIN ? undefined : this.textIndex.get(seeded(text));
    if (index !== undefined) {
      if (index < Head.REFS) return this.scratch.byte(Head.REF + index);
      this.scratch.byte(Head.REF_LONG);
      this.scratch.varint(index - Head.REFS);
    } else if (form === PLAIN) this.number(Head.TEXT, Head.TEXT_LONG, utf8Length(text));
    else this.literal(this.prefixed(text));
  }

  /** The head of a text that begins as an earlier one does. @returns what is left to be said */
  private prefixed(text: string): string {
    const index = this.startIndex.get(startOf(text));
    const shared = index === undefined ? 0 : sharedStart(text, this.texts[index]!);
    if (index === undefined || shared < PREFIX_CHARACTERS) return text;
    this.scratch.byte(Head.TEXT_PREFIXED);
    this.scratch.varint(this.texts.length - 1 - index);
    this.scratch.varint(shared - PREFIX_CHARACTERS);
    return text.slice(shared);
  }

  private literal(text: string): void {
    const length = utf8Length(text);
    if (prefersUtf16(text.length, length)) {
      this.scratch.byte(Head.TEXT_UTF16);
      this.scratch.varint(2 * text.length);
    } else this.number(Head.TEXT, Head.TEXT_LONG, length);
  }

  private map({ texts, values }: MapNode, form: Form): void {
    const known = form === PLAIN || texts === undefined || this.shapes.length === 0;
    const shape = known ? undefined : this.shapeIndex.get(shapeIdentity(texts));
    if (shape === undefined) this.number(Head.MAP, Head.MAP_LONG, values.length);
    else this.number(Head.RECORD, Head.RECORD_LONG, shape);
  }

  private opaque({ type, number, bytes }: OpaqueNode): void {
    const { scratch } = this;
    if (type === 'reserved') {
      scratch.byte(Number(number));
      return scratch.varint(bytes.length);
    }
    scratch.varint(number);
    const width = scratch.pos;
    scratch.pos = 0;
    scratch.byte(Head.MESSAGE);
    scratch.varint(width + bytes.length);
    scratch.varint(number);
  }

  private number(first: number, long: number, number: number): void {
    if (number < long - first) return this.scratch.byte(first + number);
    this.scratch.byte(long);
    this.scratch.varint(number - (long - first));
  }

  /**
   * Visits what the item `node` holds, in the order of the bytes, and takes down what it defines. `first` is its first byte.
   * The keys of a record are not visited: they are not there.
   */
  inside(node: Node, first: number, visit: (child: Node) => void): void {
    switch (node.type) {
      case 'text':
        if (valueKind(first) === 'text') this.defineText(node.text);
        return;
      case 'array':
        return node.items.forEach(visit);
      case 'tagged':
        return visit(node.content);
      case 'map':
        if (valueKind(first) === 'map') {
          node.keys?.forEach(visit);
          if (node.texts !== undefined) this.defineShape(node.texts);
        }
        return node.values.forEach(visit);
      default:
    }
  }

  private defineText(text: string): void {
    if (utf8Length(text) < REFERENCE_BYTES || this.texts.length >= TABLE_ENTRIES) return;
    const id = seeded(text);
    if (!this.textIndex.has(id)) this.textIndex.set(id, this.texts.length);
    this.startIndex.set(startOf(text), this.texts.length);
    this.texts.push(text);
  }

  private defineShape(keys: readonly string[]): void {
    if (keys.length === 0 || this.shapes.length >= TABLE_ENTRIES) return;
    const id = shapeIdentity(keys);
    if (!this.shapeIndex.has(id)) this.shapeIndex.set(id, this.shapes.length);
    this.shapes.push(keys);
  }
}

/** What a text begins with, as a key that spells no number. */
function startOf(text: string): string {
  return `s${text.slice(0, PREFIX_CHARACTERS)}`;
}

/** A string that is equal for equal sequences of keys, and spells no number. */
function shapeIdentity(keys: readonly string[]): string {
  return `k${keys.map((key) => `${key.length}:${key}`).join('')}`;
}

/** Whether two byte strings are equal. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
