/** Bytes that have broken protobuf libraries, what is right to make of them, and what a library makes of them. */
import type { BenchSchema } from './made.ts';

export const HOSTILE: BenchSchema = {
  file: 'bench/schemas/hostile.proto',
  package: 'bench',
  messages: ['Hostile'],
};

/** A message as libraries answer it: the fields of `hostile.proto`. */
export interface Read {
  readonly text?: string;
  readonly child?: Read;
  readonly map?: object;
  readonly numbers?: readonly number[];
  readonly big?: unknown;
}

export interface Codec {
  readonly read: (bytes: Uint8Array) => Read;
  readonly write: (message: Read) => Uint8Array;
}

/** What of a message that was read, or of what is written for it, is wrong; an empty text if nothing is. */
type Fault = (message: Read, again: () => Uint8Array) => string;

export interface HostileCase {
  readonly about: string;
  /** Several spellings of the same trick. */
  readonly inputs: readonly Uint8Array[];
  /** Of an input that is to be read; without it, it is to be refused. */
  readonly fault?: Fault;
}

const LEVELS = 10_000;
/** 2^31 - 1, 2^32 + 2 and 2^63, as varints. */
const LENGTHS: readonly (readonly number[])[] = [
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0x82, 0x80, 0x80, 0x80, 0x10],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
];
const AB = [0x61, 0x62];

const from = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Messages in messages, each behind its length. */
function nested(levels: number): Uint8Array {
  const lengths: number[][] = [];
  for (let inner = 0, i = 0; i < levels; i++) {
    const head = [0x12, ...varint(inner)];
    lengths.push(head);
    inner += head.length;
  }
  return Uint8Array.from(lengths.toReversed().flat());
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
}

/** Known and unknown fields by turns: each unknown one is a run of its own. */
function interleaved(pairs: number): Uint8Array {
  return Uint8Array.from(Array.from({ length: pairs }, () => [0x28, 0x01, 0x38, 0x01]).flat());
}

/** A value of these lengths, of which only `there` is there. */
function lying(about: string, tag: number, there: readonly number[]): HostileCase {
  return {
    about: `${about} of 2^31 - 1, 2^32 + 2 and 2^63 bytes, ${there.length === 0 ? 'none' : there.length} there`,
    inputs: LENGTHS.map((length) => from(tag, ...length, ...there)),
  };
}

function refused(about: string, ...inputs: Uint8Array[]): HostileCase {
  return { about, inputs };
}

function read(about: string, bytes: Uint8Array, fault: Fault): HostileCase {
  return { about, inputs: [bytes], fault };
}

const PAIRS = 20_000;
const PROTO_KEY = from(0x22, 0x0d, 0x0a, 0x09, ...Buffer.from('__proto__'), 0x10, 0x07);
const MISFITS = from(0x08, 0x01, 0x32, 0x01, 0x61);

export const HOSTILE_CASES: readonly HostileCase[] = [
  refused(
    'a string that is not UTF-8, one with a surrogate',
    from(0x0a, 2, 0xc3, 0x28),
    from(0x0a, 3, 0xed, 0xa0, 0x80),
  ),
  refused(`messages nested ${LEVELS} deep`, nested(LEVELS)),
  refused(
    `unknown groups nested ${LEVELS} deep`,
    new Uint8Array(2 * LEVELS).fill(0x3b, 0, LEVELS).fill(0x3c, LEVELS),
  ),
  lying('a string', 0x0a, AB),
  lying('a byte string', 0x1a, []),
  lying('an unknown field', 0x3a, AB),
  lying('a packed list', 0x2a, []),
  refused('a nested message that ends inside a number', from(0x12, 0x02, 0x30, 0x80, 0x01)),
  refused('field number 0, wire type 7', from(0x00, 0x01), from(0x0f, 0x01)),
  refused('a group without an end, an end without a group', from(0x3b, 0x08, 0x01), from(0x3c)),
  refused('a varint of eleven bytes', from(0x30, ...Array.from({ length: 10 }, () => 0x80), 0x01)),
  read('the key `__proto__` in a map', PROTO_KEY, ({ map }, again) => {
    if (!Object.hasOwn(map!, '__proto__')) return 'lost';
    return equal(again(), PROTO_KEY) ? '' : 'written otherwise';
  }),
  read('the number 2^53 + 1', from(0x30, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10), ({ big }) =>
    String(big) === '9007199254740993' ? '' : 'rounded',
  ),
  read('known fields of another wire type', MISFITS, ({ text = '' }, again) => {
    if (text !== '') return 'read as their own';
    return equal(again(), MISFITS) ? '' : 'dropped';
  }),
  read(`known and unknown fields by turns, ${PAIRS} of each`, interleaved(PAIRS), ({ numbers }, again) => {
    if (numbers?.length !== PAIRS) return 'lost';
    return again().length === 1 + 3 + PAIRS + 2 * PAIRS ? '' : 'unknown ones dropped';
  }),
];

const RIGHT = 'right';

/** What a library makes of a case: `right`, or what is wrong. */
export function judge(codec: Codec, { inputs, fault }: HostileCase): string {
  const found = inputs.map((bytes) => (fault ? judgeRead(codec, bytes, fault) : judgeRefusal(codec, bytes)));
  const wrong = found.filter((each) => each !== RIGHT);
  if (wrong.length === 0) return RIGHT;
  return wrong.length === found.length ? wrong[0]! : `${wrong[0]!}, ${wrong.length} of ${found.length}`;
}

function judgeRefusal(codec: Codec, bytes: Uint8Array): string {
  try {
    codec.read(bytes);
  } catch (error) {
    return error instanceof RangeError && error.message.includes('call stack') ? 'stack overflow' : RIGHT;
  }
  return 'accepted';
}

function judgeRead(codec: Codec, bytes: Uint8Array, fault: Fault): string {
  try {
    const message = codec.read(bytes);
    return fault(message, () => codec.write(message)) || RIGHT;
  } catch {
    return 'refused';
  }
}
