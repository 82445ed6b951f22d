/** From bytes to nodes: a tolerant reader that keeps every head, and which default spelling a value comes nearest to. */
import type { Limits } from '../wire/limits.ts';
import * as Head from '../value/heads.ts';
import { valueKind, type ValueKind } from '../value/kinds.ts';
import { ValueReader, type ValueVisitor } from '../value/reader.ts';
import type { Message, Opaque, Tagged, Value } from '../value/types.ts';
import { CANONICAL, PLAIN, textsOf, type Form, type Node, type ScalarNode } from './nodes.ts';
import { sameBytes, Spelling } from './spelling.ts';

interface Open {
  readonly kind: ValueKind;
  readonly start: number;
  readonly body: number;
  readonly count: number;
  readonly keys: readonly string[] | undefined;
  readonly children: Node[];
}

/** Heads of one byte: most are. */
const ONE: readonly Uint8Array[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  Uint8Array.of(byte),
);

/**
 * Reads the values and fields of a payload for people: longer spellings of numbers than the shortest are kept, not refused;
 * all other rules of values hold.
 */
export class TreeReader extends ValueReader implements ValueVisitor {
  override overlong = true;
  private readonly spelling = new Spelling();
  private readonly opened: Open[] = [];
  private root: Node | undefined;
  private canonicalMarks = 0;
  private plainMarks = 0;

  constructor(limits: Partial<Limits> | undefined) {
    super({ lossless: true, ...(limits && { limits }) });
  }

  /**
   * The value at `pos`, and the form that takes fewer marks to say it.
   * @throws ProtocolError by the rules of the Values and Limits chapters, but for overlong spellings.
   */
  readNode(): { node: Node; form: Form } {
    this.opened.length = 0;
    this.visitor = this; // a reader that met a duplicate key has let go of it
    this.readValue();
    const node = this.root!;
    this.canonicalMarks = this.plainMarks = 0;
    this.spelling.clear();
    this.compare(node);
    return { node, form: this.plainMarks < this.canonicalMarks ? PLAIN : CANONICAL };
  }

  /** Takes down which defaults a node's head differs from. */
  private readonly compare = (node: Node): void => {
    const head = node.head!;
    if (node.type === 'scalar' && head.length === 1) return; // one byte has no other spelling
    if (!sameBytes(head, this.spelling.head(node, CANONICAL))) {
      node.differs |= CANONICAL;
      this.canonicalMarks++;
    }
    if (!sameBytes(head, this.spelling.head(node, PLAIN))) {
      node.differs |= PLAIN;
      this.plainMarks++;
    }
    this.spelling.inside(node, head[0]!, this.compare);
  };

  /** ValueVisitor: a container opens. */
  enter(kind: ValueKind, start: number, body: number, count: number, keys?: readonly string[]): void {
    this.opened.push({ kind, start, body, count, keys, children: [] });
  }

  /** ValueVisitor: a value ends. */
  leave(start: number, end: number, value: Value): void {
    const container = this.opened.at(-1)?.start === start ? this.opened.pop() : undefined;
    const node = container === undefined ? this.leaf(start, end, value) : this.branch(container, end, value);
    const parent = this.opened.at(-1);
    if (parent === undefined) this.root = node;
    else parent.children.push(node);
  }

  /** The next `length` bytes' offset, -1 when they are not there. */
  skip(length: number): number {
    if (length > this.end - this.pos) return -1;
    this.pos += length;
    return this.pos - length;
  }

  private leaf(at: number, end: number, value: Value): Node {
    const kind = valueKind(this.bytes[at]!);
    if (kind === 'ref')
      return { type: 'text', text: value as string, head: this.head(at, end), at, differs: 0 };
    if (kind === 'text') {
      const head = this.head(at, this.textBody(at));
      return { type: 'text', text: value as string, head, at, differs: 0 };
    }
    if (kind === 'bytes') {
      const bytes = value as Uint8Array;
      return { type: 'bytes', bytes, head: this.head(at, end - bytes.length), at, differs: 0 };
    }
    if (kind === 'message' || kind === 'reserved') {
      const { bytes } = value as Message | Opaque;
      const number = kind === 'message' ? (value as Message).type : (value as Opaque).kind;
      return { type: kind, number, bytes, head: this.head(at, end - bytes.length), at, differs: 0 };
    }
    return this.scalar(at, end, value);
  }

  private branch(
    { kind, start: at, body, count, keys: texts, children }: Open,
    end: number,
    value: Value,
  ): Node {
    const head = this.head(at, body);
    if (kind === 'array') return { type: 'array', items: children, head, at, differs: 0 };
    if (kind === 'record')
      return { type: 'map', keys: undefined, texts, values: children, head, at, differs: 0 };
    if (kind === 'map') {
      const keys = children.slice(0, count);
      return { type: 'map', keys, texts: textsOf(keys), values: children.slice(count), head, at, differs: 0 };
    }
    // A decimal and a bignum are numbers: their parts are of one piece.
    if (kind === 'decimal' || typeof value === 'bigint') return this.scalar(at, end, value);
    return { type: 'tagged', tag: (value as Tagged).tag, content: children[0]!, head, at, differs: 0 };
  }

  private scalar(at: number, end: number, value: Value): ScalarNode {
    return { type: 'scalar', value: value as ScalarNode['value'], head: this.head(at, end), at, differs: 0 };
  }

  private head(start: number, end: number): Uint8Array {
    return end === start + 1 ? ONE[this.bytes[start]!]! : this.bytes.subarray(start, end);
  }

  /** Offset after the head of the literal text at `start`. */
  private textBody(start: number): number {
    const first = this.bytes[start]!;
    let body = start + 1;
    if (first === Head.TEXT_PREFIXED) {
      for (let left = 2; left > 0;) if (this.bytes[body++]! < 0x80) left--;
      return this.textBody(body);
    }
    if (first === Head.TEXT_LONG || first === Head.TEXT_UTF16) while (this.bytes[body++]! >= 0x80);
    return body;
  }
}
