/**
 * Runs one vector against the sources: every way in which the library reads and writes what the vector says. It answers
 * what went wrong, undefined when nothing did. spec/README.md says what each input means.
 */
import { decodeCanonical, parseCanonical } from '../src/canonical/index.ts';
import { FrameDecoder, parseFrame, readFrames, skim, unpack } from '../src/frame/index.ts';
import { FrameWriter, type Frame, type FrameBody, type Pack } from '../src/frame/index.ts';
import { decodeMessage, encodeMessage, type MessageType } from '../src/message/index.ts';
import { RespWriter } from '../src/resp/index.ts';
import { decode, decodeFirst, encode, Entries, type Encodable } from '../src/value/index.ts';
import { ProtocolError, type Limits } from '../src/wire/index.ts';
import { messageNotation, messageType, toMessage } from './messages.ts';
import type { MessageNotation, TypesNotation } from './messages.ts';
import { frameNotation, toFrame, toHex, toNotation, toValue, unhex } from './notation.ts';
import type { FrameNotation, Hex, Notation } from './notation.ts';
import {
  chunkings,
  framesToResp,
  readCommands,
  readReplies,
  respToFrames,
  toPetrel,
  toResp,
} from './resp.ts';
import type { Outcome } from './resp.ts';

interface Fault {
  readonly code: string;
  readonly offset: number;
  readonly rule: string;
}

export interface Vector {
  readonly name: string;
  readonly rules: readonly string[];
  readonly hex?: Hex;
  readonly limits?: Partial<Limits>;
  readonly value?: Notation;
  readonly frame?: FrameNotation;
  /** The name of the message's type, among the file's. */
  readonly type?: string;
  readonly message?: MessageNotation;
  /** What a writer makes of the message, where it differs from `hex`. */
  readonly written?: Hex;
  readonly frames?: readonly FrameNotation[];
  readonly inflated?: Hex;
  /** Positive: whether the bytes are canonical. Negative: whether the reader demands it. */
  readonly canonical?: boolean;
  readonly plain?: boolean;
  readonly error?: Fault;
  readonly refused?: true;
  /** Of RESP: the canonical Petrel bytes of each reply; the bytes that they give when RESP's own are spelled otherwise. */
  readonly petrel?: readonly Hex[];
  readonly back?: Hex;
  readonly commands?: readonly CommandNotation[];
  /** Who speaks RESP. */
  readonly side?: 'client' | 'server';
}

/** The parts of a command, texts or bytes; or the line of an inline one. */
type CommandNotation = readonly Notation[] | { readonly inline: Notation };

export interface VectorFile {
  readonly about: string;
  readonly input: keyof typeof RUNNERS;
  /** Of messages: their descriptions. */
  readonly types?: TypesNotation;
  readonly vectors: readonly Vector[];
}

/** A vector did not hold; the message says how. */
class Failure extends Error {}

function same(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [found, expected].map((x) =>
    typeof x === 'string' ? x : (JSON.stringify(x) ?? 'undefined'),
  );
  if (a !== b) throw new Failure(`${what}: expected ${b!.slice(0, 300)}, found ${a!.slice(0, 300)}`);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** What `run` throws as a fault; anything but a ProtocolError is a failure. */
function faultOf(what: string, run: () => unknown): Fault | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw new Failure(`${what}: ${String(error)}`, { cause: error });
    const { code, offset, rule } = error;
    return { code, offset, rule };
  }
}

function runValue(vector: Vector): void {
  const bytes = unhex(vector.hex!);
  if (vector.error === undefined) goodValue(vector, bytes);
  else badValue(vector, bytes, vector.error);
}

