/** A capture file of either format, chunk by chunk. */
import { ByteFeed } from './byte-feed.ts';
import { CaptureError } from './errors.ts';
import { magicOf } from './magic.ts';
import type { Packet, PacketReader } from './packet.ts';
import { PcapReader } from './pcap.ts';
import { PcapngReader } from './pcapng.ts';

export interface CaptureOptions {
  /** The longest packet that is taken, in bytes, 1 to 2^28; a longer one is a damaged file. Default 1 MiB. */
  readonly maxPacket?: number;
}

const MAX_PACKET = 1 << 20;

/**
 * Reads the packets of a pcap or pcapng file, which may be larger than memory: it holds no more than one packet and the
 * chunk that it lies in.
 */
export class CaptureReader {
  private readonly feed: ByteFeed = new ByteFeed();
  private readonly maxPacket: number;
  private reader: PacketReader | undefined;
  private failure: CaptureError | undefined;

  /** @throws RangeError for options out of range. */
  constructor({ maxPacket = MAX_PACKET }: CaptureOptions = {}) {
    if (!Number.isInteger(maxPacket) || maxPacket < 1 || maxPacket > 2 ** 28)
      throw new RangeError('maxPacket must be an integer from 1 to 2^28');
    this.maxPacket = maxPacket;
  }

  /** Which format the file has, once four bytes are there. */
  get format(): 'pcap' | 'pcapng' | undefined {
    if (this.reader === undefined) return undefined;
    return this.reader instanceof PcapReader ? 'pcap' : 'pcapng';
  }

  /**
   * The packets that end in this chunk, which is the reader's from now on; the packets are views of it.
   * @throws CaptureError where the file is at fault, and at every call after that.
   */
  *read(chunk: Uint8Array): Generator<Packet, void, void> {
    if (this.failure !== undefined) throw this.failure;
    this.feed.push(chunk);
    try {
      this.reader ??= this.open();
      if (this.reader === undefined) return;
      for (let packet = this.reader.next(); packet !== undefined; packet = this.reader.next()) yield packet;
    } catch (error) {
      if (error instanceof CaptureError) this.failure = error;
      throw error;
    }
  }

  /** The file ends here. @throws CaptureError where it ends within a packet, or holds nothing at all. */
  finish(): void {
    if (this.failure !== undefined) throw this.failure;
    const { feed, reader } = this;
    const { offset } = feed;
    if (reader === undefined) throw new CaptureError(offset, 'the file ends before it says what it is');
    if (!reader.atBoundary)
      throw new CaptureError(offset + feed.length, 'the file ends within a packet or a header');
  }

  private open(): PacketReader | undefined {
    const magic = this.feed.peek(4);
    if (magic === undefined) return undefined;
    const found = magicOf(magic);
    if (found === undefined)
      throw new CaptureError(this.feed.offset, 'this is neither a pcap nor a pcapng file');
    return found.format === 'pcap'
      ? new PcapReader(this.feed, this.maxPacket, found)
      : new PcapngReader(this.feed, this.maxPacket);
  }
}
