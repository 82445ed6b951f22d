/**
 * A field of a payload: how it is read, how it is written and the rule that both keep stand together, so that the two sides
 * can't drift apart. And the makers of the usual ones.
 */
import { fault, type ErrorCode } from '../wire/errors.ts';
import type { FrameName } from './kinds.ts';
import type { PayloadReader, PayloadWriter } from './payload.ts';

export interface Field {
  /** Reads the field; `body` holds those before it. Nothing comes back when it was put there. */
  read(r: PayloadReader, body: Record<string, unknown>): unknown;
  /** Writes the field of `body`. @throws TypeError or RangeError for what the field can't say. */
  write(w: PayloadWriter, value: never, body: object): void;
}

/** What a payload holds: its fields, in their order on the wire. */
export interface Layout {
  readonly [field: string]: Field;
}

/** The layouts of some kinds: passed to what reads or writes frames, so that it knows these kinds too. */
export type Layouts<N extends FrameName> = { readonly [K in N]: Layout };

/** A field from how it is read and how it is written. */
export const field = <T>(
  read: (r: PayloadReader) => T,
  write: (w: PayloadWriter, value: T) => void,
): Field => ({
  read,
  write,
});

/** A number of up to 64 bits. */
export const uint64: Field = field(
  (r) => r.varint(),
  (w, value) => w.uint64(value),
);

/** Bytes up to the payload's end. */
export const rest: Field = field(
  (r) => r.rest(),
  (w, bytes) => w.raw(bytes),
);

/** A field that keeps a rule: a value that is not `good` is a fault when read, a RangeError when written. */
export function ruled(
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
export const positive = (code: ErrorCode, rule: string): Field =>
  ruled(code, rule, 'begins at 1', Number, uint64);

/** A byte that says one of two names. */
export const either = (code: ErrorCode, rule: string, names: readonly string[]): Field =>
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
