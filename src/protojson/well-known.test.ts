import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  field,
  map,
  message,
  Registry,
  repeated,
  type Init,
  type MessageType,
} from '../message/index.ts';
import {
  Any,
  BoolValue,
  BytesValue,
  DoubleValue,
  Duration,
  Empty,
  FieldMask,
  FloatValue,
  fromJson,
  Int32Value,
  Int64Value,
  JsonMappingError,
  ListValue,
  NullValue,
  StringValue,
  Struct,
  Timestamp,
  toJson,
  UInt32Value,
  UInt64Value,
  Value,
  type JsonValue,
} from './index.ts';

/** A message of any type, as tables of tests hold it. */
type AnyType = MessageType<Record<string, unknown>>;
const url = (name: string): string => `type.googleapis.com/${name}`;
const loose = (type: object): AnyType => type as AnyType;
const again = (type: AnyType, value: Init<object>): object => decodeMessage(type, encodeMessage(type, value));

describe('Timestamp', () => {
  it.each<[text: string, seconds: number, nanos: number]>([
    ['1970-01-01T00:00:00Z', 0, 0],
    ['1970-01-01T00:00:10.500Z', 10, 500_000_000],
    ['1969-12-31T23:59:59.999999999Z', -1, 999_999_999],
    ['1969-12-31T23:59:58.000001Z', -2, 1000],
    ['0001-01-01T00:00:00Z', -62_135_596_800, 0],
    ['0099-02-28T23:00:00Z', -59_037_901_200, 0],
    ['9999-12-31T23:59:59.999999999Z', 253_402_300_799, 999_999_999],
    ['2000-02-29T12:34:56.010Z', 951_827_696, 10_000_000],
  ])('%s is %d s and %d ns, both ways', (text, seconds, nanos) => {
    expect({ ...fromJson(Timestamp, text) }).toEqual({ seconds, nanos });
    expect(toJson(Timestamp, { seconds, nanos })).toBe(text);
    expect(toJson(Timestamp, { seconds: BigInt(seconds), nanos })).toBe(text);
  });

  it.each<[text: string, seconds: number, nanos: number]>([
    ['1970-01-01T08:00:01+08:00', 1, 0],
    ['1969-12-31T16:00:01-08:00', 1, 0],
    ['1970-01-01T00:00:00-00:00', 0, 0],
    ['1970-01-01T23:59:00+23:59', 0, 0],
    ['1970-01-01T00:00:00.1Z', 0, 100_000_000],
    ['1970-01-01T00:00:00.000000000Z', 0, 0],
    ['9999-12-31T23:59:59-00:00', 253_402_300_799, 0],
    ['0000-12-31T23:59:59-00:01', -62_135_596_800 + 59, 0],
  ])('%s is read', (text, seconds, nanos) => {
    expect({ ...fromJson(Timestamp, text) }).toEqual({ seconds, nanos });
  });

  it.each([
    '', 'x', '1970-01-01', '1970-01-01T00:00:00', '1970-01-01 00:00:00Z', '1970-01-01t00:00:00Z', '1970-01-01T00:00:00z',
    '0000-01-01T00:00:00Z', '0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01', '10000-01-01T00:00:00Z', '-001-01-01T00:00:00Z',
    '1970-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '1970-04-31T00:00:00Z', '1970-00-01T00:00:00Z', '1970-13-01T00:00:00Z', '1970-01-00T00:00:00Z',
    '1970-01-01T24:00:00Z', '1970-01-01T00:60:00Z', '1970-01-01T00:00:60Z', '1970-01-01T00:00:00.Z', '1970-01-01T00:00:00.1234567890Z',
    '1970-01-01T00:00:00,5Z', '1970-01-01T00:00:00+0800', '1970-01-01T00:00:00+24:00', '1970-01-01T00:00:00+00:60', '1970-01-01T00:00:00ZZ',
    ' 1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z\n', 0, null, {}, true,
  ])('is not %j', (json) => {
    expect(() => fromJson(Timestamp, json)).toThrow(JsonMappingError);
    expect(() => fromJson(Timestamp, json)).toThrow('expected a time like');
  }); // prettier-ignore

  it.each<[seconds: unknown, nanos: unknown]>([
    [-62_135_596_801, 0],
    [253_402_300_800, 0],
    [2n ** 63n - 1n, 0],
    [0, -1],
    [0, 1_000_000_000],
    [1.5, 0],
    [0, 0.5],
    ['0', 0],
    [NaN, 0],
  ])('of %s s and %s ns has no JSON', (seconds, nanos) => {
    const value = { seconds, nanos } as never;
    expect(() => toJson(Timestamp, value)).toThrow(JsonMappingError);
    expect(() => toJson(Timestamp, value)).toThrow('expected a time in the years 1 to 9999');
  });

  it('reads back as what it was, at any moment', () => {
    const moment = fc.record({
      seconds: fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }),
      nanos: fc.oneof(fc.constantFrom(0, 1, 1000, 1_000_000), fc.integer({ min: 0, max: 999_999_999 })),
    });
    fc.assert(
      fc.property(moment, (value) => {
        expect({ ...fromJson(Timestamp, toJson(Timestamp, value)) }).toEqual(value);
      }),
    );
  });
});

