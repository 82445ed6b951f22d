import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  extension,
  field,
  map,
  message,
  Registry,
  repeated,
  type MessageType,
} from '../message/index.ts';
import {
  Any,
  fromJson,
  JsonMappingError,
  ListValue,
  Struct,
  toJson,
  Value,
  type JsonValue,
} from './index.ts';

interface Tree {
  one?: Tree;
  list?: readonly Tree[];
  byName?: { readonly [key: string]: Tree };
  any?: Any;
}
const Tree = message('acme.Tree', {
  get one() {
    return field(1, Tree);
  },
  get list() {
    return repeated(2, Tree);
  },
  get byName() {
    return map(3, 'string', Tree);
  },
  any: field(4, Any),
}) as unknown as MessageType<Tree>;
const registry = new Registry().add(Tree, Any, Struct, Value, ListValue);
const TREE = 'x/acme.Tree';

/** Each way of nesting, and the levels that it takes. */
const WAYS: readonly [name: string, wrap: (json: JsonValue) => JsonValue, levels: number][] = [
  ['fields', (json) => ({ one: json }), 1],
  ['lists', (json) => ({ list: [json] }), 1],
  ['maps', (json) => ({ byName: { k: json } }), 2],
  ['Any', (json) => ({ any: { '@type': TREE, ...(json as object) } }), 2],
];

function nest(wrap: (json: JsonValue) => JsonValue, times: number, json: JsonValue = {}): JsonValue {
  for (let i = 0; i < times; i++) json = wrap(json);
  return json;
}

/** What a conversion answers, or how it ends. */
function outcome<V>(convert: () => V): V | JsonMappingError {
  try {
    return convert();
  } catch (error) {
    if (error instanceof JsonMappingError) return error;
    throw error;
  }
}

describe('nesting', () => {
  it.each(WAYS)('in %s is bounded as decodeMessage bounds it', (_, wrap, levels) => {
    for (const maxDepth of [0, 10, 100, 400]) {
      const options = { registry, maxDepth };
      const most = Math.floor(maxDepth / levels);
      const read = fromJson(Tree, nest(wrap, most), options);
      expect(toJson(Tree, read, options)).toEqual(nest(wrap, most));
      const decoded = decodeMessage(Tree, encodeMessage(Tree, read), { limits: { maxDepth } });
      expect(toJson(Tree, decoded, options)).toEqual(nest(wrap, most));
      const tooDeep = nest(wrap, most + 1);
      expect(() => fromJson(Tree, tooDeep, options)).toThrow(JsonMappingError);
      expect(() => fromJson(Tree, tooDeep, options)).toThrow(`nested deeper than ${maxDepth} levels`);
      expect(() => fromJson(Tree, tooDeep, options)).toThrow(expect.objectContaining({ class: 'limit' }));
      const deep = fromJson(Tree, tooDeep, { registry, maxDepth: 1000 });
      expect(() => toJson(Tree, deep, options)).toThrow(JsonMappingError);
      expect(() => toJson(Tree, deep, options)).toThrow(expect.objectContaining({ class: 'limit' }));
    }
  });

  it.each(WAYS)('in %s may be a thousand levels deep', (_, wrap, levels) => {
    const options = { registry, maxDepth: 1000 };
    const json = nest(wrap, 1000 / levels);
    expect(JSON.stringify(toJson(Tree, fromJson(Tree, json, options), options))).toBe(JSON.stringify(json));
  });

  it.each(WAYS)('of far more levels in %s ends in the error of the limit', (name, wrap) => {
    // Each Any copies what it holds: the document itself is what takes long to make.
    const json = nest(wrap, name === 'Any' ? 2000 : 100_000);
    expect(() => fromJson(Tree, json, { registry, maxDepth: 1000 })).toThrow(JsonMappingError);
  });

  it.each<[name: string, type: MessageType, wrap: (json: JsonValue) => JsonValue]>([
    ['Value of arrays', Value, (json) => [json]],
    ['Value of objects', Value, (json) => ({ a: json })],
    ['ListValue', ListValue, (json) => [json]],
    ['Struct', Struct, (json) => ({ a: json })],
  ])('of 100,000 levels in a %s ends in the error of the limit', (_, type, wrap) => {
    const json = nest(wrap, 100_000, type === ListValue ? [] : {});
    expect(() => fromJson(type, json)).toThrow('nested deeper than 100 levels');
    expect(() => fromJson(type, json, { maxDepth: 1000 })).toThrow('nested deeper than 1000 levels');
  });

  it('of what an extension holds is bounded the same way', () => {
    const inTree = extension('acme.inTree', Tree, field(100, Tree));
    const known = new Registry().add(inTree);
    const json = { one: { '[acme.inTree]': { one: {} } } };
    const options = { registry: known, maxDepth: 3 };
    expect(toJson(Tree, fromJson(Tree, json, options), options)).toEqual(json);
    const tighter = { registry: known, maxDepth: 2 };
    expect(() => fromJson(Tree, json, tighter)).toThrow('nested deeper than 2 levels');
    expect(() => toJson(Tree, fromJson(Tree, json, options), tighter)).toThrow(
      expect.objectContaining({ name: 'JsonMappingError', class: 'limit' }),
    );
  });

  it('in a circle ends in the same error, both ways', () => {
    const object: { one?: unknown } = {};
    object.one = object;
    const list: unknown[] = [];
    list.push(list);
    expect(() => fromJson(Tree, object as JsonValue)).toThrow('in a circle');
    expect(() => fromJson(Value, list as JsonValue, { maxDepth: 1000 })).toThrow('in a circle');
    expect(() => toJson(Tree, object as Tree)).toThrow('in a circle');
    const value: Value = {};
    Object.assign(value, { listValue: { values: [value] } });
    expect(() => toJson(Value, value, { maxDepth: 1000 })).toThrow('in a circle');
  });

  it.each([-1, 1001, 1.5, NaN, '5'])('has no limit of %s', (maxDepth) => {
    expect(() => fromJson(Tree, {}, { maxDepth: maxDepth as number })).toThrow(RangeError);
    expect(() => toJson(Tree, {}, { maxDepth: maxDepth as number })).toThrow(RangeError);
  });

  it('is not looked into below unknown names', () => {
    const json = { unknown: nest((inner) => [inner], 100_000) };
    expect({ ...fromJson(Tree, json, { ignoreUnknown: true }) }).toEqual({});
  });
});

