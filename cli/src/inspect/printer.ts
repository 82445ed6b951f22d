/** Prints rows: a table for people or JSON lines for programs, and a line about all of them at the end. */
import { InvalidArgumentError, type Command } from 'commander';
import type { ProtocolError } from 'petrel';
import type { Row } from 'petrel/inspect';
import { CommandError, exitCodeOf } from '../exit.ts';
import { write } from '../io.ts';
import { styleFor, withColor, type ColorMode } from '../style.ts';
import { wrap } from './cells.ts';
import { rowJson } from './json.ts';
import { Summary, type Subject } from './summary.ts';
import { Table } from './table.ts';

/** Options that `withRows` adds. */
export interface RowOptions {
  readonly json?: boolean;
  readonly full?: boolean;
  readonly rules?: boolean;
  readonly width?: number;
  readonly color: ColorMode;
}

/** Columns where there is no terminal. */
export const PIPE_WIDTH = 100;
const BATCH = 1 << 16;

/** Adds the options that say how rows are shown. */
export function withRows(command: Command): Command {
  command
    .option('--json', 'a JSON object a row, for programs')
    .option('--full', 'all bytes, and all of long texts')
    .option('--rules', 'the rule of PROTOCOL.md that describes each row')
    .option(
      '--width <columns>',
      `cells of a line (default: the terminal's, ${PIPE_WIDTH} in a pipe)`,
      columns,
    );
  return withColor(command);
}

function columns(text: string): number {
  if (!/^\d{2,4}$/.test(text))
    throw new InvalidArgumentError('It is a whole number of columns from 10 to 9999.');
  return Number(text);
}

/** Writes rows as they come; each waits for the faults that belong to it. */
export class RowPrinter {
  /** Most UTF-16 units of a text that a row has room for; undefined: the library's own limit. */
  readonly textUnits: number | undefined;
  private readonly table: Table;
  /** Cells of a line. */
  readonly width: number;
  private readonly json: boolean;
  private readonly full: boolean;
  private readonly summary = new Summary();
  private row: Row | undefined;
  private faults: ProtocolError[] = [];
  private out = '';

  constructor({ json = false, full = false, rules = false, width, color }: RowOptions) {
    this.json = json;
    this.full = full;
    this.width = width ?? (process.stdout.isTTY ? process.stdout.columns : PIPE_WIDTH);
    this.table = new Table({ width: this.width, style: styleFor(color), full, rules });
    this.textUnits = full ? Infinity : json ? undefined : 2 * this.table.meaningCells;
  }

  /**
   * Prints all rows, and what they come to.
   * @throws CommandError for the gravest fault among them.
   */
  async print(rows: AsyncIterable<Row> | Iterable<Row>, of: Subject): Promise<void> {
    const { summary } = this;
    for await (const row of rows) {
      summary.add(row);
      await this.add(row);
    }
    const any = this.render();
    const lines = summary.text(of).split('\n');
    const last = lines.flatMap((line) => wrap(line, this.width)).join('\n');
    if (!this.json) this.out += `${any ? '\n' : ''}${last}\n`;
    await this.flush();
    const { fault } = summary;
    if (fault !== undefined) throw new CommandError(fault.message, exitCodeOf(fault));
  }

  private async add(row: Row): Promise<void> {
    if (this.json) this.out += rowJson(row, this.full);
    else if (row.fault !== undefined) this.faults.push(row.fault);
    else {
      this.render();
      this.row = row;
    }
    if (this.out.length >= BATCH) await this.flush();
  }

  /** @returns whether there was a row. */
  private render(): boolean {
    if (this.row === undefined && this.faults.length === 0) return false;
    this.out += this.table.render(this.row, this.faults);
    this.row = undefined;
    this.faults = [];
    return true;
  }

  private async flush(): Promise<void> {
    const { out } = this;
    this.out = '';
    await write(out);
  }
}
