/** Texts of generated code: those that the runtime's own decoder is slow at. */
import { looseUtf16 } from '../wire/platform.ts';

/** Room for the code units of a text of 127 bytes, in the host's order of bytes. */
const units: Uint16Array = /* @__PURE__ */ new Uint16Array(128);
const unitBytes: Uint8Array = /* @__PURE__ */ new Uint8Array(units.buffer);
/** Whether that is UTF-16LE. */
const little: boolean = /* @__PURE__ */ new Uint8Array(/* @__PURE__ */ Uint16Array.of(1).buffer)[0] === 1;

const of = String.fromCharCode;

/** The longest text that `asciiText` takes. */
export const LETTERS = 24;

/**
 * Up to 24 bytes as a text; undefined where they are not ASCII. One call with as many arguments: nine letters in 29 ns and 24
 * in 58, where four at a time take 46 and 150 and the runtime's decoder 80.
 */
export function asciiText(b: Uint8Array, p: number, length: number): string | undefined {
  if (length === 0) return '';
  const a = b[p]!;
  if (length === 1) return a < 0x80 ? of(a) : undefined;
  const c = b[p + 1]!;
  if (length === 2) return (a | c) < 0x80 ? of(a, c) : undefined;
  const d = b[p + 2]!;
  if (length === 3) return (a | c | d) < 0x80 ? of(a, c, d) : undefined;
  const e = b[p + 3]!;
  if ((a | c | d | e) > 0x7f) return undefined;
  if (length === 4) return of(a, c, d, e);
  const f = b[p + 4]!;
  if (length === 5) return f < 0x80 ? of(a, c, d, e, f) : undefined;
  const g = b[p + 5]!;
  if (length === 6) return (f | g) < 0x80 ? of(a, c, d, e, f, g) : undefined;
  const h = b[p + 6]!;
  if (length === 7) return (f | g | h) < 0x80 ? of(a, c, d, e, f, g, h) : undefined;
  const i = b[p + 7]!;
  if ((f | g | h | i) > 0x7f) return undefined;
  if (length === 8) return of(a, c, d, e, f, g, h, i);
  const j = b[p + 8]!;
  if (length === 9) return j < 0x80 ? of(a, c, d, e, f, g, h, i, j) : undefined;
  const k = b[p + 9]!;
  if (length === 10) return (j | k) < 0x80 ? of(a, c, d, e, f, g, h, i, j, k) : undefined;
  const l = b[p + 10]!;
  if (length === 11) return (j | k | l) < 0x80 ? of(a, c, d, e, f, g, h, i, j, k, l) : undefined;
  const m = b[p + 11]!;
  if ((j | k | l | m) > 0x7f) return undefined;
  if (length === 12) return of(a, c, d, e, f, g, h, i, j, k, l, m);
  const n = b[p + 12]!;
  if (length === 13) return n < 0x80 ? of(a, c, d, e, f, g, h, i, j, k, l, m, n) : undefined;
  const o = b[p + 13]!;
  if (length === 14) return (n | o) < 0x80 ? of(a, c, d, e, f, g, h, i, j, k, l, m, n, o) : undefined;
  const q = b[p + 14]!;
  if (length === 15) return (n | o | q) < 0x80 ? of(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q) : undefined;
  const r = b[p + 15]!;
  if ((n | o | q | r) > 0x7f) return undefined;
  if (length === 16) return of(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r);
  const s = b[p + 16]!;
  if (length === 17) return s < 0x80 ? of(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s) : undefined;
  const t = b[p + 17]!;
  if (length === 18)
    return (s | t) < 0x80 ? of(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t) : undefined;
  const u = b[p + 18]!;
  if (length === 19)
    return (s | t | u) < 0x80 ? of(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u) : undefined;
  const v = b[p + 19]!;
  if ((s | t | u | v) > 0x7f) return undefined;
  if (length === 20) return of(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v);
  const w = b[p + 20]!;
  if (length === 21)
    return w < 0x80 ? of(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w) : undefined;
  const x = b[p + 21]!;
  if (length === 22)
    return (w | x) < 0x80 ? of(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x) : undefined;
  const y = b[p + 22]!;
  if (length === 23)
    return (w | x | y) < 0x80
      ? of(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y)
      : undefined;
  const z = b[p + 23]!;
  if ((w | x | y | z) > 0x7f) return undefined;
  return of(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y, z);
}

/** A text of at most 127 bytes that is not ASCII, as its first and its middle byte nearly always tell; undefined for another. */
export function unitsText(bytes: Uint8Array, from: number, end: number): string | undefined {
  if ((bytes[from]! | bytes[(from + end) >> 1]!) < 0x80 || !little) return undefined;
  const size = toUnits(bytes, from, end);
  return size < 0 ? undefined : unitsOf(size);
}

/**
 * The first `size` units as a text: up to 16 as so many arguments of one call, which is twice as fast as the runtime's decoder for
 * the twelve characters of a name.
 */
