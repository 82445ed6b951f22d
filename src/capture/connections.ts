/** Segments sorted into connections, each direction put in order. */
import { Connection, type CaptureHandler, type Ending, type Shared, type Side } from './connection.ts';
import { addressText, type IpPacket } from './ip.ts';
import type { Packet } from './packet.ts';
import type { Segment } from './tcp.ts';

export interface ConnectionLimits {
  /** Connections that have not ended and are remembered, at least 1; then the oldest is forgotten. Default 65,536. */
  readonly maxConnections?: number;
  /** Bytes that are held of one direction behind a hole before the hole is given up. Default 1 MiB. */
  readonly maxHeld?: number;
}

const MAX_CONNECTIONS = 65_536;
const MAX_HELD = 1 << 20;
const MAX_HELD_BY_ALL = 32 << 20;

/** Connections that have ended and are remembered, so that what still comes of them is told from something new. */
const MAX_OVER = 1024;

/** Who sends under a key, and the key of the other direction. */
interface Entry {
  readonly from: Side;
  readonly reverse: string;
}

export class Connections {
  /** Connections that were seen. */
  count = 0;
  private readonly maxConnections: number;
  private readonly shared: Shared;
  /** Two for each connection. */
  private readonly entries = new Map<string, Entry>();
  /** Those that have ended, the one that did last at the end. */
  private readonly over = new Map<string, Entry>();

  /** @throws RangeError for limits out of range. */
  constructor(handler: CaptureHandler, limits: ConnectionLimits = {}) {
    const { maxConnections = MAX_CONNECTIONS, maxHeld = MAX_HELD } = limits;
    if (!Number.isInteger(maxConnections) || maxConnections < 1)
      throw new RangeError('maxConnections must be an integer above 0');
    if (!Number.isInteger(maxHeld) || maxHeld < 0)
      throw new RangeError('maxHeld must be an integer of at least 0');
    this.maxConnections = maxConnections;
    this.shared = { handler, maxHeld, budget: { used: 0, limit: MAX_HELD_BY_ALL }, packet: undefined };
  }

  /** A segment of a packet. */
  add(packet: Packet, ip: IpPacket, segment: Segment): void {
    this.shared.packet = packet;
    const { sourcePort, destinationPort } = segment;
    const key = keyOf(ip.source, sourcePort, ip.destination, destinationPort);
    const entry = this.find(key, packet, ip, segment);
    if (entry !== undefined) this.take(key, entry, packet, segment);
    this.shared.packet = undefined;
  }

  private take(key: string, entry: Entry, packet: Packet, segment: Segment): void {
    const { from } = entry;
    const { connection, peer } = from;
    connection.last = packet.time ?? connection.last;
    from.packets++;
    from.payload += segment.length;
    from.wire += packet.originalLength;
    if (connection.ending !== undefined) return;
    if (!segment.reset) {
      hear(from, segment);
      if (segment.acknowledged !== undefined) peer.stream.acknowledge(segment.acknowledged);
    }
    if (segment.reset) this.close(key, entry, 'reset');
    else if (from.stream.ended && peer.stream.ended) this.close(key, entry, 'fin');
  }

  /** The capture ends: what is held comes out. */
  finish(): void {
    for (const [key, entry] of this.entries) this.close(key, entry, 'open');
    this.shared.handler.finished?.();
  }

  /** Who sent a segment; undefined for one that belongs to nothing. */
  private find(key: string, packet: Packet, ip: IpPacket, segment: Segment): Entry | undefined {
    const known = this.entries.get(key) ?? this.over.get(key);
    if (known !== undefined && !begins(known.from, segment)) {
      this.touch(key, known);
      return known;
    }
    if (known !== undefined) this.forget(key, known, 'replaced');
    // a reset of what is not known opens nothing
    return segment.reset ? undefined : this.open(key, packet, ip, segment);
  }

  private open(key: string, packet: Packet, ip: IpPacket, segment: Segment): Entry {
    const { sourcePort, destinationPort, syn, acknowledged } = segment;
    this.bound();
    const source = { address: addressText(ip.source), port: sourcePort };
    const destination = { address: addressText(ip.destination), port: destinationPort };
    const byClient = syn ? acknowledged === undefined : sourcePort >= destinationPort;
    const ends = byClient ? { client: source, server: destination } : { client: destination, server: source };
    const begin = { complete: syn, time: packet.time };
    const connection = new Connection(++this.count, ends, begin, this.shared);
    const from = byClient ? connection.client : connection.server;
    const reverse = keyOf(ip.destination, destinationPort, ip.source, sourcePort);
    const entry = { from, reverse };
    this.entries.set(key, entry);
    if (reverse !== key) this.entries.set(reverse, { from: from.peer, reverse: key });
    this.shared.handler.opened?.(connection);
    return entry;
  }

  /** Where forgetting is near, the order matters: what was heard of last is forgotten last. */
  private touch(key: string, entry: Entry): void {
    if (this.entries.size < this.maxConnections || entry.from.connection.ending !== undefined) return;
    this.entries.delete(key);
    this.entries.set(key, entry);
  }

  private bound(): void {
    for (const [key, entry] of this.entries) {
      if (this.entries.size < this.maxConnections * 2) return;
      this.forget(key, entry, 'forgotten');
    }
  }

  private forget(key: string, entry: Entry, how: Ending): void {
    this.close(key, entry, how);
    this.over.delete(key);
    this.over.delete(entry.reverse);
  }

  private close(key: string, { from, reverse }: Entry, how: Ending): void {
    const { connection, peer } = from;
    if (connection.ending !== undefined) return;
    connection.client.stream.flush();
    connection.server.stream.flush();
    connection.ending = how;
    this.entries.delete(key);
    this.entries.delete(reverse);
    this.over.set(key, { from, reverse });
    if (reverse !== key) this.over.set(reverse, { from: peer, reverse: key });
    for (const old of this.over.keys()) {
      if (this.over.size <= 2 * MAX_OVER) break;
      this.over.delete(old);
    }
    this.shared.handler.closed?.(connection, how);
  }
}

/** Whether a segment of known ports begins another connection: its SYN has another number than the first had. */
function begins({ stream, initial, connection }: Side, { syn, sequence }: Segment): boolean {
  if (!syn || initial === sequence) return false;
  return stream.started || connection.ending !== undefined;
}

/** What a segment says of its sender's stream. */
function hear(from: Side, { syn, fin, sequence, payload, length }: Segment): void {
  const { stream } = from;
  const first = syn ? (sequence + 1) >>> 0 : sequence;
  if (syn) from.initial ??= sequence;
  if (!stream.started) stream.start(first);
  if (length > 0) stream.add(first, payload, length);
  if (fin) stream.end((first + length) >>> 0);
}

/** One text for a direction: two addresses of 4 or 16 bytes, two ports. */
function keyOf(
  source: Uint8Array,
  sourcePort: number,
  destination: Uint8Array,
  destinationPort: number,
): string {
  let key = String.fromCharCode(sourcePort, destinationPort);
  for (let i = 0; i < source.length; i += 2) {
    key += String.fromCharCode(
      (source[i]! << 8) | source[i + 1]!,
      (destination[i]! << 8) | destination[i + 1]!,
    );
  }
  return key;
}