function goodValue({ value, limits = {}, canonical, plain }: Vector, bytes: Uint8Array): void {
  const lossless = decode(bytes, { limits, lossless: true });
  const expected = value === undefined ? lossless : toValue(value);
  same('decode, lossless', toNotation(lossless), toNotation(expected));
  const loosened = loose(expected);
  same('decode, entries', toNotation(decode(bytes, { limits, maps: 'entries' })), toNotation(loosened));
  same('decode', sorted(toNotation(decode(bytes, { limits }))), sorted(toNotation(loosened)));
  const embedded = decodeFirst(around(bytes), 3, { limits, lossless: true, copy: true });
  same('decodeFirst, the end', embedded?.end, bytes.length + 3);
  same('decodeFirst', toNotation(embedded!.value), toNotation(expected));
  const demanded = faultOf('decodeCanonical', () => decodeCanonical(bytes, { limits }));
  same('decodeCanonical', demanded?.code, canonical === true ? undefined : 'NOT_CANONICAL');
  const maxDepth = limits.maxDepth ?? 100;
  same('encode gives these bytes', equal(encode(expected, { maxDepth }), bytes), canonical);
  same(
    'encode, plain, gives these bytes',
    equal(encode(expected, { form: 'plain', maxDepth }), bytes),
    plain,
  );
  const objects = asObjects(expected);
  if (objects !== undefined) same('encode, objects', equal(encode(objects, { maxDepth }), bytes), canonical);
  for (const cut of cuts(bytes.length)) {
    const part = bytes.slice(0, cut);
    same(
      `the first ${cut} bytes`,
      faultOf('decode', () => decode(part, { limits })),
      truncated(cut),
    );
    same(`decodeFirst of ${cut} bytes`, decodeFirst(part, 0, { limits }), undefined);
  }
}

function badValue({ limits = {}, canonical }: Vector, bytes: Uint8Array, error: Fault): void {
  if (canonical === true) {
    same(
      'decodeCanonical',
      faultOf('decodeCanonical', () => decodeCanonical(bytes, { limits })),
      error,
    );
    return;
  }
  for (const options of [
    { limits },
    { limits, lossless: true },
    { limits, maps: 'entries', copy: true },
  ] as const)
    same(
      'decode',
      faultOf('decode', () => decode(bytes, options)),
      error,
    );
  if (error.code === 'TRAILING_BYTES') return;
  const shifted = Uint8Array.of(0xff, 0xff, 0xff, ...bytes.subarray(0, 20_000));
  if (shifted.length < bytes.length) return;
  const first = faultOf('decodeFirst', () =>
    same('decodeFirst', decodeFirst(shifted, 3, { limits }), undefined),
  );
  same('decodeFirst', first, error.code === 'TRUNCATED' ? undefined : { ...error, offset: error.offset + 3 });
  for (const cut of cuts(bytes.length)) {
    const found = faultOf('decode', () => decode(bytes.slice(0, cut), { limits }));
    if (found?.code !== 'TRUNCATED') same(`the first ${cut} bytes`, found, error);
  }
}

/** Three bytes before and two after, which are no values. */
function around(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 5).fill(0xff);
  out.set(bytes, 3);
  return out;
}

function truncated(offset: number): Fault {
  return { code: 'TRUNCATED', offset, rule: 'WIRE-9' };
}

/** Where to cut: everywhere in short inputs, at the ends and some places between of long ones. */
function cuts(length: number): number[] {
  if (length <= 160) return Array.from({ length }, (_, i) => i);
  const some = Array.from({ length: length > 20_000 ? 2 : 12 }, (_, i) =>
    Math.floor((length * (i + 1)) / 13),
  );
  return [0, 1, 2, 3, 4, 5, ...some, length - 2, length - 1];
}

/** As `decode` answers a value by default: floats are numbers, but for those in keys. */
function loose(value: Encodable): Encodable {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(loose);
  if (value instanceof Entries) return new Entries(value.keys, value.values.map(loose));
  const { constructor } = value as object;
  if (constructor.name.endsWith('Float')) return (value as { value: number }).value;
  if ('tag' in value)
    return Object.assign(Object.create(Object.getPrototypeOf(value) as object), value, {
      value: loose((value as { value: Encodable }).value),
    }) as Encodable;
  return value;
}

/** With the pairs of every map in one order: a plain object moves keys that spell indices to its front. */
function sorted(notation: Notation): unknown {
  return JSON.parse(JSON.stringify(notation), (_key, part: unknown) => {
    const { map } = (part ?? {}) as { map?: unknown[] };
    return Array.isArray(map) ? { map: map.map((pair) => JSON.stringify(pair)).toSorted() } : part;
  });
}

