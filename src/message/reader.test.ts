import { describe, expect, it } from 'vitest';
import { bytes, faultOf, hex } from './helpers.test.ts';
import {
  closedEnumeration,
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

/** Nested in every way there is. */
interface Node {
  value: number;
  next?: Node;
  list: readonly Node[];
  group?: Node;
  names: Readonly<Record<string, Node>>;
  [UNKNOWN]?: readonly Uint8Array[];
}
const Node: MessageType<Node> = message('t.Node', {
  value: field(1, 'int32'),
  get next(): Field {
    return field(2, Node as MessageType);
  },
  get list(): Field {
    return repeated(3, Node as MessageType);
  },
  get group(): Field {
    return field(4, Node as MessageType, { delimited: true });
  },
  get names(): Field {
    return map(5, 'string', Node as MessageType);
  },
}) as never;
const Empty = message('t.Empty', {});
const Texts = message('t.Texts', { blob: field(1, 'bytes'), text: field(2, 'string') });

describe('a reader', () => {
  const scalars: readonly (readonly [keyof MessageReader & keyof MessageWriter, unknown, string])[] = [
    ['int32', -1, 'ffffffffffffffffff01'],
    ['int32', 2 ** 31 - 1, 'ffffffff07'],
    ['int32', -(2 ** 31), '80808080f8ffffffff01'],
    ['uint32', 2 ** 32 - 1, 'ffffffff0f'],
    ['sint32', -(2 ** 31), 'ffffffff0f'],
    ['sint32', 2 ** 31 - 1, 'feffffff0f'],
    ['int64', -1, 'ffffffffffffffffff01'],
    ['int64', 2 ** 53 - 1, 'ffffffffffffff0f'],
    ['int64', 2n ** 53n, '8080808080808010'],
    ['int64', -(2 ** 53) + 1, '81808080808080f0ff01'],
    ['int64', -(2n ** 53n), '80808080808080f0ff01'],
    ['int64', 2n ** 63n - 1n, 'ffffffffffffffff7f'],
    ['int64', -(2n ** 63n), '80808080808080808001'],
    ['uint64', 2n ** 53n + 1n, '8180808080808010'],
    ['uint64', 2n ** 64n - 1n, 'ffffffffffffffffff01'],
    ['sint64', -(2 ** 53) + 1, 'fdffffffffffff1f'],
    ['sint64', -(2n ** 63n), 'ffffffffffffffffff01'],
    ['sint64', 2n ** 63n - 1n, 'feffffffffffffffff01'],
    ['fixed32', 2 ** 32 - 1, 'ffffffff'],
    ['sfixed32', -(2 ** 31), '00000080'],
    ['fixed64', 2n ** 64n - 1n, 'ffffffffffffffff'],
    ['fixed64', 2 ** 53 - 1, 'ffffffffffff1f00'],
    ['sfixed64', -1, 'ffffffffffffffff'],
    ['sfixed64', -(2n ** 63n), '0000000000000080'],
    ['float', -0, '00000080'],
    ['float', Math.fround(0.1), 'cdcccc3d'],
    ['float', -Infinity, '000080ff'],
    ['double', -0, '0000000000000080'],
    ['double', 5e-324, '0100000000000000'],
    ['bool', true, '01'],
    ['string', '\u{1F600}\ufeff\0', '08f09f9880efbbbf00'],
  ];
  it.each(scalars)('reads %s %s and a writer writes it', (method, value, digits) => {
    const writer = new MessageWriter();
    (writer[method] as (value: unknown) => void)(value);
    expect(hex(writer.take())).toBe(digits);
    const reader = new MessageReader(bytes(`${digits} ff`));
    expect(reader[method as 'int64']()).toBe(value);
    expect(reader.pos).toBe(digits.length / 2);
  });

  it.each([
    ['float', '0000c07f'],
    ['float', '010080ff'],
    ['float', 'ffffffff'],
    ['double', '000000000000f87f'],
    ['double', '0100000000 00f0ff'],
  ] as const)('reads every NaN of a %s: %s', (method, digits) => {
    expect(new MessageReader(bytes(digits))[method]()).toBeNaN();
  });

  it('answers views of the input, also of one that lies within a larger buffer', () => {
    const whole = bytes('ffff 0a02 0102 5a0161 ffff');
    const read = decodeMessage(Texts, whole.subarray(2, 9));
    const runs = read[UNKNOWN]!;
    expect(hex(read.blob)).toBe('0102');
    whole.fill(0);
    expect(hex(read.blob)).toBe('0000');
    expect(runs.map(hex)).toEqual(['000000']);
    expect(read.blob.buffer).toBe(whole.buffer);
  });

  it.each([
    ['a Uint8Array', (digits: string): Uint8Array => bytes(digits)],
    ['a Buffer, whose own slice is a view', (digits: string): Uint8Array => Buffer.from(digits, 'hex')],
  ])('copies once when told to: %s', (_name, make) => {
    const input = make('0a0201025a0161');
    const read = decodeMessage(Texts, input, { copy: true });
    input.fill(0);
    expect(hex(read.blob)).toBe('0102');
    expect(read[UNKNOWN]!.map(hex)).toEqual(['5a0161']);
    expect(read.blob.buffer).toBe(read[UNKNOWN]![0]!.buffer);
  });

  it('answers plain Uint8Arrays for the bytes of a Buffer', () => {
    const { blob } = decodeMessage(Texts, Buffer.from('0a020102', 'hex'));
    expect(blob.constructor).toBe(Uint8Array);
  });

  it.each([undefined, null, 'ab', [1], new ArrayBuffer(1), new DataView(new ArrayBuffer(1))])(
    'refuses %s, which is no Uint8Array',
    (input) => expect(() => decodeMessage(Texts, input as never)).toThrow(TypeError),
  );

  it.each([{ maxDepth: 1001 }, { maxDepth: -1 }, { maxElements: 0.5 }, { maxElements: NaN }])(
    'refuses limits out of range: %o',
    (limits) => expect(() => decodeMessage(Texts, bytes(''), { limits })).toThrow(RangeError),
  );
});

describe('a length that is not there', () => {
  const lengths = [
    ['2^31 - 1', 'ffffffff07'],
    ['2^32 + 2', '8280808010'],
    ['2^53 + 2', '8280808080808010'],
    ['2^63', '80808080808080808001'],
  ] as const;
  const fields = [
    ['a string', '12', Texts],
    ['bytes', '0a', Texts],
    ['a message', '12', Node],
    ['a map entry', '2a', Node],
    ['an unknown field', '0a', Empty],
  ] as const;
  const cases = lengths.flatMap(([size, length]) =>
    fields.map(([name, tag, type]) => [size, name, tag + length, type] as const),
  );
  it.each(cases)('of %s, of %s, is TRUNCATED at the end', (_size, _name, input, type) => {
    const { code, offset, rule } = faultOf(() => decodeMessage(type as MessageType, bytes(input)));
    expect({ code, offset, rule }).toEqual({ code: 'TRUNCATED', offset: input.length / 2, rule: 'WIRE-9' });
  });

  it.each(lengths)('of %s within a message is FIELD_OVERRUN at its tag', (_size, length) => {
    const inner = `12${length}`;
    const input = bytes(`12${(inner.length / 2).toString(16).padStart(2, '0')}${inner} 0801 0801 0801`);
    const fault = faultOf(() => decodeMessage(Node, input));
    expect(fault).toMatchObject({
      code: 'FIELD_OVERRUN',
      offset: 2,
      rule: 'MESSAGE-4',
      path: ['next', 'next'],
    });
  });
});

/** A message `depth` levels deep, `wrap` in turn: bytes from the inside out, in linear time. */
function deep(depth: number, wraps: readonly ('next' | 'group' | 'unknown')[]): Uint8Array {
  const heads: Uint8Array[] = [];
  const tails: Uint8Array[] = [];
  let length = 0;
  for (let i = 0; i < depth; i++) {
    const wrap = wraps[i % wraps.length]!;
    const writer = new MessageWriter();
    if (wrap === 'next') {
      writer.tag(2, 2);
      writer.uint32(length);
    } else writer.tag(wrap === 'group' ? 4 : 77, 3);
    const head = writer.take();
    const tail = bytes(wrap === 'next' ? '' : wrap === 'group' ? '24' : 'ec04');
    heads.push(head);
    tails.push(tail);
    length += head.length + tail.length;
  }
  return Buffer.concat([...heads.toReversed(), ...tails]);
}

describe('nesting', () => {
  const ways = [
    ['messages', ['next']],
    ['groups', ['group']],
    ['unknown groups', ['unknown']],
    ['messages and groups', ['next', 'group']],
    // Within an unknown group everything is unknown: messages can only be around it.
    [
      'unknown groups within messages',
      Array.from({ length: 10_000 }, (_, i) => (i < 9950 ? 'unknown' : 'next')),
    ],
  ] as const;
  it.each(ways)('of 10,000 %s is LIMIT_DEPTH and no overflow of the stack', (_name, wraps) => {
    const input = deep(10_000, wraps);
    for (const maxDepth of [100, 1000]) {
      const fault = faultOf(() => decodeMessage(Node, input, { limits: { maxDepth } }));
      expect(fault).toMatchObject({ code: 'LIMIT_DEPTH', rule: 'MESSAGE-11' });
      expect(fault.path.length).toBeLessThanOrEqual(maxDepth + 1);
    }
  });

  it.each(ways.slice(0, 4))('of 1,000 %s is read and written, where that many may be', (_name, wraps) => {
    const input = deep(1000, wraps);
    const read = decodeMessage(Node, input, { limits: { maxDepth: 1000 } });
    expect(hex(encodeMessage(Node, read))).toBe(hex(input));
  });

  it('is counted per branch', () => {
    const input = bytes('12021200 12021200 2324 2324');
    expect(() => decodeMessage(Node, input, { limits: { maxDepth: 2 } })).not.toThrow();
    expect(() => decodeMessage(Node, input, { limits: { maxDepth: 1 } })).toThrow('LIMIT_DEPTH');
  });
});

/** Counts how often it is sliced: that is what keeping an unknown field costs. */
class Counted extends Uint8Array<ArrayBuffer> {
  static slices = 0;
  override subarray(start?: number, end?: number): Uint8Array<ArrayBuffer> {
    Counted.slices++;
    return new Uint8Array(this.buffer, this.byteOffset + (start ?? 0), (end ?? this.length) - (start ?? 0));
  }
}

/** A known field and an unknown one, `n` times in turn. */
const between = (n: number): Uint8Array => bytes('0801 5005'.repeat(n));

describe('unknown fields', () => {
  it('between known ones cost a slice and a run each, and no more', () => {
    for (const n of [100, 200, 400]) {
      Counted.slices = 0;
      const read = decodeMessage(Node, Counted.from(between(n)));
      expect(Counted.slices).toBe(n);
      expect(read[UNKNOWN]).toHaveLength(n);
    }
  });

  it('that follow each other are one run', () => {
    expect(decodeMessage(Empty, bytes('0801'.repeat(1000)))[UNKNOWN]).toHaveLength(1);
  });

  it('are charged by runs', () => {
    expect(() => decodeMessage(Node, between(20), { limits: { maxElements: 20 } })).not.toThrow();
    const fault = faultOf(() => decodeMessage(Node, between(20), { limits: { maxElements: 19 } }));
    expect(fault).toMatchObject({ code: 'LIMIT_ELEMENTS', offset: 19 * 4 + 2 });
  });

  it('of two messages that touch in one buffer stay apart', () => {
    const input = bytes('12025001 1a025002 5003');
    const read = decodeMessage(Node, input);
    expect(read.next![UNKNOWN]!.map(hex)).toEqual(['5001']);
    expect(read.list[0]![UNKNOWN]!.map(hex)).toEqual(['5002']);
    expect(read[UNKNOWN]!.map(hex)).toEqual(['5003']);
  });
});

describe('messages in parts', () => {
  it('are one object, however many the parts', () => {
    const n = 500;
    const read = decodeMessage(Node, bytes('12020801'.repeat(n)));
    expect(read.next).toEqual({ value: 1 });
    const limits = { maxElements: n - 1 };
    expect(faultOf(() => decodeMessage(Node, bytes('12020801'.repeat(n)), { limits }))).toMatchObject({
      code: 'LIMIT_ELEMENTS',
      offset: 4 * (n - 1),
    });
  });

  it('are judged for what they require when all are there', () => {
    const Pair = message('t.Pair', {
      a: field(1, 'int32', { required: true }),
      b: field(2, 'int32', { required: true }),
    });
    const Holder = message('t.Holder', { pair: field(1, Pair) });
    expect(decodeMessage(Holder, bytes('0a020801 0a021001'))).toEqual({ pair: { a: 1, b: 1 } });
    const fault = faultOf(() => decodeMessage(Holder, bytes('0a020801 0a020802')));
    expect(fault).toMatchObject({ code: 'FIELD_REQUIRED', rule: 'MESSAGE-10', offset: 4 });
    expect(fault.message).toContain('t.Pair lacks its field b');
  });
});

describe('a fault', () => {
  const Level = closedEnumeration('t.Level', { LOW: 1 });
  const Lists = message('t.Lists', {
    numbers: repeated(1, 'int32'),
    texts: repeated(2, 'string'),
    levels: repeated(3, Level),
    ages: map(4, 'string', 'int32'),
  });
  it.each<[string, MessageType, string, string, number, readonly (string | number)[]]>([
    ['in a message', Node, '1203 1202 08', 'TRUNCATED', 5, ['next', 'next']],
    ['in the third element of a list', Node, '1a00 1a00 1a0108 00', 'FIELD_OVERRUN', 6, ['list', 2, 'value']],
    ['in a group', Node, '23 12010e 24', 'FIELD_TAG', 3, ['group', 'next']],
    ['in a map', Node, '2a03 1201 08', 'TRUNCATED', 5, ['names', 'value', 'value']],
    ['in the third packed element', Lists, `0a0d 0101 ${'80'.repeat(11)}`, 'VARINT_RANGE', 4, ['numbers', 2]],
    ['in the second text', Lists, '120161 1201ff', 'TEXT_UTF8', 5, ['texts', 1]],
    ['in an unknown field', Lists, '5a05', 'TRUNCATED', 2, []],
    ['in a tag', Lists, '120161 07', 'FIELD_TAG', 3, []],
  ])('%s says its place and its path', (_name, type, input, code, offset, path) => {
    const fault = faultOf(() => decodeMessage(type, bytes(input)));
    expect({ code: fault.code, offset: fault.offset, path: fault.path }).toEqual({ code, offset, path });
  });
});
