/** From text to bytes. */
import { FrameHead, writeHead } from '../frame/head.ts';
import { FRAME_NAMES, fieldsOf, kindOf } from './fields.ts';
import { Output } from './output.ts';
import { Scanner, type TextError } from './scanner.ts';
import { ValueParser } from './values.ts';

/** What text said. */
export interface Parsed {
  readonly bytes: Uint8Array;
  /** Whether it spelled out bytes, by a mark or as `raw`: they may be malformed on purpose. */
  readonly deliberate: boolean;
}

/** One line of frames: a frame, or raw bytes. */
export interface ParsedLine extends Parsed {
  /** Whether the line is `raw` alone. */
  readonly raw: boolean;
  /** An error that names the line's place. */
  readonly error: (detail: string) => TextError;
}

/**
 * The lines that text says, one by one.
 * @throws TextError as `parseText`.
 */
export function* parseLines(text: string): Generator<ParsedLine, void, void> {
  const parser = new ValueParser(text);
  protocol(parser);
  for (parser.space(); parser.next !== ''; parser.space()) {
    const at = parser.pos;
    const out = new Output(parser);
    parser.deliberate = false;
    const isRaw = line(parser, out, frame);
    const { deliberate } = parser;
    yield { bytes: out.take(), raw: isRaw, deliberate, error: (detail) => parser.error(detail, at) };
  }
}

/** What text says of itself in its first line: which protocol the frames are to be written in; undefined for nothing. */
export function protocolOf(text: string): 'petrel' | 'resp' | undefined {
  return protocol(new Scanner(text));
}

function protocol(p: Scanner): 'petrel' | 'resp' | undefined {
  p.space();
  if (!p.eatWord('protocol')) return undefined;
  p.blanks();
  const name = p.eatWord('resp') ? 'resp' : p.eatWord('petrel') ? 'petrel' : undefined;
  if (name === undefined || !p.atLineEnd()) throw p.expected('petrel or resp');
  return name;
}

/**
 * The bytes that text in the text form says; those of any output of `printText`, its comments ignored. They are well-formed
 * unless the text asks for something else: a decoder judges. Frames stay frames where a first line says `protocol resp`.
 * @throws TextError with line and column for text that is not in the form.
 */
export function parseText(text: string, options: { readonly as?: 'frames' | 'values' } = {}): Parsed {
  const parser = new ValueParser(text);
  const out = new Output(parser);
  const item = options.as === 'values' ? value : frame;
  if (item === frame) protocol(parser);
  for (parser.space(); parser.next !== ''; parser.space()) line(parser, out, item);
  return { bytes: out.take(), deliberate: parser.deliberate };
}

/** @returns whether it is raw bytes. */
function line(p: ValueParser, out: Output, item: (p: ValueParser, out: Output) => void): boolean {
  const isRaw = p.eatWord('raw');
  (isRaw ? raw : item)(p, out);
  return isRaw;
}

function raw(p: ValueParser, out: Output): void {
  p.deliberate = true;
  p.blanks();
  out.raw(p.bytes());
}

function value(p: ValueParser, out: Output): void {
  const { node, form } = p.topValue();
  out.top(node, form);
}

function frame(p: ValueParser, out: Output): void {
  const name = p.peekWord();
  const kind = kindOf(name);
  if (kind === 0) throw p.expected(`a frame (${FRAME_NAMES.join(', ')}) or raw`);
  p.eat(name);
  const mark = p.mark();
  const payload = new Output(p);
  fields(p, payload, kind);
  if (!p.atLineEnd()) throw p.expected('the end of the frame');
  if (mark === undefined) writeHead(out, kind, payload.pos);
  else if (saysHead(mark.bytes, kind, payload.pos)) out.raw(mark.bytes);
  else throw p.error(`the mark is no head of this frame, of ${payload.pos} bytes`, mark.at);
  out.raw(payload.peek());
}

function fields(p: ValueParser, payload: Output, kind: number): void {
  for (const field of fieldsOf(kind)) {
    do {
      if ((field.many || field.rest) && p.atLineEnd()) break;
      p.blanks();
      if (p.eatWord('raw')) return raw(p, payload);
      field.parse(p, payload);
    } while (field.many);
  }
  p.blanks();
  if (p.eatWord('raw')) raw(p, payload);
}

function saysHead(mark: Uint8Array, kind: number, length: number): boolean {
  const head = new FrameHead();
  head.overlong = true;
  try {
    const whole = head.read(mark, 0, mark.length, Infinity);
    return whole && head.kind === kind && head.size === length && head.pos === mark.length;
  } catch {
    return false;
  }
}
