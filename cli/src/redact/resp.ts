/** Commands and replies of RESP, redacted where they stand: types, lengths and what the protocol itself says stay. */
import { CommandSecrets } from 'petrel/inspect';
import { STATUSES } from 'petrel/resp';
import type { Filler } from './filler.ts';
import { redactDigits } from './numbers.ts';
import { isVerb, redactContent, redactError, textIn } from './texts.ts';

export interface RespSettings {
  readonly filler: Filler;
  readonly numbers: boolean;
}

/** A type with a line of its own, or with a body of a length. */
interface Token {
  readonly type: string;
  /** What it says: bytes[start, end). */
  readonly start: number;
  readonly end: number;
}

const CR = 13;
const LF = 10;
const STAR = 0x2a;
const X = 0x78;
/** What a body follows whose length the line says. */
const BODIED = '$!=;';
/** What is a line of text. */
const LINES = '+-';
/** How messages and confirmations begin. */
const TOLD = /^(?:[ps]?(?:un)?subscribe|[ps]?message|invalidate|__redis__:invalidate)$/;
/** Statuses that say how a conversation goes on. */
const KEPT: readonly string[] = [...STATUSES, 'RESET'];
const MONITORED = /^\d+\.\d{6} \[\d+ /;

/** The types of an item that was read before, in order; it may be cut off anywhere. */
function* tokens(bytes: Uint8Array): Generator<Token, void, void> {
  const size = bytes.length;
  for (let at = 0; at < size;) {
    const type = String.fromCharCode(bytes[at]!);
    let line = at + 1;
    while (line < size && bytes[line] !== CR) line++;
    if (line === size && !LINES.includes(type)) return yield { type: 'cut', start: at + 1, end: size };
    const count = BODIED.includes(type) ? Number(latin1(bytes.subarray(at + 1, line))) : NaN;
    const bodied = count > 0 || (count === 0 && type !== ';');
    const start = Math.min(size, bodied ? line + 2 : at + 1);
    const end = Math.min(size, bodied ? start + count : line);
    yield { type: bodied || !BODIED.includes(type) ? type : '', start, end };
    at = end + 2;
  }
  return undefined;
}

/** A line that is cut off stays where it may be a number: nobody has read it. */
function redactCut(out: Uint8Array, { start, end }: Token): void {
  if (!/^[-+?]?\d*$/.test(latin1(out.subarray(start, end)))) out.fill(X, start, end);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** A reply or push, as many bytes; it may be cut off. */
export function redactReply(bytes: Uint8Array, settings: RespSettings): Uint8Array {
  const out = bytes.slice();
  let index = 0;
  for (const token of tokens(bytes)) redactToken(out, token, index++, settings);
  return out;
}

function redactToken(out: Uint8Array, token: Token, index: number, { filler, numbers }: RespSettings): void {
  const { type, start, end } = token;
  const content = out.subarray(start, end);
  const put = (text: string): void => out.set(Buffer.from(text), start);
  switch (type) {
    case '$':
    case ';':
      // the first element of a message or a confirmation is the protocol's
      if (index !== 1 || !TOLD.test(textIn(content) ?? '')) redactContent(filler, out, start, end);
      return;
    case '+':
      return redactStatus(filler, out, start, end);
    case '-':
    case '!': {
      const text = textIn(content);
      return text === undefined ? void content.fill(X) : put(redactError(filler, text));
    }
    case '=':
      return redactContent(filler, out, Math.min(start + 4, end), end); // behind the format and its colon
    case ':':
    case ',':
    case '(':
      if (numbers) put(redactDigits(filler, latin1(content)));
      return;
    case 'cut':
      return redactCut(out, token);
    default: // counts, nulls and booleans
  }
}

function redactStatus(filler: Filler, out: Uint8Array, start: number, end: number): void {
  const text = textIn(out.subarray(start, end));
  if (text === undefined) out.fill(X, start, end); // its filler could hold a line's end
  else if (!KEPT.includes(text)) {
    const [kept = ''] = MONITORED.exec(text) ?? [];
    out.set(Buffer.from(kept + filler.text(text).slice(kept.length)), start);
  }
}

/** A command, with the empty lines before it, as many bytes; it may be cut off. */
export function redactCommand(bytes: Uint8Array, settings: RespSettings): Uint8Array {
  const out = bytes.slice();
  let start = 0;
  while (bytes[start] === CR || bytes[start] === LF) start++;
  if (bytes[start] === STAR) redactParts(bytes.subarray(start), out.subarray(start), settings);
  else redactLine(out.subarray(start));
  return out;
}

function redactParts(bytes: Uint8Array, out: Uint8Array, { filler }: RespSettings): void {
  const secrets = new CommandSecrets();
  const words: string[] = [];
  for (const token of tokens(bytes)) {
    const { type, start, end } = token;
    if (type === 'cut') redactCut(out, token);
    if (type !== '$') continue;
    const part = textIn(bytes.subarray(start, end));
    const secret = secrets.next;
    secrets.add(part);
    if (words.length < 3) words.push(part?.toUpperCase() ?? '');
    if (secret) out.fill(STAR, start, end);
    else if (!secrets.next && !isProtocol(words, part)) redactContent(filler, out, start, end);
    if (words.length === 3) words.push(''); // no more of them are the protocol's
  }
}

/** Whether the part that the last word is decides how the conversation goes on, or is the verb. */
function isProtocol(words: readonly string[], part = ''): boolean {
  const [verb, first, second] = words;
  if (words.length === 1) return isVerb(part);
  if (words.length === 2)
    return (verb === 'CLIENT' && first === 'REPLY') || (verb === 'HELLO' && /^[23]$/.test(part));
  return (
    words.length === 3 && verb === 'CLIENT' && first === 'REPLY' && /^(?:ON|OFF|SKIP)$/.test(second ?? '')
  );
}

/** An inline command: its verb stays, of all else only where there are blanks. */
function redactLine(out: Uint8Array): void {
  const line = Buffer.from(out).toString('latin1');
  const [verb = ''] = /^[^\s]+/.exec(line) ?? [];
  for (let i = isVerb(verb) ? verb.length : 0; i < out.length; i++) if (!/\s/.test(line[i]!)) out[i] = X;
}
