/** Base64 (RFC 4648), without a platform's help: written in the standard alphabet with padding, read in either, padded or not. */
import { looseUtf8 } from '../wire/platform.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PAD = 0x3d;

/** The text of bytes: four characters for three bytes. */
export function toBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(PAD);
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const left = Math.min(bytes.length - i, 3);
    const bits = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let k = 0; k <= left; k++) out[at + k] = ALPHABET.charCodeAt((bits >> (18 - 6 * k)) & 63);
    at += 4;
  }
  return looseUtf8(out, 0, out.length);
}

/**
 * The bytes of a text, with or without its padding; bits beyond the last byte are ignored.
 * @returns bytes of their own; undefined where the text is no base64.
 */
export function fromBase64(text: string): Uint8Array | undefined {
  const end = text.length % 4 === 0 ? unpadded(text) : text.length;
  if (end % 4 === 1) return undefined;
  const out = new Uint8Array(Math.floor((end * 3) / 4));
  let bits = 0;
  let at = 0;
  for (let i = 0; i < end; i++) {
    const digit = digitOf(text.charCodeAt(i));
    if (digit < 0) return undefined;
    bits = (bits << 6) | digit;
    if (i % 4 > 0) out[at++] = bits >> (6 - 2 * (i % 4));
  }
  return out;
}

/** The length without the one or two `=` at the end. */
function unpadded(text: string): number {
  if (!text.endsWith('=')) return text.length;
  return text.length - (text.endsWith('==') ? 2 : 1);
}

/** What a character stands for, of either alphabet; -1 for none. */
function digitOf(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code - 0x41;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 26;
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 52;
  if (code === 0x2b || code === 0x2d) return 62;
  return code === 0x2f || code === 0x5f ? 63 : -1;
}
