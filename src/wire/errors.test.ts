import { describe, expect, it } from 'vitest';
import codes from '../../spec/codes.json' with { type: 'json' };
import { fault, faultClass, formatPath, ProtocolError, quote, type ErrorCode } from './index.ts';

describe('ProtocolError', () => {
  it('names code, offset, path, detail and rule in its message, and carries them as fields', () => {
    const error = new ProtocolError('KEY_DUPLICATE', 'VALUE-9', 7, 'key 1', [
      'COMMAND',
      'args',
      0,
      'odd key',
      'x',
    ]);
    expect(error.message).toBe('KEY_DUPLICATE at byte 7 (COMMAND.args[0]."odd key".x): key 1 [VALUE-9]');
    expect(error).toMatchObject({
      name: 'ProtocolError',
      code: 'KEY_DUPLICATE',
      class: 'malformed',
      rule: 'VALUE-9',
      offset: 7,
      detail: 'key 1',
      path: ['COMMAND', 'args', 0, 'odd key', 'x'],
    });
    expect(error).toBeInstanceOf(Error);
  });

  it('is the same fault at another offset and path when moved', () => {
    const moved = fault('INT_RANGE', 'VALUE-3', 3, 'below').moved(40, ['REPLY', 'value']);
    expect(moved.message).toBe('INT_RANGE at byte 43 (REPLY.value): below [VALUE-3]');
    expect(moved).toMatchObject({ offset: 43, path: ['REPLY', 'value'] });
  });

  it.each(codes.errorCodes)(
    'puts $code into the class $class, as the registry does',
    ({ code, class: group }) => {
      expect(faultClass(code as ErrorCode)).toBe(group);
    },
  );
});

describe('paths and quotes', () => {
  it.each([
    [[], ''],
    [['REPLY', 'value', 0, 'a-b_C9'], 'REPLY.value[0].a-b_C9'],
    [[0, 1n], '[0][1]'],
    [['', 'a b', 'né', 'x\ny'], String.raw`""."a b"."né"."x\ny"`],
    [['a\n'], String.raw`"a\n"`],
  ])('writes %o as %s', (path, text) => {
    expect(formatPath(path)).toBe(text);
  });

  it.each([
    ['plain', '"plain"'],
    ['\u0000\u001b[31m', String.raw`"\u0000\u001b[31m"`],
    ['\u007f\u0085\u009b', String.raw`"\u007f\u0085\u009b"`],
    ['\u202eabc\u2066', String.raw`"\u202eabc\u2066"`],
    ['\u2028\ufeff\u{e0001}', String.raw`"\u2028\ufeff\udb40\udc01"`],
    ['\ud800', String.raw`"\ud800"`],
    ['消息🐦', '"消息🐦"'],
  ])('quotes %j so that no terminal obeys it', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
    expect(JSON.parse(quoted)).toBe(text);
  });
});
