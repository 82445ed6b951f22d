/** How the command ends: the exit codes, and the one place where an error becomes one. */
import { CommanderError } from 'commander';
import { ProtocolError, type FaultClass } from 'petrel';
import { quote } from 'petrel/wire';

export const Exit = {
  GOOD: 0,
  INTERNAL: 1,
  USAGE: 2,
  MALFORMED: 3,
  TRUNCATED: 4,
  LIMIT: 5,
  UNSUPPORTED: 6,
  UNREACHABLE: 7,
  REFUSED: 8,
} as const;

export type ExitCode = (typeof Exit)[keyof typeof Exit];

/** For the end of every `--help`. */
export const EXIT_CODES_HELP = `
Exit codes:
  0  good
  1  an error inside petrel itself
  2  wrong usage, or a file that can't be read
  3  the input is malformed
  4  the input is truncated: it ends inside an item
  5  the input is over a limit
  6  the input asks for what this version does not support
  7  no server has answered, or not in time
  8  the server has answered with an error
Of several faults, the one with the lowest code counts.`;

const BY_CLASS: Readonly<Record<FaultClass, ExitCode>> = {
  malformed: Exit.MALFORMED,
  truncated: Exit.TRUNCATED,
  limit: Exit.LIMIT,
  unsupported: Exit.UNSUPPORTED,
};

/** The exit code that a fault of the input asks for. */
export function exitCodeOf(fault: { readonly class: FaultClass }): ExitCode {
  return BY_CLASS[fault.class];
}

/** The fault that decides the exit code: the lower one, and of equal ones the first. */
export function graver(
  first: ProtocolError | undefined,
  next: ProtocolError | undefined,
): ProtocolError | undefined {
  if (first === undefined || next === undefined) return first ?? next;
  return exitCodeOf(next) < exitCodeOf(first) ? next : first;
}

/** An end with a message of one line on stderr: what the user gave is at fault. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Wrong usage: an option that makes no sense, a file that can't be read. */
export function usage(message: string): CommandError {
  return new CommandError(message, Exit.USAGE);
}

/**
 * Reports an error on stderr.
 * @returns the exit code that it asks for.
 */
export function report(error: unknown): ExitCode {
  // commander has printed its message
  if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.GOOD : Exit.USAGE;
  if (error instanceof CommandError) {
    complain(error.message);
    return error.exitCode;
  }
  if (error instanceof ProtocolError) {
    complain(error.message);
    return exitCodeOf(error);
  }
  complain(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return Exit.INTERNAL;
}

/** A line on stderr, with no control character in it but line breaks. */
export function complain(message: string): void {
  process.stderr.write(`petrel: ${message.split('\n').map(printable).join('\n')}\n`);
}

/** A line as it is, or escaped where it holds what a terminal would act on. */
export function printable(line: string): string {
  const escaped = quote(line).slice(1, -1);
  return escaped.replace(/\\(["\\])/g, '$1');
}
