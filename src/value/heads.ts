/**
 * First bytes of the value table's ranges. `*_LONG` is the first byte whose number goes on in a varint, `*_BYTES` the first
 * of those that say how many bytes follow. Constants of a module, not fields of an object, so that bundlers inline them.
 */
export const UINT = 0x00;
export const UINT_BYTES = 0x58;
export const NINT = 0x60;
export const NINT_BYTES = 0x80;
export const REF = 0x88;
export const TEXT = 0xa0;
export const TEXT_LONG = 0xc7;
export const BYTES = 0xc8;
export const BYTES_LONG = 0xcf;
export const ARRAY = 0xd0;
export const ARRAY_LONG = 0xdf;
export const MAP = 0xe0;
export const MAP_LONG = 0xe7;
export const RECORD = 0xe8;
export const RECORD_LONG = 0xef;
export const NULL = 0xf0;
export const FALSE = 0xf1;
export const TRUE = 0xf2;
export const FLOAT64 = 0xf3;
export const FLOAT32 = 0xf4;
export const DECIMAL = 0xf5;
export const REF_LONG = 0xf6;
export const TEXT_UTF16 = 0xf7;
export const TAGGED = 0xf8;
export const MESSAGE = 0xf9;
export const FLOAT_SCALED = 0xfa;
export const TEXT_PREFIXED = 0xfb;
export const RESERVED = 0xfc;
export const INVALID = 0xff;

/** References whose index is in the first byte: 0 to 23. */
export const REFS = 24;
/** The first integer that takes a byte of its own, and what that byte counts from; for nints of n in -1 - n. */
export const UINTS = 88;
export const NINTS = 32;
