import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../../fuzz/arbitraries.ts';
import { attempt } from '../../fuzz/faults.ts';
import { textOf, type Codec } from '../../fuzz/protobuf/content.ts';
import { contents } from '../../fuzz/protobuf/contents.ts';
import { interpreter } from '../../fuzz/protobuf/ours.ts';
import { schemas, type Schema } from '../../fuzz/protobuf/schema.ts';
import { bytes, Colour, hex, Level, type Any } from './helpers.test.ts';
import {
  decodeMessage,
  encodeMessage,
  field,
  map,
  message,
  MessageReader,
  MessageWriter,
  repeated,
  UNKNOWN,
  type Field,
  type MessageType,
} from './index.ts';

const Node: MessageType<Any> = message('t.Node', {
  value: field(1, 'int32'),
  text: field(2, 'string'),
  maybe: field(3, 'int32', { optional: true }),
  list: repeated(4, 'int32'),
  ages: map(5, 'string', 'int32'),
  blob: field(6, 'bytes'),
  colour: field(7, Colour),
  level: field(8, Level, { optional: true }),
  get next(): Field {
    return field(9, Node as MessageType);
  },
  get nodes(): Field {
    return repeated(10, Node as MessageType);
  },
  one: field(11, 'int32', { oneof: 'choice' }),
  other: field(12, 'string', { oneof: 'choice' }),
  get third(): Field {
    return field(13, Node as MessageType, { oneof: 'choice' });
  },
  table: map(14, 'int32', Level),
  get named(): Field {
    return map(15, 'string', Node as MessageType);
  },
  levels: repeated(16, Level),
}) as never;
const read = (digits: string): Any => decodeMessage(Node, bytes(digits));

const members = ({ one, other, third }: Any): unknown[] => [one, other, third];

describe('a message that was read', () => {
  it('has the defaults of implicit presence, and undefined for the rest, none of them its own', () => {
    const empty = read('');
    expect(Object.keys(empty)).toEqual([]);
    expect(Reflect.ownKeys(empty)).toEqual([]);
    expect(empty['value']).toBe(0);
    expect(empty['text']).toBe('');
    expect(empty['blob']).toEqual(new Uint8Array());
    expect(empty['colour']).toBe(0);
    expect(empty['list']).toEqual([]);
    expect(empty['ages']).toEqual({});
    for (const key of ['maybe', 'level', 'next', 'one', 'other', 'third']) expect(empty[key]).toBeUndefined();
  });

  it('has what was there as its own, defaults too', () => {
    expect(Object.keys(read('0800 1200 1800 3200 3800'))).toEqual([
      'value',
      'text',
      'maybe',
      'blob',
      'colour',
    ]);
  });

  it('shares no list and no map with another', () => {
    const [a, b] = [read('2001 2a050a01611001'), read('')];
    expect(a['list']).toEqual([1]);
    expect(b['list']).toEqual([]);
    expect(a['ages']).toEqual({ a: 1 });
    expect(b['ages']).toEqual({});
    expect(() => (b['list'] as number[]).push(1)).toThrow(TypeError);
    expect(Reflect.set(b['ages'] as object, 'a', 1)).toBe(false);
  });

  it('may be changed and written', () => {
    const changed = read('0805');
    changed['value'] = 6;
    changed['list'] = [1];
    expect(hex(encodeMessage(Node, changed))).toBe('0806220101');
  });

  it('takes the last of several values, appends to lists, merges messages, replaces entries', () => {
    expect(read('0801 0802')).toEqual({ value: 2 });
    expect(read('2001 22020203 2004')).toEqual({ list: [1, 2, 3, 4] });
    expect(read('4a020801 4a03120161')).toEqual({ next: { value: 1, text: 'a' } });
    expect(read('7a06 0a00 12020801')).toEqual({ named: { '': { value: 1 } } });
    expect(read('7a06 0a00 12020801 7a06 0a00 12020802')).toEqual({ named: { '': { value: 2 } } });
  });

  it('has one member of a oneof at most', () => {
    expect(members(read('5801'))).toEqual([1, undefined, undefined]);
    expect(members(read('5801 620161'))).toEqual([undefined, 'a', undefined]);
    expect(members(read('5801 620161 6a020805'))).toEqual([undefined, undefined, { value: 5 }]);
    expect(members(read('6a020805 5800'))).toEqual([0, undefined, undefined]);
    expect(members(read('6a020805 6a021800'))).toEqual([undefined, undefined, { value: 5, maybe: 0 }]);
    expect(members(read('6a020805 5800 6a021800'))).toEqual([undefined, undefined, { maybe: 0 }]);
  });

  it("keeps a closed enum's unknown numbers among the unknown fields", () => {
    for (const [input, known, unknown] of [
      ['4002 4003', { level: 2 }, '4003'],
      ['820104 01030204', { levels: [1, 2] }, '800103 800104'],
      ['800103 800101', { levels: [1] }, '800103'],
      ['7204 08011009 7204 08021001', { table: { 2: 1 } }, '720408011009'],
    ] as const) {
      const { [UNKNOWN]: runs, ...rest } = read(input);
      expect(rest).toEqual(known);
      expect(runs!.map(hex).join('')).toBe(unknown.replaceAll(' ', ''));
    }
  });

  it('is written with its unknown fields in their order, behind the known ones', () => {
    const input = 'b80601 0805 ba060161 0806 b80602';
    expect(hex(encodeMessage(Node, read(input)))).toBe('0806b80601ba060161b80602');
  });

  it('is another than the prototype of every object', () => {
    expect('__proto__' in Node.create()).toBe(true);
    expect(Object.getPrototypeOf(Object.getPrototypeOf(Node.create()))).toBe(Object.prototype);
  });
});

