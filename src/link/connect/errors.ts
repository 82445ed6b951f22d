/** Why a client's promise is not kept. */
import type { Encodable } from '../../value/index.ts';
import { Tag, Tagged } from '../../value/index.ts';
import type { Failure, Outcome } from '../../session/index.ts';

/**
 * `DEADLINE`: its time has passed. `CLOSED`: the session is over. `LOST`: the server has lost the session. `UNREADABLE`: its reply, or what
 * the server takes of commands. `OVERFLOW`: whoever iterates did not keep up. `UNREACHABLE`: no session by the time that was given.
 */
export type LinkErrorCode = 'DEADLINE' | 'CLOSED' | 'LOST' | 'UNREADABLE' | 'OVERFLOW' | 'UNREACHABLE';

const MESSAGES: { readonly [code in LinkErrorCode]: string } = {
  DEADLINE: 'no reply in time',
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

  constructor(code: LinkErrorCode, outcome: Outcome, detail = '', cause?: unknown) {
    super(
      `${MESSAGES[code]}${detail === '' ? '' : `: ${detail}`}`,
      cause === undefined ? undefined : { cause },
    );
    Object.assign(this, { name: 'LinkError', code, outcome });
  }
}

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
