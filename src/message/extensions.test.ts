import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageReader } from './reader.ts';
import {
  clearExtension,
  closedEnumeration,
  decodeMessage,
  encodeMessage,
  extension,
  field,
  getExtension,
  hasExtension,
  listExtensions,
  map,
  message,
  MessageWriter,
  Registry,
  repeated,
  setExtension,
  UNKNOWN,
} from './index.ts';
import type { Infer } from './index.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const Host = message('acme.Host', { id: field(1, 'int32') });
const Part = message('acme.Part', { a: field(1, 'int32', { optional: true }), b: repeated(2, 'string') });
const Colour = closedEnumeration('acme.Colour', { RED: 1, BLUE: 2 });

const count = extension('acme.count', Host, field(100, 'int32'));
const text = extension('acme.text', Host, field(101, 'string'));
const list = extension('acme.list', Host, repeated(102, 'sint32'));
const loose = extension('acme.loose', Host, repeated(103, 'fixed32', { packed: false }));
const part = extension('acme.part', Host, field(104, Part));
const group = extension('acme.group', Host, field(105, Part, { delimited: true }));
const parts = extension('acme.parts', Host, repeated(106, Part));
const colour = extension('acme.colour', Host, field(107, Colour));
const hostile = extension('__proto__', Host, field(108, 'string'));
const all = [count, text, list, loose, part, group, parts, colour, hostile];

/** A message as a peer would write it that declares the extensions as fields. */
const Whole = message('acme.Whole', {
  id: field(1, 'int32'),
  count: field(100, 'int32', { optional: true }),
  text: field(101, 'string', { optional: true }),
  list: repeated(102, 'sint32'),
  loose: repeated(103, 'fixed32', { packed: false }),
  part: field(104, Part),
  group: field(105, Part, { delimited: true }),
  parts: repeated(106, Part),
  colour: field(107, Colour, { optional: true }),
});

const int32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const anyPart = fc.record(
  { a: int32, b: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }) },
  { requiredKeys: [] },
);
const whole = fc.record(
  {
    id: int32,
    count: int32,
    text: fc.string({ unit: 'grapheme' }),
    list: fc.array(int32, { maxLength: 4 }),
    loose: fc.array(fc.nat(), { maxLength: 4 }),
    part: anyPart,
    group: anyPart,
    parts: fc.array(anyPart, { maxLength: 3 }),
    colour: fc.constantFrom(1, 2),
  },
  { requiredKeys: [] },
);

describe('extension', () => {
  it('reads as absent what is not there, and leaves the message alone', () => {
    const plain = decodeMessage(Host, bytes('08 07'));
    for (const each of all) expect(hasExtension(plain, each)).toBe(false);
    expect(getExtension(plain, count)).toBeUndefined();
    expect(getExtension(plain, list)).toEqual([]);
    expect(getExtension({}, part)).toBeUndefined();
    expect(UNKNOWN in plain).toBe(false);
  });

  it('reads what a peer wrote as fields, and writes what a peer reads as fields', () => {
    fc.assert(
      fc.property(whole, (value) => {
        const wire = encodeMessage(Whole, value as never);
        const host = decodeMessage(Host, wire);
        const again: Infer<typeof Host> = { id: value.id ?? 0 };
        for (const each of all) {
          const name = each.name.replace('acme.', '') as keyof typeof value;
          const found = getExtension(host, each as never);
          const declared = (decodeMessage(Whole, wire) as Record<string, unknown>)[name];
          if (each !== hostile) expect(found).toEqual(declared);
          setExtension(again, each as never, found as never);
        }
        expect(hex(encodeMessage(Host, again))).toBe(hex(wire));
      }),
    );
  });

  it('takes the last of several, merges messages, and collects lists of both encodings', () => {
    const host = decodeMessage(
      Host,
      bytes('a00601 0807 a00602 c2060208 05 b206020102 b00603 c2060312 01 78 ba060400000080'),
    );
    expect(getExtension(host, count)).toBe(2);
    expect(getExtension(host, list)).toEqual([-1, 1, -2]);
    expect(getExtension(host, part)).toEqual({ a: 5, b: ['x'] });
  });
});