describe('any JSON value', () => {
  const names = [
    'one',
    'list',
    'byName',
    'any',
    '@type',
    'value',
    '__proto__',
    'constructor',
    'toString',
    '[acme.x]',
  ];
  const { json } = fc.letrec<{ json: JsonValue; leaf: JsonValue }>((tie) => ({
    leaf: fc.oneof(
      fc.constantFrom(
        null,
        true,
        TREE,
        'x/google.protobuf.Value',
        '',
        '\ud800',
        0,
        -0,
        NaN,
        1e300,
        2n ** 70n,
      ),
      fc.constant(undefined as unknown as JsonValue),
    ),
    json: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      tie('leaf'),
      fc.array(tie('json'), { maxLength: 3 }),
      fc
        .array(fc.tuple(fc.constantFrom(...names), tie('json')), { maxLength: 4 })
        .map((entries) => Object.fromEntries(entries) as JsonValue),
    ),
  }));

  it('is a message or a JsonMappingError, and what it is as a message reads back', () => {
    let good = 0;
    fc.assert(
      fc.property(json, fc.constantFrom(Tree, Any, Value), fc.boolean(), (value, each, ignoreUnknown) => {
        const type = each as MessageType;
        const options = { registry, ignoreUnknown };
        const written = outcome(() => toJson(type, fromJson(type, value, options), options));
        if (written instanceof JsonMappingError) return;
        expect(toJson(type, fromJson(type, written, options), options)).toEqual(written);
        good++;
      }),
      { numRuns: 3000 },
    );
    expect(good).toBeGreaterThan(100);
  });

  it('is, taken for a message, JSON or a JsonMappingError', () => {
    fc.assert(
      fc.property(json, (value) => {
        const written = outcome(() => toJson(Tree, value as Tree, { registry, alwaysEmit: true }));
        expect(written).not.toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });
});

describe('size', () => {
  it('does not show in errors', () => {
    const text = 'x'.repeat(1_000_000);
    const Chat = message('acme.Chat', { size: field(1, 'int32'), at: field(2, 'bytes') });
    for (const json of [
      { size: text },
      { size: '1'.repeat(1_000_000) },
      { size: `${'0'.repeat(1_000_000)}.` },
      { at: `${text}*` },
    ])
      expect(() => fromJson(Chat, json)).toThrow(/^.{1,200}$/);
  });
});