describe('Duration', () => {
  it.each<[text: string, seconds: number, nanos: number]>([
    ['0s', 0, 0],
    ['1.500s', 1, 500_000_000],
    ['-1.500s', -1, -500_000_000],
    ['-0.500s', 0, -500_000_000],
    ['0.000000001s', 0, 1],
    ['1.000010s', 1, 10_000],
    ['315576000000.999999999s', 315_576_000_000, 999_999_999],
    ['-315576000000.999999999s', -315_576_000_000, -999_999_999],
  ])('%s is %d s and %d ns, both ways', (text, seconds, nanos) => {
    expect({ ...fromJson(Duration, text) }).toEqual({ seconds, nanos });
    expect(toJson(Duration, { seconds, nanos })).toBe(text);
  });

  it.each([
    '', 's', '1', '1S', '+1s', '1 s', ' 1s', '1s ', '.5s', '1.s', '1.0000000000s', '1e3s', '--1s', '-s', '1,5s',
    '315576000001s', '-315576000001.0s', '9999999999999s', 1, null, [],
  ])('is not %j', (json) => {
    expect(() => fromJson(Duration, json)).toThrow(JsonMappingError);
    expect(() => fromJson(Duration, json)).toThrow('expected seconds like');
  }); // prettier-ignore

  it.each<[seconds: number, nanos: number]>([
    [315_576_000_001, 0],
    [-315_576_000_001, 0],
    [1, -1],
    [-1, 1],
    [0, 1_000_000_000],
    [0, -1_000_000_000],
  ])('of %d s and %d ns has no JSON', (seconds, nanos) => {
    expect(() => toJson(Duration, { seconds, nanos })).toThrow(JsonMappingError);
  });
});

describe('FieldMask', () => {
  it.each<[text: string, paths: string[]]>([
    ['', []],
    ['foo', ['foo']],
    ['foo,barBaz', ['foo', 'bar_baz']],
    ['a.bC.dEF', ['a.b_c.d_e_f']],
    ['Foo', ['_foo']],
    ['x1y', ['x1y']],
  ])('%j is %j, both ways', (text, paths) => {
    expect({ ...fromJson(FieldMask, text) }).toEqual({ paths });
    expect(toJson(FieldMask, { paths })).toBe(text);
  });

  it.each(['a_b', 'a,', ',a', 'a,,b', ',', 1, null, ['a']])('is not %j', (json) => {
    expect(() => fromJson(FieldMask, json)).toThrow(JsonMappingError);
  });

  it.each([
    ['fooBar'],
    ['foo_3_bar'],
    ['foo__bar'],
    ['foo_'],
    ['_'],
    ['a,b'],
    [''],
    [1],
    ['a_B'],
    ['a', 'B'],
  ])('of the path %j has no JSON', (...paths) => {
    expect(() => toJson(FieldMask, { paths } as never)).toThrow(JsonMappingError);
  });

  it('of two million characters takes no more stack than another', () => {
    const path = 'a_b'.repeat(700_000);
    const text = toJson(FieldMask, { paths: [path] });
    expect(fromJson(FieldMask, text).paths[0] === path).toBe(true);
    expect(() => toJson(FieldMask, { paths: [`${path}_`] })).toThrow(JsonMappingError);
  });
});

