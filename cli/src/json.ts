/**
 * JSON text to values, strictly and exactly. The scanner is jsonc-parser's; the grammar is here, because the library's own is
 * made for editors: it goes on after errors, recurses, and rounds numbers.
 *
 * Strict RFC 8259: no comment, no trailing comma, nothing after the value. A byte order mark in the text is refused; the one
 * that a file may begin with has gone when it was decoded. [JSON-1]
 */
import { createScanner, type JSONScanner } from 'jsonc-parser';
import { numberFromToken } from 'petrel/json';
import { Entries, type Encodable } from 'petrel/value';
import { quote, type PathStep } from 'petrel/wire';
import { Exit, type ExitCode } from './exit.ts';
import { JsonError } from './json-error.ts';

/** Most levels of arrays and objects: what the library can be asked to encode. [LIMIT-2] */
const HIGHEST_DEPTH = 1000;

/** jsonc-parser's token kinds: its own constant enum has no value at run time. */
const Token = {
  OPEN_BRACE: 1,
  CLOSE_BRACE: 2,
  OPEN_BRACKET: 3,
  CLOSE_BRACKET: 4,
  COMMA: 5,
  COLON: 6,
  NULL: 7,
  TRUE: 8,
  FALSE: 9,
  STRING: 10,
  NUMBER: 11,
  LINE_BREAK: 14,
  SPACE: 15,
  END: 17,
} as const;

const EARLY_END_OF_STRING = 2;
const EARLY_END_OF_NUMBER = 3;
/** What the scanner found wrong inside a token, by its number for it. */
const SCAN_ERRORS: { readonly [error: number]: string } = {
  [EARLY_END_OF_STRING]: 'a string that does not end',
  [EARLY_END_OF_NUMBER]: 'a number that ends too early',
  4: 'a \\u escape without four hex digits',
  5: 'an escape that JSON does not have',
  6: 'a raw control character in a string',
};

/**
 * The value of a JSON text: objects as `Entries` in their order (whatever their keys), numbers exactly by [JSON-2] to
 * [JSON-4]. Linear in the text; nesting uses no stack.
 * @throws JsonError naming line, column and path, with the exit code MALFORMED for what is not JSON, a key that stands twice
 *   and a lone surrogate escape; TRUNCATED where the text ends too early; LIMIT for nesting beyond 1,000 levels and numbers
 *   beyond [LIMIT-5].
 */
export function parseJson(text: string): Encodable {
  return new JsonParser(text).document();
}

/** An array (without keys) or an object that is being read. */
interface Open {
  readonly keys?: string[];
  /** Keys as `seen` holds them begin with a letter: V8 hashes texts that spell integers without a seed. */
  readonly seen?: Set<string>;
  readonly values: Encodable[];
}

class JsonParser {
  private readonly text: string;
  private readonly scanner: JSONScanner;
  private readonly open: Open[] = [];
  private token: number = Token.END;

  constructor(text: string) {
    this.text = text;
    this.scanner = createScanner(text, false);
  }

  document(): Encodable {
    this.advance();
    for (;;) {
      let value = this.begin();
      while (value !== undefined) {
        const parent = this.open.at(-1);
        if (parent === undefined) {
          if (!this.at(Token.END)) throw this.unexpected('the end of the text');
          return value;
        }
        parent.values.push(value);
        value = this.afterValue(parent);
      }
    }
  }

  /** Reads a scalar or an empty container; undefined when a container was opened, and its first value comes next. */
  private begin(): Encodable | undefined {
    switch (this.token) {
      case Token.OPEN_BRACKET:
        this.enter({ values: [] });
        return this.at(Token.CLOSE_BRACKET) ? this.close() : undefined;
      case Token.OPEN_BRACE:
        this.enter({ keys: [], seen: new Set(), values: [] });
        if (this.at(Token.CLOSE_BRACE)) return this.close();
        this.key();
        return undefined;
      default:
        return this.scalar();
    }
  }

  /** Reads what follows a value: a comma (undefined: the next value comes), or the end of its container. */
  private afterValue(parent: Open): Encodable | undefined {
    const end = parent.keys === undefined ? Token.CLOSE_BRACKET : Token.CLOSE_BRACE;
    if (this.at(end)) return this.close();
    if (!this.at(Token.COMMA)) throw this.unexpected(parent.keys === undefined ? ', or ]' : ', or }');
    this.advance();
    if (parent.keys !== undefined) this.key();
    return undefined;
  }

