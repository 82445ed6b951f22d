import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, hex } from './helpers.test.ts';
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
import type { Extension, MessageType } from './index.ts';

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
const all: readonly Extension[] = [count, text, list, loose, part, group, parts, colour, hostile];

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

/** A peer's field by the extension's name. */
const peer = ({ name }: Extension): string => name.replace('acme.', '');

describe('an extension', () => {
  it('reads as absent what is not there, and leaves the message alone', () => {
    const plain = decodeMessage(Host, bytes('08 07'));
    for (const each of all) expect(hasExtension(plain, each)).toBe(false);
    expect(getExtension(plain, count)).toBeUndefined();
    expect(getExtension(plain, list)).toEqual([]);
    expect(getExtension({ id: 1 }, part)).toBeUndefined();
    expect(UNKNOWN in plain).toBe(false);
  });

  it('reads what a peer wrote as fields, and writes what a peer reads as fields', () => {
    fc.assert(
      fc.property(whole, (value) => {
        const wire = encodeMessage(Whole, value as never);
        const declared = decodeMessage(Whole, wire) as Record<string, unknown>;
        const host = decodeMessage(Host, wire);
        const again = { id: value.id ?? 0 };
        for (const each of all.filter((one) => one !== hostile)) {
          const found = getExtension(host, each);
          expect(found).toEqual(declared[peer(each)]);
          setExtension(again, each, found);
        }
        expect(hex(encodeMessage(Host, again))).toBe(hex(wire));
      }),
    );
  });

  it('takes the last of several, merges messages, and collects lists of both encodings', () => {
    const host = decodeMessage(
      Host,
      bytes('a00601 0807 a00602 c2060208 05 b206020102 b00603 c2060312 01 78'),
    );
    expect(getExtension(host, count)).toBe(2);
    expect(getExtension(host, list)).toEqual([-1, 1, -2]);
    expect(getExtension(host, part)).toEqual({ a: 5, b: ['x'] });
  });

  it('replaces every earlier field of its number, and leaves the others as they came', () => {
    const host = decodeMessage(Host, bytes('a00601 ba0f0178 a00602 b00603 a00603'));
    setExtension(host, count, 9);
    expect(hex(encodeMessage(Host, host))).toBe('ba0f0178b00603a00609');
    clearExtension(host, list);
    expect(hex(encodeMessage(Host, host))).toBe('ba0f0178a00609');
    setExtension(host, count, undefined);
    setExtension(host, list, []);
    expect(hex(encodeMessage(Host, host))).toBe('ba0f0178');
  });

  it('leaves a message without unknown fields when the last is cleared', () => {
    const host = { id: 1 };
    setExtension(host, part, { a: 1 });
    expect(hasExtension(host, part)).toBe(true);
    clearExtension(host, part);
    expect(host).toStrictEqual({ id: 1 });
  });

  it('writes a zero and an empty text, for it always has presence', () => {
    const host = { id: 0 };
    setExtension(host, count, 0);
    setExtension(host, text, '');
    expect(hex(encodeMessage(Host, host))).toBe('a00600aa0600');
    expect(getExtension(host, count)).toBe(0);
    expect(getExtension(host, text)).toBe('');
  });

  it('keeps a number that its closed enum lacks as an unknown field', () => {
    const host = decodeMessage(Host, bytes('d80607'));
    expect(getExtension(host, colour)).toBeUndefined();
    expect(hex(encodeMessage(Host, host))).toBe('d80607');
    expect(() => setExtension(host, colour, 7 as 1)).toThrow(RangeError);
  });

  it('refuses values of another type, and leaves the message as it was', () => {
    const host = decodeMessage(Host, bytes('a00601'));
    expect(() => setExtension(host, count, '1' as never)).toThrow(
      'must be a number, not string (at "[acme.count]")',
    );
    expect(() => setExtension(host, parts, [{ a: 1 }, { b: [2] }] as never)).toThrow(
      '"[acme.parts]"[1].b[0]',
    );
    expect(hex(encodeMessage(Host, host))).toBe('a00601');
  });

  it('reports what is malformed in it with its path', () => {
    const host = decodeMessage(Host, bytes('0801 c206020aff'));
    expect(() => getExtension(host, part)).toThrow(
      expect.objectContaining({ code: 'TRUNCATED', path: ['[acme.part]', 'a'] }),
    );
    expect(() => setExtension(host, part, {})).not.toThrow();
    expect(hex(encodeMessage(Host, host))).toBe('0801c20600');
  });

  it('reads what was decoded deeper than the default limit, unless it is given limits', () => {
    const Tree = treeOf();
    const tree = extension('acme.tree', Host, field(104, Tree));
    let value = {};
    for (let i = 0; i < 200; i++) value = { next: value };
    const host = { id: 1 };
    setExtension(host, tree, value);
    expect(getExtension(host, tree)).toEqual(value);
    expect(() => getExtension(host, tree, { limits: { maxDepth: 100 } })).toThrow(
      expect.objectContaining({ code: 'LIMIT_DEPTH' }),
    );
  });

  it('copies bytes where that is asked for', () => {
    const blob = extension('acme.blob', Host, field(104, 'bytes'));
    const input = bytes('c20601 61');
    const host = decodeMessage(Host, input);
    const [view, copy] = [getExtension(host, blob), getExtension(host, blob, { copy: true })];
    input[3] = 0x62;
    expect([view, copy]).toEqual([Uint8Array.of(0x62), Uint8Array.of(0x61)]);
  });

  it('is no map, not required and in no oneof', () => {
    for (const bad of [
      map(1, 'string', 'string'),
      field(1, 'int32', { required: true }),
      field(1, 'int32', { oneof: 'a' }),
    ])
      expect(() => extension('acme.bad', Host, bad)).toThrow(TypeError);
  });

  it('requires what its message requires', () => {
    const Strict = message('acme.Strict', { a: field(1, 'int32', { required: true }), b: field(2, 'int32') });
    const strict = extension('acme.strict', Host, field(104, Strict));
    const host = decodeMessage(Host, bytes('c206021001'));
    expect(() => getExtension(host, strict)).toThrow(expect.objectContaining({ code: 'FIELD_REQUIRED' }));
    // The rest comes in another part.
    const both = decodeMessage(Host, bytes('c206021001 0801 c206020805'));
    expect(getExtension(both, strict)).toEqual({ a: 5, b: 1 });
  });
});

