import { expect, it } from 'vitest';
import { asciiText, LETTERS } from '../../wire/characters.ts';
import { WIDE, wideCharacters } from './characters.ts';

const CHARACTERS = 'abcdefghijklmnopqrstuvwxyz';
const UNITS = '的一是不了人我在有他这中大来上国个到说们为子';

it('every length that is written out has all of its characters, in order', () => {
  const narrow = Uint8Array.from(CHARACTERS, (character) => character.charCodeAt(0));
  const wide = new Uint8Array(Uint16Array.from(UNITS, (unit) => unit.charCodeAt(0)).buffer);
  for (let n = 1; n <= LETTERS; n++) expect(asciiText(narrow, 1, n)).toBe(CHARACTERS.slice(1, 1 + n));
  for (let n = 1; n <= WIDE; n++) expect(wideCharacters(wide, 2, n)).toBe(UNITS.slice(1, 1 + n));
});
