/** The text of a `.proto` file in tokens, each with its place and the comments around it. */
import { quote } from 'petrel/wire';
import { usage, type CommandError } from '../../exit.ts';

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'symbol' | 'end';
  /** As it stands in the file, quotes included. */
  readonly text: string;
  /** From 1, in UTF-16 units, as editors count. */
  readonly line: number;
  readonly column: number;
  /** The comment right above it. */
  leading?: string;
  /** The comment behind it on the same line. */
  trailing?: string;
}

/** An error at a place of a file. */
export function errorAt(
  file: string,
  { line, column }: Pick<Token, 'line' | 'column'>,
  problem: string,
): CommandError {
  return usage(`${file}:${line}:${column}: ${problem}`);
}

const PATTERNS: readonly (readonly [Token['kind'] | 'space' | 'line' | 'block', RegExp])[] = [
  ['space', /[ \t\r\n\f\v]+/y],
  ['name', /[A-Za-z_]\w*/y],
  ['number', /0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?/y],
  ['string', /"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"|'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*'/y],
  ['line', /\/\/[^\n]*/y],
  ['block', /\/\*[^]*?\*\//y],
  ['symbol', /[{}[\]()<>;,.=:+-]|\/(?!\*)/y],
];

/** Splits a text into tokens, the last of kind `end`. @throws CommandError USAGE with file, line and column. */
export function tokenize(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  const comments = new Comments(tokens);
  let line = 1;
  let start = 0;
  for (let at = 0; at < text.length;) {
    const [kind, found] = match(text, at) ?? [undefined, text.slice(at, at + 1)];
    const place = { line, column: at - start + 1 };
    if (kind === undefined) throw errorAt(file, place, unexpected(text, at));
    at += found.length;
    for (let broken = found.indexOf('\n'); broken >= 0; broken = found.indexOf('\n', broken + 1)) {
      line++;
      start = at - found.length + broken + 1;
    }
    if (kind === 'space') comments.space(found);
    else if (kind === 'line' || kind === 'block') comments.add(kind, found, place.line, line);
    else {
      if (kind === 'number' && /\w/.test(text.charAt(at)))
        throw errorAt(file, place, 'a number and a name without a space between them');
      tokens.push(comments.before({ kind, text: found, ...place }));
    }
  }
  tokens.push({ kind: 'end', text: '', line, column: text.length - start + 1 });
  return tokens;
}

function match(text: string, at: number): [(typeof PATTERNS)[number][0], string] | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) return [kind, found[0]];
  }
  return undefined;
}

function unexpected(text: string, at: number): string {
  if (text.startsWith('/*', at)) return 'a comment that does not end';
  if (/["']/.test(text.charAt(at))) return 'a text that does not end on its line';
  return `${quote(String.fromCodePoint(text.codePointAt(at)!))} has no meaning here`;
}

/** Finds out which token a comment belongs to. */
class Comments {
  private readonly tokens: Token[];
  /** Comments that no blank line parts from what is next. */
  private pending: string[] = [];
  private kind = '';

  constructor(tokens: Token[]) {
    this.tokens = tokens;
  }

  space(found: string): void {
    // A line comment leaves its line break to the space behind it.
    const breaks = found.split('\n').length - 1;
    if (breaks > 1) this.pending = [];
  }

  add(kind: 'line' | 'block', found: string, line: number, end: number): void {
    const last = this.tokens.at(-1);
    const text = kind === 'line' ? found.slice(2).replace(/\r$/, '') : inside(found);
    if (last?.line === line && last.trailing === undefined && this.pending.length === 0) last.trailing = text;
    else if (kind === 'line' && this.kind === 'line') this.pending.push(text);
    else this.pending = [text];
    this.kind = end === line ? kind : 'block';
  }

  before(token: Token): Token {
    if (this.pending.length > 0) token.leading = this.pending.join('\n');
    this.pending = [];
    this.kind = '';
    return token;
  }
}

/** A block comment's text, without the stars that many put before its lines. */
function inside(found: string): string {
  return found.slice(2, -2).replace(/\n[ \t]*\*?/g, '\n');
}
