/**
 * The classic capture format of libpcap: a header of 24 bytes, then records of 16 bytes and a packet each, in the byte order
 * of the machine that wrote it. (draft-ietf-opsawg-pcap)
 */
import type { ByteFeed } from './byte-feed.ts';
import { CaptureError } from './errors.ts';
import type { Packet, PacketReader } from './packet.ts';

const HEADER = 24;
const RECORD = 16;

/** Nanoseconds in a unit of the second time field, by the magic number. */
const UNITS: ReadonlyMap<number, number> = new Map([
  [0xa1b2_c3d4, 1000],
  [0xa1b2_3c4d, 1],
]);

/** What the first four bytes say: the byte order and the unit of time; undefined for no pcap. */
export function pcapOrder(magic: DataView): { readonly little: boolean; readonly unit: number } | undefined {
  for (const little of [true, false]) {
    const unit = UNITS.get(magic.getUint32(0, little));
    if (unit !== undefined) return { little, unit };
  }
  return undefined;
}

export class PcapReader implements PacketReader {
  private readonly feed: ByteFeed;
  private readonly maxPacket: number;
  private little = true;
  private unit = 0;
  private linkType = -1;
  private fcsLength = 0;
  private count = 0;

  constructor(feed: ByteFeed, maxPacket: number) {
    this.feed = feed;
    this.maxPacket = maxPacket;
  }

  get atBoundary(): boolean {
    return this.linkType >= 0 && this.feed.length === 0;
  }

  next(): Packet | undefined {
    if (this.linkType < 0 && !this.header()) return undefined;
    const { feed, little } = this;
    const head = feed.peek(RECORD);
    if (head === undefined) return undefined;
    const view = new DataView(head.buffer, head.byteOffset, RECORD);
    const length = view.getUint32(8, little);
    if (length > this.maxPacket) throw tooLong(feed.offset, length, this.maxPacket);
    const record = feed.peek(RECORD + length);
    if (record === undefined) return undefined;
    const { offset } = feed;
    feed.skip(RECORD + length);
    return {
      number: ++this.count,
      time: { seconds: view.getUint32(0, little), nanoseconds: view.getUint32(4, little) * this.unit },
      linkType: this.linkType,
      bytes: record.subarray(RECORD),
      originalLength: view.getUint32(12, little),
      fcsLength: this.fcsLength,
      offset,
      interfaceId: 0,
    };
  }

  private header(): boolean {
    const { feed } = this;
    const bytes = feed.peek(HEADER);
    if (bytes === undefined) return false;
    const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER);
    const order = pcapOrder(view);
    if (order === undefined) throw new CaptureError(feed.offset, 'this is no pcap file');
    this.little = order.little;
    this.unit = order.unit;
    const major = view.getUint16(4, order.little);
    if (major !== 2)
      throw new CaptureError(feed.offset + 4, `version ${major} of the pcap format is not known here`);
    const network = view.getUint32(20, order.little);
    this.linkType = network & 0xffff;
    // the upper four bits: how many 16-bit units of frame check sequence follow each packet, if bit 26 says so
    this.fcsLength = (network & 0x0400_0000) !== 0 ? (network >>> 28) * 2 : 0;
    feed.skip(HEADER);
    return true;
  }
}

/** A packet whose record says that it is longer than any that is taken. */
export function tooLong(offset: number, length: number, most: number): CaptureError {
  return new CaptureError(
    offset,
    `a packet of ${length} bytes is over the limit of ${most}: the file may be damaged`,
  );
}
