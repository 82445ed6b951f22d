/**
 * The capture format of Wireshark: blocks that say their length at both ends, several interfaces, any unit of time.
 * (draft-ietf-opsawg-pcapng; the numbers in the comments are its sections.)
 */
import type { ByteFeed } from './byte-feed.ts';
import { CaptureError } from './errors.ts';
import type { Instant, Packet, PacketReader } from './packet.ts';
import { tooLong } from './pcap.ts';

/** Block types. */
const SECTION = 0x0a0d_0d0a;
const INTERFACE = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

const BYTE_ORDER = 0x1a2b_3c4d;

/** A block's type and its two lengths. */
const AROUND = 12;

/** The longest block that is no packet and is still read: interfaces with their options. */
const MAX_INTERFACE = 1 << 20;

/** Interfaces of one section: more make a damaged file, or an attack. */
const MAX_INTERFACES = 65_536;

/** Options of an interface. (4.2) */
const END_OF_OPTIONS = 0;
const TIME_RESOLUTION = 9;
const TIME_OFFSET = 14;
const FCS_LENGTH = 13;

interface Interface {
  readonly linkType: number;
  /** The most bytes of a packet that were kept; 0 for all. */
  readonly snapLength: number;
  /** Units of time in a second. */
  readonly units: bigint;
  readonly timeOffset: number;
  readonly fcsLength: number;
}

/** Where in a packet block's body things lie. */
interface PacketLayout {
  readonly interfaceId: number;
  readonly time: number | undefined;
  readonly captured: number;
  readonly original: number;
  readonly data: number;
}

export class PcapngReader implements PacketReader {
  private readonly feed: ByteFeed;
  private readonly maxPacket: number;
  private little = true;
  private interfaces: Interface[] = [];
  private inSection = false;
  private count = 0;

  constructor(feed: ByteFeed, maxPacket: number) {
    this.feed = feed;
    this.maxPacket = maxPacket;
  }

  get atBoundary(): boolean {
    return this.inSection && this.feed.length === 0 && this.feed.missing === 0;
  }

  next(): Packet | undefined {
    const { feed } = this;
    for (;;) {
      const head = feed.peek(AROUND);
      if (head === undefined) return undefined;
      const view = new DataView(head.buffer, head.byteOffset, AROUND);
      if (view.getUint32(0, true) === SECTION) this.openSection(view);
      else if (!this.inSection) throw new CaptureError(feed.offset, 'this is no pcapng file');
      const type = view.getUint32(0, this.little);
      const length = this.blockLength(view, type);
      if (isSkipped(type)) {
        feed.skip(length);
        continue;
      }
      const block = feed.peek(length);
      if (block === undefined) return undefined;
      const packet = this.take(type, block);
      feed.skip(length);
      if (packet !== undefined) return packet;
    }
  }

  /** 4.1: the byte order holds for all blocks up to the next such header; interfaces are numbered anew. */
  private openSection(view: DataView): void {
    const little = view.getUint32(8, true) === BYTE_ORDER;
    if (!little && view.getUint32(8, false) !== BYTE_ORDER)
      throw new CaptureError(this.feed.offset + 8, 'a section whose byte order is not known');
    this.little = little;
    this.interfaces = [];
    this.inSection = true;
  }

  /** 3.1: a multiple of four; what is not read may be of any length. */
  private blockLength(view: DataView, type: number): number {
    const { offset } = this.feed;
    const length = view.getUint32(4, this.little);
    if (length < AROUND || length % 4 !== 0) throw new CaptureError(offset + 4, `a block of ${length} bytes`);
    const most = type === INTERFACE || type === SECTION ? MAX_INTERFACE : this.maxPacket + MAX_INTERFACE;
    if (!isSkipped(type) && length > most) throw tooLong(offset, length, most);
    return length;
  }

  private take(type: number, block: Uint8Array): Packet | undefined {
    const { offset } = this.feed;
    const view = new DataView(block.buffer, block.byteOffset, block.length);
    if (view.getUint32(block.length - 4, this.little) !== block.length)
      throw new CaptureError(offset + block.length - 4, 'a block whose two lengths differ');
    if (type === SECTION) {
      const major = view.getUint16(12, this.little);
      if (block.length < 28 || major !== 1)
        throw new CaptureError(offset + 12, `version ${major} of the pcapng format is not known here`);
      return undefined;
    }
    if (type === INTERFACE) {
      if (this.interfaces.length === MAX_INTERFACES) throw new CaptureError(offset, 'too many interfaces');
      this.interfaces.push(this.readInterface(view));
      return undefined;
    }
    return this.packet(view, type, block);
  }

