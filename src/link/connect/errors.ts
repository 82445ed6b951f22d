/** Why a client's promise is not kept. */
import type { Encodable } from '../../value/index.ts';
import { Tag, Tagged } from '../../value/index.ts';
import type { Failure, Outcome } from '../../session/index.ts';
import type { TaskTimeout } from '../policy/index.ts';

/**
 * `DEADLINE`: its time has passed. `TIMEOUT`: on the link it has taken too long, as `ran` says. `CLOSED`: the session is over. `LOST`: the server has lost the session. `UNREADABLE`: its reply, or what
 * the server takes of commands. `OVERFLOW`: whoever iterates did not keep up. `UNREACHABLE`: no session by the time that was given.
 */
export type LinkErrorCode =
  | 'DEADLINE'
  | 'TIMEOUT'
  | 'CLOSED'
  | 'LOST'
  | 'UNREADABLE'
  | 'OVERFLOW'
  | 'UNREACHABLE';

const MESSAGES: { readonly [code in LinkErrorCode]: string } = {
  DEADLINE: 'no reply in time',
  TIMEOUT: 'the answer takes too long',
  CLOSED: 'the session is closed',
  LOST: 'the server has lost the session',
  UNREADABLE: 'it can not be read',
  OVERFLOW: 'more has come than was asked for',
  UNREACHABLE: 'no server has answered',
};

export class LinkError extends Error {
  declare readonly code: LinkErrorCode;
  /** Whether what was asked may have been done. */
  declare readonly outcome: Outcome;
  /** Of a `TIMEOUT`: which time has run out, that until the first byte, between two packets, or of the whole. */
  declare readonly ran?: TaskTimeout;

  constructor(code: LinkErrorCode, outcome: Outcome, detail = '', cause?: unknown) {
    super(
      `${MESSAGES[code]}${detail === '' ? '' : `: ${detail}`}`,
      cause === undefined ? undefined : { cause },
    );
    Object.assign(this, { name: 'LinkError', code, outcome });
  }

  /** Of an `OVERFLOW`: what waited for who did not go on. What came later is not told: it has to be synchronised. */
  declare readonly waiting?: { readonly items: number; readonly bytes: number };

  /** An iteration that holds so much. */
  static overflow(items: number, bytes: number): LinkError {
    const error = new LinkError('OVERFLOW', 'unknown', `${items} items of about ${bytes} bytes wait`);
    return Object.assign(error, { waiting: { items, bytes } });
  }

  /** What has run out of a command that was written: it may be done all the same. */
  static timeout(ran: TaskTimeout): LinkError {
    return Object.assign(new LinkError('TIMEOUT', 'unknown', RAN_OUT[ran]), { ran });
  }
}

const RAN_OUT: { readonly [ran in TaskTimeout]: string } = {
  first: 'no byte of it has come',
  gap: 'it has stopped',
  whole: 'it is not complete',
};

/** The server's answer is that it can't, or will not. */
export class ReplyError extends Error {
  /** What the server says: a text most often. */
  readonly value: Encodable;

  constructor(value: Encodable) {
    super(textOf(value));
    this.name = 'ReplyError';
    this.value = value;
  }
}

/** A text, or a pair that begins with one. */
function textOf(value: Encodable): string {
  const text: unknown = Array.isArray(value) ? value[0] : value;
  return typeof text === 'string' ? text : 'the command failed';
}

/** An error of the server's where a reply is one. [VALUE-17] */
export function replyErrorOf(value: Encodable): ReplyError | undefined {
  return value instanceof Tagged && value.tag === Tag.ERROR ? new ReplyError(value.value) : undefined;
}

const CODES: { readonly [why in Failure]: LinkErrorCode } = {
  deadline: 'DEADLINE',
  closed: 'CLOSED',
  lost: 'LOST',
  unreadable: 'UNREADABLE',
};

export function failureOf(why: Failure, outcome: Outcome, cause?: unknown): LinkError {
  return new LinkError(CODES[why], outcome, '', cause);
}
