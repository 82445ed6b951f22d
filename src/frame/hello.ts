/**
 * The handshake's payloads. Their layout never changes with the version: HELLO is a form byte and one plain map, RESUME a
 * form byte and four fields. [HELLO-2] [HELLO-8]
 */
import { fault } from '../wire/errors.ts';
import { Head, valueKind, type ValueKind } from '../value/kinds.ts';
import { ValueReader, type ValueVisitor } from '../value/reader.ts';
import { Entries, type Encodable, type Value } from '../value/types.ts';
import type { PayloadReader } from './payload.ts';
import type { HelloAnswer, HelloOffer, Resume } from './types.ts';
import type { FrameWriter } from './writer.ts';

export const VERSION = 1;
const TOKEN_BYTES = 255;

type Check = (value: Value) => boolean;
const isUint: Check = (value) => typeof value === 'number' && value >= 0;
const isText: Check = (value) => typeof value === 'string';
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

interface Field {
  readonly name: string;
  readonly form: 'offer' | 'answer' | 'both';
  readonly check: Check;
}

/** The registered keys: a key's number is its place here. A test holds it against `spec/codes.json`. */
export const HELLO_FIELDS: readonly Field[] = [
  { name: 'versions', form: 'offer', check: (v) => listOf(isUint)(v) && isRange(v as number[]) },
  { name: 'version', form: 'answer', check: isUint },
  { name: 'maxPayload', form: 'both', check: isUint },
  { name: 'maxDepth', form: 'both', check: isUint },
  { name: 'maxElements', form: 'both', check: isUint },
  { name: 'maxExpanded', form: 'both', check: isUint },
  { name: 'windowBytes', form: 'both', check: isUint },
  { name: 'windowFrames', form: 'both', check: isUint },
  { name: 'ackDelay', form: 'both', check: isUint },
  { name: 'capabilities', form: 'both', check: listOf(isText) },
  { name: 'dictionaries', form: 'both', check: listOf(isUint) },
  { name: 'agent', form: 'both', check: isText },
  { name: 'credentials', form: 'offer', check: () => true },
  {
    name: 'token',
    form: 'answer',
    check: (v) => v instanceof Uint8Array && v.length >= 1 && v.length <= TOKEN_BYTES,
  },
  { name: 'unknown', form: 'answer', check: (v) => Array.isArray(v) },
];

function isRange(versions: readonly number[]): boolean {
  return versions.length === 2 && versions[0]! >= 1 && versions[0]! <= versions[1]!;
}

/** Sees the handshake's map go by: refuses what is not plain, keeps where each top field's value begins. */
class PlainMap implements ValueVisitor {
  /** Offsets of the top map's keys, then of its values. */
  readonly offsets: number[] = [];
  private readonly bytes: Uint8Array;
  private readonly open: number[] = [];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  enter(kind: ValueKind, start: number): void {
    if (kind === 'record') throw notPlain('a record', start);
    this.open.push(start);
  }

  leave(start: number): void {
    const head = this.bytes[start]!;
    if (valueKind(head) === 'ref') throw notPlain('a text reference', start);
    if (head === Head.TEXT_UTF16) throw notPlain('UTF-16', start);
    if (this.open.at(-1) === start) this.open.pop();
    if (this.open.length === 1) this.offsets.push(start);
  }
}

function notPlain(what: string, start: number): Error {
  return fault('HELLO_PLAIN', 'HELLO-3', start, `${what} in a handshake, which is in plain form`);
}

/** 0 is an offer, 1 its answer. [HELLO-2] */
function readForm(r: PayloadReader): 'offer' | 'answer' {
  r.field = ['form'];
  const start = r.pos;
  const form = r.byte('the form');
  if (form > 1) throw fault('HELLO_FORM', 'HELLO-2', start, `form ${form}; 0 is an offer, 1 an answer`);
  return form === 0 ? 'offer' : 'answer';
}