describe('names that every object inherits', () => {
  const names = [
    '__proto__',
    'constructor',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__defineGetter__',
    '__lookupSetter__',
  ];
  const typeOf = (make: (no: number) => Field): MessageType<Any> => {
    const fields = {};
    for (const [i, name] of names.entries())
      Object.defineProperty(fields, name, { value: make(i + 1), enumerable: true });
    return message('t.Names', fields) as never;
  };
  const owned = (value: unknown): object => {
    const object = {};
    for (const name of names) Object.defineProperty(object, name, { value, enumerable: true });
    return object;
  };
  const kinds: readonly (readonly [string, (no: number) => Field, unknown, unknown])[] = [
    ['numbers', (no) => field(no, 'int32'), 5, 0],
    ['optional texts', (no) => field(no, 'string', { optional: true }), 'a', undefined],
    ['lists', (no) => repeated(no, 'int32'), [1, 2], []],
    ['maps', (no) => map(no, 'string', 'int32'), { a: 1 }, {}],
    ['messages', (no) => field(no, Node as MessageType), { value: 1 }, undefined],
  ];

  it.each(kinds)('may be the names of %s', (_name, make, value, zero) => {
    const type = typeOf(make);
    const message_ = owned(value);
    const decoded = decodeMessage(type, encodeMessage(type, message_));
    const empty = decodeMessage(type, new Uint8Array());
    for (const name of names) {
      expect(Object.hasOwn(decoded, name)).toBe(true);
      expect(decoded[name]).toEqual(value);
      expect(empty[name]).toEqual(zero);
    }
    expect(Object.getPrototypeOf(Object.getPrototypeOf(decoded))).toBe(Object.prototype);
    expect(encodeMessage(type, {})).toHaveLength(0);
    expect(encodeMessage(type, empty)).toHaveLength(0);
  });

  it('may be required, and are asked for', () => {
    const type = typeOf((no) => field(no, 'int32', { required: true }));
    expect(() => encodeMessage(type, {})).toThrow('requires it');
    expect(() => decodeMessage(type, new Uint8Array())).toThrow('FIELD_REQUIRED');
  });

  it('may be the keys of a map', () => {
    const input = encodeMessage(Node, { ages: owned(7) });
    const { ages } = decodeMessage(Node, input) as { ages: Record<string, number> };
    expect(Object.keys(ages).toSorted()).toEqual(names.toSorted());
    expect(ages['__proto__']).toBe(7);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(hex(encodeMessage(Node, { ages }))).toBe(hex(input));
  });

  it('change no prototype, whatever they hold', () => {
    const evil = JSON.parse('{"__proto__": {"value": 1}}') as object;
    const { named } = decodeMessage(Node, encodeMessage(Node, { named: evil })) as { named: object };
    expect((named as { value?: unknown }).value).toBeUndefined();
    expect(({} as { value?: unknown }).value).toBeUndefined();
  });
});

describe('a description', () => {
  it.each([1, 15, 16, 2047, 2048, 2 ** 29 - 1])('may have the field number %d', (no) => {
    const type = message('t.One', { it: field(no, 'int32') });
    expect(decodeMessage(type, encodeMessage(type, { it: 5 }))).toEqual({ it: 5 });
  });

  it('is written in the order of the numbers, however it is declared', () => {
    const type = message('t.Order', { c: field(3, 'int32'), a: field(1, 'int32'), b: field(2, 'int32') });
    expect(hex(encodeMessage(type, { b: 2, c: 3, a: 1 }))).toBe('080110021803');
  });

  it('asks for a message that a getter names when it is needed, and not before', () => {
    let asked = 0;
    const type = message('t.Lazy', {
      get part(): Field {
        asked++;
        return field(1, Node as MessageType);
      },
    });
    expect(asked).toBe(0);
    encodeMessage(type as MessageType, {});
    expect(asked).toBeGreaterThan(0);
  });

  it('may be run by readers and writers directly', () => {
    const writer = new MessageWriter();
    Node.write(writer, { value: 5 });
    const into = Node.create();
    Node.merge(new MessageReader(writer.take()), into);
    Node.merge(new MessageReader(bytes('120161')), into);
    expect(into).toEqual({ value: 5, text: 'a' });
  });
});

