/**
 * What each kind of frame says, field by field: a field's text from bytes and its bytes from text side by side. Bytes that a
 * field can't be read from, the printer gives as `raw h'..'` up to the payload's end; so does the parser take them.
 */
import { quote } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { readUtf8 } from '../wire/text.ts';
import * as Head from '../value/heads.ts';
import { HELLO_FIELDS } from '../frame/hello.ts';
import { frameName } from '../frame/kinds.ts';
import { verbName, verbNumber } from '../frame/verbs.ts';
import { PLAIN, type Node } from './nodes.ts';
import { sameNumber, type Output } from './output.ts';
import { bytesText, hexOf, Shower } from './show.ts';
import type { TreeReader } from './tree.ts';
import type { ValueParser } from './values.ts';

export interface TextField {
  /**
   * `column`: where the text will begin; `width`: where it should end.
   * @returns undefined when the field can't be read; a ProtocolError says the same. The reader then stands anywhere.
   */
  print(r: TreeReader, column: number, width: number): string | undefined;
  /** @throws TextError */
  parse(p: ValueParser, out: Output): void;
  /** Any number of them, up to the payload's end. */
  readonly many?: true;
  /** Up to the payload's end, and nothing at all when no bytes are left. */
  readonly rest?: true;
}

const MAX_U32 = 0xffff_ffff;

/** A varint, with its bytes as a mark when it is overlong. */
function varint(name: string, labelled: boolean, length = false): TextField {
  const label = labelled ? `${name}=` : '';
  return {
    print: (r) => {
      const start = r.pos;
      const value = length ? r.length() : r.varint();
      const overlong = r.pos > start + 1 && r.bytes[r.pos - 1] === 0;
      return `${label}${value}${overlong ? `!${hexOf(r.bytes.subarray(start, r.pos))}` : ''}`;
    },
    parse: (p, out) => {
      if (label !== '' && !p.eat(label)) throw p.expected(label);
      const value = p.uint64(`the ${name}`, length ? MAX_U32 : undefined);
      markedVarint(p, out, value, length);
    },
  };
}

/** Writes a varint, with the bytes of the mark that may follow it. */
function markedVarint(p: ValueParser, out: Output, value: number | bigint, length: boolean): void {
  const mark = p.mark();
  if (mark === undefined) return out.varint(typeof value === 'bigint' ? value : BigInt(value));
  if (!saysVarint(mark.bytes, 0, value, length))
    throw p.error('the mark is no spelling of this number', mark.at);
  out.raw(mark.bytes);
}

function saysVarint(bytes: Uint8Array, start: number, value: number | bigint, length: boolean): boolean {
  const reader = new Reader(bytes, start);
  reader.overlong = true;
  try {
    return sameNumber(length ? reader.length() : reader.varint(), value) && reader.pos === bytes.length;
  } catch {
    return false;
  }
}

/** A byte that says one of several words. */
function choice(words: readonly string[]): TextField {
  return {
    print: (r) => words[r.bytes[r.skip(1)]!],
    parse: (p, out) => {
      const index = words.indexOf(p.peekWord());
      if (index < 0) throw p.expected(words.join(' or '));
      p.eat(words[index]!);
      out.byte(index);
    },
  };
}

const value: TextField = {
  print: (r, column, width) => {
    const { node, form } = r.readNode();
    const prefix = form === PLAIN ? 'plain ' : '';
    return prefix + new Shower(form, width).show(node, column + prefix.length);
  },
  parse: (p, out) => {
    const { node, form } = p.topValue();
    out.top(node, form);
  },
};

const args: TextField = { ...value, many: true };

const BARE = /^[A-Za-z_][\w.-]*$/;