function readAll(
  bytes: Uint8Array,
  limits: Partial<Limits>,
  read: typeof parseFrame = parseFrame,
): FrameNotation[] {
  const found: FrameNotation[] = [];
  for (const frame of readFrames(bytes, { limits }))
    found.push(frameNotation(read(frame, { limits, lossless: true })));
  return found;
}

/** The frames of chunks that end at `ends`. */
function readChunks(
  bytes: Uint8Array,
  ends: readonly number[],
  limits: Partial<Limits>,
  copy: boolean,
): FrameNotation[] {
  const decoder = new FrameDecoder({ limits, copy });
  const found: FrameNotation[] = [];
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    decoder.feed(bytes.slice(start, end));
    while (decoder.next()) found.push(frameNotation(parseFrame(decoder.frame(), { limits, lossless: true })));
    start = end;
  }
  decoder.finish();
  return found;
}

function runFrames({ hex, frames, canonical, error, limits = {} }: Vector): void {
  const bytes = unhex(hex!);
  if (canonical === true && error !== undefined) {
    same(
      'canonical',
      faultOf('parseCanonical', () => readAll(bytes, limits, parseCanonical)),
      error,
    );
    return;
  }
  const check = (how: string, read: () => FrameNotation[]): void => {
    let found: FrameNotation[] = [];
    const fault = faultOf(how, () => (found = read()));
    same(how, fault, error);
    if (fault === undefined) same(how, ordered(found), ordered(frames!));
  };
  check('whole', () => readAll(bytes, limits));
  for (const cut of cuts(bytes.length))
    check(`split at ${cut}`, () => readChunks(bytes, [cut], limits, cut % 2 === 0));
  if (bytes.length <= 2000)
    check('byte by byte', () => readChunks(bytes, [...bytes.keys()].slice(1), limits, false));
  if (error === undefined) goodFrames(bytes, frames!, canonical === true, limits);
}

function goodFrames(
  bytes: Uint8Array,
  frames: readonly FrameNotation[],
  canonical: boolean,
  limits: Partial<Limits>,
): void {
  const ends = [0];
  same(
    'skim, the end',
    skim(bytes, (_kind, _start, end) => ends.push(end), limits),
    bytes.length,
  );
  same('skim, the frames', ends.length - 1, frames.length);
  for (const cut of cuts(bytes.length)) {
    const expected = ends.includes(cut) ? undefined : truncated(cut);
    same(
      `the first ${cut} bytes`,
      faultOf('readFrames', () => readAll(bytes.slice(0, cut), limits)),
      expected,
    );
  }
  if (!canonical) return;
  same('canonical', ordered(readAll(bytes, limits, parseCanonical)), ordered(frames));
  const writer = new FrameWriter();
  for (const frame of frames) writer.frame(toFrame(frame));
  same('encode', toHex(writer.take()), toHex(bytes));
}