  private enter(container: Open): void {
    if (this.open.length === HIGHEST_DEPTH) {
      throw this.fail(Exit.LIMIT, `nested deeper than ${HIGHEST_DEPTH} levels [LIMIT-2]`);
    }
    this.open.push(container);
    this.advance();
  }

  private close(): Encodable {
    const { keys, values } = this.open.pop()!;
    this.advance();
    return keys === undefined ? values : new Entries(keys, values);
  }

  private key(): void {
    const { keys, seen } = this.open.at(-1)! as Required<Open>;
    if (!this.at(Token.STRING)) throw this.unexpected('a key');
    const key = this.string();
    seen.add(`k${key}`);
    if (seen.size === keys.length) {
      throw this.fail(
        Exit.MALFORMED,
        `the key ${quote(key.slice(0, 80))} stands before in this object [JSON-1]`,
      );
    }
    keys.push(key);
    this.advance();
    if (!this.at(Token.COLON)) throw this.unexpected('a colon');
    this.advance();
  }

  private scalar(): Encodable {
    const value = this.scalarValue();
    this.advance();
    return value;
  }

  private scalarValue(): Encodable {
    switch (this.token) {
      case Token.NULL:
        return null;
      case Token.TRUE:
        return true;
      case Token.FALSE:
        return false;
      case Token.STRING:
        return this.string();
      case Token.NUMBER:
        return this.number();
      default:
        throw this.unexpected('a value');
    }
  }

  private string(): string {
    const text = this.scanner.getTokenValue();
    if (/\p{Surrogate}/u.test(text)) {
      throw this.fail(Exit.MALFORMED, 'a string with a lone surrogate, which is no text [JSON-1]');
    }
    return text;
  }

  private number(): Encodable {
    try {
      return numberFromToken(this.scanner.getTokenValue());
    } catch (error) {
      throw error instanceof RangeError ? this.fail(Exit.LIMIT, error.message) : error;
    }
  }

  /** Moves to the next token that is not white space. */
  private advance(): void {
    do this.token = this.scanner.scan();
    while (this.at(Token.SPACE) || this.at(Token.LINE_BREAK));
    const error: number = this.scanner.getTokenError();
    const found = SCAN_ERRORS[error];
    if (found === undefined) return;
    const cutOff = this.atEnd() && (error === EARLY_END_OF_STRING || error === EARLY_END_OF_NUMBER);
    throw this.fail(cutOff ? Exit.TRUNCATED : Exit.MALFORMED, found);
  }

  /** Whether the text ends with the token. */
  private atEnd(): boolean {
    return this.scanner.getPosition() >= this.text.length;
  }

  private at(token: number): boolean {
    return this.token === token;
  }

  private unexpected(expected: string): JsonError {
    const offset = this.scanner.getTokenOffset();
    const found = this.text.slice(offset, offset + Math.min(this.scanner.getTokenLength(), 40));
    if (offset === 0 && found.startsWith('\ufeff')) {
      return this.fail(Exit.MALFORMED, 'the text begins with a byte order mark, which JSON does not have');
    }
    if (this.at(Token.END))
      return this.fail(Exit.TRUNCATED, `expected ${expected}, found the end of the text`);
    const cutOff = this.atEnd() && ['true', 'false', 'null', '-'].some((word) => word.startsWith(found));
    const exitCode = cutOff ? Exit.TRUNCATED : Exit.MALFORMED;
    return this.fail(exitCode, `expected ${expected}, found ${quote(found)}`);
  }

  private fail(exitCode: ExitCode, detail: string): JsonError {
    return new JsonError(exitCode, this.text, this.scanner.getTokenOffset(), this.path(), detail);
  }

  /** Steps to the value that is being read; a key that is being read is not one yet. */
  private path(): PathStep[] {
    const steps = this.open.map(({ keys, values }) =>
      keys === undefined ? values.length : keys[values.length],
    );
    return steps.filter((step) => step !== undefined);
  }
}