  /** 4.2 */
  private readInterface(view: DataView): Interface {
    const { little } = this;
    const { offset } = this.feed;
    if (view.byteLength < AROUND + 8) throw new CaptureError(offset, 'an interface cut short');
    let units = 1_000_000n;
    let timeOffset = 0;
    let fcsLength = 0;
    for (const [code, at, length] of options(view, 16, little)) {
      if (code === TIME_RESOLUTION && length === 1) units = resolution(view.getUint8(at), offset + at);
      else if (code === TIME_OFFSET && length === 8) timeOffset = Number(view.getBigInt64(at, little));
      else if (code === FCS_LENGTH && length === 1) fcsLength = view.getUint8(at);
    }
    return {
      linkType: view.getUint16(8, little),
      snapLength: view.getUint32(12, little),
      units,
      timeOffset,
      fcsLength,
    };
  }

  /** 4.3, 4.4 and the obsolete block of appendix A. */
  private packet(view: DataView, type: number, block: Uint8Array): Packet {
    const { little } = this;
    const { offset } = this.feed;
    const room = block.length - AROUND;
    if (room < (type === SIMPLE_PACKET ? 4 : 20)) throw new CaptureError(offset, 'a packet block cut short');
    const layout = this.layout(view, type);
    const from = this.interfaces[layout.interfaceId];
    if (from === undefined)
      throw new CaptureError(
        offset + 8,
        `a packet of interface ${layout.interfaceId}, which the section has not`,
      );
    // a simple packet says only how long it was: as much was kept as the interface keeps
    const kept = from.snapLength === 0 ? layout.captured : Math.min(layout.captured, from.snapLength);
    const captured = type === SIMPLE_PACKET ? kept : layout.captured;
    if (captured > block.length - 4 - layout.data)
      throw new CaptureError(offset, `a packet of ${captured} bytes in a block of ${block.length}`);
    if (captured > this.maxPacket) throw tooLong(offset, captured, this.maxPacket);
    const { linkType, fcsLength } = from;
    return {
      number: ++this.count,
      time: layout.time === undefined ? undefined : instant(view, layout.time, little, from),
      linkType,
      bytes: block.subarray(layout.data, layout.data + captured),
      originalLength: layout.original,
      fcsLength,
      offset,
      interfaceId: layout.interfaceId,
    };
  }

  private layout(view: DataView, type: number): PacketLayout {
    const u32 = (at: number): number => view.getUint32(at, this.little);
    if (type === SIMPLE_PACKET)
      return { interfaceId: 0, time: undefined, captured: u32(8), original: u32(8), data: 12 };
    const interfaceId = type === ENHANCED_PACKET ? u32(8) : view.getUint16(8, this.little);
    return { interfaceId, time: 12, captured: u32(20), original: u32(24), data: 28 };
  }
}

/** Whether a block is passed over: names, statistics, secrets, custom blocks and what is not known. (3.1) */
function isSkipped(type: number): boolean {
  return (
    type !== SECTION &&
    type !== INTERFACE &&
    (type < OBSOLETE_PACKET || type > ENHANCED_PACKET || type === 4 || type === 5)
  );
}

/** Code, place and length of each option; what is cut short ends them. (3.5) */
function* options(
  view: DataView,
  start: number,
  little: boolean,
): Generator<readonly [number, number, number], void, void> {
  const end = view.byteLength - 4;
  for (let at = start; at + 4 <= end;) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === END_OF_OPTIONS || at + 4 + length > end) return;
    yield [code, at + 4, length];
    at += 4 + length + (-length & 3);
  }
}

/** if_tsresol: a negative power of 10, or of 2 where the highest bit is set. */
function resolution(byte: number, offset: number): bigint {
  const power = byte & 0x7f;
  if (power > 63)
    throw new CaptureError(offset, `times in units of ${byte < 0x80 ? 10 : 2}^-${power} seconds`);
  return byte < 0x80 ? 10n ** BigInt(power) : 1n << BigInt(power);
}

/** A time in units of its interface, in two halves, the high one first. */
function instant(view: DataView, at: number, little: boolean, { units, timeOffset }: Interface): Instant {
  const high = view.getUint32(at, little);
  const low = view.getUint32(at + 4, little);
  const sum = high * 0x1_0000_0000 + low;
  if (units === 1_000_000n && Number.isSafeInteger(sum)) {
    const seconds = Math.floor(sum / 1e6);
    return { seconds: seconds + timeOffset, nanoseconds: (sum - seconds * 1e6) * 1000 };
  }
  const exact = (BigInt(high) << 32n) | BigInt(low);
  const seconds = exact / units;
  return {
    seconds: Number(seconds) + timeOffset,
    nanoseconds: Number(((exact - seconds * units) * 1_000_000_000n) / units),
  };
}
