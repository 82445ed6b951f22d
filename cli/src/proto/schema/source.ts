/** A file that is being parsed. */
import type { Cursor } from './cursor.ts';
import { within, type Parsed } from './draft.ts';
import type { Token } from './tokens.ts';

export class Source {
  readonly cursor: Cursor;
  readonly parsed: Parsed;
  readonly syntax: 'proto2' | 'proto3' | 'editions';

  constructor(cursor: Cursor, parsed: Parsed, syntax: Source['syntax']) {
    this.cursor = cursor;
    this.parsed = parsed;
    this.syntax = syntax;
  }

  /** Notes where a declaration stands, from its first token `at` to the last that was taken. @returns its full name. */
  place(scope: string, name: string, at: Token): string {
    const full = within(scope, name);
    if (!this.parsed.places.has(full)) this.parsed.places.set(full, at);
    return full;
  }

  /**
   * Notes the comments of a declaration.
   * @param at its first token
   * @param end the token that the comment behind it follows: its `;` or its `{`
   */
  comment(path: readonly number[], at: Token, end: Token): void {
    const { leading, trailing } = { leading: at.leading, trailing: end.trailing };
    if (leading === undefined && trailing === undefined) return;
    this.parsed.locations.push({
      path,
      ...(leading !== undefined && { leadingComments: leading }),
      ...(trailing !== undefined && { trailingComments: trailing }),
    });
  }
}
