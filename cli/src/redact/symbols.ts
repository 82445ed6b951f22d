/**
 * What texts and bytes are made of for a filler: each symbol is a place in its alphabet, and a filler puts another of the
 * same alphabet there. Alphabets keep apart what has different lengths in UTF-8 or UTF-16, what ends lines, and controls.
 */

/** `places[i]` of `alphabets[i]`. */
export interface Symbols {
  readonly places: number[];
  readonly alphabets: readonly Alphabet[];
}

export interface Alphabet {
  readonly id: number;
  readonly size: number;
}

const LINE: Alphabet = { id: 0, size: 2 };
const CONTROL: Alphabet = { id: 1, size: 31 };
const PRINTABLE: Alphabet = { id: 2, size: 95 };
const TWO_BYTES: Alphabet = { id: 3, size: 0x800 - 0x80 };
const THREE_BYTES: Alphabet = { id: 4, size: 0x1_0000 - 0x800 - 0x800 };
const FOUR_BYTES: Alphabet = { id: 5, size: 0x10_0000 };
const BYTE: Alphabet = { id: 6, size: 256 };

/** Line breaks stay line breaks, so that a line of RESP stays one line. */
const LINES: readonly number[] = [0x0a, 0x0d];
const CONTROLS: readonly number[] = Array.from({ length: 128 }, (_, code) => code).filter(
  (code) => (code < 0x20 || code === 0x7f) && !LINES.includes(code),
);
const SURROGATES = 0xd800;
const BEHIND_SURROGATES = 0xe000;

/** A text's scalar values. */
export function symbolsOfText(text: string): Symbols {
  const places: number[] = [];
  const alphabets: Alphabet[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const alphabet = alphabetOf(code);
    alphabets.push(alphabet);
    places.push(placeOf(code, alphabet));
  }
  return { places, alphabets };
}

export function symbolsOfBytes(bytes: Uint8Array): Symbols {
  return { places: [...bytes], alphabets: Array.from(bytes, () => BYTE) };
}

/** The text that symbols of `symbolsOfText` are. */
export function textOf({ places, alphabets }: Symbols): string {
  let text = '';
  for (const [i, alphabet] of alphabets.entries()) text += String.fromCodePoint(codeOf(places[i]!, alphabet));
  return text;
}

function alphabetOf(code: number): Alphabet {
  if (code >= 0x20 && code < 0x7f) return PRINTABLE;
  if (code < 0x80) return LINES.includes(code) ? LINE : CONTROL;
  if (code < 0x800) return TWO_BYTES;
  return code < 0x1_0000 ? THREE_BYTES : FOUR_BYTES;
}

function placeOf(code: number, alphabet: Alphabet): number {
  switch (alphabet) {
    case LINE:
      return LINES.indexOf(code);
    case CONTROL:
      return CONTROLS.indexOf(code);
    case PRINTABLE:
      return code - 0x20;
    case TWO_BYTES:
      return code - 0x80;
    case THREE_BYTES:
      return code < SURROGATES ? code - 0x800 : code - 0x800 - (BEHIND_SURROGATES - SURROGATES);
    default:
      return code - 0x1_0000;
  }
}

function codeOf(place: number, alphabet: Alphabet): number {
  switch (alphabet) {
    case LINE:
      return LINES[place]!;
    case CONTROL:
      return CONTROLS[place]!;
    case PRINTABLE:
      return place + 0x20;
    case TWO_BYTES:
      return place + 0x80;
    case THREE_BYTES: {
      const code = place + 0x800;
      return code < SURROGATES ? code : code + (BEHIND_SURROGATES - SURROGATES);
    }
    default:
      return place + 0x1_0000;
  }
}
