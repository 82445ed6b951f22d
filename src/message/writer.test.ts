import { describe, expect, it } from 'vitest';
import { bytes, Colour, errorOf, hex, Level, type Any } from './helpers.test.ts';
import {
  decodeMessage,
  encodeMessage,
  field,
  map,
  message,
  MessageWriter,
  repeated,
  UNKNOWN,
  type Field,
  type MessageType,
} from './index.ts';

const All: MessageType<Any> = message('t.All', {
  int32: field(1, 'int32'),
  uint32: field(2, 'uint32'),
  int64: field(3, 'int64'),
  uint64: field(4, 'uint64'),
  float: field(5, 'float'),
  bool: field(6, 'bool'),
  string: field(7, 'string'),
  bytes: field(8, 'bytes'),
  level: field(9, Level, { optional: true }),
  colour: field(10, Colour),
  numbers: repeated(11, 'int32'),
  loose: repeated(12, 'int32', { packed: false }),
  texts: repeated(13, 'string'),
  levels: repeated(14, Level),
  ages: map(15, 'string', 'int32'),
  byId: map(16, 'uint64', 'string'),
  flags: map(17, 'bool', Level),
  get child(): Field {
    return field(18, All as MessageType);
  },
  get children(): Field {
    return repeated(19, All as MessageType);
  },
  get group(): Field {
    return field(20, All as MessageType, { delimited: true });
  },
  get named(): Field {
    return map(21, 'string', All as MessageType);
  },
  one: field(22, 'int32', { oneof: 'choice' }),
  other: field(23, 'string', { oneof: 'choice' }),
  get third(): Field {
    return field(24, All as MessageType, { oneof: 'choice' });
  },
}) as never;
const Needs = message('t.Needs', { id: field(1, 'int32', { required: true }) });
const Holder = message('t.Holder', { needs: field(1, Needs), list: repeated(2, Needs) });

