/**
 * Short texts as calls of `String.fromCharCode` with as many arguments as there are characters, each length written out: a call
 * into the runtime takes as long as 40 of them. The cases are all alike.
 */
const { fromCharCode: F } = String;

/** Most characters of ASCII, and most code units of UTF-16, that are written out. */
export const NARROW = 24;
export const WIDE = 16;

// prettier-ignore
/** The text of so many bytes from `s` on, each of which is a character: one to 24. */
export function narrowCharacters(b: Uint8Array, s: number, length: number): string {
  switch (length) {
    case 1: return F(b[s]!);
    case 2: return F(b[s]!, b[s + 1]!);
    case 3: return F(b[s]!, b[s + 1]!, b[s + 2]!);
    case 4: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!);
    case 5: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!);
    case 6: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!);
    case 7: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!);
    case 8: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!);
    case 9: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!);
    case 10: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!);
    case 11: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!);
    case 12: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!);
    case 13: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!, b[s + 12]!);
    case 14: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!);
    case 15: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!, b[s + 14]!);
    case 16: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!, b[s + 14]!, b[s + 15]!);
    case 17: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!, b[s + 14]!, b[s + 15]!, b[s + 16]!);
    case 18: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!, b[s + 14]!, b[s + 15]!, b[s + 16]!, b[s + 17]!);
    case 19: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!, b[s + 14]!, b[s + 15]!, b[s + 16]!, b[s + 17]!, b[s + 18]!);
    case 20: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!, b[s + 14]!, b[s + 15]!, b[s + 16]!, b[s + 17]!, b[s + 18]!, b[s + 19]!);
    case 21: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!, b[s + 14]!, b[s + 15]!, b[s + 16]!, b[s + 17]!, b[s + 18]!, b[s + 19]!, b[s + 20]!);
    case 22: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!, b[s + 14]!, b[s + 15]!, b[s + 16]!, b[s + 17]!, b[s + 18]!, b[s + 19]!, b[s + 20]!, b[s + 21]!);
    case 23: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!, b[s + 14]!, b[s + 15]!, b[s + 16]!, b[s + 17]!, b[s + 18]!, b[s + 19]!, b[s + 20]!, b[s + 21]!, b[s + 22]!);
    default: return F(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!, b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!, b[s + 14]!, b[s + 15]!, b[s + 16]!, b[s + 17]!, b[s + 18]!, b[s + 19]!, b[s + 20]!, b[s + 21]!, b[s + 22]!, b[s + 23]!);
  }
}

/** The code unit at `i`, little endian. */
function u(b: Uint8Array, i: number): number {
  return b[i]! | (b[i + 1]! << 8);
}

// prettier-ignore
/** The same of UTF-16: one to 16 code units. */
export function wideCharacters(b: Uint8Array, s: number, units: number): string {
  switch (units) {
    case 1: return F(u(b, s));
    case 2: return F(u(b, s), u(b, s + 2));
    case 3: return F(u(b, s), u(b, s + 2), u(b, s + 4));
    case 4: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6));
    case 5: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6), u(b, s + 8));
    case 6: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6), u(b, s + 8), u(b, s + 10));
    case 7: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6), u(b, s + 8), u(b, s + 10), u(b, s + 12));
    case 8: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6), u(b, s + 8), u(b, s + 10), u(b, s + 12), u(b, s + 14));
    case 9: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6), u(b, s + 8), u(b, s + 10), u(b, s + 12), u(b, s + 14), u(b, s + 16));
    case 10: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6), u(b, s + 8), u(b, s + 10), u(b, s + 12), u(b, s + 14), u(b, s + 16), u(b, s + 18));
    case 11: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6), u(b, s + 8), u(b, s + 10), u(b, s + 12), u(b, s + 14), u(b, s + 16), u(b, s + 18), u(b, s + 20));
    case 12: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6), u(b, s + 8), u(b, s + 10), u(b, s + 12), u(b, s + 14), u(b, s + 16), u(b, s + 18), u(b, s + 20), u(b, s + 22));
    case 13: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6), u(b, s + 8), u(b, s + 10), u(b, s + 12), u(b, s + 14), u(b, s + 16), u(b, s + 18), u(b, s + 20), u(b, s + 22), u(b, s + 24));
    case 14: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6), u(b, s + 8), u(b, s + 10), u(b, s + 12), u(b, s + 14), u(b, s + 16), u(b, s + 18), u(b, s + 20), u(b, s + 22), u(b, s + 24), u(b, s + 26));
    case 15: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6), u(b, s + 8), u(b, s + 10), u(b, s + 12), u(b, s + 14), u(b, s + 16), u(b, s + 18), u(b, s + 20), u(b, s + 22), u(b, s + 24), u(b, s + 26), u(b, s + 28));
    default: return F(u(b, s), u(b, s + 2), u(b, s + 4), u(b, s + 6), u(b, s + 8), u(b, s + 10), u(b, s + 12), u(b, s + 14), u(b, s + 16), u(b, s + 18), u(b, s + 20), u(b, s + 22), u(b, s + 24), u(b, s + 26), u(b, s + 28), u(b, s + 30));
  }
}
