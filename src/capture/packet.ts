/** Packets as a capture holds them. */

/** A moment: seconds since 1970 in UTC, and nanoseconds of that second, 0 to 999,999,999. */
export interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** Seconds from one moment to another. */
export function elapsed(from: Instant, to: Instant): number {
  return to.seconds - from.seconds + (to.nanoseconds - from.nanoseconds) / 1e9;
}

/** One packet: a record of the capture. */
export interface Packet {
  /** 1 for the first of the capture, as Wireshark counts. */
  readonly number: number;
  /** Undefined where the capture has no times (a Simple Packet Block). */
  readonly time: Instant | undefined;
  /** What the bytes begin with: a LINKTYPE_ value of the registry at tcpdump.org/linktypes.html. */
  readonly linkType: number;
  /** What was captured: a view, good until more is fed. */
  readonly bytes: Uint8Array;
  /** The packet's length on the wire; more than was captured where a snapshot length cut it. */
  readonly originalLength: number;
  /** Bytes of a frame check sequence at the end of each packet. */
  readonly fcsLength: number;
  /** Offset of the record in the file. */
  readonly offset: number;
  /** Which interface of the section, from 0. */
  readonly interfaceId: number;
}

/** What reads packets of one file format. */
export interface PacketReader {
  /** The next packet; undefined while it is not all there. @throws CaptureError where the file is at fault. */
  next(): Packet | undefined;
  /** Whether the file may end where the reading stands. */
  readonly atBoundary: boolean;
}
