/** What the connections of a capture said, as the lines of a report. */
import { frameName } from 'petrel';
import { CaptureAnalyzer, elapsed, type Connection, type Instant, type Side } from 'petrel/capture';
import {
  Conversations,
  describe,
  errorIn,
  roundTrip,
  Totals,
  type Asked,
  type ConversationHandler,
  type Said,
  type Session,
} from 'petrel/conversation';
import { counted } from '../amounts.ts';
import { filterOf } from '../capture/view.ts';
import type { Filter } from '../capture/filter.ts';
import { ReportBuilder } from './builder.ts';
import { captureModel } from './capture-model.ts';
import type { ConnectionInfo, Item, Model } from './model.ts';
import type { ReportOptions } from './options.ts';
import { faultText, rowsOf } from './said-rows.ts';

/** Most UTF-16 units of what a line says. */
const TEXT_UNITS = 300;
/** Connections that are listed, of those that were seen. */
const MOST_CONNECTIONS = 1000;

/** A capture on its way from its bytes to a report. */
export class CaptureReport implements ConversationHandler {
  readonly totals: Totals = new Totals();
  readonly builder: ReportBuilder = new ReportBuilder('capture');
  readonly analyzer: CaptureAnalyzer;
  /** Frames that are not shown: by the filter, by `--skip`, and beyond the limit. */
  filtered = 0;
  skipped = 0;
  beyond = 0;
  connectionCount = 0;
  sessionCount = 0;
  private readonly options: ReportOptions;
  private readonly filter: Filter | undefined;
  private readonly spoken = new Map<Connection, string>();
  private readonly joinedSessions = new Set<string>();
  /** Which line each command is, by where it stands. */
  private readonly commands = new Map<string, number>();
  private items = 0;
  private readonly listed: ConnectionInfo[] = [];

  /** @throws CommandError for a filter that is none. */
  constructor(options: ReportOptions) {
    this.options = options;
    const { limits, inflate, protocol, filter } = options;
    this.filter = filter === undefined ? undefined : filterOf(filter, () => this.analyzer.first);
    const conversations = new Conversations(this, { limits, inflate, ...(protocol && { protocol }) });
    this.analyzer = new CaptureAnalyzer(conversations);
  }

  /** Takes a chunk of the capture. @throws CaptureError */
  async push(chunk: Uint8Array): Promise<void> {
    this.analyzer.push(chunk);
  }

  /** The capture ends. @throws CaptureError where that is within a packet. */
  finish(): void {
    this.analyzer.finish();
  }

  /** What it all came to. Nothing is told any more. */
  model(title: string): Model {
    for (const [connection, protocol] of this.spoken) this.list(connection, protocol);
    this.spoken.clear();
    return captureModel(this, title);
  }

  said(said: Said): void {
    this.totals.add(said);
    if (said.session !== undefined) this.joined(said.session, said);
    if (this.filter?.(said) === false) this.filtered++;
    else if (this.skipped < this.options.skip) this.skipped++;
    else if (this.items >= this.options.limit) this.beyond++;
    else this.show(said);
  }

  get connections(): readonly ConnectionInfo[] {
    return this.listed.toSorted((a, b) => a.id - b.id);
  }

  private show(said: Said): void {
    this.items++;
    const { connection, packet, body } = said;
    const rows = rowsOf(said, this.options);
    const text = faultText(said, rows);
    const line = this.builder.item({ ...this.itemOf(said), ...(text !== undefined && { text }) }, rows);
    if (body?.kind === 'COMMAND') this.commands.set(askedKey(connection.id, packet, String(body.id)), line);
  }

