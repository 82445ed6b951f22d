/** What the connections of a capture say, as it is printed: lines or JSON, as they come. */
import type { Limits } from 'petrel';
import { CaptureAnalyzer, type Instant } from 'petrel/capture';
import {
  Conversations,
  Totals,
  type ConversationHandler,
  type Inflate,
  type Said,
  type Session,
} from 'petrel/conversation';
import { usage } from '../exit.ts';
import { write } from '../io.ts';
import { styleFor, type ColorMode } from '../style.ts';
import { FilterError, parseFilter, type Filter } from './filter.ts';
import { closedJson, connectionJson, lostJson, saidJson, unansweredJson } from './json.ts';
import { Lines } from './lines.ts';
import { TlsReader, type TlsSecrets } from './tls.ts';
import { totalsText } from './totals.ts';

export interface CaptureViewOptions {
  readonly json: boolean;
  readonly width: number;
  readonly color: ColorMode;
  readonly showSecrets: boolean;
  readonly limits: Partial<Limits>;
  readonly inflate: Inflate;
  readonly protocol: 'petrel' | 'resp' | undefined;
  /** Which frames are shown; all are counted. */
  readonly filter: string | undefined;
  /** Of these, how many are left out first, and how many are shown then at most. */
  readonly skip: number;
  readonly limit: number;
  /** What TLS connections said, where a key log opens them. */
  readonly secrets?: TlsSecrets | undefined;
}

/** Prints what it is told of. */
class View implements ConversationHandler {
  readonly totals: Totals = new Totals();
  /** What is to be printed. */
  out = '';
  private readonly options: CaptureViewOptions;
  private readonly lines: Lines;
  private readonly shownSessions = new Set<string>();
  private readonly filter: Filter | undefined;
  private left: number;
  private skipped = 0;

  constructor(options: CaptureViewOptions, begin: () => Instant | undefined) {
    this.options = options;
    const { width, color, showSecrets, filter, limit } = options;
    this.left = limit;
    this.filter = filter === undefined ? undefined : filterOf(filter, begin);
    this.lines = new Lines({ style: styleFor(color), width, showSecrets }, begin);
  }

  /** Whether as much was shown as was asked for. */
  get full(): boolean {
    return this.left <= 0;
  }

  said(said: Said): void {
    const { json, skip, showSecrets } = this.options;
    this.totals.add(said);
    if (said.session !== undefined) this.joined(said.session, said);
    if (this.full || this.filter?.(said) === false || this.skipped++ < skip) return;
    this.left--;
    this.out += json ? line(saidJson(said, showSecrets)) : this.lines.said(said);
  }

  /** A connection of a session: told with its first frame. */
  private joined(session: Session, { connection }: Said): void {
    const key = `${session.id} ${connection.id}`;
    if (this.shownSessions.has(key) || this.options.json || this.options.filter !== undefined) return;
    this.shownSessions.add(key);
    this.out += this.lines.session(session, connection);
  }

  readonly speaks: NonNullable<ConversationHandler['speaks']> = (connection, protocol, tls) => {
    const decrypted = this.options.secrets?.opens(connection) ?? false;
    if (this.options.json) this.out += line(connectionJson(connection, protocol, tls, decrypted));
    else if (this.options.filter === undefined)
      this.out += this.lines.speaks(connection, protocol, tls, decrypted);
  };

  readonly missing: NonNullable<ConversationHandler['missing']> = (from, length) => {
    this.totals.addMissing(from, length);
    if (this.options.filter !== undefined) return;
    this.out += this.options.json
      ? line(lostJson('missing', from, length))
      : this.lines.missing(from, length);
  };

  readonly unread: NonNullable<ConversationHandler['unread']> = (from, length, why) => {
    this.totals.addUnread(from, length);
    if (this.options.filter !== undefined) return;
    this.out += this.options.json
      ? line(lostJson('unread', from, length, why))
      : this.lines.unread(from, length, why);
  };

  readonly unanswered: NonNullable<ConversationHandler['unanswered']> = (request, from) => {
    this.totals.addUnanswered();
    if (this.options.filter !== undefined) return;
    this.out += this.options.json
      ? line(unansweredJson(request, from))
      : this.lines.unanswered(request, from);
  };

  readonly closed: NonNullable<ConversationHandler['closed']> = (connection) => {
    if (this.options.json) this.out += line(closedJson(connection));
  };
}

function line(object: object): string {
  return `${JSON.stringify(object)}\n`;
}

/** @throws CommandError for what is no filter. */
export function filterOf(expression: string, begin: () => Instant | undefined): Filter {
  try {
    return parseFilter(expression, begin);
  } catch (error) {
    if (error instanceof FilterError) throw usage(error.message);
    throw error;
  }
}

/** A capture on its way from its bytes to what is printed. */
export class CaptureView {
  private readonly options: CaptureViewOptions;
  private readonly view: View;
  private readonly analyzer: CaptureAnalyzer;

  /** @throws CommandError for a filter that is none. */
  constructor(options: CaptureViewOptions) {
    this.options = options;
    this.view = new View(options, () => this.analyzer.first);
    const { limits, inflate, protocol } = options;
    const conversations = new Conversations(this.view, { limits, inflate, ...(protocol && { protocol }) });
    const { secrets } = options;
    this.analyzer = new CaptureAnalyzer(
      secrets === undefined ? conversations : new TlsReader(secrets, conversations),
    );
  }

  get totals(): Totals {
    return this.view.totals;
  }

  /** Takes a chunk of the capture, and prints what was said in it. @throws CaptureError */
  async push(chunk: Uint8Array): Promise<void> {
    this.analyzer.push(chunk);
    await this.flush();
  }

  /** The capture ends. @throws CaptureError where that is within a packet; what is held comes out before. */
  finish(): void {
    this.analyzer.finish();
  }

  /** Prints what it all comes to. */
  async summarize(): Promise<void> {
    const { view, analyzer, options } = this;
    const { packets, bytes } = analyzer.counts;
    if (options.json)
      view.out += line({ type: 'summary', ...summaryOf(view.totals), packets, captured: bytes });
    else view.out += `\n${totalsText(view.totals, analyzer.counts, styleFor(options.color))}`;
    await this.flush();
  }

  private async flush(): Promise<void> {
    const { out } = this.view;
    this.view.out = '';
    await write(out);
  }
}

function summaryOf({
  frames,
  bytes,
  overhead,
  faults,
  unanswered,
  missing,
  unread,
  remarks,
  rows,
}: Totals): object {
  return {
    frames,
    bytes,
    overhead,
    faults,
    unanswered,
    missing,
    unread,
    remarks: Object.fromEntries(remarks),
    verbs: [...rows.values()],
  };
}
