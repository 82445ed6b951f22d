/**
 * The classic capture format of libpcap: a header of 24 bytes, then records of 16 bytes and a packet each, in the byte order
 * of the machine that wrote it. (draft-ietf-opsawg-pcap)
 */
import type { ByteFeed } from './byte-feed.ts';
import { CaptureError } from './errors.ts';
import type { Magic } from './magic.ts';
import type { Packet, PacketReader } from './packet.ts';

const HEADER = 24;
const RECORD = 16;

export class PcapReader implements PacketReader {
  private readonly feed: ByteFeed;
  private readonly maxPacket: number;
  private readonly little: boolean;
  private readonly unit: number;
  private linkType = -1;
  private fcsLength = 0;
  private count = 0;

  /** @param magic is how the file begins. */
  constructor(feed: ByteFeed, maxPacket: number, magic: Magic) {
    this.feed = feed;
    this.maxPacket = maxPacket;
    this.little = magic.little;
    this.unit = magic.unit;
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
    const major = view.getUint16(4, this.little);
    if (major !== 2)
      throw new CaptureError(feed.offset + 4, `version ${major} of the pcap format is not known here`);
    const network = view.getUint32(20, this.little);
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
