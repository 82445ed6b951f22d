/** What goes wrong with a journal's file. Where the operating system refused something, its error is the `cause`. */

/**
 * `CORRUPT`: what is in the file was not written so, at `offset`. `VERSION`: another version of this library wrote it.
 * `LOCKED`: another process has it open. `FULL`: more than `maxBytes`. `FAILED`: it could not be read, written or made safe:
 * nothing is promised any more. `CLOSED`: it was closed.
 */
export type JournalErrorCode = 'CORRUPT' | 'VERSION' | 'LOCKED' | 'FULL' | 'FAILED' | 'CLOSED';

export class JournalError extends Error {
  readonly code: JournalErrorCode;
  /** Of the first byte of the batch at fault, in the file; undefined where it is not about one. */
  readonly offset: number | undefined;

  constructor(
    code: JournalErrorCode,
    detail: string,
    { offset, cause }: { offset?: number; cause?: unknown } = {},
  ) {
    super(`${code}${offset === undefined ? '' : ` at ${offset}`}: ${detail}`, { cause });
    this.name = 'JournalError';
    this.code = code;
    this.offset = offset;
  }
}
