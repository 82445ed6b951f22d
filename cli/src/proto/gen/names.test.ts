import { describe, expect, it } from 'vitest';
import { docComment, literal, Names } from './names.ts';

/** Names that want out of a literal. */
const HOSTILE = [
  `x'; globalThis.escaped = 1; '`,
  'x"; globalThis.escaped = 2; "',
  'x`${globalThis.escaped = 3}`',
  'x */ globalThis.escaped = 4; /*',
  'x\nglobalThis.escaped = 5\n//',
  'x\u2028globalThis.escaped = 6\u2029//',
  'x\\',
  "x\\'; globalThis.escaped = 7; //",
  '}); globalThis.escaped = 8; ({',
  '[globalThis.escaped = 9]',
  '__proto__',
  'constructor',
  'ünï\u202ecode',
  '\ud800',
  '',
];

describe('names', () => {
  it.each([
    ['Chat', 'Chat'],
    ['class', 'class_2'],
    ['Map', 'Map_2'],
    ['1st', '_1st'],
    ['é', '$e9'],
    ['', '_'],
    ["a'b", 'a$27b'],
  ])('claims for %o the identifier %s', (wanted, id) => {
    expect(new Names().claim(wanted)).toBe(id);
  });

  it.each(HOSTILE)('reads a literal of %o back', (text) => {
    expect(literal(text)).toMatch(/^'[\x20-\x7e]*'$/);
    // JSON's own escapes, but for the quotes
    const inner = literal(text)
      .slice(1, -1)
      .replace(/\\'/g, "'")
      .replace(/(?<!\\)((?:\\\\)*)"/g, '$1\\"');
    expect(JSON.parse(`"${inner}"`)).toBe(text);
  });

  it('keeps a comment within its comment', () => {
    expect(docComment(' One line.\n')).toEqual(['/** One line. */']);
    expect(docComment(undefined)).toEqual([]);
    expect(docComment(' a */ b\r\n\n  c\u202e @ts-ignore')).toEqual([
      '/**',
      ' * a *\\/ b',
      ' *',
      ' *  c\\u202e \\@ts-ignore',
      ' */',
    ]);
  });
});
