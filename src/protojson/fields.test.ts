import { describe, expect, it } from 'vitest';
import {
  closedEnumeration,
  decodeMessage,
  encodeMessage,
  enumeration,
  extension,
  field,
  getExtension,
  map,
  message,
  Registry,
  repeated,
  UNKNOWN,
} from '../message/index.ts';
import { fromJson, JsonMappingError, toJson, type JsonValue } from './index.ts';

const Kind = enumeration('acme.Kind', { PLAIN: 0, LOUD: 1 });
const Part = message('acme.Part', { size: field(1, 'int32') });
const Chat = message('acme.Chat', {
  sendTime: field(1, 'int64'),
  text: field(2, 'string'),
  kind: field(3, Kind),
  data: field(4, 'bytes'),
  tags: repeated(5, 'string'),
  counts: map(6, 'string', 'int32'),
  part: field(7, Part),
  note: field(8, 'string', { optional: true }),
  userId: field(9, 'uint32', { oneof: 'from' }),
  userName: field(10, 'string', { oneof: 'from' }),
  odd: field(11, 'int32', { name: 'OddName', json: '@odd' }),
});

describe('names', () => {
  it('are those of JSON, of the file where that is asked for; both are read', () => {
    const value = { sendTime: 1, odd: 2 };
    expect(toJson(Chat, value)).toEqual({ sendTime: '1', '@odd': 2 });
    expect(toJson(Chat, value, { protoNames: true })).toEqual({ send_time: '1', OddName: 2 });
    for (const json of [
      { sendTime: 1, '@odd': 2 },
      { send_time: 1, OddName: 2 },
    ])
      expect({ ...fromJson(Chat, json) }).toEqual(value);
    expect(() => fromJson(Chat, { odd: 2 })).toThrow('no field of acme.Chat has this name (at odd)');
  });

  it('stand once, also when the other one stands there with null', () => {
    expect(() => fromJson(Chat, { sendTime: 1, send_time: 1 })).toThrow(
      'sendTime stands twice, under two names (at send_time)',
    );
    expect(() => fromJson(Chat, { send_time: null, sendTime: 1 })).toThrow('stands twice');
  });

  it('that are unknown are refused, or skipped where that is asked for', () => {
    expect(() => fromJson(Chat, { text: 'a', '[acme.x]': 1 })).toThrow('no field of acme.Chat');
    expect(() => fromJson(Chat, { '': 1 })).toThrow('(at "")');
    const read = fromJson(Chat, { text: 'a', x: { deep: [] }, '[acme.x]': 1 }, { ignoreUnknown: true });
    expect({ ...read }).toEqual({ text: 'a' });
  });

  it('of properties are data, whatever they are', () => {
    const Odd = message('acme.Odd', {
      ['__proto__']: field(1, 'string'),
      constructor: field(2, 'string'),
      toString: field(3, 'string', { optional: true }),
      hasOwnProperty: map(4, 'string', 'string'),
    });
    expect(toJson(Odd, {})).toEqual({});
    expect(fromJson(Odd, {})).not.toHaveProperty('toString', expect.any(String));
    const text =
      '{"__proto__":"a","constructor":"b","toString":"c","hasOwnProperty":{"__proto__":"d","constructor":"e"}}';
    const read = fromJson(Odd, JSON.parse(text) as JsonValue);
    expect(Object.keys(read)).toEqual(['__proto__', 'constructor', 'toString', 'hasOwnProperty']);
    expect(JSON.stringify(toJson(Odd, read))).toBe(text);
    expect(JSON.stringify(toJson(Odd, decodeMessage(Odd, encodeMessage(Odd, read))))).toBe(text);
    expect(() => fromJson(Chat, JSON.parse('{"__proto__":{"text":"a"}}') as JsonValue)).toThrow(
      'no field of acme.Chat has this name (at __proto__)',
    );
  });
});

