/** From the text of values to nodes. */
import { Float } from '../value/types.ts';
import { CANONICAL, PLAIN, textsOf, type Form, type Node, type ScalarNode } from './nodes.ts';
import { numberOf } from './numbers.ts';
import { Scanner } from './scanner.ts';
import { TAG_NAMES } from './show.ts';

/** The number that a bare word stands for as a map's key. */
export type KeyNumber = (word: string) => number | undefined;

const HIGHEST_DEPTH = 1000;
const MAX_U64 = 2n ** 64n - 1n;
const TAGS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  Object.entries(TAG_NAMES).map(([tag, name]) => [name, Number(tag)]),
);
const CONSTANTS: ReadonlyMap<string, null | boolean | Float> = /* @__PURE__ */ new Map<
  string,
  null | boolean | Float
>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', /* @__PURE__ */ new Float(NaN)],
  ['Infinity', /* @__PURE__ */ new Float(Infinity)],
]);

export class ValueParser extends Scanner {
  /** A value with the word `plain` before it, or without. */
  topValue(): { node: Node; form: Form } {
    const plain = this.eatWord('plain');
    if (plain) this.blanks();
    return { node: this.value(1), form: plain ? PLAIN : CANONICAL };
  }

  /** A value; `level` is that of the container that it may be. `keyNumber` is for the keys of that container. */
  value(level: number, keyNumber?: KeyNumber): Node {
    if (level > HIGHEST_DEPTH + 1) throw this.error(`nested deeper than ${HIGHEST_DEPTH} levels [LIMIT-2]`);
    const node = this.bare(level, keyNumber);
    if (this.next === '!') node.head = this.mark()?.bytes;
    return node;
  }

  private bare(level: number, keyNumber?: KeyNumber): Node {
    const { next, pos: at } = this;
    if (next === '"') return { type: 'text', text: this.string(), head: undefined, at, differs: 0 };
    if (next === '[') {
      const items = this.list('[', ']', () => this.value(level + 1));
      return { type: 'array', items, head: undefined, at, differs: 0 };
    }
    if (next === '{') return this.map(level, keyNumber);
    if (/[-\d]/.test(next))
      return { type: 'scalar', value: this.scalarNumber(), head: undefined, at, differs: 0 };
    if (this.atBytes()) return { type: 'bytes', bytes: this.bytes(), head: undefined, at, differs: 0 };
    return this.named(level);
  }

  /** Items between brackets, with commas between them; one may follow the last. */
  private list<T>(open: string, close: string, item: () => T): T[] {
    const items: T[] = [];
    this.expect(open);
    this.space();
    while (!this.eat(close)) {
      items.push(item());
      this.space();
      if (!this.eat(',') && this.next !== close) throw this.expected(`"," or "${close}"`);
      this.space();
    }
    return items;
  }

  private map(level: number, keyNumber?: KeyNumber): Node {
    const at = this.pos;
    const keys: Node[] = [];
    const values: Node[] = [];
    this.list('{', '}', () => {
      keys.push(this.numberedKey(keyNumber) ?? this.value(level + 1));
      this.space();
      this.expect(':');
      this.space();
      values.push(this.value(level + 1));
    });
    return { type: 'map', keys, texts: textsOf(keys), values, head: undefined, at, differs: 0 };
  }

  private numberedKey(keyNumber: KeyNumber | undefined): Node | undefined {
    const word = this.peekWord();
    const number = word === '' ? undefined : keyNumber?.(word);
    if (number === undefined) return undefined;
    const at = this.pos;
    this.pos += word.length;
    return { type: 'scalar', value: number, head: undefined, at, differs: 0 };
  }

  private scalarNumber(): ScalarNode['value'] {
    const at = this.pos;
    const result = numberOf(this.number());
    if ('wrong' in result) throw this.error(result.wrong, at);
    return result.value;
  }

  /** A constant, or a name with what it holds in parentheses. */
  private named(level: number): Node {
    const at = this.pos;
    const word = this.peekWord();
    const constant = CONSTANTS.get(word);
    const tag = TAGS.get(word);
    if (constant === undefined && tag === undefined && !['tag', 'message', 'reserved'].includes(word))
      throw this.expected('a value');
    this.pos += word.length;
    if (constant !== undefined) return { type: 'scalar', value: constant, head: undefined, at, differs: 0 };
    this.expect('(');
    this.space();
    const node = tag === undefined ? this.numbered(word, at, level) : this.tagged(tag, at, level);
    this.space();
    this.expect(')');
    return node;
  }

  private tagged(tag: number | bigint, at: number, level: number): Node {
    return { type: 'tagged', tag, content: this.value(level + 1), head: undefined, at, differs: 0 };
  }

  /** `tag(40, v)`, `message(5, h'..')`, `reserved(0xfd, h'..')` after the parenthesis. */
  private numbered(word: string, at: number, level: number): Node {
    const start = this.pos;
    const number = this.uint64(word === 'reserved' ? 'a kind from 0xfc to 0xfe' : 'a number');
    if (word === 'reserved' && !(number >= 0xfc && number <= 0xfe))
      throw this.error('reserved kinds are 0xfc to 0xfe', start);
    this.space();
    this.expect(',');
    this.space();
    if (word === 'tag') return this.tagged(number, at, level);
    return {
      type: word === 'message' ? 'message' : 'reserved',
      number,
      bytes: this.bytes(),
      head: undefined,
      at,
      differs: 0,
    };
  }

  /** A whole number from 0 to `most`. */
  uint64(what: string, most: number | bigint = MAX_U64): number | bigint {
    const at = this.pos;
    if (!/[-\d]/.test(this.next)) throw this.expected(what);
    const value = this.scalarNumber();
    const whole = typeof value === 'number' || typeof value === 'bigint';
    if (!whole || value < 0 || value > most)
      throw this.error(`${what} is a whole number from 0 to ${most}`, at);
    return value;
  }
}
