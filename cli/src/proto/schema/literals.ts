/** Literals of `.proto` files, and the form in which descriptors hold a default. */

/** C's escapes of the control characters from 7 on, in order. */
const CONTROLS = 'abtnvfr';

/** A decimal, hexadecimal or octal number; undefined for what is none. */
export function integerOf(text: string): bigint | undefined {
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  // Longer ones fit no type, and are not worth a bigint of their length.
  return /^(0|[1-9]\d{0,30}|0[xX][\da-fA-F]{1,30})$/.test(text) ? BigInt(text) : undefined;
}

/** The bytes of a literal in quotes; undefined for an escape that is none. */
export function bytesOfString(literal: string): Uint8Array | undefined {
  const text = literal.slice(1, -1);
  const bytes: number[] = [];
  const pattern =
    /\\(?:[xX]([\da-fA-F]{1,2})|([0-7]{1,3})|u([\da-fA-F]{4})|U(00(?:0[\da-fA-F]|10)[\da-fA-F]{4})|([abtnvfr\\'"?]))|([^\\]+)/gy;
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (!found) return undefined;
    const [, hex, octal, unit, point, letter, plain] = found;
    if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(parseInt(octal, 8) & 0xff);
    else if (letter !== undefined) bytes.push(byteOfLetter(letter));
    else for (const byte of Buffer.from(plain ?? codePoint((unit ?? point)!))) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Of an escape of one character, which may stand for itself. */
function byteOfLetter(letter: string): number {
  const control = CONTROLS.indexOf(letter);
  return control < 0 ? letter.charCodeAt(0) : 7 + control;
}

function codePoint(hex: string): string {
  return String.fromCodePoint(parseInt(hex, 16));
}

/** Bytes as descriptors spell the default of a `bytes` field: C's escapes, so that they are text. */
export function escapeBytes(bytes: Uint8Array): string {
  const named: Readonly<Record<number, string>> = {
    10: '\\n',
    13: '\\r',
    9: '\\t',
    34: '\\"',
    39: "\\'",
    92: '\\\\',
  };
  return Array.from(
    bytes,
    (byte) =>
      named[byte] ??
      (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`),
  ).join('');
}
