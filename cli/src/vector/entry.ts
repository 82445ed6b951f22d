/** Frames as an entry of a file of `spec/vectors`, as spec/README.md defines it. */
import { decodeFrames, encodeFrame, parseFrame, ProtocolError, type FrameBody, type Limits } from 'petrel';
import { parseCanonical } from 'petrel/canonical';
import { splitPack } from 'petrel/frame/pack';
import { readFrames } from 'petrel/frame/stream';
import { frameNotation, inspectFrames, toHex, type FrameNotation } from 'petrel/inspect';
import { usage } from '../exit.ts';

interface Fault {
  readonly code: string;
  readonly offset: number;
  readonly rule: string;
}

/** What stands in `vectors`, one a line. */
export interface Entry {
  readonly name: string;
  readonly rules: readonly string[];
  readonly hex: string;
  readonly limits?: Partial<Limits>;
  readonly inflated?: string;
  readonly frames?: readonly FrameNotation[];
  readonly canonical?: boolean;
  readonly error?: Fault;
}

export interface EntryOptions {
  /** Default: what the frames are. */
  readonly name: string | undefined;
  readonly limits: Partial<Limits>;
}

/** The entry of a stream of frames, for a file with `"input": "frames"`: what they say, or where they are at fault. */
export function entryOf(bytes: Uint8Array, { name, limits }: EntryOptions): Entry {
  const read = attempt(() => decodeFrames(bytes, { limits, lossless: true }));
  const limited = Object.keys(limits).length > 0 ? { limits } : {};
  if (read instanceof ProtocolError) {
    const { code, offset, rule } = read;
    const called = name ?? `captured: ${code} at byte ${offset} of ${bytes.length}, ${heads(bytes)}`;
    return { name: called, rules: [rule], hex: toHex(bytes), ...limited, error: { code, offset, rule } };
  }
  const called = name ?? `captured: ${read.map(summary).join(', ')}, ${bytes.length} bytes`;
  return {
    name: called,
    rules: rulesOf(bytes, limits),
    hex: toHex(bytes),
    ...limited,
    frames: read.map(frameNotation),
    canonical: isCanonical(bytes, read, limits),
  };
}

/** Inflates what a PACK holds; undefined where its dictionary is not known. */
type Inflate = (deflated: Uint8Array, dictionary: number | bigint, length: number) => Uint8Array | undefined;

/**
 * The entry of the PACK that ends the stream, for a file with `"input": "pack"`: what it holds, or what is wrong with that.
 * @throws CommandError where there is none, or it can't be inflated.
 */
export function packEntryOf(bytes: Uint8Array, inflate: Inflate, { name, limits }: EntryOptions): Entry {
  const pack = decodeFrames(bytes, { limits, lossless: true }).at(-1);
  if (pack?.kind !== 'PACK') throw usage('the last frame is no PACK');
  const inflated = inflated1(() => inflate(pack.deflated, pack.dictionary, pack.length));
  const read = attempt(() =>
    splitPack(inflated, pack.length, { limits }).map((frame) =>
      parseFrame(frame, { limits, lossless: true }),
    ),
  );
  const limited = Object.keys(limits).length > 0 ? { limits } : {};
  const begin = { hex: toHex(bytes), ...limited, inflated: toHex(inflated) };
  if (read instanceof ProtocolError) {
    const { code, offset, rule } = read;
    const called = name ?? `captured: a PACK with ${code} at byte ${offset} of ${inflated.length}`;
    return { name: called, rules: [rule], ...begin, error: { code, offset, rule } };
  }
  const called = name ?? `captured: a PACK of ${read.map(summary).join(', ')}, ${inflated.length} bytes`;
  return { name: called, rules: ['FRAME-16', 'FRAME-17'], ...begin, frames: read.map(frameNotation) };
}

function inflated1(inflate: () => Uint8Array | undefined): Uint8Array {
  let bytes: Uint8Array | undefined;
  try {
    bytes = inflate();
  } catch (error) {
    throw usage(`the PACK does not inflate: ${(error as Error).message}`);
  }
  if (bytes === undefined) throw usage("the PACK's dictionary is not at hand: give it with --dict");
  return bytes;
}

/** What comes of it, or the fault that it throws. */
function attempt<T>(read: () => T): T | ProtocolError {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

/** `COMMAND SEND`, `HELLO offer`, `ACK`. */
export function summary(body: FrameBody): string {
  const more = 'verb' in body ? body.verb : 'form' in body ? body.form : '';
  return /^[\w.-]{1,40}$/.test(more) ? `${body.kind} ${more}` : body.kind;
}

/** The first bytes, which tell faults of one code apart. */
function heads(bytes: Uint8Array): string {
  return toHex(bytes.subarray(0, 8));
}

/** The rules that the bytes show, in the order of the bytes. */
function rulesOf(bytes: Uint8Array, limits: Partial<Limits>): string[] {
  const rules = new Set<string>();
  for (const { rule } of inspectFrames(bytes, { limits })) if (rule !== undefined) rules.add(rule);
  return [...rules];
}

function isCanonical(bytes: Uint8Array, bodies: readonly FrameBody[], limits: Partial<Limits>): boolean {
  const read = attempt(() => {
    for (const frame of readFrames(bytes, { limits })) parseCanonical(frame, { limits, lossless: true });
  });
  if (read instanceof ProtocolError) return false;
  return toHex(Buffer.concat(bodies.map((body) => encodeFrame(body)))) === toHex(bytes);
}

/** The entry as the files have it: on one line. */
export function entryText(entry: Entry): string {
  return spaced(entry);
}

/** JSON on one line, with a space behind commas and colons. */
function spaced(part: unknown): string {
  if (Array.isArray(part)) return `[${part.map(spaced).join(', ')}]`;
  if (typeof part !== 'object' || part === null) return JSON.stringify(part);
  return `{${Object.entries(part)
    .map(([name, inner]) => `${JSON.stringify(name)}: ${spaced(inner)}`)
    .join(', ')}}`;
}
