/**
 * The one error type for bad input. The codes, their classes and their rules are registered in `spec/codes.json`;
 * a test holds this file against it.
 */

/** What a fault means to the caller: broken bytes, too few bytes, a limit of the receiver, or something not known here. */
export type FaultClass = 'malformed' | 'truncated' | 'limit' | 'unsupported';

/** Every stable error code. */
export type ErrorCode =
  | 'TRUNCATED'
  | 'VARINT_OVERLONG'
  | 'VARINT_RANGE'
  | 'TEXT_UTF8'
  | 'TEXT_UTF16'
  | 'INT_OVERLONG'
  | 'INT_RANGE'
  | 'KEY_KIND'
  | 'KEY_DUPLICATE'
  | 'SHAPE_UNDEFINED'
  | 'REF_UNDEFINED'
  | 'TEXT_PREFIX'
  | 'FLOAT_FORM'
  | 'DECIMAL_FORM'
  | 'TAG_CONTENT'
  | 'BIGNUM_FORM'
  | 'MESSAGE_FORM'
  | 'HEAD_INVALID'
  | 'NOT_CANONICAL'
  | 'FRAME_ILLEGAL'
  | 'PAYLOAD_OVERRUN'
  | 'TRAILING_BYTES'
  | 'ID_ZERO'
  | 'VERB_FORM'
  | 'ECHO_LENGTH'
  | 'CLOSE_FORM'
  | 'PACK_CONTENT'
  | 'HELLO_FORM'
  | 'HELLO_PLAIN'
  | 'HELLO_FIELD'
  | 'RESUME_FIELD'
  | 'FIELD_TAG'
  | 'FIELD_OVERRUN'
  | 'FIELD_REQUIRED'
  | 'GROUP_END'
  | 'RESP_TYPE'
  | 'RESP_LINE'
  | 'RESP_NUMBER'
  | 'RESP_VALUE'
  | 'RESP_NESTING'
  | 'RESP_COMMAND'
  | 'FRAME_PLACE'
  | 'ACK_RANGE'
  | 'ID_TAKEN'
  | 'ID_UNUSED'
  | 'SESSION_LOST'
  | 'FRAME_UNSUPPORTED'
  | 'RESP_UNSUPPORTED'
  | 'VERB_UNKNOWN'
  | 'VERSION_UNSUPPORTED'
  | 'LIMIT_PAYLOAD'
  | 'LIMIT_DEPTH'
  | 'LIMIT_ELEMENTS'
  | 'LIMIT_EXPANDED'
  | 'LIMIT_NUMBER'
  | 'LIMIT_WINDOW';

/** A step from the outermost thing to the one at fault: a frame's kind, an argument, a key or an element's index. */
export type PathStep = string | number | bigint;

/**
 * Bad input. `offset` counts bytes from the first byte of the input (of a stream: the first byte ever fed); it points at
 * the first byte of the smallest item at fault, for `TRUNCATED` at the input's end. `rule` is the number of the rule in
 * PROTOCOL.md, without brackets.
 */
export class ProtocolError extends Error {
  declare readonly code: ErrorCode;
  declare readonly rule: string;
  declare readonly offset: number;
  /** What was found or expected, where code and rule do not say it all; otherwise empty. Holds no raw byte of the input. */
  declare readonly detail: string;
  declare readonly path: readonly PathStep[];

  constructor(code: ErrorCode, rule: string, offset: number, detail = '', path: readonly PathStep[] = []) {
    const at = formatPath(path);
    super(`${code} at byte ${offset}${at && ` (${at})`}${detail && `: ${detail}`} [${rule}]`);
    Object.assign(this, { name: 'ProtocolError', code, rule, offset, detail, path });
  }

  /** The same fault, its offset moved by `shift` bytes, at another path. */
  moved(shift: number, path: readonly PathStep[] = this.path): ProtocolError {
    return new ProtocolError(this.code, this.rule, this.offset + shift, this.detail, path);
  }

  /** The class of the code: what the caller can do about it. */
  get class(): FaultClass {
    return faultClass(this.code);
  }
}

/** The class that a code belongs to. */
export function faultClass(code: ErrorCode): FaultClass {
  if (code === 'TRUNCATED') return 'truncated';
  if (code.startsWith('LIMIT')) return 'limit';
  return /UNS|UNK/.test(code) ? 'unsupported' : 'malformed';
}

/** Makes a `ProtocolError`; the caller throws it. Every check in the codec reads `throw fault(...)`. */
export function fault(code: ErrorCode, rule: string, offset: number, detail?: string): ProtocolError {
  return new ProtocolError(code, rule, offset, detail);
}

/** The same error, on its way out of a container: `step` led to where it arose. */
export function through(error: unknown, step: PathStep): unknown {
  if (!(error instanceof Error)) return error;
  const traced = error as { path?: unknown };
  traced.path ??= [];
  if (Array.isArray(traced.path)) traced.path.unshift(step); // a getter's error may have a path of its own, a file's say
  return error;
}

/** The error of a caller's misuse, the path to it in its message; again when the path has grown. */
export function named(error: unknown): unknown {
  const traced = error as Error & { path?: PathStep[]; plain?: string };
  if (Array.isArray(traced.path))
    traced.message = `${(traced.plain ??= traced.message)} (at ${formatPath(traced.path)})`;
  return error;
}

/** The steps that led to where an error of the caller's misuse arose. */
export function tracedPath(error: Error): readonly PathStep[] {
  const { path } = error as { path?: unknown };
  return Array.isArray(path) ? (path as readonly PathStep[]) : [];
}

/** Its message without them. */
export function tracedText(error: Error): string {
  return (error as { plain?: string }).plain ?? error.message;
}

/** `COMMAND.args[0].users[3]."odd key"`: names that are plain words stay bare, others are quoted and escaped. */
export function formatPath(path: readonly PathStep[]): string {
  let out = '';
  for (const step of path) {
    if (typeof step !== 'string') out += `[${step}]`;
    else out += (out && '.') + (/^[\w-]+$/.test(step) ? step : quote(step));
  }
  return out;
}

/** A JSON string whose control, format and lone surrogate characters are all escaped: safe to print on a terminal. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\p{Cf}]/gu, (c) =>
    c.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