describe('presence', () => {
  it('of a default is not written where it is implicit, unless that is asked for', () => {
    const defaults = {
      sendTime: 0n,
      text: '',
      kind: 0,
      data: new Uint8Array(0),
      tags: [],
      counts: {},
      odd: 0,
    };
    const emitted = { sendTime: '0', text: '', kind: 'PLAIN', data: '', tags: [], counts: {}, '@odd': 0 };
    for (const value of [{}, defaults, decodeMessage(Chat, new Uint8Array(0))]) {
      expect(toJson(Chat, value)).toEqual({});
      expect(toJson(Chat, value, { alwaysEmit: true })).toEqual(emitted);
    }
  });

  it('of an enum whose first number is not 0 has that as its default', () => {
    const Level = closedEnumeration('acme.Level', { LOW: 3, HIGH: 7 });
    const Held = message('acme.Held', { level: field(1, Level) });
    expect(toJson(Held, { level: 3 })).toEqual({});
    expect(toJson(Held, {}, { alwaysEmit: true })).toEqual({ level: 'LOW' });
  });

  it('that is explicit is written, defaults too', () => {
    const value = { note: '', userId: 0, part: {} };
    expect(toJson(Chat, value)).toEqual({ note: '', userId: 0, part: {} });
    expect({ ...fromJson(Chat, { note: '', userId: 0 }) }).toEqual({ note: '', userId: 0 });
  });

  it('of null is absence', () => {
    const read = fromJson(Chat, {
      text: null,
      tags: null,
      counts: null,
      part: null,
      note: null,
      userId: null,
    });
    expect(Object.keys(read)).toEqual([]);
    expect(read.tags).toEqual([]);
  });

  it('of a member of a oneof is that of one at most', () => {
    expect(() => fromJson(Chat, { userId: 1, userName: 'a' })).toThrow(
      'another field of the oneof from is set too (at userName)',
    );
    expect(() => toJson(Chat, { userId: 1, userName: 'a' } as object)).toThrow(
      'another field of the oneof from is set too (at userName)',
    );
    expect({ ...fromJson(Chat, { userId: null, userName: 'a' }) }).toEqual({ userName: 'a' });
  });

  it('is required of required fields on both ways', () => {
    const Must = message('acme.Must', { inner: field(1, Part), size: field(2, 'int32', { required: true }) });
    const Holder = message('acme.Holder', { list: repeated(1, Must) });
    expect(() => fromJson(Holder, { list: [{ size: 1 }, {}] })).toThrow(
      'size is missing, and acme.Must requires it (at list[1])',
    );
    expect(() => fromJson(Must, { size: null })).toThrow('size is missing');
    expect(() => toJson(Must, {})).toThrow('is missing, and acme.Must requires it (at size)');
    expect(toJson(Must, { size: 0 })).toEqual({ size: 0 });
  });
});

describe('messages', () => {
  it('are written in the order of their fields numbers, and share nothing with what they were read from', () => {
    const json = { counts: { b: 1, a: 2 }, tags: ['x'], text: 'hi', part: { size: 1 } };
    const read = fromJson(Chat, json);
    expect(read.tags).not.toBe(json.tags);
    expect(JSON.stringify(toJson(Chat, read))).toBe(
      '{"text":"hi","tags":["x"],"counts":{"b":1,"a":2},"part":{"size":1}}',
    );
  });

  it.each<[json: unknown, detail: string]>([
    [null, 'expected an object for acme.Chat, found null'],
    [[], 'found an array'],
    ['{}', 'found "{}"'],
    [1, 'found 1'],
    [undefined, 'found nothing'],
    [new Map(), 'found an object'],
    [{ part: new Uint8Array(1) }, 'found bytes (at part)'],
    [{ part: 1 }, 'expected an object for acme.Part, found 1 (at part)'],
    [{ text: undefined }, 'found nothing (at text)'],
    [{ text: () => 1 }, 'expected a text, found a function'],
  ])('are not read from %s', (json, detail) => {
    expect(() => fromJson(Chat, json as JsonValue)).toThrow(JsonMappingError);
    expect(() => fromJson(Chat, json as JsonValue)).toThrow(detail);
  });

  it.each([null, [], 'x', 1, undefined])('are not %s', (value) => {
    expect(() => toJson(Chat, value as never)).toThrow(JsonMappingError);
    expect(() => toJson(Chat, { part: value ?? null } as never)).toThrow('(at part)');
  });

  it('have errors with path, detail and class, which show no control character', () => {
    const error = (() => {
      try {
        return fromJson(Chat, { counts: { 'a\u001b[2J': '\u001b[31mred\u202e' } });
      } catch (thrown) {
        return thrown;
      }
    })() as JsonMappingError;
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('JsonMappingError');
    expect(error.class).toBe('malformed');
    expect(error.path).toEqual(['counts', 'a\u001b[2J']);
    expect(error.message).toBe(
      'expected a whole number from -2147483648 to 2147483647, found "\\u001b[31mred\\u202e" (at counts."a\\u001b[2J")',
    );
  });
});

