/**
 * TCP/IP packets for bytes that went through a proxy, which sees no packets: a handshake, segments with running numbers and
 * an end, with good checksums, so that every tool reads them.
 */
import { checksumOf, sumWords } from './checksum.ts';

/** An address of 4 or 16 bytes and a port. */
export interface Socket {
  readonly address: Uint8Array;
  readonly port: number;
}

export const TcpFlag = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16 } as const;

const TCP = 6;
const HEADER_TCP = 20;
const HEADER_4 = 20;
const HEADER_6 = 40;
const HOPS = 64;
const WINDOW = 0xffff;

/** Payload bytes of one packet: what an IPv4 packet holds, and round. */
const MOST = 65_000;

/** What a segment says. */
export interface SegmentFields {
  readonly sequence: number;
  readonly acknowledged: number;
  /** Of `TcpFlag`, or-ed. */
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** An IP packet with one segment, up to 65,000 bytes of payload. */
export function tcpPacket(source: Socket, destination: Socket, fields: SegmentFields): Uint8Array {
  const { payload } = fields;
  const six = source.address.length === 16;
  const start = six ? HEADER_6 : HEADER_4;
  const bytes = new Uint8Array(start + HEADER_TCP + payload.length);
  const view = new DataView(bytes.buffer);
  writeSegment(view, start, source.port, destination.port, fields);
  bytes.set(payload, start + HEADER_TCP);
  if (six) writeIp6(bytes, view, source.address, destination.address);
  else writeIp4(bytes, view, source.address, destination.address);
  // the pseudo-header: both addresses, the protocol and the length (RFC 9293, 3.1)
  const addresses = six ? sumWords(bytes, 8, 40) : sumWords(bytes, 12, 20);
  const length = bytes.length - start;
  view.setUint16(start + 16, checksumOf(sumWords(bytes, start, bytes.length, addresses + TCP + length)));
  return bytes;
}

function writeSegment(view: DataView, at: number, from: number, to: number, fields: SegmentFields): void {
  view.setUint16(at, from);
  view.setUint16(at + 2, to);
  view.setUint32(at + 4, fields.sequence);
  view.setUint32(at + 8, fields.acknowledged);
  view.setUint8(at + 12, (HEADER_TCP / 4) << 4);
  view.setUint8(at + 13, fields.flags);
  view.setUint16(at + 14, WINDOW);
}

function writeIp4(bytes: Uint8Array, view: DataView, source: Uint8Array, destination: Uint8Array): void {
  view.setUint8(0, 0x45);
  view.setUint16(2, bytes.length);
  view.setUint16(6, 0x4000); // don't fragment
  view.setUint8(8, HOPS);
  view.setUint8(9, TCP);
  bytes.set(source, 12);
  bytes.set(destination, 16);
  view.setUint16(10, checksumOf(sumWords(bytes, 0, HEADER_4)));
}

function writeIp6(bytes: Uint8Array, view: DataView, source: Uint8Array, destination: Uint8Array): void {
  view.setUint8(0, 0x60);
  view.setUint16(4, bytes.length - HEADER_6);
  view.setUint8(6, TCP);
  view.setUint8(7, HOPS);
  bytes.set(source, 8);
  bytes.set(destination, 24);
}

/** What was captured of a longer packet. */
export interface CutPacket {
  readonly bytes: Uint8Array;
  readonly originalLength: number;
}

/** Which end says something. */
export type End = 'client' | 'server';

/** A connection as packets. Each method answers the packets that say what happened, in order. */
export class SyntheticConnection {
  private readonly sockets: { readonly [end in End]: Socket };
  /** The number of the next byte of each end. */
  private readonly next: { [end in End]: number };

  /**
   * @param first the number that both ends begin near: where ports are taken again, another one tells the connections apart.
   * @throws TypeError for addresses of two families.
   */
  constructor(client: Socket, server: Socket, first = 1000) {
    if (client.address.length !== server.address.length)
      throw new TypeError('both addresses must be of one family');
    this.sockets = { client, server };
    this.next = { client: first >>> 0, server: (first + 1000) >>> 0 };
  }

  open(): Uint8Array[] {
    const { SYN, ACK } = TcpFlag;
    const first = this.say('client', SYN, EMPTY, 1);
    const second = this.say('server', SYN | ACK, EMPTY, 1);
    return [first, second, this.say('client', ACK, EMPTY)];
  }

  /** Bytes that an end sends; the other acknowledges with what it says next. */
  data(from: End, bytes: Uint8Array): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += MOST)
      packets.push(this.say(from, TcpFlag.PSH | TcpFlag.ACK, bytes.subarray(at, at + MOST)));
    return packets;
  }

  /**
   * Bytes that an end sent and that are not known: packets that were cut behind their headers when they were captured, with
   * the length that they had.
   */
  missing(from: End, length: number): CutPacket[] {
    const packets: CutPacket[] = [];
    for (let left = length; left > 0; left -= MOST) {
      const [whole] = this.data(from, new Uint8Array(Math.min(left, MOST)));
      const headers = (this.sockets[from].address.length === 16 ? HEADER_6 : HEADER_4) + HEADER_TCP;
      packets.push({ bytes: whole!.slice(0, headers), originalLength: whole!.length });
    }
    return packets;
  }

  /** An end acknowledges what it has got, and says nothing. */
  acknowledge(from: End): Uint8Array[] {
    return [this.say(from, TcpFlag.ACK, EMPTY)];
  }

  /** An end sends nothing more. */
  end(from: End): Uint8Array[] {
    const fin = this.say(from, TcpFlag.FIN | TcpFlag.ACK, EMPTY, 1);
    return [fin, this.say(from === 'client' ? 'server' : 'client', TcpFlag.ACK, EMPTY)];
  }

  reset(from: End): Uint8Array[] {
    return [this.say(from, TcpFlag.RST | TcpFlag.ACK, EMPTY)];
  }

  /** @param more numbers that the segment takes beside its bytes': SYN and FIN take one. */
  private say(from: End, flags: number, payload: Uint8Array, more = 0): Uint8Array {
    const to = from === 'client' ? 'server' : 'client';
    const acknowledged = (flags & TcpFlag.ACK) === 0 ? 0 : this.next[to];
    const sequence = this.next[from];
    this.next[from] = (sequence + payload.length + more) >>> 0;
    return tcpPacket(this.sockets[from], this.sockets[to], { sequence, acknowledged, flags, payload });
  }
}

const EMPTY = new Uint8Array(0);
