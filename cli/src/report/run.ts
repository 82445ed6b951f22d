/** `petrel inspect --html`: a report of what was read, in one file. */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Row } from 'petrel/inspect';
import { grouped } from '../amounts.ts';
import type { Opened } from '../capture/input.ts';
import { readAll } from '../capture/inspect.ts';
import { CommandError, Exit, exitCodeOf, printable, usage } from '../exit.ts';
import { write } from '../io.ts';
import { readAssets } from './assets.ts';
import { CaptureReport } from './capture.ts';
import { reportHtml } from './document.ts';
import type { Model } from './model.ts';
import type { ReportOptions } from './options.ts';
import { FrameReader, StreamReport } from './stream.ts';

/** Frames that a report shows unless `--limit` says otherwise, and that it shows at most. */
export const FRAMES = 2000;
export const MOST_FRAMES = 20_000;
/** Most UTF-16 units of a text that a row shows. */
export const TEXT_UNITS = 300;

/** Where a report goes, and what it is of. */
export interface Target {
  /** A file, or - for standard output. */
  readonly html: string;
  /** The input. */
  readonly file: string | undefined;
}

/**
 * Writes the report of a capture.
 * @throws CommandError for a file that is at fault, after all that could be read; MALFORMED where frames are.
 */
export async function reportCapture(opened: Opened, target: Target, options: ReportOptions): Promise<void> {
  const report = new CaptureReport(options);
  const fault = await readAll(report, opened);
  await save(target, report.model(titleOf(target)), report.builder.details);
  if (fault !== undefined) throw new CommandError(fault.message, Exit.MALFORMED);
  const { faults } = report.totals;
  if (faults > 0) throw new CommandError(`${faults} frames are at fault`, Exit.MALFORMED);
}

/** Makes rows of a stream's pieces. */
export interface Inspector {
  feed(piece: Uint8Array): Iterable<Row>;
  finish(): Iterable<Row>;
}

/** Writes the report of frames or of RESP. @throws CommandError for the gravest fault. */
export async function reportStream(
  chunks: AsyncIterable<Uint8Array>,
  inspector: Inspector,
  subject: 'frames' | 'resp',
  target: Target,
  options: ReportOptions,
): Promise<void> {
  const report = new StreamReport(subject, options);
  const frames = subject === 'frames' ? new FrameReader(report, options) : undefined;
  for await (const chunk of chunks) {
    frames?.feed(chunk);
    for (const row of inspector.feed(chunk)) report.add(row);
  }
  for (const row of inspector.finish()) report.add(row);
  await end(report, target);
}

/** Writes the report of a value or of messages. @throws CommandError for the gravest fault. */
export async function reportRows(
  rows: Iterable<Row>,
  subject: 'value' | 'message' | 'messages',
  target: Target,
  options: Pick<ReportOptions, 'skip' | 'limit'>,
): Promise<void> {
  const report = new StreamReport(subject, options);
  for (const row of rows) report.add(row);
  await end(report, target);
}

async function end(report: StreamReport, target: Target): Promise<void> {
  await save(target, report.model(titleOf(target)), report.builder.details);
  const { fault } = report;
  if (fault !== undefined) throw new CommandError(fault.message, exitCodeOf(fault));
}

/** The input's name, without the folders of whoever made the report. */
function titleOf({ file }: Target): string {
  return file === undefined || file === '-' ? 'standard input' : basename(file);
}

async function save({ html }: Target, model: Model, details: readonly string[]): Promise<void> {
  const page = reportHtml(model, details, readAssets());
  if (html === '-') return write(page);
  try {
    await writeFile(html, page);
  } catch (error) {
    throw usage(`can't write ${html}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  const items = model.lines.filter(({ type }) => type === 'item').length;
  const what = model.subject === 'capture' || model.subject === 'frames' ? 'frame' : 'item';
  const left = model.leftOut.map((text) => `\n  left out: ${text}`);
  return write(
    `${printable(html)}: ${grouped(items)} ${what}${items === 1 ? '' : 's'}, ${sizeText(page)}${left.join('')}\n`,
  );
}

function sizeText(page: string): string {
  const kilobytes = Buffer.byteLength(page) / 1000;
  return kilobytes < 1000 ? `${kilobytes.toFixed(0)} kB` : `${(kilobytes / 1000).toFixed(1)} MB`;
}
