/**
 * What each kind's payload holds: a row of fields, in their order on the wire. A field's reader, its writer and the rule
 * that both keep stand together, so that the two sides can't drift apart.
 */
import { fault, through, type ErrorCode } from '../wire/errors.ts';
import { readUtf8, utf8Length, writeUtf8 } from '../wire/text.ts';
import type { Encodable } from '../value/types.ts';
import type { Field } from './field.ts';
import { hello, resumeToken } from './hello.ts';
import type { FrameName } from './kinds.ts';
import type { PayloadReader, PayloadWriter } from './payload.ts';

const field = <T>(read: (r: PayloadReader) => T, write: (w: PayloadWriter, value: T) => void): Field => ({
  read,
  write,
});

const uint64 = field(
  (r) => r.varint(),
  (w, value) => w.uint64(value),
);

/** Bytes up to the payload's end. */
const rest = field(
  (r) => r.rest(),
  (w, bytes) => w.raw(bytes),
);

/** A field that keeps a rule: a value that is not `good` is a fault when read, a RangeError when written. */
function ruled(
  code: ErrorCode,
  rule: string,
  detail: string,
  good: (value: never) => unknown,
  inner: Field,
): Field {
  return {
    read: (r, body) => {
      const start = r.pos;
      const value = inner.read(r, body);
      if (!good(value as never)) throw fault(code, rule, start, detail);
      return value;
    },
    write: (w, value, body) => {
      if (!good(value)) throw new RangeError(detail);
      inner.write(w, value, body);
    },
  };
}

/** A number that begins at 1. */
const positive = (code: ErrorCode, rule: string): Field => ruled(code, rule, 'begins at 1', Number, uint64);

/** A byte that says one of two names. */
const either = (code: ErrorCode, rule: string, names: readonly string[]): Field =>
  ruled(
    code,
    rule,
    names.join(' or '),
    (name: string) => names.includes(name),
    field(
      (r) => names[r.byte()],
      (w, name) => w.byte(names.indexOf(name!)),
    ),
  );

const CLOSE_TEXT = 'at most 1024 bytes';
const closeText = field(
  (r) => {
    const { bytes, pos, end } = r;
    if (end - pos > 1024) throw fault('CLOSE_FORM', 'FRAME-15', pos, CLOSE_TEXT);
    return readUtf8(bytes, pos, (r.pos = end));
  },
  (w, text) => {
    const length = utf8Length(text);
    if (length > 1024) throw new RangeError(CLOSE_TEXT);
    w.ensure(length);
    writeUtf8(text, length, w.bytes, w.pos);
    w.pos += length;
  },
);

/** The exact length of what a PACK inflates to, judged before anybody inflates it. */
const inflatedLength = field(
  (r) => {
    const start = r.pos;
    const length = r.length();
    if (length > r.limits.maxPayload)
      throw fault('LIMIT_PAYLOAD', 'LIMIT-1', start, `${length} bytes inflated`);
    return length;
  },
  (w, length) => {
    if (length > 0xffff_ffff) throw new RangeError('at most 2^32 - 1');
    w.uint64(length);
  },
);

const value = field<unknown>(
  (r) => r.nextValue('value'),
  (w, item) => w.writeValue(item as Encodable),
);

const args = field<readonly unknown[]>(
  (r) => {
    const items: unknown[] = [];
    while (r.pos < r.end) items.push(r.nextValue('args', items.length));
    return items;
  },
  (w, items) => {
    let i = 0;
    try {
      for (; i < items.length; i++) w.writeValue(items[i] as Encodable);
    } catch (error) {
      throw through(error, i);
    }
  },
);

const verb = field(
  (r) => r.verb(),
  (w, name) => w.verb(name),
);

const id = positive('ID_ZERO', 'FRAME-6');
const form = either('HELLO_FORM', 'HELLO-2', ['offer', 'answer']);
const counter = positive('RESUME_FIELD', 'HELLO-9');
const echo = ruled(
  'ECHO_LENGTH',
  'FRAME-14',
  'at most 8 bytes',
  (bytes: Uint8Array) => bytes.length < 9,
  rest,
);
const scope = either('CLOSE_FORM', 'FRAME-15', ['link', 'session']);

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
  CLOSE: { scope, received: uint64, code: uint64, after: uint64, text: closeText },
  PACK: { dictionary: uint64, length: inflatedLength, deflated: rest },
  EXTENSION: { type: uint64, bytes: rest },
};