describe('Struct, Value and ListValue', () => {
  const document = {
    text: 'x',
    number: 1.5,
    yes: true,
    nothing: null,
    list: [1, 'a', [null], {}],
    object: { toString: 1, constructor: [] },
  };

  it('are the JSON that they hold, both ways', () => {
    const read = fromJson(Struct, document);
    expect(read.fields['nothing']).toEqual({ nullValue: 0 });
    expect(read.fields['list']?.listValue?.values[0]).toEqual({ numberValue: 1 });
    expect(toJson(Struct, read)).toEqual(document);
    expect(toJson(Struct, decodeMessage(Struct, encodeMessage(Struct, read)))).toEqual(document);
    expect(toJson(ListValue, fromJson(ListValue, [document]))).toEqual([document]);
    for (const json of [null, false, 0, -0, '', 'NaN', [], {}, document])
      expect(toJson(Value, fromJson(Value, json))).toEqual(json);
  });

  it('keep every key', () => {
    const text = '{"__proto__":{"__proto__":1},"constructor":2,"toString":3,"":4}';
    const read = fromJson(Struct, JSON.parse(text) as JsonValue);
    expect(JSON.stringify(toJson(Struct, read))).toBe(text);
    expect(JSON.stringify(toJson(Struct, decodeMessage(Struct, encodeMessage(Struct, read))))).toBe(
      '{"":4,"__proto__":{"__proto__":1},"constructor":2,"toString":3}',
    );
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('hold numbers as doubles', () => {
    expect(fromJson(Value, 2n ** 60n).numberValue).toBe(2 ** 60);
    expect(() => fromJson(Value, 10n ** 400n)).toThrow('within the range of a double');
    expect(() => fromJson(Value, Infinity)).toThrow('within the range of a double');
  });

  it.each<[value: Value, detail: string]>([
    [{ numberValue: NaN }, 'expected a number that JSON has, found NaN'],
    [{ numberValue: -Infinity }, 'found -Infinity'],
    [{}, 'expected a value of some kind, found nothing'],
    [{ numberValue: 1, boolValue: true }, 'another field of the oneof kind is set too'],
  ])('of %j has no JSON', (value, detail) => {
    expect(() => toJson(ListValue, { values: [value] })).toThrow(JsonMappingError);
    expect(() => toJson(ListValue, { values: [value] })).toThrow(detail);
  });

  it.each<[AnyType, JsonValue]>([
    [loose(Struct), []],
    [loose(Struct), null],
    [loose(ListValue), {}],
    [loose(ListValue), null],
    [loose(Value), undefined as never],
    [loose(Struct), { a: [Symbol('x') as never] }],
  ])('are not other values', (type, json) => {
    expect(() => fromJson(type, json)).toThrow(JsonMappingError);
  });

  it('keep null apart from absence in fields, lists and maps', () => {
    const Holder = message('acme.Holder', {
      value: field(1, Value),
      values: repeated(2, Value),
      byName: map(3, 'string', Value),
      nothing: field(4, NullValue, { optional: true }),
      nothings: repeated(5, NullValue),
      list: field(6, ListValue),
      struct: field(7, Struct),
    });
    const json = { value: null, values: [null, 1], byName: { a: null }, nothing: null, nothings: [null] };
    const read = fromJson(Holder, { ...json, list: null, struct: null });
    expect(read.nothing).toBe(0);
    expect(Object.keys(read)).toEqual(Object.keys(json));
    expect(toJson(Holder, again(loose(Holder), read))).toEqual(json);
    expect({ ...fromJson(Holder, { nothing: 'NULL_VALUE' }) }).toEqual({ nothing: 0 });
    expect(toJson(Holder, { nothing: 0 }, { enumNumbers: true })).toEqual({ nothing: null });
    expect({ ...fromJson(Holder, { values: null, byName: null, nothings: null }) }).toEqual({});
  });

  it('are whatever JSON there is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (json) => {
        const value = json as JsonValue;
        const read = fromJson(Value, value);
        expect(JSON.stringify(toJson(Value, read))).toBe(JSON.stringify(json));
        expect(toJson(Value, again(loose(Value), read))).toEqual(json);
      }),
    );
  });
});

