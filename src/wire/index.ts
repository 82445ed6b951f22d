/** Wire primitives: varints, integers, text, limits, errors, and the cursor and buffer that the layers above extend. */
export { uint64 } from './cursor.ts';
export { fault, faultClass, formatPath, ProtocolError, quote } from './errors.ts';
export type { ErrorCode, FaultClass, PathStep } from './errors.ts';
export { BEFORE_AUTH_LIMITS, DEFAULT_LIMITS, resolveLimits } from './limits.ts';
export type { Limits } from './limits.ts';
export { Reader } from './reader.ts';
export { readUtf16, readUtf8, utf8Length, writeUtf16, writeUtf8 } from './text.ts';
export { varintLength, Writer } from './writer.ts';
