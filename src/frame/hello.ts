/**
 * The handshake: a HELLO's body is one plain map, whose registered keys are small numbers. Its layout never changes with
 * the version. [HELLO-2] to [HELLO-6]
 */
import { fault } from '../wire/errors.ts';
import * as Head from '../value/heads.ts';
import { valueKind, type ValueKind } from '../value/kinds.ts';
import { ValueReader, type ValueVisitor } from '../value/reader.ts';
import { Entries, type Encodable, type Value } from '../value/types.ts';
import type { Field } from './field.ts';
import type { PayloadReader } from './payload.ts';

/** The version of the protocol that is spoken here. */
export const VERSION = 1;

type Check = (value: Value) => unknown;
const isUint: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isText: Check = (value) => typeof value === 'string';
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isToken = (value: unknown): boolean =>
  value instanceof Uint8Array && value.length > 0 && value.length < 256;
const isRange: Check = (value) => {
  if (!listOf(isUint)(value)) return false;
  const [lowest, highest, ...more] = value as number[];
  return lowest! > 0 && lowest! <= highest! && more.length === 0;
};

/** A registered field: its name, who may send it (`both` when left out), and which values it takes. */
type HelloField = readonly [name: string, check: Check, form?: 'offer' | 'answer'];

/** A key's number is its place here. A test holds the list against `spec/codes.json`. */
export const HELLO_FIELDS: readonly HelloField[] = [
  ['versions', isRange, 'offer'],
  ['version', isUint, 'answer'],
  ['maxPayload', isUint],
  ['maxDepth', isUint],
  ['maxElements', isUint],
  ['maxExpanded', isUint],
  ['windowBytes', isUint],
  ['windowFrames', isUint],
  ['ackDelay', isUint],
  ['capabilities', listOf(isText)],
  ['dictionaries', listOf(isUint)],
  ['agent', isText],
  ['credentials', () => true, 'offer'],
  ['token', isToken, 'answer'],
  ['unknown', Array.isArray, 'answer'],
];

/** Heads that only canonical form has, beside references and records. */
const COMPACT: readonly number[] = [Head.TEXT_UTF16, Head.FLOAT_SCALED, Head.TEXT_PREFIXED];

/** Sees the map go by: refuses what is not plain, and notes where the top map's keys and then its values begin. [HELLO-3] */
class PlainMap implements ValueVisitor {
  readonly offsets: number[] = [];
  private readonly bytes: Uint8Array;
  private readonly open: number[] = [];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  enter(_kind: ValueKind, start: number): void {
    this.refuse('record', start);
    this.open.push(start);
  }

  leave(start: number): void {
    this.refuse('ref', start);
    if (this.open.at(-1) === start) this.open.pop();
    if (this.open.length === 1) this.offsets.push(start);
  }

  private refuse(kind: ValueKind, start: number): void {
    const head = this.bytes[start]!;
    if (valueKind(head) === kind || COMPACT.includes(head)) {
      throw fault('HELLO_PLAIN', 'HELLO-3', start, 'what is no plain form in a handshake');
    }
  }
}

function readFields(r: PayloadReader, form: unknown): Record<string, unknown> {
  const { bytes, pos, end, limits } = r;
  const inner = new ValueReader({ limits, lossless: true, copy: true });
  inner.reset(bytes, pos, end);
  const { offsets } = (inner.visitor = new PlainMap(bytes));
  const map = inner.readValue();
  r.pos = inner.pos;
  if (!(map instanceof Entries)) throw fault('HELLO_FORM', 'HELLO-2', pos, 'no map');
  const fields: Record<string, unknown> = {};
  const unknownKeys: Encodable[] = [];
  for (const [i, key] of map.keys.entries()) {
    const field = HELLO_FIELDS[typeof key === 'number' ? key : -1];
    if (field === undefined) {
      unknownKeys.push(key);
      continue;
    }
    const [name, check, only = form] = field;
    r.field = ['fields', name];
    const value = map.values[i] as Value;
    const at = offsets[map.size + i]!;
    if (only !== form || !check(value)) throw fault('HELLO_FIELD', 'HELLO-4', at, `no valid ${name}`);
    checkVersion(name, value, at);
    fields[name] = value;
  }
  r.field = ['fields'];
  const name = required(form);
  if (fields[name] === undefined) throw fault('HELLO_FIELD', 'HELLO-4', pos, `${name} is missing`);
  if (unknownKeys.length > 0) fields['unknownKeys'] = unknownKeys;
  return fields;
}

function required(form: unknown): string {
  return form === 'offer' ? 'versions' : 'version';
}

/** [HELLO-6] */
function checkVersion(name: string, value: Value, at: number): void {
  const [lowest, highest] = (name === 'version' ? [value, value] : name === 'versions' ? value : [1, 1]) as [
    number,
    number,
  ];
  if (lowest > VERSION || highest < VERSION) {
    throw fault(
      'VERSION_UNSUPPORTED',
      'HELLO-6',
      at,
      `version ${VERSION} is spoken here, not ${lowest} to ${highest}`,
    );
  }
}

/** The fields stand beside `form` in the body, not in an object of their own. */
export const hello: Field = {
  read: (r, body) => {
    Object.assign(body, readFields(r, body['form']));
  },
  write: (w, _value, body) => {
    const { form, ...fields } = body as unknown as Record<string, Encodable>;
    const keys: Encodable[] = [];
    const values: Encodable[] = [];
    for (const [key, [name, check, only = form]] of HELLO_FIELDS.entries()) {
      const value = fields[name];
      const missing = value === undefined;
      if (missing ? name === required(form) : only !== form || !check(value as Value)) {
        throw new TypeError(`${missing ? 'no' : 'no valid'} ${name} of this form`);
      }
      if (missing) continue;
      keys.push(key);
      values.push(value);
    }
    const { canonical } = w;
    w.canonical = false; // [HELLO-3]
    try {
      w.writeValue(new Entries(keys, values));
    } finally {
      w.canonical = canonical;
    }
  },
};

/** A length varint and 1 to 255 bytes, always a copy. [HELLO-9] */
export const resumeToken: Field = {
  read: (r) => {
    const start = r.pos;
    const length = r.length();
    if (length < 1 || length > 255)
      throw fault('RESUME_FIELD', 'HELLO-9', start, `${length} bytes, 1 to 255 are allowed`);
    return r.view(length, true);
  },
  write: (w, token: Uint8Array) => {
    if (!isToken(token)) throw new RangeError('1 to 255 bytes are allowed');
    w.varint(token.length);
    w.raw(token);
  },
};