function treeOf(): MessageType {
  const Tree: MessageType = message('acme.Tree', {
    n: field(1, 'int32'),
    get next() {
      return field(3, Tree);
    },
  }) as MessageType;
  return Tree;
}

describe('a MessageSet', () => {
  const Holder = message('acme.Set', {}, { messageSet: true });
  const item = extension('acme.item', Holder, field(1547769, Part));
  const high = extension('acme.high', Holder, field(0x7fff_ffff, Part));

  it.each([
    ['an item', '0b 10f9bb5e 1a020805 0c'],
    ['an item, its message first', '0b 1a020805 10f9bb5e 0c'],
    ['an item with unknown fields', '0b 2001 10f9bb5e 2a0161 1a020805 0c'],
    ['a plain field', 'cadff305 02 0805'],
    ['an item among others', '0b 1001 1a021005 0c 0b 10f9bb5e 1a020805 0c 1801'],
    ['an item whose later parts do not count', '0b 10f9bb5e 1a020805 1001 1a020806 0c'],
  ])('is read from %s', (_title, wire) => {
    const set = decodeMessage(Holder, bytes(wire));
    expect(getExtension(set, item)).toEqual({ a: 5 });
    expect(hex(encodeMessage(Holder, set))).toBe(wire.replaceAll(' ', ''));
  });

  it.each(['0b 0c', '0b 10f9bb5e 0c', '0b 1a020805 0c', '0b 1001 1a00 0c', ''])(
    'has no such item in %j',
    (wire) => {
      expect(hasExtension(decodeMessage(Holder, bytes(wire)), item)).toBe(false);
    },
  );

  it('merges an item that is there twice', () => {
    const set = decodeMessage(Holder, bytes('0b 10f9bb5e 1a020805 0c cadff305 03 120178'));
    expect(getExtension(set, item)).toEqual({ a: 5, b: ['x'] });
  });

  it('is written in groups, the type id first', () => {
    const set = decodeMessage(Holder, bytes('cadff305 02 0801'));
    setExtension(set, item, { a: 5 });
    setExtension(set, high, {});
    expect(hex(encodeMessage(Holder, set))).toBe('0b10f9bb5e1a0208050c0b10ffffffff071a000c');
    expect(getExtension(set, high)).toEqual({});
    clearExtension(set, item);
    expect(hex(encodeMessage(Holder, set))).toBe('0b10ffffffff071a000c');
    setExtension(set, high, undefined);
    expect(encodeMessage(Holder, set).length).toBe(0);
  });

  it('holds single messages only', () => {
    for (const bad of [field(5, 'int32'), field(5, Colour), repeated(5, Part)])
      expect(() => extension('acme.bad', Holder, bad)).toThrow(TypeError);
  });

  it('reports a fault inside an item', () => {
    const set = decodeMessage(Holder, bytes('0b 10f9bb5e 1a0208ff 0c'));
    expect(() => getExtension(set, item)).toThrow(expect.objectContaining({ code: 'FIELD_OVERRUN' }));
  });

  it('is listed by its registry', () => {
    const registry = new Registry().add(item, high);
    const set = decodeMessage(Holder, bytes('0b 1001 1a00 0c 0b 10f9bb5e 1a020805 0c'));
    expect([...listExtensions(Holder, set, registry)]).toEqual([[item, { a: 5 }]]);
  });
});

describe('listExtensions', () => {
  it('answers what is there and known, in the order in which it first comes', () => {
    const registry = new Registry().add(...all);
    const host = decodeMessage(Host, bytes('b00602 a00601 f83e01 b00604 d80607 e2060161'));
    expect([...listExtensions(Host, host, registry)]).toEqual([
      [list, [1, 2]],
      [count, 1],
      [hostile, 'a'],
    ]);
    expect(listExtensions(Part, host, registry).size).toBe(0);
  });

  it('takes one pass however many there are', () => {
    const many = Array.from({ length: 3000 }, (_, i) =>
      extension(`acme.e${i}`, Host, field(1000 + i, 'int32')),
    );
    const registry = new Registry().add(...many);
    const writer = new MessageWriter();
    for (let i = 0; i < 60_000; i++) {
      writer.tag(1000 + (i % 3000), 0);
      writer.int32(i);
    }
    const values = [...listExtensions(Host, decodeMessage(Host, writer.take()), registry).values()];
    expect(values.length).toBe(3000);
    expect(values[2999]).toBe(59_999);
  });
});

describe('a registry', () => {
  it('finds extensions by number, and forgets those that others replace', () => {
    const registry = new Registry().add(count, text);
    expect(registry.extension('acme.Host', 100)).toBe(count);
    const other = extension('acme.other', Host, field(100, 'string'));
    const moved = extension('acme.text', Host, field(200, 'string'));
    registry.add(other, moved);
    expect([...registry.extensions.values()]).toEqual([other, moved]);
    expect(registry.extension('acme.Host', 100)).toBe(other);
    expect(registry.extension('acme.Host', 101)).toBeUndefined();
    expect(registry.extension('acme.Host', 200)).toBe(moved);
  });
});