/** A verb: a registered name, another number below 88, or a text. */
const verb: TextField = {
  print: (r) => {
    const start = r.skip(1);
    const head = r.bytes[start] ?? Head.INVALID;
    if (head < Head.UINT_BYTES) return verbName(head) ?? String(head);
    if (head < Head.TEXT || head > Head.TEXT_LONG) return undefined;
    const length = head - Head.TEXT + (head === Head.TEXT_LONG ? r.length() : 0);
    const body = r.skip(length);
    if (body < 0) return undefined;
    const name = readUtf8(r.bytes, body, r.pos);
    const text = BARE.test(name) && name !== 'raw' ? name : quote(name);
    const overlong = body > start + 2 && r.bytes[body - 1] === 0;
    const marked = overlong || verbNumber(name) !== undefined;
    return marked ? `${text}!${hexOf(r.bytes.subarray(start, body))}` : text;
  },
  parse: (p, out) => {
    if (/\d/.test(p.next)) return out.byte(Number(p.uint64("a verb's number", Head.UINT_BYTES - 1)));
    const at = p.pos;
    const word = p.peekWord();
    if (word === '' && p.next !== '"') throw p.expected('a verb');
    if (word !== '') p.eat(word);
    const text = word === '' ? p.string() : word;
    const mark = p.mark();
    const number = mark === undefined ? verbNumber(text) : undefined;
    if (number !== undefined) return out.byte(number);
    if (mark !== undefined && (mark.bytes[0]! < Head.TEXT || mark.bytes[0]! > Head.TEXT_LONG))
      throw p.error('the mark is no spelling of this verb', mark.at);
    out.top({ type: 'text', text, head: mark?.bytes, at, differs: 0 }, PLAIN);
  },
};

const restBytes: TextField = {
  print: (r) => {
    const start = r.pos;
    r.pos = r.end;
    return start === r.end ? '' : bytesText(r.bytes.subarray(start, r.end));
  },
  parse: (p, out) => out.raw(p.bytes()),
  rest: true,
};

const restText: TextField = {
  print: (r) => {
    const text = readUtf8(r.bytes, r.pos, r.end);
    r.pos = r.end;
    return text === '' ? '' : quote(text);
  },
  parse: (p, out) => {
    if (p.next !== '"') throw p.expected('a text');
    out.utf8(p.string());
  },
  rest: true,
};

/** Bytes after their length; a mark holds the length's bytes. */
const token: TextField = {
  print: (r) => {
    const start = r.pos;
    const length = r.length();
    const body = r.skip(length);
    if (body < 0) return undefined;
    const overlong = body > start + 1 && r.bytes[body - 1] === 0;
    return (
      bytesText(r.bytes.subarray(body, r.pos)) + (overlong ? `!${hexOf(r.bytes.subarray(start, body))}` : '')
    );
  },
  parse: (p, out) => {
    const bytes = p.bytes();
    markedVarint(p, out, bytes.length, true);
    out.raw(bytes);
  },
};

/** The map of a HELLO: plain by default, its registered keys by name. */
const hello: TextField = {
  print: (r, column, width) => {
    const { node } = r.readNode();
    return new Shower(PLAIN, width).show(node, column, helloName);
  },
  parse: (p, out) => out.top(p.value(1, helloNumber), PLAIN),
};

const HELLO_NAMES: readonly string[] = /* @__PURE__ */ HELLO_FIELDS.map(([name]) => name);

function helloName(key: Node): string | undefined {
  return key.type === 'scalar' && typeof key.value === 'number' ? HELLO_NAMES[key.value] : undefined;
}

function helloNumber(word: string): number | undefined {
  const key = HELLO_NAMES.indexOf(word);
  return key < 0 ? undefined : key;
}

const id: TextField = varint('request id', false);
const form: TextField = choice(['offer', 'answer']);

/** The fields of every kind of frame. */
const FIELDS: Readonly<Record<string, readonly TextField[]>> = {
  COMMAND: [id, verb, args],
  REPLY: [id, value],
  PART: [id, value],
  PUSH: [verb, args],
  CANCEL: [id],
  RESERVED6: [restBytes],
  RESERVED7: [restBytes],
  HELLO: [form, hello],
  RESUME: [form, token, varint('attempt', true), varint('received', true), varint('next', true)],
  ACK: [varint('received', false)],
  PING: [restBytes],
  PONG: [restBytes],
  CLOSE: [
    choice(['link', 'session']),
    varint('received', true),
    varint('code', true),
    varint('after', true),
    restText,
  ],
  PACK: [varint('dictionary', true), varint('length', true, true), restBytes],
  EXTENSION: [varint('type', false), restBytes],
};

/** The fields of a kind from 1 to 15. */
export function fieldsOf(kind: number): readonly TextField[] {
  return FIELDS[frameName(kind)]!;
}

/** The kind that a name says, 0 for none. */
export function kindOf(name: string): number {
  return name in FIELDS ? KINDS.indexOf(name) : 0;
}

const KINDS: readonly string[] = /* @__PURE__ */ Array.from({ length: 16 }, (_, kind) => frameName(kind));

/** Names of all kinds that a frame may have. */
export const FRAME_NAMES: readonly string[] = /* @__PURE__ */ KINDS.slice(1);