describe('wrappers', () => {
  it.each<[type: AnyType, json: JsonValue, value: unknown]>([
    [loose(DoubleValue), 1.5, 1.5],
    [loose(FloatValue), 'NaN', NaN],
    [loose(Int64Value), '-5', -5],
    [loose(UInt64Value), '18446744073709551615', 2n ** 64n - 1n],
    [loose(Int32Value), 0, 0],
    [loose(UInt32Value), 7, 7],
    [loose(BoolValue), false, false],
    [loose(StringValue), '', ''],
    [loose(BytesValue), 'AQ==', Uint8Array.of(1)],
  ])('%o are the JSON of their value', (type, json, value) => {
    const read = fromJson(type, json);
    expect({ ...read }).toEqual({ value });
    expect(toJson(type, read)).toEqual(json);
    expect(toJson(type, again(type, read))).toEqual(json);
    expect(() => fromJson(type, null)).toThrow(JsonMappingError);
    expect(() => fromJson(type, { value: json })).toThrow(JsonMappingError);
  });

  it('are absent with null, and keep their default', () => {
    const Holder = message('acme.Holder', { a: field(1, Int32Value), list: repeated(2, BoolValue) });
    expect({ ...fromJson(Holder, { a: null }) }).toEqual({});
    expect(toJson(Holder, again(loose(Holder), fromJson(Holder, { a: 0, list: [false] })))).toEqual({
      a: 0,
      list: [false],
    });
    expect(() => fromJson(Holder, { list: [null] })).toThrow('found null (at list[0])');
  });
});

describe('types that only have the name of a well-known one', () => {
  it('are as others where they have no field', () => {
    const Hollow = message('google.protobuf.Struct', {});
    expect(toJson(Hollow, fromJson(Hollow, {}))).toEqual({});
    expect(() => fromJson(Hollow, { a: 1 })).toThrow('no field of google.protobuf.Struct has this name');
  });

  it.each<[name: string, type: AnyType, value: object]>([
    ['StringValue', loose(message('google.protobuf.StringValue', { value: field(1, Empty) })), {}],
    [
      'Timestamp',
      loose(message('google.protobuf.Timestamp', { seconds: field(1, 'string') })),
      { seconds: 'x' },
    ],
    ['FieldMask', loose(message('google.protobuf.FieldMask', { paths: field(1, 'bool') })), { paths: true }],
    [
      'Value',
      loose(message('google.protobuf.Value', { a: field(1, 'bool'), b: field(2, 'bool') })),
      { a: true, b: true },
    ],
    ['Any', loose(message('google.protobuf.Any', { value: field(1, 'bool') })), { value: true }],
  ])('end in the error of the mapping: %s', (_, type, value) => {
    expect(() => toJson(type, value)).toThrow(JsonMappingError);
  });

  it('have the JSON of their type where its presence is explicit', () => {
    const Own = message('google.protobuf.Int32Value', { value: field(1, 'int32', { optional: true }) });
    expect(toJson(Own, {})).toBe(0);
    expect(toJson(Own, { value: 5 })).toBe(5);
  });
});

