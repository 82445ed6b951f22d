/** From bytes to text: frames as they arrive, or values. Whatever the bytes, the text says every one of them. */
import { fault, ProtocolError } from '../wire/errors.ts';
import { resolveLimits, type Limits } from '../wire/limits.ts';
import { decodeFirst } from '../value/decode.ts';
import type { DecodeOptions } from '../value/reader.ts';
import type { Value } from '../value/types.ts';
import { FrameHead } from '../frame/head.ts';
import { frameName } from '../frame/kinds.ts';
import { parseFrame, type FrameBody } from '../frame/all.ts';
import { fieldsOf } from './fields.ts';
import { PLAIN } from './nodes.ts';
import { bytesText, hexOf, Shower } from './show.ts';
import { TreeReader } from './tree.ts';

/** How frames or values are printed. */
export interface PrintOptions {
  /** The receiver's limits; what is over them is printed as raw bytes. */
  readonly limits?: Partial<Limits>;
  /** Columns that a line should not pass: longer items are broken over several lines. Default: never. */
  readonly width?: number;
}

/** The text of one frame, one value, or up to 32 bytes that are neither. */
export interface TextLine {
  /** Without a line end; several lines only where `width` asks for them. */
  readonly text: string;
  /** Offset of its first byte, and how many bytes it stands for. */
  readonly offset: number;
  readonly length: number;
  /** What a strict decoder says of it. */
  readonly fault: ProtocolError | undefined;
  /** Of a frame: its kind, 1 to 15. */
  readonly kind?: number;
  /** Of a frame without a fault: what it says, its values as `lossless` answers them; views last until the next `push`. */
  readonly body?: FrameBody | undefined;
  /** Of a value without a fault, as `lossless` answers it. */
  readonly value?: Value | undefined;
}

/** Most bytes of a line that are neither frame nor value. */
export const RAW_BYTES = 32;

/** A line as it stands in a document: with its fault as a comment, and a line end. */
export function withComment({ text, fault }: TextLine): string {
  return fault === undefined ? `${text}\n` : `${text} # ${fault.message}\n`;
}

/** Prints a stream of frames, fed in chunks of any size; holds no more than one frame and one chunk. */
export class FramePrinter {
  private readonly options: DecodeOptions;
  private readonly limits: Limits;
  private readonly width: number;
  private readonly reader: TreeReader;
  private readonly head = new FrameHead();
  /** `bytes[pos, end)` is what has not been printed; `base` is the stream's offset of `bytes[0]`. */
  private bytes = new Uint8Array(256);
  private pos = 0;
  private end = 0;
  private base = 0;
  /** Bytes that must be there before it is worth looking again. */
  private needed = 1;
  private lost = false;
  /** Why the bytes from here on are raw; told once. */
  private failure: ProtocolError | undefined;

  constructor(options: PrintOptions = {}) {
    this.options = { lossless: true, ...(options.limits && { limits: options.limits }) };
    this.limits = resolveLimits(options.limits);
    this.width = options.width ?? Infinity;
    this.reader = new TreeReader(options.limits);
    this.head.overlong = true;
  }

  /** Takes a chunk, which may be reused afterwards; answers the lines of the frames that are whole now. */
  *push(chunk: Uint8Array): Generator<TextLine, void, void> {
    this.append(chunk);
    while (!this.lost && this.end - this.pos >= this.needed) {
      const line = this.frame();
      if (line === undefined) break;
      yield line;
    }
    if (this.lost) yield* this.raw(RAW_BYTES);
  }

  /** Says that no more comes; answers lines for what is left. */
  *finish(): Generator<TextLine, void, void> {
    if (!this.lost && this.end > this.pos) this.failure = this.unfinished();
    yield* this.raw(1);
  }

