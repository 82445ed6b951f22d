/** Texts of generated code: those that the runtime's own decoder is slow at. */
import { looseUtf16 } from '../wire/platform.ts';
import { toUnits } from '../wire/transcode.ts';

/** Room for the code units of a text of 127 bytes, in the host's order of bytes. */
const units: Uint16Array = /* @__PURE__ */ new Uint16Array(128);
const unitBytes: Uint8Array = /* @__PURE__ */ new Uint8Array(units.buffer);
/** Whether that is UTF-16LE. */
const little: boolean = /* @__PURE__ */ new Uint8Array(/* @__PURE__ */ Uint16Array.of(1).buffer)[0] === 1;

const of = String.fromCharCode;

/** A text of at most 127 bytes that is not ASCII, as its first and its middle byte nearly always tell; undefined for another. */
export function unitsText(bytes: Uint8Array, from: number, end: number): string | undefined {
  if ((bytes[from]! | bytes[(from + end) >> 1]!) < 0x80 || !little) return undefined;
  const size = toUnits(bytes, from, end, units);
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
