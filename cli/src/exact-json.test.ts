/** JSON that says every value, and the values that come back. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { encode } from 'petrel';
import { RespReader } from 'petrel/resp';
import { Decimal, Entries, Float, Message, Opaque, Tagged, type Encodable } from 'petrel/value';
import { describe, expect, it } from 'vitest';
import { CommandError, Exit } from './exit.ts';
import { exactJson, fromExactJson } from './exact-json.ts';
import { parseJson } from './json.ts';

const hex = (value: Encodable): string => Buffer.from(encode(value)).toString('hex');
const back = (json: string): Encodable => fromExactJson(parseJson(json));

const carried: readonly (readonly [resp: string, json: string])[] = [
  ['+OK\r\n', '{"$status":"OK"}'],
  ['+Background saving started\r\n', '{"$status":"Background saving started"}'],
  ['+\xff\r\n', '{"$status":{"$bytes":"ff"}}'],
  ['-ERR no\r\n', '{"$error":"ERR no"}'],
  ['!5\r\nERR\nx\r\n', '{"$error":["ERR\\nx",null]}'],
  ['$-1\r\n', '{"$null":"bulk"}'],
  ['*-1\r\n', '{"$null":"array"}'],
  ['_\r\n', 'null'],
  [':5\r\n', '5'],
  [':9223372036854775807\r\n', '9223372036854775807'],
  ['(5\r\n', '{"$big":5}'],
  ['(123456789012345678901\r\n', '123456789012345678901'],
  [',1.5\r\n', '1.5'],
  [',3\r\n', '3.0'],
  [',-0\r\n', '-0.0'],
  [',3.1415000000000002\r\n', '{"$double":"3.1415000000000002"}'],
  [',0.10000000000000001\r\n', '{"$double":"0.10000000000000001"}'],
  [',1.50\r\n', '{"$double":"1.50"}'],
  [',inf\r\n', '{"$double":"inf"}'],
  [',-inf\r\n', '{"$double":"-inf"}'],
  [',nan\r\n', '{"$double":"nan"}'],
  [',-nan\r\n', '{"$double":"-nan"}'],
  ['#t\r\n', 'true'],
  ['=5\r\ntxt:x\r\n', '{"$verbatim":["txt","x"]}'],
  ['$2\r\n\xff\x00\r\n', '{"$bytes":"ff00"}'],
  ['~2\r\n:1\r\n:2\r\n', '{"$set":[1,2]}'],
  ['%1\r\n$1\r\na\r\n:1\r\n', '{"a":1}'],
  ['%1\r\n:1\r\n_\r\n', '{"$map":[[1,null]]}'],
  ['%1\r\n$7\r\n$status\r\n:1\r\n', '{"$map":[["$status",1]]}'],
  ['%1\r\n*0\r\n:1\r\n', '{"$pairs":[[],1]}'],
  ['%1\r\n$9\r\n__proto__\r\n:1\r\n', '{"__proto__":1}'],
  ['|1\r\n$3\r\nttl\r\n:60\r\n+OK\r\n', '{"$attribute":[{"ttl":60},{"$status":"OK"}]}'],
  ['|1\r\n*0\r\n:60\r\n:1\r\n', '{"$pairsAttribute":[[[],60],1]}'],
  ['*?\r\n:1\r\n.\r\n', '{"$streamed":[1]}'],
  ['$?\r\n;2\r\nab\r\n;0\r\n', '{"$chunks":["ab"]}'],
  ['>2\r\n$7\r\nmessage\r\n:1\r\n', '{"$push":["message",1]}'],
];

const key = fc.oneof(
  fc.constantFrom('$status', '$bytes', '__proto__', 'a', 'b'),
  fc.string({ maxLength: 5 }),
);
const scalar: fc.Arbitrary<Encodable> = fc.oneof(
  fc.constantFrom<Encodable>(null, true, 0, -1, 'OK', '$x', new Float(NaN), new Float(-Infinity), new Float(-0), new Float(3)),
  fc.string({ unit: 'binary', maxLength: 9 }),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.double().map((value) => new Float(value)),
  fc.uint8Array({ maxLength: 5 }),
  fc.tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).filter((c) => c % 10n !== 0n), fc.integer({ min: -400, max: 400 })).map(([c, e]) => new Decimal(c, e)),
  fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 4 })).map(([type, bytes]) => new Message(type, bytes)),
  fc.tuple(fc.integer({ min: 0xfc, max: 0xfe }), fc.uint8Array({ maxLength: 4 })).map(([kind, bytes]) => new Opaque(kind, bytes)),
); // prettier-ignore
const { value } = fc.letrec<{ value: Encodable }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .uniqueArray(fc.oneof(key, fc.nat(9)), { maxLength: 3, selector: (each) => `${typeof each}${each}` })
      .chain((keys) =>
        fc
          .array(tie('value'), { minLength: keys.length, maxLength: keys.length })
          .map((values) => new Entries(keys, values)),
      ),
    fc
      .tuple(fc.oneof(fc.integer({ min: 7, max: 16 }), fc.integer({ min: 17, max: 2 ** 40 })), tie('value'))
      .map(([tag, inner]) => new Tagged(tag, inner)),
    fc.array(tie('value'), { maxLength: 2 }).map((items) => new Tagged(1, items)),
    fc
      .tuple(fc.constantFrom(7, 8, 10), fc.constantFrom<Encodable>(0, 1, 2, 5, 'OK', 'x', '1.50', '1.5', 'inf', new Float(0.1), new Float(1.5)))
      .map(([tag, inner]) => new Tagged(tag, inner)), // prettier-ignore
  ),
}));

describe('JSON that says every value', () => {
  it.each(carried)('%j is %s', (resp, json) => {
    const [reply] = new RespReader().replies(Uint8Array.from(Buffer.from(resp, 'latin1')));
    expect(exactJson(reply!)).toBe(json);
    expect(hex(back(json))).toBe(hex(reply!));
  });

  it('comes back, whatever the value', () => {
    fc.assert(
      fc.property(value, (any) => {
        const json = exactJson(any);
        expect(() => JSON.parse(json) as unknown).not.toThrow();
        expect(hex(back(json))).toBe(hex(any));
      }),
      { numRuns: 1000 },
    );
  });

  it('is plain where JSON has words', () => {
    expect(exactJson(new Decimal(1995, -2))).toBe('{"$decimal":"1995e-2"}'); // 19.95 is a float
    expect(exactJson({ a: [new Decimal(1000000000000000000001n, -22)] })).toBe('{"a":[1000000000000000000001e-22]}');
    expect(exactJson(new Tagged(7, 'OK'))).toBe('{"$tag":[7,"OK"]}'); // not how it is carried
  }); // prettier-ignore

  it.each([
    '{"$text":"x"}', '{"$":1}', '{"$bytes":"f"}', '{"$bytes":"xx"}', '{"$bytes":1}', '{"$double":"x"}', '{"$double":1.5}', '{"$decimal":"1.5"}',
    '{"$null":"set"}', '{"$status":5}', '{"$map":[[1]]}', '{"$map":{}}', '{"$tag":[-1,0]}', '{"$tag":[1]}', '{"$message":[1,"x"]}', '{"$reserved":[1,""]}', '[{"a":{"$hex":""}}]',
  ])('is refused where a mark says no value: %s', (json) => {
    expect(() => back(json)).toThrow(CommandError);
    expect(() => back(json)).toThrow('says no value');
  }); // prettier-ignore

  it('ends where JSON gets too deep', () => {
    let deep: Encodable = 1;
    for (let i = 0; i < 999; i++) deep = new Tagged(40, deep);
    const refused = ((): unknown => {
      try {
        return exactJson(deep);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toMatchObject({ exitCode: Exit.LIMIT });
  });
});

it('the table of the specification has every mark', () => {
  const text = readFileSync(new URL('../../spec/text.md', import.meta.url), 'utf8');
  const told = new Set(Array.from(text.matchAll(/\{"\$(\w+)":/g), ([, name]) => name));
  const names = new Set(carried.flatMap(([, json]) => Array.from(json.matchAll(/"\$(\w+)":/g), ([, name]) => name)));
  for (const name of [...names, 'map', 'tag', 'message', 'reserved', 'decimal']) expect(told).toContain(name);
}); // prettier-ignore
