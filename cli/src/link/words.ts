/** A line that somebody types, as a command: a verb and values. */
import type { Encodable } from 'petrel';
import { Exit, CommandError } from '../exit.ts';
import { fromExactJson } from '../exact-json.ts';
import { parseJson } from '../json.ts';

export interface Said {
  readonly verb: string;
  readonly args: readonly Encodable[];
}

/** What stands for itself in JSON; all other words are texts. */
const PLAIN = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[-+]?\d+)?|true|false|null)$/i;
const OPENS: { readonly [bracket: string]: string } = { '[': ']', '{': '}' };

/**
 * The command of a line, undefined where there is none: nothing, or a comment that begins with #. The first word is the verb. What is
 * JSON is that value: numbers, true, false, null, "texts", [arrays] and {objects}; 'quoted' words and all others are texts.
 * @throws CommandError naming what is wrong.
 */
export function parseLine(line: string): Said | undefined {
  const words = wordsOf(line);
  if (words.length === 0) return undefined;
  return said(words[0]!.text, words.slice(1).map(valueOf));
}

/** The command of words that a shell has separated: each is one value. @throws as `parseLine`. */
export function parseWords([verb = '', ...words]: readonly string[]): Said {
  return said(
    verb,
    words.map((text) => valueOf({ text, json: isJson(text) })),
  );
}

function said(verb: string, args: readonly Encodable[]): Said {
  if (verb.length === 0 || Buffer.byteLength(verb) > 64) throw wrong('a verb has 1 to 64 bytes');
  return { verb, args };
}

interface Word {
  readonly text: string;
  readonly json: boolean;
}

function isJson(text: string): boolean {
  return PLAIN.test(text) || /^["[{]/.test(text);
}

function valueOf({ text, json }: Word): Encodable {
  return json ? fromExactJson(parseJson(text)) : text;
}

function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  let at = skipSpace(line, 0);
  if (line[at] === '#') return words;
  while (at < line.length) {
    const end = endOf(line, at);
    words.push(wordAt(line, at, end));
    at = skipSpace(line, end);
  }
  return words;
}

function skipSpace(line: string, from: number): number {
  let at = from;
  while (at < line.length && /\s/.test(line[at]!)) at++;
  return at;
}

function wordAt(line: string, at: number, end: number): Word {
  if (line[at] === "'") return { text: line.slice(at + 1, end - 1), json: false };
  const text = line.slice(at, end);
  return { text, json: isJson(text) };
}

function endOf(line: string, at: number): number {
  const first = line[at]!;
  const end = first === "'" ? line.indexOf("'", at + 1) + 1 : endOfJson(line, at, first);
  if (end <= 0) throw new CommandError(`${first} has no end`, Exit.TRUNCATED);
  if (end < line.length && !/\s/.test(line[end]!)) throw wrong('words are separated by spaces');
  return end;
}

/** Strings end at their quote, arrays and objects at their bracket, all else at a space; 0 for what does not end. */
function endOfJson(line: string, at: number, first: string): number {
  if (first === '"') return endOfString(line, at);
  if (OPENS[first] === undefined) return at + /^\S+/.exec(line.slice(at))![0].length;
  let depth = 0;
  for (let i = at; i < line.length; i++) {
    const unit = line[i]!;
    if (unit === '"') {
      i = endOfString(line, i) - 1;
      if (i < 0) return 0;
    } else if (unit in OPENS) depth++;
    else if ((unit === ']' || unit === '}') && --depth === 0) return i + 1;
  }
  return 0;
}

function endOfString(line: string, at: number): number {
  for (let i = at + 1; i < line.length; i++) {
    if (line[i] === '\\') i++;
    else if (line[i] === '"') return i + 1;
  }
  return 0;
}

function wrong(what: string): CommandError {
  return new CommandError(what, Exit.MALFORMED);
}
