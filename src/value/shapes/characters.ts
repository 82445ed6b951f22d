/**
 * Short texts of UTF-16 as calls of `String.fromCharCode` with as many arguments as there are code units, each length written out: a
 * call into the runtime takes as long as 40 of them. The cases are all alike.
 */
const { fromCharCode: F } = String;

/** Most code units that are written out. */
export const WIDE = 16;

/** The code unit at `i`, little endian. */
function u(b: Uint8Array, i: number): number {
  return b[i]! | (b[i + 1]! << 8);
}

// prettier-ignore
/** The text of so many code units from the byte `s` on: one to 16. */
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
