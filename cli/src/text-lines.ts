/** Text in pieces of whole lines of the text form, so that a long document is never held whole. */
import { CommandError, Exit } from './exit.ts';

/** A line that goes on inside brackets may be so long, in UTF-16 units: more than any frame's text takes. */
const LONGEST = 1 << 28;
const OPEN = '([{';
const CLOSE = ')]}';
/** What matters to where a line ends: a string, also one that does not end, a comment, a bracket, the line's end. */
const TOKEN = /"(?:\\[^\n]|[^"\\\n])*"?|#[^\n]*|[()[\]{}\n]/g;

/** A piece, and how many lines stand before it. */
export interface TextPiece {
  readonly text: string;
  readonly line: number;
}

/** Cuts text at the ends of lines that are outside brackets. */
export class TextLines {
  /** What has not been cut off, how far it was looked at, and how many brackets are open there. */
  private held = '';
  private seen = 0;
  private depth = 0;
  private line = 0;

  /** The lines that a chunk completes, in one piece. @throws CommandError LIMIT for a line that never ends. */
  push(chunk: string): TextPiece {
    this.held += chunk;
    const end = this.lastEnd();
    if (this.held.length - end > LONGEST)
      throw new CommandError(`line ${this.line + 1}: longer than ${LONGEST} characters`, Exit.LIMIT);
    return this.cut(end);
  }

  /** What is left. */
  finish(): TextPiece {
    return this.cut(this.held.length);
  }

  /** Looks at whole lines only: a token that a chunk cuts is looked at when its line is there. */
  private lastEnd(): number {
    const { held } = this;
    const stop = held.lastIndexOf('\n') + 1;
    let end = 0;
    TOKEN.lastIndex = this.seen;
    while (TOKEN.lastIndex < stop) {
      const token = TOKEN.exec(held);
      if (token === null || token.index >= stop) break;
      const [text] = token;
      if (text === '\n') end = this.depth === 0 ? token.index + 1 : end;
      else if (OPEN.includes(text)) this.depth++;
      else if (CLOSE.includes(text)) this.depth = Math.max(0, this.depth - 1);
    }
    this.seen = Math.max(this.seen, stop);
    return end;
  }

  private cut(end: number): TextPiece {
    const piece = { text: this.held.slice(0, end), line: this.line };
    this.held = this.held.slice(end);
    this.seen = Math.max(0, this.seen - end);
    for (let at = piece.text.indexOf('\n'); at >= 0; at = piece.text.indexOf('\n', at + 1)) this.line++;
    return piece;
  }
}
