/** A stream of frames or of RESP, a value or a message, as the lines of a report: an item begins where a row of depth 0 does. */
import { FrameDecoder, ProtocolError } from 'petrel';
import type { Row } from 'petrel/inspect';
import { graver } from '../exit.ts';
import { grouped } from '../amounts.ts';
import { ReportBuilder } from './builder.ts';
import type { Model } from './model.ts';
import type { ReportOptions } from './options.ts';
import { saidByRows, saidOf, type Said } from './said-text.ts';

/** Which items are shown. */
type Window = Pick<ReportOptions, 'skip' | 'limit'>;
type Settings = Pick<ReportOptions, 'limits' | 'showSecrets'>;

export class StreamReport {
  /** The fault that decides how the command ends. */
  fault: ProtocolError | undefined;
  private readonly subject: Exclude<Model['subject'], 'capture'>;
  private readonly options: Window;
  readonly builder: ReportBuilder;
  /** Of the item that is being read. */
  private rows: Row[] = [];
  private items = 0;
  private faults = 0;
  private bytes = 0;
  /** What frames say, by their number, until their rows are read. */
  private readonly said = new Map<string, Said>();
  private frames = 0;

  constructor(subject: StreamReport['subject'], options: Window) {
    this.subject = subject;
    this.builder = new ReportBuilder(subject);
    this.options = options;
  }

  add(row: Row): void {
    // a value and a message are one item, whatever rows of theirs are outermost
    const begins = row.depth === 0 && row.length > 0 && this.rows.length > 0;
    if (begins && this.subject !== 'message' && this.subject !== 'value') this.end();
    this.rows.push(row);
    if (!row.inflated) this.bytes += row.length;
    if (row.fault === undefined) return;
    this.faults++;
    this.fault = graver(this.fault, row.fault);
  }

  /** The next frame, before its rows; what it says is asked for only where it is shown. */
  frame(say: () => Said): void {
    const number = this.frames++;
    if (this.isShown(number)) this.said.set(String(number), say());
  }

  private isShown(number: number): boolean {
    const { skip, limit } = this.options;
    return number >= skip && number - skip < limit;
  }

  model(title: string): Model {
    this.end();
    const { builder, items, options, subject } = this;
    const skipped = Math.min(items, options.skip);
    const beyond = Math.max(0, items - options.skip - options.limit);
    const leftOut = [
      skipped > 0 && `The first ${grouped(skipped)}, by --skip.`,
      beyond > 0 && `${grouped(beyond)} after the last one shown: --limit shows more, --skip others.`,
      ...builder.leftOut(),
    ];
    return {
      title,
      subject,
      summary: [
        [subject === 'frames' ? 'frames' : 'items', grouped(items)],
        ['bytes', grouped(this.bytes)],
        ['faults', grouped(this.faults)],
      ],
      lines: builder.lines,
      connections: [],
      verbs: [],
      fields: builder.sizes.infos(),
      slowest: [],
      odd: this.faults > 0 ? [`${grouped(this.faults)} ${this.faults === 1 ? 'fault' : 'faults'}`] : [],
      leftOut: leftOut.filter((text) => text !== false),
    };
  }

  private end(): void {
    const { rows } = this;
    const [first] = rows;
    this.rows = [];
    if (first === undefined) return;
    const number = this.items++;
    if (!this.isShown(number)) return;
    const said = this.said.get(String(number)) ?? saidByRows(rows, this.subject);
    this.said.delete(String(number));
    this.builder.item(
      {
        time: null,
        connection: 0,
        from: null,
        ...said,
        offset: first.offset,
        size: rows.reduce((sum, { length, inflated }) => sum + (inflated ? 0 : length), 0),
        packed: false,
        packet: 0,
        session: 0,
        number: 0,
        took: null,
        asked: null,
        fault: rows.some(({ fault }) => fault !== undefined),
        remarks: [],
      },
      rows,
    );
  }
}

/** Feeds a report with the frames of a stream and the rows of their bytes. */
export class FrameReader {
  private readonly decoder: FrameDecoder;
  private readonly report: StreamReport;
  private readonly settings: Settings;
  private failed = false;

  constructor(report: StreamReport, settings: Settings) {
    this.report = report;
    this.settings = settings;
    this.decoder = new FrameDecoder({ limits: settings.limits });
  }

  /** To be called before the rows of the same piece are added. */
  feed(piece: Uint8Array): void {
    if (this.failed) return;
    try {
      for (const frame of this.decoder.frames(piece)) this.report.frame(() => saidOf(frame, this.settings));
    } catch (error) {
      // the inspection says so as well
      if (!(error instanceof ProtocolError)) throw error;
      this.failed = true;
    }
  }
}
