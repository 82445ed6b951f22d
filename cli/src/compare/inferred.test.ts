import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { decodeMessage } from 'petrel/message';
import { toJson } from 'petrel/protojson';
import { afterAll, describe, expect, it } from 'vitest';
import { parseJson } from '../json.ts';
import { loadSchema } from '../proto/schema.ts';
import { holdsMessage } from './check.ts';
import { inferMessage } from './infer.ts';
import { encodeInferred } from './inferred.ts';
import type { Bag } from './members.ts';
import { shapeOf } from './shapes.ts';

const folder = mkdtempSync(join(tmpdir(), 'inferred-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const infer = (text: string): ReturnType<typeof encodeInferred> => encodeInferred(parseJson(text));
const hex = (text: string): string => Buffer.from(infer(text).bytes).toString('hex');
/** The fields of the inferred messages, a line each. */
const fields = (text: string): string[] =>
  infer(text)
    .proto.split('\n')
    .filter((line) => line.startsWith('  '))
    .map((line) => line.trim());

/** An object of 33 members. */
const object = (value: (i: number) => string): string =>
  `{"m":{${Array.from({ length: 33 }, (_, i) => `"k ${i}":${value(i)}`).join(',')}}}`;

/** What the inferred `.proto` file makes of the bytes. */
function byFile(text: string): unknown {
  const { bytes, proto } = infer(text);
  const file = join(folder, 'inferred.proto');
  writeFileSync(file, proto);
  const { registry } = loadSchema([file]);
  const type = registry.messages.get(/^message (Documents|Document) /m.exec(proto)![1]!)!;
  return toJson(type, decodeMessage(type, bytes), { registry });
}

describe('the inferred schema', () => {
  it.each<[string, string[]]>([
    ['{"a":true}', ['bool a = 1;']],
    ['{"a":"x"}', ['string a = 1;']],
    ['{"a":0.5}', ['double a = 1;']],
    ['{"a":1}', ['int64 a = 1;']],
    ['{"a":-1}', ['sint64 a = 1;']],
    ['{"a":[-1,300,300,300,300,300,300,300]}', ['repeated sint64 a = 1;']],
    ['{"a":[-1,8192,8192,8192,8192,8192,8192,8192,8192,8192,8192]}', ['repeated int64 a = 1;']],
    ['{"a":18446744073709551615}', ['uint64 a = 1;']],
    ['{"a":18446744073709551616}', ['string a = 1;']],
    ['{"a":[1,0.5]}', ['repeated double a = 1;']],
    ['{"a":[9007199254740993,0.5]}', ['repeated google.protobuf.Value a = 1;']],
    ['{"a":[1,"x"]}', ['repeated google.protobuf.Value a = 1;']],
    ['{"a":[1,null]}', ['repeated google.protobuf.Value a = 1;']],
    ['{"a":[[1],[2]]}', ['repeated AList a = 1;', 'repeated int64 value = 1;']],
    ['{"a":null,"b":[],"c":1}', ['int64 c = 1;']],
    ['[{"a":1,"b":2},{"a":1}]', ['repeated Document value = 1;', 'int64 a = 1;', 'optional int64 b = 2;']],
    ['[{"a":1},{"a":null}]', ['repeated Document value = 1;', 'optional int64 a = 1;']],
    ['{"a":{"a":{"a":1}}}', ['A a = 1;', 'A_2 a = 1;', 'int64 a = 1;']],
    ['5', ['optional int64 value = 1;']],
    ['null', []],
    ['{}', []],
    [
      '{"first name":1,"first-name":2,"5":3,"消":4}',
      [
        'int64 first_name = 1 [json_name = "first name"];',
        'int64 first_name_2 = 2 [json_name = "first-name"];',
        'int64 field = 3 [json_name = "5"];',
        'int64 field_2 = 4 [json_name = "消"];',
      ],
    ],
  ])('of %s', (text, expected) => {
    expect(fields(text)).toEqual(expected);
  });

  it('has a map for an object of many like values, and a field each for others', () => {
    expect(fields(object(String))).toEqual(['map<string, int64> m = 1;']);
    expect(fields(object((i) => `{"x":${i}}`))).toEqual(['map<string, M> m = 1;', 'int64 x = 1;']);
    expect(fields(object((i) => `[${i}]`))).toEqual([
      'map<string, MList> m = 1;',
      'repeated int64 value = 1;',
    ]);
    expect(fields(object((i) => (i % 2 === 0 ? '1' : '"x"')))).toHaveLength(34);
  });

  it('writes what always is there without presence, zeros for nothing', () => {
    expect(hex('[{"a":0,"b":1},{"a":0}]')).toBe('0a0210010a00');
    expect(hex('[{"a":1},{"a":0},{}]')).toBe('0a0208010a0208000a00');
  });

  it('counts what it can not keep', () => {
    expect(infer('{"a":null,"b":[],"c":[null],"d":1e400,"e":{"f":[]}}')).toMatchObject({
      absent: 3,
      texts: 1,
      mixed: 1,
    });
    expect(infer(`${'['.repeat(1000)}${']'.repeat(1000)}`)).toMatchObject({ texts: 1 });
  });

  it('takes field numbers that protobuf keeps for itself for none', () => {
    const keys = Array.from({ length: 19_500 }, (_, i) => `"k${i}":${i % 2 === 0 ? 1 : '"x"'}`);
    const { fields: planned } = inferMessage(shapeOf(parseJson(`{${keys.join(',')}}`)));
    expect([planned[18_998]!.no, planned[18_999]!.no]).toEqual([18_999, 20_000]);
  });

  it.each(['{"__proto__":{"constructor":[1]},"toString":"x"}', '{"a\\"\\\\\\n\\u0001":1}', '{"[x]":1}'])(
    'takes %s for names like any other',
    (text) => {
      expect(infer(text).absent).toBe(0);
    },
  );

  it('is a .proto file by which others read the document', () => {
    const text =
      '{"name":"a","list":[{"x":1,"odd key":"y"},{"x":2}],"any":[1,"x",{"z":null}],"__proto__":0.5}';
    expect(byFile(text)).toEqual({
      name: 'a',
      list: [{ x: '1', 'odd key': 'y' }, { x: '2' }],
      any: [1, 'x', { z: null }],
      ['__proto__']: 0.5,
    });
    expect(byFile('[[1,2],[],[3]]')).toEqual({ value: [{ value: ['1', '2'] }, {}, { value: ['3'] }] });
  });

  it.each<[Bag, boolean]>([
    [{ f1: 1, f2: ['a', 'b'], f3: { f1: 2n ** 60n }, f4: 0.5 }, true],
    [{ f1: 2, f2: ['a', 'b'], f3: { f1: 2n ** 60n }, f4: 0.5 }, false],
    [{ f1: 1, f2: ['a'], f3: { f1: 2n ** 60n }, f4: 0.5 }, false],
    [{ f1: 1, f2: ['a', 'c'], f3: { f1: 2n ** 60n }, f4: 0.5 }, false],
    [{ f1: 1, f2: ['a', 'b'], f3: {}, f4: 0.5 }, false],
    [{ f1: 1, f2: ['a', 'b'], f3: { f1: 2n ** 60n }, f4: -0.5 }, false],
    [{ f1: 1, f2: ['a', 'b'], f3: { f1: 2n ** 60n } }, false],
  ])('notices what does not come back: %o', (found, good) => {
    const document = parseJson('{"a":1,"b":["a","b"],"c":{"d":1152921504606846976},"e":0.5}');
    expect(holdsMessage(inferMessage(shapeOf(document)), document, found, 0)).toBe(good);
  });

  it('brings any document back', () => {
    // encodeInferred checks it, and throws where it does not
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(encodeInferred(parseJson(JSON.stringify([value, value, { a: value }]))).bytes).toBeInstanceOf(
          Uint8Array,
        );
      }),
      { numRuns: 150 },
    );
  });
});
