/** A conversation for people: a line for each frame, in the order of time. */
import { frameName } from 'petrel';
import type { Connection, Instant, PacketCounts, Side } from 'petrel/capture';
import { describe, roundTrip, type Asked, type Said, type Session, type TlsHello } from 'petrel/conversation';
import { counted, grouped } from '../amounts.ts';
import type { Style } from '../style.ts';
import { cells, padTo } from '../inspect/cells.ts';

export interface LineOptions {
  readonly style: Style;
  readonly width: number;
  readonly showSecrets: boolean;
}

const KIND_CELLS = 12;
const NARROWEST = 30;

export class Lines {
  private readonly options: LineOptions;
  /** What times count from: the first packet's. */
  private readonly begin: () => Instant | undefined;

  constructor(options: LineOptions, begin: () => Instant | undefined) {
    this.options = options;
    this.begin = begin;
  }

  said(said: Said): string {
    const { style, width, showSecrets } = this.options;
    const { kind, body, packed, length, fault, remarks } = said;
    const number = body !== undefined && 'id' in body ? body.id : said.request?.id;
    const id = number === undefined ? '' : ` ${number}`;
    const name = `${packed ? '+' : ''}${frameName(kind)}${id}`;
    const left = `${this.place(said.from, said.time)} ${padTo(name, KIND_CELLS)} ${`${length} B`.padStart(9)}  `;
    const right = [tookText(said), ...remarks].filter((text) => text !== '').join(', ');
    const room = Math.max(NARROWEST, width - cells(left) - (right === '' ? 0 : cells(right) + 3));
    const text = describe(said, { maxLength: room, showSecrets });
    const what = fault === undefined ? text : style('error', text);
    const after = remarks.length > 0 ? style('error', right) : style('note', right);
    return `${left}${what}${right === '' ? '' : `  ${after}`}\n`;
  }

  speaks(connection: Connection, protocol: string, tls?: TlsHello, decrypted = false): string {
    const { client, server, id, complete } = connection;
    const from = complete ? '' : ', its begin is not in the capture';
    return this.note(
      client,
      connection.began,
      `connection ${id}: ${client.name} > ${server.name}, ${protocol}${tlsText(tls)}${decrypted ? ' in TLS' : ''}${from}`,
    );
  }

  missing(from: Side, length: number): string {
    return this.fault(from, `${counted(length, 'byte')} are not in the capture`);
  }

  unread(from: Side, length: number, why: Error | undefined): string {
    const reason = why === undefined ? 'no frame begins in them' : why.message;
    return this.fault(from, `${counted(length, 'byte')} can't be read: ${reason}`);
  }

  unanswered({ id, verb, time }: Asked, from: Side): string {
    const { style } = this.options;
    return `${this.place(from, time)} ${style('error', `no reply to ${verb} ${id}, which was asked then`)}\n`;
  }

  session({ id, connections }: Session, connection: Connection): string {
    const before = connections.filter((other) => other !== connection.id);
    const text =
      before.length === 0
        ? `session ${id} begins`
        : `session ${id} goes on, after connection ${before.at(-1)}`;
    return this.note(connection.client, connection.last, text);
  }

  private note(from: Side, time: Instant | undefined, text: string): string {
    return `${this.place(from, time)} ${this.options.style('strong', text)}\n`;
  }

  private fault(from: Side, text: string): string {
    return `${this.place(from, from.connection.last)} ${this.options.style('error', text)}\n`;
  }

  private place(from: Side, time: Instant | undefined): string {
    const { connection } = from;
    const arrow = from === connection.client ? '>' : '<';
    return `${this.options.style('offset', this.clock(time))} #${connection.id} ${arrow}`;
  }

  private clock(time: Instant | undefined): string {
    const begin = this.begin();
    if (time === undefined || begin === undefined) return '-'.padStart(11);
    const micros =
      (time.seconds - begin.seconds) * 1e6 + Math.round((time.nanoseconds - begin.nanoseconds) / 1000);
    return (micros / 1e6).toFixed(6).padStart(11);
  }
}

/** ` 1.3 to chat.example`. */
function tlsText(tls: TlsHello | undefined): string {
  const { version, serverName } = tls ?? {};
  return `${version === undefined ? '' : ` ${version}`}${serverName === undefined ? '' : ` to ${serverName}`}`;
}

function tookText(said: Said): string {
  const seconds = roundTrip(said);
  return seconds === undefined ? '' : `${duration(seconds)} after ${said.request!.verb}`;
}

/** Seconds for people. */
export function duration(seconds: number): string {
  if (seconds < 0.001) return `${(seconds * 1e6).toFixed(0)} us`;
  return seconds < 1 ? `${(seconds * 1000).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`;
}

/** What the packets of the capture were. */
export function packetsText({
  packets,
  bytes: all,
  tcp,
  notIp,
  unknownLink,
  broken,
  otherProtocols,
}: PacketCounts): string {
  const other = otherProtocols.reduce((sum, count) => sum + count, 0);
  const parts = [
    `${grouped(packets)} packets, ${grouped(all)} bytes`,
    tcp < packets && `${grouped(tcp)} of TCP`,
    other > 0 && `${grouped(other)} of other protocols`,
    notIp > 0 && `${grouped(notIp)} not IP`,
    unknownLink > 0 && `${grouped(unknownLink)} of a link type that is not read`,
    broken > 0 && `${grouped(broken)} cut short or at fault`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}
