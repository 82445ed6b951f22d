/** From nodes to text, on one line or, where that is too wide, with an item a line. */
import { quote } from '../wire/errors.ts';
import { Decimal, Float } from '../value/types.ts';
import type { ArrayNode, Form, MapNode, Node, ScalarNode } from './nodes.ts';

/** Names of the registered tags, but for bignums, which are integers. */
export const TAG_NAMES: Readonly<Record<number, string>> = {
  1: 'set',
  2: 'error',
  3: 'verbatim',
  5: 'attribute',
  6: 'push',
};

/** Deeper items are not moved further to the right, or depth would make text quadratic. */
const DEEPEST_INDENT = 24;

/** `h'cafe'` */
export function bytesText(bytes: Uint8Array): string {
  return `h'${hexOf(bytes)}'`;
}

/** Two digits a byte. */
export function hexOf(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += DIGITS[byte]!;
  return digits;
}

const DIGITS: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** A number, null or a boolean. Floats have a fraction or an exponent, decimals end in `d`. */
export function scalarText(value: ScalarNode['value']): string {
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Decimal) return `${value.coefficient}e${value.exponent}d`;
  return String(value);
}

/** A float in its shortest spelling that is no integer's. */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** What stands before a tag's content. */
export function tagOpening(tag: number | bigint): string {
  const name = TAG_NAMES[Number(tag)];
  return name === undefined ? `tag(${tag}, ` : `${name}(`;
}

/** What a map's key is called instead of what it is; undefined for most. */
export type KeyName = (key: Node) => string | undefined;

export class Shower {
  private readonly form: Form;
  private readonly width: number;
  /** One-line texts of containers: asked for on every level that may be broken. */
  private readonly lines = new Map<Node, string>();

  constructor(form: Form, width: number) {
    this.form = form;
    this.width = width;
  }

  /** The text of `node`; `column` is where it begins. `names` are for the keys of `node` itself. */
  show(node: Node, column: number, names?: KeyName): string {
    const line = this.line(node, names);
    return column + line.length <= this.width ? line : this.broken(node, 1, names);
  }

  private line(node: Node, names?: KeyName): string {
    const known = this.lines.get(node);
    if (known !== undefined) return known;
    const line = this.bare(node, names) + this.mark(node);
    if (this.width !== Infinity && isContainer(node)) this.lines.set(node, line);
    return line;
  }

  private mark({ differs, head }: Node): string {
    return (differs & this.form) === 0 ? '' : `!${hexOf(head!)}`;
  }

  private bare(node: Node, names?: KeyName): string {
    switch (node.type) {
      case 'scalar':
        return scalarText(node.value);
      case 'text':
        return quote(node.text);
      case 'bytes':
        return bytesText(node.bytes);
      case 'array':
        return this.arrayLine(node);
      case 'map':
        return this.mapLine(node, names);
      case 'tagged':
        return `${tagOpening(node.tag)}${this.line(node.content)})`;
      case 'message':
        return `message(${node.number}, ${bytesText(node.bytes)})`;
      default:
        return `reserved(0x${node.number.toString(16)}, ${bytesText(node.bytes)})`;
    }
  }

  // Added up, not joined: the engine then copies a text once at the end, not once a level.
  private arrayLine({ items }: ArrayNode): string {
    let line = '[';
    for (const [i, item] of items.entries()) line += i === 0 ? this.line(item) : `, ${this.line(item)}`;
    return `${line}]`;
  }

  private mapLine(node: MapNode, names?: KeyName): string {
    let line = '{';
    for (const [i, value] of node.values.entries()) {
      if (i > 0) line += ', ';
      line += `${this.key(node, i, names)}: ${this.line(value)}`;
    }
    return `${line}}`;
  }

  private key({ keys, texts }: MapNode, i: number, names?: KeyName): string {
    if (keys === undefined) return quote(texts![i]!);
    const key = keys[i]!;
    return (key.differs & this.form) === 0 ? (names?.(key) ?? this.line(key)) : this.line(key);
  }

  /** A container over several lines, an item a line, those too wide broken again. */
  private broken(node: Node, level: number, names?: KeyName): string {
    const inner = '  '.repeat(Math.min(level, DEEPEST_INDENT));
    const outer = '  '.repeat(Math.min(level - 1, DEEPEST_INDENT));
    const item = (child: Node, before: string): string => {
      const line = this.line(child);
      const fits = inner.length + before.length + line.length < this.width; // and a comma
      return `${inner}${before}${fits ? line : this.broken(child, level + 1)}`;
    };
    const block = (open: string, items: string[], close: string): string =>
      items.length === 0 ? open + close : `${open}\n${items.join(',\n')}\n${outer}${close}`;
    const mark = this.mark(node);
    if (node.type === 'array')
      return block(
        '[',
        node.items.map((child) => item(child, '')),
        `]${mark}`,
      );
    if (node.type === 'map') {
      const items = node.values.map((child, i) => item(child, `${this.key(node, i, names)}: `));
      return block('{', items, `}${mark}`);
    }
    if (node.type === 'tagged') return `${tagOpening(node.tag)}${this.broken(node.content, level)})${mark}`;
    return this.line(node, names);
  }
}

function isContainer({ type }: Node): boolean {
  return type === 'array' || type === 'map' || type === 'tagged';
}