describe('extensions', () => {
  const size = extension('acme.size', Chat, field(100, 'int64'));
  const parts = extension('acme.parts', Chat, repeated(101, Part));
  const kind = extension('acme.kind', Chat, field(102, Kind));
  const foreign = extension('acme.foreign', Part, field(100, 'int32'));
  const registry = new Registry().add(size, parts, kind, foreign);
  const json = { text: 'a', '[acme.size]': '5', '[acme.parts]': [{ size: 1 }, {}], '[acme.kind]': 'LOUD' };

  it('stand under their full names in brackets, both ways', () => {
    const read = fromJson(Chat, json, { registry });
    expect(getExtension(read, size)).toBe(5);
    expect(toJson(Chat, read, { registry })).toEqual(json);
    expect(toJson(Chat, decodeMessage(Chat, encodeMessage(Chat, read)), { registry })).toEqual(json);
  });

  it('are unknown without a registry', () => {
    expect(() => fromJson(Chat, json)).toThrow('no field of acme.Chat has this name (at "[acme.size]")');
    expect(toJson(Chat, fromJson(Chat, json, { registry }))).toEqual({ text: 'a' });
  });

  it.each<[key: string, value: JsonValue, detail: string]>([
    ['[acme.foreign]', 1, 'no field of acme.Chat has this name'],
    ['[acme.size', 1, 'no field of'],
    ['[acme.size}', 1, 'no field of'],
    ['{acme.size]', 1, 'no field of'],
    ['acme.size', 1, 'no field of'],
    ['[]', 1, 'no field of'],
    ['[acme.size]', 'x', 'found "x" (at "[acme.size]")'],
    ['[acme.parts]', [{ size: '' }], '(at "[acme.parts]"[0].size)'],
  ])('%s: %j is refused', (key, value, detail) => {
    expect(() => fromJson(Chat, { [key]: value }, { registry })).toThrow(JsonMappingError);
    expect(() => fromJson(Chat, { [key]: value }, { registry })).toThrow(detail);
  });

  it('with null are absent', () => {
    expect(fromJson(Chat, { '[acme.size]': null, '[acme.parts]': null }, { registry })).not.toHaveProperty([
      UNKNOWN as never,
    ]);
  });

  it('with ill-formed bytes are refused', () => {
    const broken = { [UNKNOWN]: [Uint8Array.from(Buffer.from('aa060208', 'hex'))] };
    expect(() => toJson(Chat, broken, { registry })).toThrow(JsonMappingError);
    expect(() => toJson(Chat, broken, { registry })).toThrow(
      'expected fields of extensions, found TRUNCATED',
    );
  });

  it('of a MessageSet are items', () => {
    const Set = message('acme.Set', {}, { messageSet: true });
    const item = extension('acme.item', Set, field(2_000_000_000, Part));
    const known = { registry: new Registry().add(item) };
    const document = { '[acme.item]': { size: 3 } };
    const bytes = encodeMessage(Set, fromJson(Set, document, known));
    expect(Buffer.from(bytes).toString('hex')).toBe('0b1080a8d6b9071a0208030c');
    expect(toJson(Set, decodeMessage(Set, bytes), known)).toEqual(document);
  });
});
