/** A capture, from the bytes of its file to the bytes that its connections carried. */
import type { CaptureHandler } from './connection.ts';
import { Connections, type ConnectionLimits } from './connections.ts';
import { Fragments } from './fragments.ts';
import { innerHeaders, readIp, type IpPacket } from './ip.ts';
import { findIp } from './link-layer.ts';
import type { Instant, Packet } from './packet.ts';
import { CaptureReader, type CaptureOptions } from './reader.ts';
import { readSegment } from './tcp.ts';

export interface AnalyzerOptions extends CaptureOptions, ConnectionLimits {}

/** What the packets were, and how many of each. */
export interface PacketCounts {
  packets: number;
  /** Of the packets on the wire. */
  bytes: number;
  tcp: number;
  /** IP with another protocol, by its number: 17 is UDP. A list, since the numbers come from the wire. */
  readonly otherProtocols: number[];
  /** Neither IPv4 nor IPv6: ARP, say. */
  notIp: number;
  /** Of a link type that is not read here. */
  unknownLink: number;
  /** Headers that were cut short, or are at fault. */
  broken: number;
  /** Fragments of IP packets. */
  fragments: number;
}

const TCP = 6;

/**
 * Reads a capture and tells its handler what the TCP connections carried. Packets' checksums are not judged: where the network
 * card makes them, a capture of the sending machine has them wrong.
 */
export class CaptureAnalyzer {
  readonly counts: PacketCounts = {
    packets: 0,
    bytes: 0,
    tcp: 0,
    otherProtocols: Array.from({ length: 256 }, () => 0),
    notIp: 0,
    unknownLink: 0,
    broken: 0,
    fragments: 0,
  };
  /** When the first packet and the last were captured. */
  first: Instant | undefined;
  last: Instant | undefined;
  private readonly reader: CaptureReader;
  private readonly connections: Connections;
  private readonly fragments: Fragments = new Fragments();

  /** @throws RangeError for options out of range. */
  constructor(handler: CaptureHandler, options: AnalyzerOptions = {}) {
    this.reader = new CaptureReader(options);
    this.connections = new Connections(handler, options);
  }

  get format(): 'pcap' | 'pcapng' | undefined {
    return this.reader.format;
  }

  /** A chunk of the file, the analyzer's from now on. @throws CaptureError where the file is at fault. */
  push(chunk: Uint8Array): void {
    for (const packet of this.reader.read(chunk)) this.packet(packet);
  }

  /** The file ends: what is held comes out. @throws CaptureError where it ends within a packet; all else is told first. */
  finish(): void {
    this.connections.finish();
    this.reader.finish();
  }

  private packet(packet: Packet): void {
    const { counts } = this;
    const { bytes, time, originalLength, linkType, fcsLength } = packet;
    counts.packets++;
    counts.bytes += originalLength;
    this.first ??= time;
    this.last = time ?? this.last;
    const found = findIp(linkType, bytes);
    if (typeof found === 'string') return this.missing(found);
    const end = Math.min(bytes.length, Math.max(0, originalLength - fcsLength));
    const ip = readIp(found.version, bytes, found.start, end, originalLength - fcsLength - found.start);
    if (ip === undefined) counts.broken++;
    else if (ip.fragment === undefined) this.carried(packet, ip, bytes, ip.start, ip.end, ip.length);
    else this.fragment(packet, ip);
    return undefined;
  }

  private missing(why: Exclude<ReturnType<typeof findIp>, object>): void {
    const { counts } = this;
    if (why === 'not IP') counts.notIp++;
    else if (why === 'truncated') counts.broken++;
    else counts.unknownLink++;
  }

  private fragment(packet: Packet, ip: IpPacket): void {
    this.counts.fragments++;
    const part = packet.bytes.subarray(ip.start, ip.end);
    // a part that was cut when it was captured makes no whole
    if (part.length < ip.length) return;
    const whole = this.fragments.add(ip, part, packet.time);
    if (whole === undefined) return;
    const inner = ip.version === 6 ? innerHeaders(whole, ip.protocol) : { at: 0, protocol: ip.protocol };
    if (inner === undefined) this.counts.broken++;
    else
      this.carried(
        packet,
        { ...ip, protocol: inner.protocol },
        whole,
        inner.at,
        whole.length,
        whole.length - inner.at,
      );
  }

  private carried(
    packet: Packet,
    ip: IpPacket,
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
  ): void {
    const { counts } = this;
    if (ip.protocol !== TCP) {
      counts.otherProtocols[ip.protocol]!++;
      return;
    }
    const segment = readSegment(bytes, start, end, length);
    if (segment === undefined) {
      counts.broken++;
      return;
    }
    counts.tcp++;
    this.connections.add(packet, ip, segment);
  }
}