describe('misuse is an error that names its path', () => {
  it.each<[Any, typeof TypeError | typeof RangeError, string, string]>([
    [{ int32: '5' }, TypeError, 'must be a number, not string', 'int32'],
    [
      { int32: 2 ** 31 },
      RangeError,
      'must be a whole number from -2147483648 to 2147483647, not 2147483648',
      'int32',
    ],
    [{ int32: 1.5 }, RangeError, 'not 1.5', 'int32'],
    [{ int32: NaN }, RangeError, 'not NaN', 'int32'],
    [{ int32: 5n }, TypeError, 'must be a number, not bigint', 'int32'],
    [{ int32: 0n }, TypeError, 'must be a number, not bigint', 'int32'],
    [{ int32: null }, TypeError, 'must be a number, not object', 'int32'],
    [{ uint32: -1 }, RangeError, 'from 0 to 4294967295', 'uint32'],
    [{ int64: 2 ** 53 }, RangeError, 'not 9007199254740992', 'int64'],
    [{ int64: 2n ** 63n }, RangeError, 'from -9223372036854775808 to 9223372036854775807', 'int64'],
    [{ uint64: -1n }, RangeError, 'from 0 to 18446744073709551615, not -1', 'uint64'],
    [{ float: '1' }, TypeError, 'must be a number, not string', 'float'],
    [{ float: 0n }, TypeError, 'must be a number, not bigint', 'float'],
    [{ bool: 1 }, TypeError, 'must be a boolean, not number', 'bool'],
    [{ bool: 0 }, TypeError, 'must be a boolean, not number', 'bool'],
    [{ string: 5 }, TypeError, 'must be a string', 'string'],
    [{ string: 0n }, TypeError, 'must be a string', 'string'],
    [{ string: 'a\ud800' }, TypeError, 'lone surrogate at index 1', 'string'],
    [{ bytes: [1] }, TypeError, 'must be a Uint8Array', 'bytes'],
    [{ bytes: [] }, TypeError, 'must be a Uint8Array', 'bytes'],
    [{ bytes: '' }, TypeError, 'must be a Uint8Array', 'bytes'],
    [{ bytes: null }, TypeError, 'must be a Uint8Array', 'bytes'],
    [{ level: 3 }, RangeError, '3 is no number of its closed enum', 'level'],
    [{ colour: 'RED' }, TypeError, 'must be a number, not string', 'colour'],
    [{ numbers: 5 }, TypeError, 'must be an array', 'numbers'],
    [{ numbers: { length: 1, 0: 5 } }, TypeError, 'must be an array', 'numbers'],
    [{ numbers: [1, 2, 'x'] }, TypeError, 'must be a number, not string', 'numbers[2]'],
    [{ loose: [1, undefined] }, TypeError, 'must be a number, not undefined', 'loose[1]'],
    [{ texts: ['a', '\udc00'] }, TypeError, 'lone surrogate', 'texts[1]'],
    [{ levels: [1, 7] }, RangeError, '7 is no number of its closed enum', 'levels[1]'],
    [{ ages: 5 }, TypeError, 'must be an object', 'ages'],
    [{ ages: { bo: 'x' } }, TypeError, 'must be a number, not string', 'ages.bo'],
    [{ ages: { 'odd key\u001b': 1.5 } }, RangeError, 'not 1.5', 'ages."odd key\\u001b"'],
    [{ byId: { x: '' } }, TypeError, 'the key "x" is no uint64', 'byId'],
    [{ byId: { '\u001b[0m': '' } }, TypeError, 'the key "\\u001b[0m" is no uint64', 'byId'],
    [{ byId: { '01': '' } }, TypeError, 'the key "01" is no uint64', 'byId'],
    [
      { byId: { '18446744073709551616': '' } },
      RangeError,
      'from 0 to 18446744073709551615',
      'byId.18446744073709551616',
    ],
    [{ flags: { yes: 1 } }, TypeError, 'the key "yes" is no bool', 'flags'],
    [{ flags: { true: 5 } }, RangeError, '5 is no number of its closed enum', 'flags.true'],
    [{ child: 5 }, TypeError, 'must be an object', 'child'],
    [{ child: null }, TypeError, 'must be an object', 'child'],
    [{ child: { child: { int32: 'x' } } }, TypeError, 'must be a number', 'child.child.int32'],
    [{ children: [{}, { children: [null] }] }, TypeError, 'must be an object', 'children[1].children[0]'],
    [{ group: { numbers: [true] } }, TypeError, 'must be a number, not boolean', 'group.numbers[0]'],
    [{ named: { a: { bool: 'x' } } }, TypeError, 'must be a boolean, not string', 'named.a'],
    [{ one: 1, other: 'a' }, TypeError, 'other', 'one'],
    [{ one: 0, third: {} }, TypeError, 'third', 'one'],
  ])('%o', (value, kind, text, path) => {
    const error = errorOf(() => encodeMessage(All, value)) as Error;
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain(text);
    expect(error.message).toContain(`(at ${path}`);
  });

  it.each([{}, { id: undefined }])('where a required field is left out: %o', (needs) => {
    expect(errorOf(() => encodeMessage(Holder, { needs }))).toBeInstanceOf(TypeError);
    expect(() => encodeMessage(Holder, { needs })).toThrow('(at needs.id)');
    expect(() => encodeMessage(Holder, { list: [{ id: 1 }, needs] })).toThrow('(at list[1].id)');
  });

  it.each([undefined, null, 5, 'text'])('where the message is %s', (value) => {
    expect(() => encodeMessage(All, value as never)).toThrow(TypeError);
  });

  it('where an unknown field is no Uint8Array', () => {
    expect(() => encodeMessage(All, { [UNKNOWN]: ['0801'] as never })).toThrow(TypeError);
  });

  it('where messages go in a circle', () => {
    for (const key of ['child', 'group']) {
      const circle: Any = {};
      circle[key] = circle;
      expect(errorOf(() => encodeMessage(All, circle))).toBeInstanceOf(RangeError);
    }
    const list: Any = { children: [] };
    (list['children'] as Any[]).push(list);
    expect(() => encodeMessage(All, list)).toThrow('in a circle');
    const named: Any = { named: {} };
    (named['named'] as Any)['self'] = named;
    expect(() => encodeMessage(All, named)).toThrow('in a circle');
  });

  it('and does not stay in the writer: the next message is written as ever', () => {
    for (let i = 0; i < 3; i++) {
      expect(() => encodeMessage(All, { child: { child: { int32: 'x' } } })).toThrow(TypeError);
      expect(hex(encodeMessage(All, { int32: 1, child: {} }))).toBe('0801920100');
    }
  });
});