  private itemOf(said: Said): Omit<Item, 'type' | 'detail'> {
    const { connection, from, kind, body, fault, offset, length, packed, packet, number, session, request } =
      said;
    const verb = body !== undefined && 'verb' in body ? body.verb : request?.verb;
    const id = body !== undefined && 'id' in body ? body.id : request?.id;
    return {
      time: this.seconds(said.time),
      connection: connection.id,
      from: from === connection.client ? 'client' : 'server',
      kind: frameName(kind),
      id: String(id ?? ''),
      verb: verb ?? '',
      text: describe(said, { maxLength: TEXT_UNITS, showSecrets: this.options.showSecrets }),
      offset,
      size: length,
      packed,
      packet,
      session: session?.id ?? 0,
      number: number ?? 0,
      took: roundTrip(said) ?? null,
      asked: this.lineOf(request),
      error: errorIn(body) !== undefined,
      fault: fault !== undefined,
      remarks: said.remarks,
    };
  }

  /** Which line a request is. */
  lineOf(request: Asked | undefined): number | null {
    return request === undefined ? null : (this.commands.get(askedKeyOf(request)) ?? null);
  }

  /** A connection of a session: told with its first frame. */
  private joined({ id, connections }: Session, { connection, time }: Said): void {
    const key = `${id} ${connection.id}`;
    if (this.joinedSessions.has(key)) return;
    this.joinedSessions.add(key);
    this.sessionCount = Math.max(this.sessionCount, id);
    const before = connections.filter((other) => other !== connection.id).at(-1);
    const text =
      before === undefined ? `session ${id} begins` : `session ${id} goes on, after connection ${before}`;
    this.note(connection.client, time, text, false);
  }

  readonly speaks: NonNullable<ConversationHandler['speaks']> = (connection, protocol) => {
    this.spoken.set(connection, protocol);
    const { id, client, server, complete, began } = connection;
    const from = complete ? '' : ', its begin is not in the capture';
    this.note(client, began, `connection ${id}: ${client.name} > ${server.name}, ${protocol}${from}`, false);
  };

  readonly missing: NonNullable<ConversationHandler['missing']> = (from, length) => {
    this.totals.addMissing(from, length);
    this.note(from, from.connection.last, `${counted(length, 'byte')} are not in the capture`, true);
  };

  readonly unread: NonNullable<ConversationHandler['unread']> = (from, length, why) => {
    this.totals.addUnread(from, length);
    const reason = why === undefined ? 'no frame begins in them' : why.message;
    this.note(from, from.connection.last, `${counted(length, 'byte')} can't be read: ${reason}`, true);
  };

  readonly unanswered: NonNullable<ConversationHandler['unanswered']> = (request, from) => {
    this.totals.addUnanswered();
    const line = this.lineOf(request);
    if (line !== null) this.builder.remark(line, 'no reply');
    const { verb, id, time } = request;
    this.note(from, time, `no reply to ${verb} ${id}, which was asked then`, true);
  };

  readonly closed: NonNullable<ConversationHandler['closed']> = (connection) => {
    this.list(connection, this.spoken.get(connection) ?? 'unknown');
    this.spoken.delete(connection);
  };

  /** Connections that a fault of the file left open are listed as well. */
  private list(connection: Connection, protocol: string): void {
    this.connectionCount++;
    if (this.listed.length >= MOST_CONNECTIONS) return;
    const { id, client, server, began, last, ending } = connection;
    this.listed.push({
      id,
      client: client.name,
      server: server.name,
      protocol,
      began: this.seconds(began),
      last: this.seconds(last),
      ending: ending ?? 'open',
      asked: client.wire,
      answered: server.wire,
    });
  }

  /** Notes are told while frames are: those of what comes later would stand alone. */
  private note(from: Side, time: Instant | undefined, text: string, bad: boolean): void {
    if (this.beyond > 0) return;
    const { connection } = from;
    const side = from === connection.client ? 'client' : 'server';
    this.builder.note({ time: this.seconds(time), connection: connection.id, from: side, text, bad });
  }

  private seconds(time: Instant | undefined): number | null {
    const { first } = this.analyzer;
    return time === undefined || first === undefined ? null : elapsed(first, time);
  }
}

function askedKey(connection: number, packet: number, id: string): string {
  return `${connection} ${packet} ${id}`;
}

function askedKeyOf({ connection, packet, id }: Asked): string {
  return askedKey(connection, packet, String(id));
}
