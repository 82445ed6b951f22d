/**
 * What carries bytes, reckoned: TCP/IP and TLS below the writes of a conversation. One model for every format, so that they
 * differ by their own bytes alone: what one side said in one segment of the capture is one write.
 */

/** An MTU of 1,500 bytes: IPv4 takes 20, TCP 20 and its timestamps 12. (RFC 791, 9293, 7323) */
export const SEGMENT_BYTES = 1448;
export const HEADER_BYTES = 52;
/** TLS 1.3: a record holds so much, and its header, its inner type and its tag take so much. (RFC 8446, 5.1, 5.2) */
export const RECORD_BYTES = 16_384;
export const SEAL_BYTES = 22;

/** What a conversation in one format comes to. */
export interface Carried {
  /** Of the format itself. */
  readonly bytes: number;
  /** Segments with bytes. */
  readonly segments: number;
  /** With the headers of these segments, and of those without bytes. */
  readonly tcp: number;
  /** The same over TLS. */
  readonly tls: number;
}

/** Adds up writes. */
export class Carrier {
  private bytes = 0;
  private segments = 0;
  private sealed = 0;
  private sealedSegments = 0;

  write(size: number): void {
    if (size === 0) return;
    const sealed = size + SEAL_BYTES * Math.ceil(size / RECORD_BYTES);
    this.bytes += size;
    this.segments += Math.ceil(size / SEGMENT_BYTES);
    this.sealed += sealed;
    this.sealedSegments += Math.ceil(sealed / SEGMENT_BYTES);
  }

  /** @param bare segments without bytes, which every format has alike: begins, ends, acknowledgements */
  result(bare: number): Carried {
    const { bytes, segments, sealed, sealedSegments } = this;
    return {
      bytes,
      segments,
      tcp: bytes + HEADER_BYTES * (segments + bare),
      tls: sealed + HEADER_BYTES * (sealedSegments + bare),
    };
  }
}
