/** Telling bytes from their spelling as text: hex and base64 digits, with blanks, line breaks and 0x between them. */

/** Every byte that such text may hold. */
const TEXT_BYTES: readonly boolean[] = Array.from({ length: 128 }, (_, byte) =>
  /[\w+/=\s,-]/.test(String.fromCharCode(byte)),
);

/** Follows input as it comes and says whether it may still turn out to be text. */
export class Sniffer {
  private text = true;

  maybeText(chunk: Uint8Array): boolean {
    this.text &&= chunk.every((byte) => TEXT_BYTES[byte]);
    return this.text;
  }
}

/** What the bytes look like. Short binary data that is all digits looks like text: `--input bin` says otherwise. */
export function detect(bytes: Uint8Array): 'bin' | 'hex' | 'base64' {
  if (!new Sniffer().maybeText(bytes)) return 'bin';
  if (holds(fromHex(bytes))) return 'hex';
  return holds(fromBase64(bytes)) ? 'base64' : 'bin';
}

/** Blanks alone spell nothing. */
function holds(bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && bytes.length > 0;
}

/** The bytes that hex text spells, undefined when it is none: `a1 b2`, `0xa1, 0xb2`, `A1B2`. */
export function fromHex(text: Uint8Array): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length >> 1);
  let length = 0;
  let high = -1;
  let begins = true; // a group of digits, where 0x may stand
  for (let i = 0; i < text.length; i++) {
    const digit = hexDigit(text[i]!);
    if (digit === undefined) {
      if (!isBlank(text[i]!) || high >= 0) return undefined;
      begins = true;
    } else if (begins && digit === 0 && (text[i + 1]! | 0x20) === 0x78) {
      begins = false;
      i++;
    } else if (high < 0) {
      begins = false;
      high = digit;
    } else {
      bytes[length++] = (high << 4) | digit;
      high = -1;
    }
  }
  return high < 0 ? bytes.subarray(0, length) : undefined;
}

function hexDigit(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}

/** A space, a tab, a line break or a comma. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x2c;
}

/** The bytes that base64 text spells, in either alphabet and with or without padding; undefined when it is none. */
export function fromBase64(bytes: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(/\s+/g, '');
  const [, digits, padding] = /^([\w+/-]*)(={0,2})$/.exec(text) ?? [];
  if (digits === undefined || digits.length % 4 === 1) return undefined;
  if (padding !== '' && text.length % 4 !== 0) return undefined;
  return Buffer.from(digits, 'base64');
}
