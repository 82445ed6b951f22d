import * as fc from 'fast-check';
import { field, map, message } from 'petrel/message';
import type { JsonValue } from 'petrel/protojson';
import { describe, expect, it } from 'vitest';
import { CommandError, Exit } from '../exit.ts';
import { jsonValueFromText, messageFromText, textFromJsonValue, textFromMessage } from './json.ts';

const Chat = message('acme.Chat', {
  id: field(1, 'uint64'),
  at: field(2, 'double'),
  float: field(3, 'float'),
  counts: map(4, 'string', 'int32'),
  get reply() {
    return field(5, Chat);
  },
}) as ReturnType<typeof message<object>>;

/** What a number's text reads as: an integer that a 64-bit field may hold stays exact. */
const exact = (value: number | bigint): number | bigint =>
  typeof value === 'number' &&
  Number.isInteger(value) &&
  !Number.isSafeInteger(value) &&
  Math.abs(value) < 1e21
    ? BigInt(String(value))
    : value;

const fault = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('jsonValueFromText', () => {
  it.each<[text: string, value: JsonValue]>([
    ['null', null],
    ['true', true],
    ['"a\\u0062"', 'ab'],
    ['0', 0],
    ['-0', -0],
    ['-0.0', -0],
    ['1.0', 1],
    ['1e5', 1e5],
    ['0.1', 0.1],
    ['0.1000000000000000055511151231257827', 0.1],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['9007199254740993', 9007199254740993n],
    ['9007199254740993.0', 9007199254740993n],
    ['9007199254740993e0', 9007199254740993n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['18446744073709551615', 2n ** 64n - 1n],
    ['1.8446744073709551615e19', 2n ** 64n - 1n],
    ['9223372036854776000.0', 9223372036854776000n],
    ['1e18', 10n ** 18n],
    ['1e20', 10n ** 20n],
    ['1e300', 1e300],
    ['1e-400', 0],
    ['-1.7976931348623157e308', -Number.MAX_VALUE],
    ['[]', []],
    ['{"a":[{"b":null}]}', { a: [{ b: null }] }],
  ])('makes of %s the value %o', (text, value) => {
    expect(jsonValueFromText(text)).toEqual(value);
  });

  it('keeps every key as data', () => {
    const value = jsonValueFromText('{"__proto__":{"a":1},"constructor":2}') as { a?: unknown };
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(value.a).toBeUndefined();
    expect(textFromJsonValue(value as JsonValue)).toBe('{"__proto__":{"a":1},"constructor":2}');
  });

  it.each<[text: string, exitCode: number, detail: string]>([
    ['{"a":1,"\\u0061":2}', Exit.MALFORMED, 'the key "a" stands before in this object'],
    ['{"a":[0,1e400]}', Exit.MALFORMED, 'JSON: a number beyond every double (at a[1])'],
    ['-2e308', Exit.MALFORMED, 'JSON: a number beyond every double'],
    ['1e99999', Exit.LIMIT, 'exponent'],
    ['NaN', Exit.MALFORMED, 'expected a value'],
    ['"\\ud800"', Exit.MALFORMED, 'lone surrogate'],
    ['{"a":', Exit.TRUNCATED, 'the end of the text'],
    ['['.repeat(1001), Exit.LIMIT, 'nested deeper than 1000 levels'],
    ['9'.repeat(10_001), Exit.LIMIT, '10001 digits'],
  ])('refuses %.20s', (text, exitCode, detail) => {
    const error = fault(() => jsonValueFromText(text)) as CommandError;
    expect(error).toBeInstanceOf(CommandError);
    expect(error.exitCode).toBe(exitCode);
    expect(error.message).toContain(detail);
  });

  it('reads back what textFromJsonValue writes', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.bigInt(2n ** 53n, 10n ** 20n),
      fc.integer(),
    );
    fc.assert(
      fc.property(fc.array(number), (list) => {
        expect(jsonValueFromText(textFromJsonValue(list))).toEqual(list.map(exact));
      }),
    );
  });
});

describe('messages as text', () => {
  it('keep what JSON.parse would round', () => {
    const text = '{"id":"9007199254740993","at":-0.0,"float":0.1,"counts":{"__proto__":1},"reply":{}}';
    const read = messageFromText(
      Chat,
      '{"id":9007199254740993,"at":-0,"float":0.1,"counts":{"__proto__":1},"reply":{}}',
    );
    expect(textFromMessage(Chat, read)).toBe(text);
    expect(textFromMessage(Chat, messageFromText(Chat, text), { indent: 2, protoNames: true })).toBe(
      JSON.stringify(JSON.parse(text.replace('-0.0', '"x"')), undefined, 2).replace('"x"', '-0.0'),
    );
  });

  it.each<[text: string, exitCode: number, detail: string]>([
    [
      '{"id":-1}',
      Exit.MALFORMED,
      'JSON: expected a whole number from 0 to 18446744073709551615, found -1 (at id)',
    ],
    ['{"id":1e30}', Exit.MALFORMED, 'found 1e+30 (at id)'],
    ['{"x":1}', Exit.MALFORMED, 'JSON: no field of acme.Chat has this name (at x)'],
    [`${'{"reply":'.repeat(101)}{}${'}'.repeat(101)}`, Exit.LIMIT, 'JSON: nested deeper than 100 levels'],
  ])('are refused where they are none: %.30s', (text, exitCode, detail) => {
    const error = fault(() => messageFromText(Chat, text)) as CommandError;
    expect(error).toBeInstanceOf(CommandError);
    expect(error.exitCode).toBe(exitCode);
    expect(error.message).toContain(detail);
  });

  it('are not written where they have no JSON', () => {
    const error = fault(() => textFromMessage(Chat, { id: 'x' } as object)) as CommandError;
    expect(error).toBeInstanceOf(CommandError);
    expect(error.message).toBe(
      'JSON: expected a whole number from 0 to 18446744073709551615, found "x" (at id)',
    );
  });
});
