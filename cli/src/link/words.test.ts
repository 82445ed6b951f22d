import { Float, Tagged } from 'petrel/value';
import { Tag, type Encodable } from 'petrel';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../exit.ts';
import { completer } from './prompt.ts';
import { shown, shownError } from './shown.ts';
import { parseLine, parseWords } from './words.ts';

function plain(_role: unknown, text: string): string {
  return text;
}

describe('a typed line', () => {
  it.each<[string, string, unknown[]]>([
    ['GET key', 'GET', ['key']],
    ['  SET  key   5 ', 'SET', ['key', 5]],
    ['ECHO "a b\\n" \'c "d\' true null', 'ECHO', ['a b\n', 'c "d', true, null]],
    ['ECHO 007 1e3 -1 5x', 'ECHO', ['007', expect.anything(), -1, '5x']],
    ['ECHO [1, "]", [2]] x', 'ECHO', [[1, ']', [2]], 'x']],
    ['ECHO {"$bytes": "ff00"}', 'ECHO', [Uint8Array.of(255, 0)]],
    ["ECHO ''", 'ECHO', ['']],
  ])('%s is a command', (line, verb, args) => {
    expect(parseLine(line)).toEqual({ verb, args });
  });

  it.each(['', '   ', '# a comment'])('%j is none', (line) => {
    expect(parseLine(line)).toBeUndefined();
  });

  it.each(['ECHO "', "ECHO 'a", 'ECHO [1', 'ECHO {"a": "}', 'ECHO [1,]', 'ECHO "a"b', 'v'.repeat(65)])(
    '%j is refused',
    (line) => {
      expect(() => parseLine(line)).toThrow(CommandError);
    },
  );

  it('reads the words of a shell one by one', () => {
    expect(parseWords(['SET', 'a b', '5', '[1, 2]'])).toEqual({ verb: 'SET', args: ['a b', 5, [1, 2]] });
  });

  it('completes verbs in any case, and nothing behind them', () => {
    expect(completer('sub')).toEqual([['SUBSCRIBE'], 'sub']);
    expect(completer('SEND b')).toEqual([[], 'SEND b']);
    expect(completer('')[0]).toContain('GET');
    expect(completer('qu')[0]).toEqual(['quit']);
  });
});

describe('a reply for people', () => {
  it.each<[Encodable, string]>([
    [null, '(nil)'],
    [5, '(integer) 5'],
    [2n ** 70n, '(integer) 1180591620717411303424'],
    [new Float(2), '(double) 2'],
    [false, '(boolean) false'],
    ['a\u001b[31m\u009b', '"a\\u001b[31m\\u009b"'],
    [Uint8Array.of(1, 2), '(2 bytes) 0102'],
    [[], '(empty array)'],
    [[1, ['a']], '1) (integer) 1\n2) 1) "a"'],
    [{ k: [1, 2] }, '1# "k" => 1) (integer) 1\n   2) (integer) 2'],
    [new Tagged(Tag.ERROR, 'ERR \u0007'), '(error) ERR \\u0007'],
  ])('of %s', (value, text) => {
    expect(shown(value, plain)).toBe(text);
  });

  it('writes out sixteen levels, and the rest as JSON', () => {
    let deep: Encodable = 'x\u009b';
    for (let i = 0; i < 500; i++) deep = [deep];
    const text = shown(deep, plain);
    expect(text).toContain('[[["x\\u009b"]]]');
    expect(shownError(['ERR', 'more'], plain)).toBe('(error) ["ERR","more"]');
  });
});