const schemaAndContent = schemas.chain((schema) => fc.tuple(fc.constant(schema), contents(schema)));
const says = (schema: Schema, input: Uint8Array): string => textOf(schema, interpreter(schema).decode(input));

/** How reading ends; anything but a registered fault with its class, rule and an offset within the input fails. */
function codeOf(input: Uint8Array, codec: Codec): string {
  const result = attempt(input.length, () => codec.decode(input));
  return 'fault' in result ? result.fault.code : 'none';
}

/** What reading a message may come to. */
const codes = [
  'none',
  'TRUNCATED',
  'VARINT_RANGE',
  'TEXT_UTF8',
  'FIELD_TAG',
  'FIELD_OVERRUN',
  'FIELD_REQUIRED',
  'GROUP_END',
  'LIMIT_DEPTH',
];

/** The fields of a message, each with its tag. */
function fieldsOf(input: Uint8Array): Uint8Array[] {
  const reader = new MessageReader(input);
  const fields: Uint8Array[] = [];
  while (reader.more()) {
    const { pos } = reader;
    reader.skip(reader.tag());
    fields.push(input.slice(pos, reader.pos));
  }
  return fields;
}

describe('of any description', () => {
  it('any message comes back as it was', () => {
    fc.assert(
      fc.property(schemaAndContent, ([schema, content]) => {
        const codec = interpreter(schema);
        const written = codec.encode(content);
        expect(says(schema, written)).toBe(textOf(schema, content));
        expect(hex(codec.again(written))).toBe(hex(written));
      }),
      { numRuns: 120 },
    );
  });

  it('every truncation and every change of a byte is a message or a registered fault', () => {
    fc.assert(
      fc.property(schemaAndContent, fc.integer({ min: 1, max: 255 }), ([schema, content], flip) => {
        const codec = interpreter(schema);
        const written = codec.encode(content);
        for (let i = 0; i < Math.min(written.length, 200); i++) {
          const changed = written.slice();
          changed[i]! ^= flip;
          expect(codes).toContain(codeOf(changed, codec));
          expect(['none', 'TRUNCATED', 'FIELD_REQUIRED']).toContain(codeOf(written.slice(0, i), codec));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('what was merged is merged with what follows as its parts would be', () => {
    fc.assert(
      fc.property(
        schemas.chain((schema) =>
          fc.tuple(fc.constant(schema), fc.array(contents(schema), { minLength: 3, maxLength: 3 })),
        ),
        ([schema, three]) => {
          const codec = interpreter(schema);
          const [a, b, c] = three.map((content) => codec.encode(content)) as [
            Uint8Array,
            Uint8Array,
            Uint8Array,
          ];
          const merge = (...parts: readonly Uint8Array[]): Uint8Array => codec.again(concat(parts));
          expect(hex(merge(merge(a, b), c))).toBe(hex(merge(a, b, c)));
        },
      ),
      { numRuns: 80 },
    );
  });

  const unknown = fc
    .constantFrom('c0bb7805', 'c1bb780102030405060708', 'c2bb78020102', 'c3bb780801c4bb78', 'c5bb7801020304')
    .map(bytes);
  it('unknown fields come back in their order, wherever they stood', () => {
    fc.assert(
      fc.property(
        schemaAndContent,
        fc.array(fc.tuple(fc.nat(), unknown), { maxLength: 6 }),
        ([schema, content], added) => {
          const codec = interpreter(schema);
          const known = codec.encode(content);
          const fields = fieldsOf(known);
          const places = added
            .map(([place, run]) => [place % (fields.length + 1), run] as const)
            .toSorted(([a], [b]) => a - b);
          const mixed = fields.flatMap((one, i) => [
            ...places.filter(([at]) => at === i).map(([, run]) => run),
            one,
          ]);
          mixed.push(...places.filter(([at]) => at === fields.length).map(([, run]) => run));
          const runs = concat(places.map(([, run]) => run));
          expect(hex(codec.again(concat(mixed)))).toBe(hex(concat([known, runs])));
        },
      ),
      { numRuns: 120 },
    );
  });
});
