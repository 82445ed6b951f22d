/** A cursor over the tokens of a `.proto` file, and the parts of its grammar that stand everywhere. */
import { quote } from 'petrel/wire';
import type { CommandError } from '../../exit.ts';
import { bytesOfString, integerOf } from './literals.ts';
import { errorAt, tokenize, type Token } from './tokens.ts';

/** Declarations and option values nest at most this deep. */
const DEEPEST = 100;

/** Every method that takes tokens throws a CommandError with file, line and column where it finds others. */
export class Cursor {
  /** As errors name it. */
  readonly file: string;
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(text: string, file: string) {
    this.file = file;
    this.tokens = tokenize(text, file);
  }

  /** The next token, or with 1 the one after it; not taken. */
  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.next + ahead, this.tokens.length - 1)]!;
  }

  /** The token that was taken last. */
  get last(): Token {
    return this.tokens[this.next - 1]!;
  }

  /** Takes a token. */
  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.next++;
    return token;
  }

  /** Takes the next token if it reads so. */
  skip(text: string): boolean {
    const { kind } = this.peek();
    const found = kind !== 'string' && kind !== 'end' && this.peek().text === text;
    if (found) this.next++;
    return found;
  }

  expect(text: string): Token {
    if (!this.skip(text)) throw this.unexpected(quote(text));
    return this.last;
  }

  name(what: string): string {
    if (this.peek().kind !== 'name') throw this.unexpected(what);
    return this.take().text;
  }

  /** A name of several steps, with `dot` also one that begins with a dot. */
  path(what: string, dot = true): string {
    let path = dot && this.skip('.') ? '.' : '';
    path += this.name(what);
    while (this.skip('.')) path += `.${this.name(what)}`;
    return path;
  }

  /** A whole number; with `negative`, also one behind a minus. */
  integer(what: string, negative = false): number {
    const sign = negative && this.skip('-') ? -1n : 1n;
    const value = this.peek().kind === 'number' ? integerOf(this.peek().text) : undefined;
    if (value === undefined) throw this.unexpected(what);
    const token = this.take();
    const signed = sign * value;
    if (signed !== BigInt.asIntN(32, signed)) throw this.error(`${signed} does not fit 32 bits`, token);
    return Number(signed);
  }

  /** Adjacent texts, joined. */
  bytes(what: string): Uint8Array {
    const parts: number[] = [];
    if (this.peek().kind !== 'string') throw this.unexpected(what);
    while (this.peek().kind === 'string') {
      const token = this.take();
      const part = bytesOfString(token.text);
      if (!part) throw this.error('an escape that is none', token);
      for (const byte of part) parts.push(byte);
    }
    return Uint8Array.from(parts);
  }

  /** Adjacent texts, joined, as UTF-8. */
  string(what: string): string {
    const token = this.peek();
    const bytes = this.bytes(what);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw this.error('a text that is not UTF-8', token);
    }
  }

  /** Calls `parse` for each statement of a block up to its `}`, one level deeper. */
  block(parse: () => void): void {
    const open = this.expect('{');
    this.deeper(open, () => {
      while (!this.skip('}')) {
        if (this.peek().kind === 'end') throw this.error('a block that does not end', open);
        if (!this.skip(';')) parse();
      }
    });
  }

  /** Calls `parse` one level deeper. */
  deeper(at: Token, parse: () => void): void {
    if (++this.depth > DEEPEST) throw this.error(`nested deeper than ${DEEPEST}`, at);
    parse();
    this.depth--;
  }

  error(problem: string, at: Token = this.peek()): CommandError {
    return errorAt(this.file, at, problem);
  }

  private unexpected(what: string): CommandError {
    const { kind, text } = this.peek();
    const found = kind === 'end' ? 'the end of the file' : kind === 'string' ? text : quote(text);
    return this.error(`expected ${what}, found ${found.length > 60 ? `${found.slice(0, 60)}...` : found}`);
  }
}
