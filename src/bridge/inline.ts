/** Inline commands, split into words as Redis does: a check of commands must see what the server will. */
import { textOf } from '../resp/text.ts';
import { utf8Length, writeUtf8 } from '../wire/text.ts';

const SPACES = new Set([0, 9, 10, 11, 12, 13, 32]);
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const BACKSLASH = 0x5c;
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, a: 7 };

/** Longest line that Redis takes for an inline command, in bytes, and what it says of a longer one. */
export const LONGEST_LINE = 65_536;
export const TOO_LONG = 'too big inline request';

/**
 * The words of a line.
 * @returns what is wrong with it, as a text, where it has none.
 */
export function splitInline(line: string | Uint8Array): (string | Uint8Array)[] | string {
  const bytes = typeof line === 'string' ? encoded(line) : line;
  if (bytes.length > LONGEST_LINE) return TOO_LONG;
  // Redis would wait for ever: it looks for the line's end in what it takes for a text of C.
  if (bytes.includes(0)) return 'a zero byte in an inline request';
  const words = new Words(bytes);
  const parts: (string | Uint8Array)[] = [];
  while (words.more()) {
    const word = words.word();
    if (word === undefined) return 'unbalanced quotes in request';
    parts.push(textOf(word, 0, word.length));
  }
  return parts;
}

function encoded(line: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(line));
  writeUtf8(line, bytes.length, bytes, 0);
  return bytes;
}

class Words {
  private readonly bytes: Uint8Array;
  private pos = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  more(): boolean {
    while (this.pos < this.bytes.length && SPACES.has(this.bytes[this.pos]!)) this.pos++;
    return this.pos < this.bytes.length;
  }

  /** Up to a space that no quotes enclose; undefined where they don't end, or end within a word. */
  word(): Uint8Array | undefined {
    const out: number[] = [];
    while (!this.atSpace()) {
      const byte = this.bytes[this.pos++]!;
      if (byte !== QUOTE && byte !== APOSTROPHE) out.push(byte);
      else if (!this.quoted(byte, out) || !this.atSpace()) return undefined;
    }
    return Uint8Array.from(out);
  }

  private atSpace(): boolean {
    return this.pos >= this.bytes.length || SPACES.has(this.bytes[this.pos]!);
  }

  /** What stands up to the same quote again. */
  private quoted(quote: number, out: number[]): boolean {
    const { bytes } = this;
    for (;;) {
      const byte = bytes[this.pos++];
      if (byte === undefined) return false;
      if (byte === quote) return true;
      if (byte !== BACKSLASH || this.pos >= bytes.length) out.push(byte);
      else if (quote === QUOTE) out.push(this.escape());
      else out.push(bytes[this.pos] === APOSTROPHE ? bytes[this.pos++]! : byte);
    }
  }

  /** What a backslash within quotes stands for. */
  private escape(): number {
    const [letter, ...digits] = String.fromCharCode(...this.bytes.subarray(this.pos, this.pos + 3));
    const hex = digits.join('');
    this.pos++;
    if (letter === 'x' && /^[\da-fA-F]{2}$/.test(hex)) {
      this.pos += 2;
      return parseInt(hex, 16);
    }
    return ESCAPES[letter!] ?? letter!.charCodeAt(0);
  }
}
