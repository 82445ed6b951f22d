/** What TLS connections of a capture said, as tshark reads them with a key log, in the place of what went over the wire. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createInterface } from 'node:readline';
import type { CaptureHandler, Connection, Ending, Packet, Side } from 'petrel/capture';
import { CommandError, Exit, usage } from '../exit.ts';

/** Bytes of one side that a packet completed. */
interface Piece {
  readonly from: string;
  readonly bytes: Uint8Array;
}

/** All that is decrypted is held: more is refused. */
const MOST_BYTES = 256 << 20;

/** What tshark could decrypt, by packet. */
export class TlsSecrets {
  private readonly pieces = new Map<number, Piece[]>();
  /** Pairs of ends, and the last packet of each that says something. */
  private readonly pairs = new Map<string, number>();
  private size = 0;

  /** @throws CommandError for more than can be held. */
  add(packet: number, from: string, to: string, bytes: Uint8Array): void {
    this.size += bytes.length;
    if (this.size > MOST_BYTES)
      throw new CommandError(`more than ${MOST_BYTES >> 20} MiB in TLS: cut the capture`, Exit.LIMIT);
    const there = this.pieces.get(packet);
    if (there === undefined) this.pieces.set(packet, [{ from, bytes }]);
    else there.push({ from, bytes });
    this.pairs.set(pairOf(from, to), packet);
  }

  /** Whether anything of a connection is there. */
  opens({ client, server }: Connection): boolean {
    return this.pairs.has(pairOf(client.name, server.name));
  }

  /** The last packet that says something between two ends; 0 where none does. */
  last({ client, server }: Connection): number {
    return this.pairs.get(pairOf(client.name, server.name)) ?? 0;
  }

  /** What a side said in a packet. */
  said(packet: number, from: Side): readonly Uint8Array[] {
    const there = this.pieces.get(packet) ?? [];
    return there.filter((piece) => piece.from === from.name).map(({ bytes }) => bytes);
  }
}

/** Two ends, in either order. */
function pairOf(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

/** Gives on what was decrypted of the connections that `secrets` open, and everything of the others. */
export class TlsReader implements CaptureHandler {
  private readonly secrets: TlsSecrets;
  private readonly inner: CaptureHandler;
  /** Connections that are TLS, and opened. */
  private readonly open = new Map<Connection, boolean>();

  constructor(secrets: TlsSecrets, inner: CaptureHandler) {
    this.secrets = secrets;
    this.inner = inner;
  }

  opened(connection: Connection): void {
    this.inner.opened?.(connection);
  }

  data(from: Side, bytes: Uint8Array, packet: Packet | undefined): void {
    if (!this.isOpen(from.connection, packet)) return this.inner.data(from, bytes, packet);
    if (packet === undefined) return undefined;
    for (const piece of this.secrets.said(packet.number, from)) this.inner.data(from, piece, packet);
    return undefined;
  }

  /** Judged with the first bytes: ports may be taken again, by a connection that nothing opens. */
  private isOpen(connection: Connection, packet: Packet | undefined): boolean {
    let open = this.open.get(connection);
    if (open === undefined) {
      open = packet !== undefined && this.secrets.last(connection) >= packet.number;
      this.open.set(connection, open);
    }
    return open;
  }

  gap(from: Side, length: number, packet: Packet | undefined): void {
    this.inner.gap?.(from, length, packet);
  }

  closed(connection: Connection, how: Ending): void {
    this.open.delete(connection);
    this.inner.closed?.(connection, how);
  }
}

const FIELDS = ['frame.number', 'ip.src', 'ipv6.src', 'tcp.srcport', 'ip.dst', 'ipv6.dst', 'tcp.dstport', 'data.data']; // prettier-ignore

/**
 * Has tshark decrypt a capture with a key log (NSS's format, as `SSLKEYLOGFILE` has it).
 * @throws CommandError where a file can't be read, tshark is not there (UNSUPPORTED) or fails, or it is more than can be held.
 */
export async function readSecrets(file: string, keylog: string): Promise<TlsSecrets> {
  readable(keylog);
  const tshark = spawn('tshark', argumentsOf(file, keylog), { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(tshark, 'close') as Promise<[number | null]>;
  ended.catch(() => undefined); // it is awaited below, or another error comes first
  let said = '';
  tshark.stderr.setEncoding('utf8').on('data', (chunk) => (said = (said + String(chunk)).slice(-2000)));
  const secrets = new TlsSecrets();
  try {
    for await (const line of createInterface({ input: tshark.stdout })) addRow(secrets, line);
    const [code] = await ended;
    // a capture that is cut off is read as far as it goes, here as there
    if (code !== 0 && !/cut short|truncated/.test(said))
      throw usage(`tshark can't read ${file}: ${lastLine(said)}`);
  } catch (error) {
    tshark.kill();
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? missing() : error;
  }
  return secrets;
}

function readable(keylog: string): void {
  try {
    accessSync(keylog, constants.R_OK);
  } catch {
    throw usage(`can't read the key log ${keylog}`);
  }
}

function missing(): CommandError {
  const text = 'TLS is read through tshark, a part of Wireshark, and it is not installed';
  return new CommandError(text, Exit.UNSUPPORTED);
}

/** Whatever the port, what is in TLS is taken as bytes. */
function argumentsOf(file: string, keylog: string): string[] {
  const decode = ['-o', `tls.keylog_file:${keylog}`, '-d', 'tls.port==1-65535,data'];
  const print = ['-Y', 'tls and data', '-T', 'fields', '-E', 'separator=/t', '-E', 'aggregator=,'];
  return ['-n', '-r', file, ...decode, ...print, ...FIELDS.flatMap((field) => ['-e', field])];
}

function addRow(secrets: TlsSecrets, line: string): void {
  const [number, source4, source6, from, destination4, destination6, to, data] = line.split('\t');
  if (data === undefined) return;
  const bytes = Buffer.from(data.replace(/[^0-9a-f]/gi, ''), 'hex');
  secrets.add(
    Number(number),
    name(source4!, source6!, from!),
    name(destination4!, destination6!, to!),
    bytes,
  );
}

/** An end as `Side.name` spells it. */
function name(four: string, six: string, port: string): string {
  return four === '' ? `[${six}]:${port}` : `${four}:${port}`;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