/** With the fields of every object in one order. */
function ordered(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(ordered);
  if (typeof part !== 'object' || part === null) return part;
  const fields = Object.entries(part).map(([name, field]) => [name, ordered(field)] as const);
  return Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function runPack({ hex, inflated, frames, error, limits = {} }: Vector): void {
  const outer = [...readFrames(unhex(hex!), { limits })].at(-1)!;
  const pack = parseFrame(outer) as Pack;
  const open = (): Frame[] => unpack(pack, () => unhex(inflated!), { limits });
  let found: Frame[] = [];
  same(
    'unpack',
    faultOf('unpack', () => (found = open())),
    error,
  );
  const bodies: FrameBody[] = found.map((frame) => parseFrame(frame, { lossless: true }));
  if (frames !== undefined) same('unpack', ordered(bodies.map(frameNotation)), ordered(frames));
}

function runRefused({ value, frame, limits }: Vector): void {
  const refuses = (how: string, write: (writer: FrameWriter) => void): void => {
    const writer = new FrameWriter(limits ?? {});
    let refused = false;
    try {
      write(writer);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      refused = true;
    }
    same(`${how}, the writer refuses`, refused, true);
    same(`${how}, nothing is written`, writer.pos, 0);
  };
  if (frame !== undefined) return refuses('a frame', (writer) => writer.frame(toFrame(frame)));
  const refusable = toValue(value!);
  refuses('entries', (writer) => writer.writeValue(refusable));
  if (asObjects(refusable)) refuses('objects', (writer) => writer.writeValue(asObjects(refusable)!));
}

/** The same value with plain objects for its maps; undefined where one can't be: other keys than texts, or equal ones. */
function asObjects(value: Encodable): Encodable | undefined {
  if (Array.isArray(value)) {
    const items = value.map(asObjects);
    return items.includes(undefined) ? undefined : (items as Encodable[]);
  }
  if (!(value instanceof Entries)) return value;
  const { keys } = value;
  if (new Set(keys).size < keys.length || keys.some((key) => typeof key !== 'string' || /^\d/.test(key)))
    return undefined;
  const values = value.values.map(asObjects);
  if (values.includes(undefined)) return undefined;
  return Object.fromEntries(keys.map((key, i) => [key as string, values[i]!]));
}

function runReplies({ hex, petrel = [], back, error, limits = {} }: Vector): void {
  const bytes = unhex(hex!);
  runChunks(
    bytes,
    error,
    (chunks) => {
      const { items, fault } = readReplies(chunks, limits);
      return { items: items.map((value) => toHex(toPetrel(value))), fault };
    },
    petrel.map((each) => toHex(unhex(each))),
  );
  if (error === undefined)
    same('back', toHex(toResp(petrel.map(unhex))), toHex(back === undefined ? bytes : unhex(back)));
}

function runCommands({ hex, commands = [], error, limits = {} }: Vector): void {
  const bytes = unhex(hex!);
  let ends: number[] = [];
  runChunks(
    bytes,
    error,
    (chunks) => {
      const { items, fault } = readCommands(chunks, limits);
      ends = items.map(({ offset, length }) => offset + length);
      const shown = items.map(({ parts, inline }) =>
        inline ? { inline: toNotation(parts[0]!) } : parts.map(toNotation),
      );
      return { items: shown.map((each) => JSON.stringify(each)), fault };
    },
    commands.map((each) => JSON.stringify(each)),
  );
  const writer = new RespWriter();
  for (const command of commands) {
    if ('inline' in command) writer.inline(toValue(command.inline) as string | Uint8Array);
    else writer.command(command.map(toValue) as (string | Uint8Array)[]);
  }
  same(
    'back',
    toHex(writer.take()),
    toHex(bytes.subarray(0, error === undefined ? bytes.length : (ends.at(-1) ?? 0))),
  );
}

/** The same comes of the bytes in all chunks. */
function runChunks(
  bytes: Uint8Array,
  error: Fault | undefined,
  read: (chunks: readonly Uint8Array[]) => Outcome<string>,
  expected: readonly string[],
): void {
  for (const [how, chunks] of chunkings(bytes, cuts(bytes.length))) {
    const { items, fault } = read(chunks);
    const found = fault && { code: fault.code, offset: fault.offset, rule: fault.rule };
    same(how, found, error);
    same(how, items.join(' '), expected.join(' '));
  }
}

function runToFrames({ hex, side, petrel = [], error, limits = {} }: Vector): void {
  const bytes = unhex(hex!);
  runChunks(
    bytes,
    error,
    (chunks) => {
      const { items, fault } = respToFrames(side!, chunks, limits);
      return { items: items.map(toHex), fault };
    },
    petrel.map((each) => toHex(unhex(each))),
  );
  if (error !== undefined) return;
  const back = framesToResp(petrel.map(unhex));
  same('back, the fault', back.fault?.message, undefined);
  same('back', toHex(back.bytes), toHex(bytes));
}

function runFramesToResp({ hex, back = '', error, limits = {} }: Vector): void {
  const bytes = unhex(hex!);
  for (const [how, chunks] of chunkings(bytes, cuts(bytes.length))) {
    const { bytes: found, fault } = framesToResp(chunks, limits);
    same(how, fault && { code: fault.code, offset: fault.offset, rule: fault.rule }, error);
    same(how, toHex(found), toHex(unhex(back)));
  }
}

function runToResp({ value, hex, refused }: Vector): void {
  const writer = new RespWriter();
  let thrown: unknown;
  try {
    writer.reply(toValue(value!));
  } catch (error) {
    // What the engine says of a missing property is no refusal.
    if (
      !(error instanceof TypeError || error instanceof RangeError) ||
      /read properties|is not a/.test(error.message)
    )
      throw error;
    thrown = error;
  }
  same('refused', thrown !== undefined, refused === true);
  same('written', toHex(writer.take()), hex === undefined ? '' : toHex(unhex(hex)));
}

function runMessage(vector: Vector, typeOf: (name: string) => MessageType): void {
  const type = typeOf(vector.type!);
  if (vector.refused === true) return refusesMessage(type, vector.message!);
  const bytes = unhex(vector.hex!);
  if (vector.error === undefined) goodMessage(vector, type, bytes);
  else badMessage(vector, type, bytes, vector.error);
}

function goodMessage(vector: Vector, type: MessageType, bytes: Uint8Array): void {
  const { limits = {}, written } = vector;
  const read = decodeMessage(type, bytes, { limits });
  const notation = messageNotation(type, read);
  const expected = vector.message ?? notation;
  same('decode', ordered(notation), ordered(expected));
  const embedded = around(bytes).subarray(3, bytes.length + 3);
  const copy = decodeMessage(type, embedded, { limits, copy: true });
  embedded.fill(0xff);
  same('decode, a copy', ordered(messageNotation(type, copy)), ordered(expected));
  const result = written === undefined ? bytes : unhex(written);
  same('encode what was read', toHex(encodeMessage(type, read)), toHex(result));
  same('encode', toHex(encodeMessage(type, toMessage(type, expected))), toHex(result));
  same(
    'read again',
    ordered(messageNotation(type, decodeMessage(type, result, { limits }))),
    ordered(expected),
  );
  for (const cut of cuts(bytes.length)) {
    const found = faultOf('decode', () => decodeMessage(type, bytes.slice(0, cut), { limits }));
    if (found && found.code !== 'FIELD_REQUIRED') same(`the first ${cut} bytes`, found, truncated(cut));
  }
}

function badMessage({ limits = {} }: Vector, type: MessageType, bytes: Uint8Array, error: Fault): void {
  const embedded = around(bytes).subarray(3, bytes.length + 3);
  for (const [input, copy] of [
    [bytes, false],
    [embedded, false],
    [embedded, true],
  ] as const)
    same(
      'decode',
      faultOf('decode', () => decodeMessage(type, input, { limits, copy })),
      error,
    );
  for (const cut of cuts(bytes.length)) {
    const found = faultOf('decode', () => decodeMessage(type, bytes.slice(0, cut), { limits }));
    if (found && found.code !== 'FIELD_REQUIRED' && found.code !== 'TRUNCATED')
      same(`the first ${cut} bytes`, found, error);
  }
}

function refusesMessage(type: MessageType, notation: MessageNotation): void {
  try {
    encodeMessage(type, toMessage(type, notation));
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return;
    throw error;
  }
  throw new Failure('the writer does not refuse it');
}

const RUNNERS = {
  value: runValue,
  frames: runFrames,
  pack: runPack,
  encode: runRefused,
  message: runMessage,
  replies: runReplies,
  commands: runCommands,
  resp: runToResp,
  toFrames: runToFrames,
  toResp: runFramesToResp,
};

/** What does not hold of a vector; undefined when all does. `typeOf` finds a message's type, by default interpreted. */
export function failureOf(
  { input, types = {} }: Pick<VectorFile, 'input' | 'types'>,
  vector: Vector,
  typeOf: (name: string) => MessageType = (name) => messageType(types, name),
): string | undefined {
  try {
    RUNNERS[input](vector, typeOf);
    return undefined;
  } catch (error) {
    return error instanceof Failure ? error.message : String((error as Error).stack ?? error);
  }
}