export function readHello(r: PayloadReader): HelloOffer | HelloAnswer {
  const form = readForm(r);
  r.field = ['fields'];
  const start = r.pos;
  const inner = new ValueReader({ limits: r.limits, lossless: true, copy: true });
  inner.reset(r.bytes, start, r.end);
  const plainMap = new PlainMap(r.bytes);
  inner.visitor = plainMap;
  const map = inner.readValue();
  if (!(map instanceof Entries)) throw fault('HELLO_FORM', 'HELLO-2', start, 'the body of a HELLO is a map');
  r.pos = inner.pos;
  const fields: Record<string, Value | readonly Encodable[]> = {};
  const unknownKeys: Encodable[] = [];
  const size = map.keys.length;
  for (let i = 0; i < size; i++) {
    const key = map.keys[i]!;
    const field = typeof key === 'number' ? HELLO_FIELDS[key] : undefined;
    if (field === undefined) {
      unknownKeys.push(key);
      continue;
    }
    r.field = ['fields', field.name];
    const value = map.values[i] as Value;
    const at = plainMap.offsets[size + i]!;
    const misplaced = field.form !== 'both' && field.form !== form;
    if (misplaced || !field.check(value)) {
      throw fault(
        'HELLO_FIELD',
        'HELLO-4',
        at,
        misplaced ? `${field.name} in an ${form}` : `not a valid ${field.name}`,
      );
    }
    if (field.name === 'versions' || field.name === 'version') checkVersion(value, at);
    fields[field.name] = value;
  }
  const required = form === 'offer' ? 'versions' : 'version';
  r.field = ['fields'];
  if (!(required in fields)) throw fault('HELLO_FIELD', 'HELLO-4', start, `an ${form} has ${required}`);
  if (unknownKeys.length > 0) fields['unknownKeys'] = unknownKeys;
  return { kind: 'HELLO', form, ...fields } as unknown as HelloOffer | HelloAnswer;
}

/** [HELLO-6] */
function checkVersion(value: Value, at: number): void {
  const [lowest, highest] = (typeof value === 'number' ? [value, value] : value) as [number, number];
  if (lowest > VERSION || highest < VERSION) {
    throw fault(
      'VERSION_UNSUPPORTED',
      'HELLO-6',
      at,
      `version ${VERSION} is spoken here, not ${lowest} to ${highest}`,
    );
  }
}

/** @throws TypeError naming the field that is missing or not valid. */
export function writeHello(w: FrameWriter, hello: HelloOffer | HelloAnswer): void {
  w.byte(hello.form === 'offer' ? 0 : 1);
  const keys: Encodable[] = [];
  const values: Encodable[] = [];
  for (const [key, field] of HELLO_FIELDS.entries()) {
    const value = (hello as unknown as Record<string, Encodable | undefined>)[field.name];
    if (value === undefined) {
      if (field.name === (hello.form === 'offer' ? 'versions' : 'version'))
        throw new TypeError(`an ${hello.form} has ${field.name}`);
      continue;
    }
    const misplaced = field.form !== 'both' && field.form !== hello.form;
    if (misplaced || !field.check(value as Value))
      throw new TypeError(`not a valid ${field.name} in an ${hello.form}`);
    keys.push(key);
    values.push(value);
  }
  w.plainValue(new Entries(keys, values));
}

export function readResume(r: PayloadReader): Resume {
  const form = readForm(r);
  r.field = ['token'];
  const start = r.pos;
  const length = r.length();
  if (length === 0 || length > TOKEN_BYTES) {
    throw fault(
      'RESUME_FIELD',
      'HELLO-9',
      start,
      `a token of ${length} bytes; 1 to ${TOKEN_BYTES} are allowed`,
    );
  }
  const token = r.view(length, true, 'a token');
  const attempt = positive(r, 'attempt');
  const received = r.uint64Of('received');
  const next = positive(r, 'next');
  return { kind: 'RESUME', form, token, attempt, received, next };
}

function positive(r: PayloadReader, name: string): number | bigint {
  const start = r.pos;
  const value = r.uint64Of(name);
  if (value === 0) throw fault('RESUME_FIELD', 'HELLO-9', start, `${name} begins at 1`);
  return value;
}

export function writeResume(w: FrameWriter, { form, token, attempt, received, next }: Resume): void {
  if (token.length === 0 || token.length > TOKEN_BYTES)
    throw new RangeError(`a token takes 1 to ${TOKEN_BYTES} bytes`);
  if (Number(attempt) === 0 || Number(next) === 0) throw new RangeError('attempt and next begin at 1');
  w.byte(form === 'offer' ? 0 : 1);
  w.varint(token.length);
  w.raw(token);
  w.uint64(attempt, 'attempt');
  w.uint64(received, 'received');
  w.uint64(next, 'next');
}
