/**
 * What each kind's payload holds: a row of fields, in their order on the wire. A field's reader, its writer and the rule
 * that both keep stand together, so that the two sides can't drift apart.
 */
import { fault, through, type ErrorCode } from '../wire/errors.ts';
import { readUtf8, utf8Length, writeUtf8 } from '../wire/text.ts';
import type { Encodable } from '../value/types.ts';
import { hello, resumeToken } from './hello.ts';
import type { FrameName } from './kinds.ts';
import type { PayloadReader } from './payload.ts';
import type { FrameBody } from './types.ts';
import type { FrameWriter } from './writer.ts';

/** One field of a payload. */
export interface Field {
  read(r: PayloadReader, body: Record<string, unknown>): unknown;
  write(w: FrameWriter, value: never, body: FrameBody): void;
}

const uint64: Field = {
  read: (r) => r.varint(),
  write: (w, value: number | bigint) => w.uint64(value),
};

/** A field that keeps a rule: what `bad` says of a value is a fault when read, a RangeError when written. */
function ruled<T>(
  code: ErrorCode,
  rule: string,
  bad: (value: T) => string | false,
  read: (r: PayloadReader) => T,
  write: (w: FrameWriter, value: T) => void,
): Field {
  return {
    read: (r) => {
      const start = r.pos;
      const value = read(r);
      const why = bad(value);
      if (why) throw fault(code, rule, start, why);
      return value;
    },
    write: (w, value: T) => {
      const why = bad(value);
      if (why) throw new RangeError(why);
      write(w, value);
    },
  };
}

/** A number that begins at 1. */
const positive = (code: ErrorCode, rule: string): Field =>
  ruled<number | bigint>(
    code,
    rule,
    (value) => Number(value) === 0 && 'is 0, begins at 1',
    (r) => r.varint(),
    (w, value) => w.uint64(value),
  );

/** A byte that says one of two names. */
const either = (code: ErrorCode, rule: string, names: readonly string[]): Field =>
  ruled<string | undefined>(
    code,
    rule,
    (name) => !names.includes(name as string) && `neither ${names[0]} nor ${names[1]}`,
    (r) => names[r.byte()],
    (w, name) => w.byte(names.indexOf(name as string)),
  );

/** Bytes up to the payload's end. */
const rest: Field = {
  read: (r) => r.rest(),
  write: (w, bytes: Uint8Array) => w.raw(bytes),
};

const echo: Field = ruled<Uint8Array>(
  'ECHO_LENGTH',
  'FRAME-14',
  (bytes) => bytes.length > 8 && `${bytes.length} bytes to echo, at most 8 are allowed`,
  (r) => r.rest(),
  (w, bytes) => w.raw(bytes),
);

const closeText: Field = {
  read: (r) => {
    const { pos, end } = r;
    if (end - pos > 1024)
      throw fault('CLOSE_FORM', 'FRAME-15', pos, `a text of ${end - pos} bytes, at most 1024 are allowed`);
    r.pos = end;
    return readUtf8(r.bytes, pos, end);
  },
  write: (w, text: string) => {
    const length = utf8Length(text);
    if (length > 1024) throw new RangeError(`${length} bytes, at most 1024 are allowed`);
    w.ensure(length);
    writeUtf8(text, length, w.bytes, w.pos);
    w.pos += length;
  },
};

/** The exact length of what a PACK inflates to, judged before anybody inflates it. */
const inflatedLength: Field = {
  read: (r) => {
    const start = r.pos;
    const length = r.length();
    const { maxPayload } = r.limits;
    if (length > maxPayload)
      throw fault('LIMIT_PAYLOAD', 'LIMIT-1', start, `${length} bytes inflated, the limit is ${maxPayload}`);
    return length;
  },
  write: (w, length: number) => {
    if (length > 0xffff_ffff) throw new RangeError(`${length} is above 2^32 - 1`);
    w.uint64(length);
  },
};

const value: Field = {
  read: (r) => r.nextValue('value'),
  write: (w, item: Encodable) => w.writeValue(item),
};

const args: Field = {
  read: (r) => {
    const items: unknown[] = [];
    while (r.pos < r.end) items.push(r.nextValue('args', items.length));
    return items;
  },
  write: (w, items: readonly Encodable[]) => {
    let i = 0;
    try {
      for (; i < items.length; i++) w.writeValue(items[i]!);
    } catch (error) {
      throw through(error, i);
    }
  },
};

const verb: Field = {
  read: (r) => r.verb(),
  write: (w, name: string) => w.verb(name),
};

const id: Field = positive('ID_ZERO', 'FRAME-6');
const form: Field = either('HELLO_FORM', 'HELLO-2', ['offer', 'answer']);
const counter: Field = positive('RESUME_FIELD', 'HELLO-9');

/** The payload of every kind, field by field. [FRAME-8] to [FRAME-18], [HELLO-2], [HELLO-8] */
export const LAYOUTS: { readonly [N in FrameName]: { readonly [field: string]: Field } } = {
  COMMAND: { id, verb, args },
  REPLY: { id, value },
  PART: { id, value },
  PUSH: { verb, args },
  CANCEL: { id },
  HELLO: { form, fields: hello },
  RESUME: { form, token: resumeToken, attempt: counter, received: uint64, next: counter },
  ACK: { received: uint64 },
  PING: { echo },
  PONG: { echo },
  CLOSE: {
    scope: either('CLOSE_FORM', 'FRAME-15', ['link', 'session']),
    received: uint64,
    code: uint64,
    after: uint64,
    text: closeText,
  },
  PACK: { dictionary: uint64, length: inflatedLength, deflated: rest },
  EXTENSION: { type: uint64, bytes: rest },
};