describe('Any', () => {
  const Chat = message('acme.Chat', { text: field(1, 'string'), any: field(2, Any) });
  const Must = message('acme.Must', { size: field(1, 'int32', { required: true }) });
  const registry = new Registry().add(Chat, Must, Any, Duration, Struct, Value, Empty, Int32Value);

  it.each<[json: JsonValue]>([
    [{}],
    [{ '@type': url('acme.Chat') }],
    [{ '@type': url('acme.Chat'), text: 'hi' }],
    [{ '@type': 'example.org/a/b/acme.Chat', text: 'hi' }],
    [{ '@type': '/acme.Chat' }],
    [{ '@type': url('acme.Chat'), any: { '@type': url('acme.Chat'), text: 'in' } }],
    [{ '@type': url('google.protobuf.Any'), value: { '@type': url('acme.Chat'), text: 'in' } }],
    [{ '@type': url('google.protobuf.Any'), value: {} }],
    [{ '@type': url('google.protobuf.Duration'), value: '1.500s' }],
    [{ '@type': url('google.protobuf.Struct'), value: { a: [1] } }],
    [{ '@type': url('google.protobuf.Value'), value: null }],
    [{ '@type': url('google.protobuf.Int32Value'), value: 0 }],
    [{ '@type': url('google.protobuf.Empty') }],
  ])('%j, both ways', (json) => {
    const read = fromJson(Any, json, { registry });
    expect(toJson(Any, read, { registry })).toEqual(json);
    expect(toJson(Any, again(loose(Any), read), { registry })).toEqual(json);
  });

  it('finds the type wherever it stands', () => {
    const read = fromJson(Any, { text: 'hi', '@type': url('acme.Chat') }, { registry });
    expect(decodeMessage(Chat, read.value).text).toBe('hi');
  });

  it.each<[json: JsonValue, detail: string, faultClass: string]>([
    [null, 'expected an object for google.protobuf.Any, found null', 'malformed'],
    [{ text: 'hi' }, 'found nothing (at "@type")', 'malformed'],
    [{ '@type': 1 }, 'found 1 (at "@type")', 'malformed'],
    [
      { '@type': '' },
      'expected a URL that ends in a slash and the full name of a type, found ""',
      'malformed',
    ],
    [{ '@type': 'acme.Chat' }, 'found "acme.Chat"', 'malformed'],
    [{ '@type': 'type.googleapis.com/' }, 'found "type.googleapis.com/"', 'malformed'],
    [{ '@type': url('acme.None') }, 'expected a type that the registry has, found', 'unsupported'],
    [{ '@type': url('__proto__') }, 'expected a type that the registry has, found', 'unsupported'],
    [{ '@type': url('acme.Chat'), value: {} }, 'no field of acme.Chat has this name (at value)', 'malformed'],
    [{ '@type': url('acme.Chat'), text: 1 }, '(at text)', 'malformed'],
    [{ '@type': url('acme.Must') }, 'size is missing', 'malformed'],
    [{ '@type': url('google.protobuf.Duration') }, 'found nothing (at value)', 'malformed'],
    [{ '@type': url('google.protobuf.Duration'), value: '1' }, '(at value)', 'malformed'],
    [{ '@type': url('google.protobuf.Duration'), value: '1s', x: 1 }, 'expected nothing but', 'malformed'],
  ])('is not %j', (json, detail, faultClass) => {
    const read = (): unknown => fromJson(Any, json, { registry });
    expect(read).toThrow(JsonMappingError);
    expect(read).toThrow(detail);
    expect(read).toThrow(expect.objectContaining({ class: faultClass }));
  });

  it('reads Empty with a value too, as some write it', () => {
    const read = fromJson(Any, { '@type': url('google.protobuf.Empty'), value: {} }, { registry });
    expect(read.value).toEqual(new Uint8Array(0));
  });

  it('skips other keys where that is asked for', () => {
    const options = { registry, ignoreUnknown: true };
    expect(fromJson(Any, { '@type': url('acme.Chat'), x: 1 }, options).value).toEqual(new Uint8Array(0));
    const json = { '@type': url('google.protobuf.Duration'), value: '1s', x: 1 };
    expect(fromJson(Any, json, options).value).toEqual(Uint8Array.of(8, 1));
  });

  it.each<[value: object, detail: string]>([
    [{ typeUrl: url('acme.None') }, 'expected a type that the registry has'],
    [{ typeUrl: '', value: Uint8Array.of(1) }, 'expected a URL'],
    [{ typeUrl: 'acme.Chat' }, 'expected a URL'],
    [{ typeUrl: 1 }, 'expected a URL'],
    [{ value: 'x' }, 'expected a Uint8Array as value, found "x"'],
    [{ typeUrl: url('acme.Chat'), value: Uint8Array.of(8) }, 'expected bytes of acme.Chat, found TRUNCATED'],
    [{ typeUrl: url('acme.Must'), value: new Uint8Array(0) }, 'found FIELD_REQUIRED'],
  ])('of %j has no JSON', (value, detail) => {
    expect(() => toJson(Any, value, { registry })).toThrow(JsonMappingError);
    expect(() => toJson(Any, value, { registry })).toThrow(detail);
  });

  it('needs a registry but where it is empty', () => {
    expect(toJson(Any, {})).toEqual({});
    expect(() => fromJson(Any, { '@type': url('acme.Chat') })).toThrow('a type that the registry has');
  });
});
