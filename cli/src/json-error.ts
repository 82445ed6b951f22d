/** Where JSON text is at fault. */
import { formatPath, type PathStep } from 'petrel/wire';
import { CommandError, type ExitCode } from './exit.ts';

/** Text that is no JSON, ends too early, or can't be kept. Lines and columns count from 1. */
export class JsonError extends CommandError {
  /** UTF-16 units before the place. */
  readonly offset: number;
  readonly line: number;
  /** In UTF-16 units, as editors count. */
  readonly column: number;
  readonly path: readonly PathStep[];

  constructor(exitCode: ExitCode, text: string, offset: number, path: readonly PathStep[], detail: string) {
    const { line, column } = position(text, offset);
    const inside = path.length === 0 ? '' : ` (in ${formatPath(path.slice(0, 32))})`;
    super(`JSON, line ${line}, column ${column}${inside}: ${detail}`, exitCode);
    this.offset = offset;
    this.line = line;
    this.column = column;
    this.path = path;
  }
}

function position(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  const breaks = /\r\n|\r|\n/g;
  for (
    let found = breaks.exec(text);
    found !== null && breaks.lastIndex <= offset;
    found = breaks.exec(text)
  ) {
    line++;
    start = breaks.lastIndex;
  }
  return { line, column: offset - start + 1 };
}
