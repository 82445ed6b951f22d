/** What a fault is, in a few words, where its error says no more than its code. Readers do without them: a browser need not load prose. */
import type { ErrorCode, ProtocolError } from '../wire/errors.ts';

const WORDS: { readonly [code in ErrorCode]?: string } = {
  TRUNCATED: 'the input ends in an item',
  VARINT_OVERLONG: 'ends in a zero byte',
  VARINT_RANGE: 'more than its place allows',
  TEXT_UTF8: 'ill-formed',
  TEXT_UTF16: 'lone surrogate',
  INT_OVERLONG: 'fits fewer bytes',
  INT_RANGE: 'below -2^63',
  KEY_KIND: 'a key that holds others',
  FLOAT_FORM: 'not the shortest, or another NaN',
  DECIMAL_FORM: 'no integer, or ends in the digit 0',
  BIGNUM_FORM: 'not the fewest bytes, or fits 64 bits',
  MESSAGE_FORM: 'ends inside its type',
  HEAD_INVALID: 'FF',
  FRAME_ILLEGAL: 'no frame begins with 00 to 0F',
  FRAME_UNSUPPORTED: 'a kind that was not negotiated',
  PAYLOAD_OVERRUN: 'the payload ends inside an item',
  VERB_FORM: 'neither a uint below 88 nor a text of 1 to 64 bytes',
  CLOSE_FORM: 'a text of more than 1,024 bytes',
  LIMIT_NUMBER: 'more than 10,000 digits',
};

/** What was found or expected. Holds no raw byte of the input. */
export function detailOf({ code, detail }: ProtocolError): string {
  return detail || (WORDS[code] ?? '');
}
