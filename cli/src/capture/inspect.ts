/** `petrel inspect` on a capture: the conversation of each connection, in the order of time. */
import type { Limits } from 'petrel';
import { CaptureAnalyzer, CaptureError, type CaptureHandler, type Instant } from 'petrel/capture';
import {
  Conversations,
  Totals,
  type ConversationHandler,
  type Inflate,
  type Said,
  type Session,
} from 'petrel/conversation';
import { CommandError, Exit, usage } from '../exit.ts';
import { write } from '../io.ts';
import { styleFor, type ColorMode } from '../style.ts';
import { FilterError, parseFilter, type Filter } from './filter.ts';
import type { Opened } from './input.ts';
import { closedJson, connectionJson, lostJson, saidJson, unansweredJson } from './json.ts';
import { Lines } from './lines.ts';
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
}

/** Shows what it is told of, as it comes. */
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

  readonly speaks: NonNullable<ConversationHandler['speaks']> = (connection, protocol) => {
    if (this.options.json) this.out += line(connectionJson(connection, protocol));
    else if (this.options.filter === undefined) this.out += this.lines.speaks(connection, protocol);
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
function filterOf(expression: string, begin: () => Instant | undefined): Filter {
  try {
    return parseFilter(expression, begin);
  } catch (error) {
    if (error instanceof FilterError) throw usage(error.message);
    throw error;
  }
}

/**
 * Prints the conversations of a capture.
 * @throws CommandError for a file that is at fault, after all that could be read; MALFORMED where frames are.
 */
export async function inspectCapture(opened: Opened, options: CaptureViewOptions): Promise<void> {
  const view = new View(options, () => analyzer.first);
  const conversations = new Conversations(view, {
    limits: options.limits,
    inflate: options.inflate,
    ...(options.protocol && { protocol: options.protocol }),
  });
  const analyzer = new CaptureAnalyzer(conversations satisfies CaptureHandler);
  const fault = await readAll(analyzer, opened, view);
  if (options.json)
    view.out += line({
      type: 'summary',
      ...summaryOf(view.totals),
      packets: analyzer.counts.packets,
      captured: analyzer.counts.bytes,
    });
  else view.out += `\n${totalsText(view.totals, analyzer.counts, styleFor(options.color))}`;
  await write(view.out);
  if (fault !== undefined) throw new CommandError(fault.message, Exit.MALFORMED);
  if (view.totals.faults > 0)
    throw new CommandError(`${view.totals.faults} frames are at fault`, Exit.MALFORMED);
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

/** @returns what ended the reading early. */
async function readAll(
  analyzer: CaptureAnalyzer,
  { chunks, stop }: Opened,
  view: View,
): Promise<CaptureError | undefined> {
  let stopped = false;
  const interrupted = (): void => {
    stopped = true;
    stop();
  };
  process.once('SIGINT', interrupted);
  try {
    for await (const chunk of chunks) {
      analyzer.push(chunk);
      await flush(view); // who follows a live capture sees at once what came
    }
  } catch (error) {
    if (error instanceof CaptureError) return error;
    if (!stopped) throw error;
  } finally {
    process.off('SIGINT', interrupted);
  }
  return ended(analyzer, stopped);
}

/** A capture that was interrupted may end anywhere. */
function ended(analyzer: CaptureAnalyzer, stopped: boolean): CaptureError | undefined {
  try {
    analyzer.finish();
    return undefined;
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return stopped ? undefined : error;
  }
}

async function flush(view: View): Promise<void> {
  const { out } = view;
  view.out = '';
  await write(out);
}