function unitsOf(size: number): string {
  const u = units;
  switch (size) {
    case 1:
      return of(u[0]!);
    case 2:
      return of(u[0]!, u[1]!);
    case 3:
      return of(u[0]!, u[1]!, u[2]!);
    case 4:
      return of(u[0]!, u[1]!, u[2]!, u[3]!);
    case 5:
      return of(u[0]!, u[1]!, u[2]!, u[3]!, u[4]!);
    case 6:
      return of(u[0]!, u[1]!, u[2]!, u[3]!, u[4]!, u[5]!);
    case 7:
      return of(u[0]!, u[1]!, u[2]!, u[3]!, u[4]!, u[5]!, u[6]!);
    case 8:
      return of(u[0]!, u[1]!, u[2]!, u[3]!, u[4]!, u[5]!, u[6]!, u[7]!);
    case 9:
      return of(u[0]!, u[1]!, u[2]!, u[3]!, u[4]!, u[5]!, u[6]!, u[7]!, u[8]!);
    case 10:
      return of(u[0]!, u[1]!, u[2]!, u[3]!, u[4]!, u[5]!, u[6]!, u[7]!, u[8]!, u[9]!);
    case 11:
      return of(u[0]!, u[1]!, u[2]!, u[3]!, u[4]!, u[5]!, u[6]!, u[7]!, u[8]!, u[9]!, u[10]!);
    case 12:
      return of(u[0]!, u[1]!, u[2]!, u[3]!, u[4]!, u[5]!, u[6]!, u[7]!, u[8]!, u[9]!, u[10]!, u[11]!);
    case 13:
      return of(u[0]!, u[1]!, u[2]!, u[3]!, u[4]!, u[5]!, u[6]!, u[7]!, u[8]!, u[9]!, u[10]!, u[11]!, u[12]!);
    case 14:
      return of(
        u[0]!,
        u[1]!,
        u[2]!,
        u[3]!,
        u[4]!,
        u[5]!,
        u[6]!,
        u[7]!,
        u[8]!,
        u[9]!,
        u[10]!,
        u[11]!,
        u[12]!,
        u[13]!,
      );
    case 15:
      return of(
        u[0]!,
        u[1]!,
        u[2]!,
        u[3]!,
        u[4]!,
        u[5]!,
        u[6]!,
        u[7]!,
        u[8]!,
        u[9]!,
        u[10]!,
        u[11]!,
        u[12]!,
        u[13]!,
        u[14]!,
      );
    case 16:
      return of(
        u[0]!,
        u[1]!,
        u[2]!,
        u[3]!,
        u[4]!,
        u[5]!,
        u[6]!,
        u[7]!,
        u[8]!,
        u[9]!,
        u[10]!,
        u[11]!,
        u[12]!,
        u[13]!,
        u[14]!,
        u[15]!,
      );
    default:
      return looseUtf16(unitBytes, 0, 2 * size);
  }
}

/**
 * UTF-8 to UTF-16, Chinese two characters at a time. One loop for all, in which positions are integers as V8 learns from `| 0`: a
 * chat message, half Chinese, is read in 0.92 of the time that a loop for each kind takes.
 * @returns the code units written; -1 for what is ill-formed or beyond U+FFFF.
 */
function toUnits(bytes: Uint8Array, first: number, stop: number): number {
  const end = stop | 0;
  const into = units;
  let size = 0;
  for (let i = first | 0; i < end;) {
    const a = bytes[i]!;
    if (a < 0x80) {
      into[size++] = a;
      i++;
    } else if (a >= 0xe0) {
      if (i + 3 > end) return -1;
      const b = bytes[i + 1]! ^ 0x80;
      const c = bytes[i + 2]! ^ 0x80;
      const unit = ((a & 0x0f) << 12) | (b << 6) | c;
      if (a > 0xef || (b | c) > 0x3f || illFormed(unit) !== 0) return -1;
      into[size++] = unit;
      i += 3;
      if (i + 2 < end && (bytes[i]! & 0xf0) === 0xe0) {
        const e = bytes[i + 1]! ^ 0x80;
        const f = bytes[i + 2]! ^ 0x80;
        const other = ((bytes[i]! & 0x0f) << 12) | (e << 6) | f;
        if ((e | f) > 0x3f || illFormed(other) !== 0) return -1;
        into[size++] = other;
        i += 3;
      }
    } else {
      if (i + 2 > end) return -1;
      const b = bytes[i + 1]! ^ 0x80;
      if (a < 0xc2 || b > 0x3f) return -1;
      into[size++] = ((a & 0x1f) << 6) | b;
      i += 2;
    }
  }
  return size;
}

/** Not 0 for what three bytes must not say: what two could, and surrogates. */
function illFormed(unit: number): number {
  return (0x0800_0001 >> (unit >> 11)) & 1;
}