/** A message with a map of these keys, made in this order. */
function agesOf(keys: readonly string[]): Any {
  const ages = {};
  for (const key of keys) Object.defineProperty(ages, key, { value: key.length, enumerable: true });
  return { ages };
}

describe('a writer', () => {
  it.each([0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])(
    'writes a length of %d in the fewest bytes',
    (n) => {
      const writer = new MessageWriter();
      const mark = writer.fork();
      writer.raw(new Uint8Array(n).fill(7));
      writer.join(mark);
      const expected = new MessageWriter();
      expected.delimited(new Uint8Array(n).fill(7));
      // A deep comparison of two megabytes takes ten seconds.
      expect(Buffer.compare(writer.take(), expected.take())).toBe(0);
    },
  );

  it('moves what is inside when lengths within lengths grow', () => {
    const text = 'a'.repeat(126);
    const nested = encodeMessage(All, { child: { child: { child: { string: text } } } });
    const { child } = decodeMessage(All, nested) as { child: Any };
    expect(((child['child'] as Any)['child'] as Any)['string']).toBe(text);
    // Each level is a tag of two bytes and a length of two beyond 127.
    expect(nested).toHaveLength(128 + 3 * 4);
  });

  it('answers bytes that no later message changes, small and large ones', () => {
    const numbers = [1, 10, 4000, 5000, 20_000, 70_000].flatMap((n) => [n, n]);
    const made = numbers.map((n, i) => encodeMessage(All, { bytes: new Uint8Array(n).fill(i) }));
    for (const [i, n] of numbers.entries()) {
      const { bytes: kept } = decodeMessage(All, made[i]!) as { bytes: Uint8Array };
      expect(kept.length).toBe(n);
      expect(kept.every((byte) => byte === i)).toBe(true);
    }
  });

  it('lets a getter encode in the middle of a message', () => {
    const outer = {
      int32: 1,
      get bytes() {
        return encodeMessage(All, { int32: 300 });
      },
      numbers: [5],
    };
    expect(hex(encodeMessage(All, outer))).toBe('0801 4203 08ac02 5a0105'.replaceAll(' ', ''));
  });

  it("passes on a getter's error", () => {
    const error = Object.assign(new Error('no such file'), { path: '/some/file' });
    const outer = {
      get bytes(): never {
        throw error;
      },
    };
    expect(errorOf(() => encodeMessage(All, outer))).toBe(error);
  });

  it.each<[string, Any, string]>([
    ['-0 of an integer', { int32: -0, uint32: -0, int64: -0 }, ''],
    ['a bigint 0', { int64: 0n, uint64: 0n }, ''],
    ['a small bigint', { int64: 5n, uint64: 5n }, '18052005'],
    ['-0 of a float', { float: -0 }, '2d00000080'],
    ['a float that is rounded', { float: 0.1 }, '2dcdcccc3d'],
    ['a float beyond its range', { float: 1e300 }, '2d0000807f'],
    ['null-prototype objects', Object.assign(Object.create(null) as Any, { int32: 1 }), '0801'],
    ['fields that the description lacks', { nothing: 1, toString: 'x' }, ''],
    ['empty lists and maps', { numbers: [], texts: [], ages: {}, named: {} }, ''],
    ['what is undefined', { int32: undefined, texts: undefined, child: undefined, one: undefined }, ''],
  ])('takes %s', (_name, value, expected) => {
    expect(hex(encodeMessage(All, value))).toBe(expected);
  });

  it('writes equal maps as equal bytes, in whatever order they were made', () => {
    const keys = ['b', '10', '9', 'a', '__proto__', 'constructor', '\u{1F600}', '\uffff', ''];
    const written = encodeMessage(All, agesOf(keys));
    expect(hex(encodeMessage(All, agesOf(keys.toReversed())))).toBe(hex(written));
    const read = decodeMessage(All, written)['ages'] as Any;
    expect(Object.keys(read).toSorted()).toEqual(keys.toSorted());
  });

  it('keeps the unknown fields of each message, behind the known ones', () => {
    const read = decodeMessage(All, bytes('b80601 0801 920105 b80602 0803 b80604'));
    expect(hex(encodeMessage(All, read))).toBe('0801 920105 0803 b80602 b80601 b80604'.replaceAll(' ', ''));
  });
});