  private append(chunk: Uint8Array): void {
    const left = this.end - this.pos;
    const least = left + chunk.length;
    const room =
      this.bytes.length >= least ? this.bytes : new Uint8Array(Math.max(least, 2 * this.bytes.length));
    if (room !== this.bytes || this.end + chunk.length > room.length) {
      room.set(this.bytes.subarray(this.pos, this.end));
      this.base += this.pos;
      this.pos = 0;
      this.end = left;
      this.bytes = room;
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** The next frame, undefined when it is not whole or none can be found any more. */
  private frame(): TextLine | undefined {
    const { head, bytes, pos, base } = this;
    this.needed = this.end - pos + 1;
    if (!this.readHead()) return undefined;
    const { pos: body, size, kind } = head;
    this.needed = body - pos + size;
    if (this.needed > this.end - pos) return undefined;
    this.pos = body + size;
    this.needed = 1;
    const overlong = body > pos + 2 && bytes[body - 1] === 0;
    const mark = overlong ? `!${hexOf(bytes.subarray(pos, body))}` : '';
    const payload = bytes.subarray(body, this.pos);
    const text = this.payload(frameName(kind) + mark, kind, payload);
    const offset = base + pos;
    const strict = judge(() => {
      if (overlong) throw fault('VARINT_OVERLONG', 'WIRE-3', offset + 1, 'a length with a zero last byte');
      return parseFrame({ kind, payload, offset, start: base + body }, this.options);
    });
    return { text, offset, length: this.pos - pos, fault: strict.fault, kind, body: strict.result };
  }

  /** What a strict decoder says of the bytes that are left: its head is not tolerant of overlong lengths. */
  private unfinished(): ProtocolError {
    const { bytes, pos, end, base } = this;
    const { fault: wrong } = judge(() => new FrameHead().read(bytes, pos, end, this.limits.maxPayload));
    if (wrong !== undefined) return wrong.moved(base);
    return fault(
      'TRUNCATED',
      'WIRE-9',
      base + end,
      `the stream ends inside a frame, ${end - pos} bytes of it`,
    );
  }

  private readHead(): boolean {
    const { bytes, pos, end, base } = this;
    try {
      return this.head.read(bytes, pos, end, this.limits.maxPayload);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.failure = error.moved(base);
      this.lost = true;
      return false;
    }
  }

  /** The fields of a payload, after the frame's name. */
  private payload(name: string, kind: number, payload: Uint8Array): string {
    const { reader } = this;
    reader.reset(payload);
    let line = name;
    let column = name.length + 1;
    for (const field of fieldsOf(kind)) {
      do {
        if (field.many && reader.pos === reader.end) break;
        const start = reader.pos;
        const text = this.attempt(() => field.print(reader, column, this.width));
        if (text === undefined) return `${line} raw ${bytesText(payload.subarray(start))}`;
        if (text !== '') line += ` ${text}`;
        const lineEnd = this.width === Infinity ? -1 : text.lastIndexOf('\n');
        column = (lineEnd < 0 ? column : -lineEnd) + text.length + 1;
      } while (field.many);
    }
    return reader.pos === reader.end ? line : `${line} raw ${bytesText(payload.subarray(reader.pos))}`;
  }

  /** Undefined where the bytes are malformed. */
  private attempt(print: () => string | undefined): string | undefined {
    try {
      return print();
    } catch (error) {
      if (error instanceof ProtocolError) return undefined;
      throw error;
    }
  }

  /** Lines of raw bytes while at least `least` of them are there. */
  private *raw(least: number): Generator<TextLine, void, void> {
    while (this.end - this.pos >= least) {
      const start = this.pos;
      this.pos = Math.min(this.end, start + RAW_BYTES);
      yield rawLine(this.bytes.subarray(start, this.pos), this.base + start, this.failure);
      this.failure = undefined;
    }
  }
}

/** A line of raw bytes, and what is wrong with them. */
export function rawLine(bytes: Uint8Array, offset: number, wrong: ProtocolError | undefined): TextLine {
  return { text: `raw ${bytesText(bytes)}`, offset, length: bytes.length, fault: wrong };
}

/** Prints values that stand one after the other, each with limits of its own. */
export function* printValues(bytes: Uint8Array, options: PrintOptions = {}): Generator<TextLine, void, void> {
  const reader = new TreeReader(options.limits);
  const width = options.width ?? Infinity;
  for (let pos = 0; pos < bytes.length; pos = reader.pos) {
    const { result, fault: wrong } = judge(() => strictValue(bytes, pos, options));
    reader.reset(bytes, pos);
    try {
      const { node, form } = reader.readNode();
      const prefix = form === PLAIN ? 'plain ' : '';
      const text = prefix + new Shower(form, width).show(node, prefix.length);
      yield { text, offset: pos, length: reader.pos - pos, fault: wrong, value: result };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      yield* rawLines(bytes, pos, wrong);
      return;
    }
  }
}

function strictValue(bytes: Uint8Array, pos: number, { limits }: PrintOptions): Value {
  const first = decodeFirst(bytes, pos, { lossless: true, ...(limits && { limits }) });
  if (first === undefined) throw fault('TRUNCATED', 'WIRE-9', bytes.length, 'the input ends inside a value');
  return first.value;
}

/** What a strict reader answers, or the fault that it finds. */
function judge<T>(read: () => T): { result: T | undefined; fault: ProtocolError | undefined } {
  try {
    return { result: read(), fault: undefined };
  } catch (error) {
    if (error instanceof ProtocolError) return { result: undefined, fault: error };
    throw error;
  }
}

function* rawLines(
  bytes: Uint8Array,
  pos: number,
  wrong: ProtocolError | undefined,
): Generator<TextLine, void, void> {
  for (let at = pos; at < bytes.length; at += RAW_BYTES) {
    yield rawLine(bytes.subarray(at, at + RAW_BYTES), at, at === pos ? wrong : undefined);
  }
}

/** The text of `bytes`, faults as comments. Never throws for what the bytes are: `parseText` gives them back. */
export function printText(
  bytes: Uint8Array,
  options: PrintOptions & { readonly as?: 'frames' | 'values' } = {},
): string {
  let text = '';
  for (const line of lines(bytes, options)) text += withComment(line);
  return text;
}

function* lines(
  bytes: Uint8Array,
  options: PrintOptions & { as?: 'frames' | 'values' },
): Generator<TextLine, void, void> {
  if (options.as === 'values') {
    yield* printValues(bytes, options);
    return;
  }
  const printer = new FramePrinter(options);
  yield* printer.push(bytes);
  yield* printer.finish();
}
