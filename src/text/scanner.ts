/** A cursor over text: blanks, comments, tokens, and errors that say where and what was expected. */
import { quote, type ProtocolError } from '../wire/errors.ts';

/** Text that is not in the text form. `line` and `column` count from 1, columns in UTF-16 code units. */
export class TextError extends Error {
  override readonly name = 'TextError';
  readonly line: number;
  readonly column: number;
  /** What was expected and what was found, without the place. */
  readonly detail: string;
  /** Where the text is in the form, but what it says can't be written: why. */
  readonly fault: ProtocolError | undefined;

  constructor(line: number, column: number, detail: string, fault?: ProtocolError) {
    super(`line ${line}, column ${column}: ${detail}`);
    this.fault = fault;
    this.line = line;
    this.column = column;
    this.detail = detail;
  }
}

const WORD = /[A-Za-z_][\w.-]*/y;
const NUMBER = /-?(?:Infinity|0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?d?)/y;
const AFTER_NUMBER = /[\w."']/;
const HEX = /[0-9a-fA-F]*/y;
const SPACED_HEX = /[0-9a-fA-F ]*/y;
const BLANKS = /[ \t\r]*/y;
const COMMENT = /#[^\n]*/y;
const LONE_SURROGATE = /\p{Surrogate}/u;
const FOUND = 24;

export class Scanner {
  readonly text: string;
  pos = 0;
  /** Whether the text spelled out bytes, by a mark or as `raw`: what it says may be malformed on purpose. */
  deliberate = false;

  constructor(text: string) {
    this.text = text;
  }

  /** An error at `at`, by default here. */
  error(detail: string, at: number = this.pos): TextError {
    const before = this.text.slice(0, at);
    const lineStart = before.lastIndexOf('\n') + 1;
    const line = 1 + (before.match(/\n/g)?.length ?? 0);
    return new TextError(line, at - lineStart + 1, detail);
  }

  /** An error that tells what stands here instead of `what`. */
  expected(what: string): TextError {
    const rest = this.text.slice(this.pos, this.pos + 10 * FOUND).split('\n', 1)[0]!;
    const short = rest.length > FOUND ? `${rest.slice(0, FOUND)}…` : rest;
    const end = this.pos >= this.text.length ? 'the end' : 'the end of the line';
    return this.error(`expected ${what}, found ${rest === '' ? end : quote(short)}`);
  }

  /** The next character, '' at the end. */
  get next(): string {
    return this.text.charAt(this.pos);
  }

  /** Skips blanks and a comment, not the line's end. */
  blanks(): void {
    this.match(BLANKS);
    if (this.next === '#') this.match(COMMENT);
  }

  /** Skips blanks, comments and line ends. */
  space(): void {
    this.blanks();
    while (this.next === '\n') {
      this.pos++;
      this.blanks();
    }
  }

  /** Whether only blanks and a comment are left of the line. */
  atLineEnd(): boolean {
    this.blanks();
    return this.next === '' || this.next === '\n';
  }

  /** Takes `token` when it stands here. */
  eat(token: string): boolean {
    if (!this.text.startsWith(token, this.pos)) return false;
    this.pos += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.eat(token)) throw this.expected(quote(token));
  }

  /** The bare word that stands here, '' when none does. */
  peekWord(): string {
    WORD.lastIndex = this.pos;
    return WORD.exec(this.text)?.[0] ?? '';
  }

  /** Takes `word` when it is the bare word that stands here. */
  eatWord(word: string): boolean {
    return this.peekWord() === word && this.eat(word);
  }

  /** A number's token. */
  number(): string {
    const token = this.match(NUMBER);
    if (token === '' || AFTER_NUMBER.test(this.next)) throw this.expected('a number');
    return token;
  }

  /** Whether bytes, `h'...'`, stand here. */
  atBytes(): boolean {
    return this.text.startsWith("h'", this.pos);
  }

  /** Bytes as `h'cafe'`; spaces between digits are fine. */
  bytes(): Uint8Array {
    const start = this.pos;
    if (!this.eat("h'")) throw this.expected("bytes, such as h'cafe'");
    const digits = this.match(SPACED_HEX).replaceAll(' ', '');
    if (this.next !== "'") throw this.expected("hex digits and '");
    if (digits.length % 2 === 1) throw this.error('bytes take an even number of hex digits', start);
    this.pos++;
    return fromHex(digits);
  }

  /** A mark, `!590500`: bytes that stand as they are. Undefined when none follows. */
  mark(): { readonly bytes: Uint8Array; readonly at: number } | undefined {
    const at = this.pos;
    if (!this.eat('!')) return undefined;
    this.deliberate = true;
    const digits = this.match(HEX);
    if (digits === '' || digits.length % 2 === 1)
      throw this.error('a mark takes an even number of hex digits', at);
    return { bytes: fromHex(digits), at };
  }

  /** A text as a JSON string. */
  string(): string {
    const start = this.pos;
    const { text } = this;
    let end = start + 1;
    for (; text[end] !== '"'; end++) {
      if (end >= text.length || text[end] === '\n') throw this.error('the string does not end', start);
      if (text[end] === '\\') end++;
    }
    this.pos = end + 1;
    const string = this.unescape(text.slice(start, this.pos), start);
    if (LONE_SURROGATE.test(string)) throw this.error('a text holds no lone surrogate', start);
    return string;
  }

  private unescape(token: string, start: number): string {
    try {
      return JSON.parse(token) as string;
    } catch {
      throw this.error('a string with a raw control character or an escape that JSON does not have', start);
    }
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.pos;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.pos += found.length;
    return found;
  }
}

function fromHex(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digit(digits.charCodeAt(2 * i)) << 4) | digit(digits.charCodeAt(2 * i + 1));
  }
  return bytes;
}

function digit(code: number): number {
  return code < 0x3a ? code - 0x30 : (code | 0x20) - 0x57;
}
