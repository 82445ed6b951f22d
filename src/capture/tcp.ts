/** The header of a TCP segment. (RFC 9293, 3.1) */
import { u16 } from './link-layer.ts';

export interface Segment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Number of its first byte, modulo 2^32. */
  readonly sequence: number;
  /** The next number that its sender expects; undefined where it says none. */
  readonly acknowledged: number | undefined;
  readonly syn: boolean;
  readonly fin: boolean;
  readonly reset: boolean;
  /** What was captured of its payload: a view. */
  readonly payload: Uint8Array;
  /** How long its payload was on the wire. */
  readonly length: number;
}

const HEADER = 20;

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

/**
 * Reads bytes[start..end), of which there were `length` on the wire.
 * @returns undefined where the header is cut short or at fault.
 */
export function readSegment(
  bytes: Uint8Array,
  start: number,
  end: number,
  length: number,
): Segment | undefined {
  if (end - start < HEADER) return undefined;
  const header = (bytes[start + 12]! >> 4) * 4;
  if (header < HEADER || header > length) return undefined;
  const flags = bytes[start + 13]!;
  return {
    sourcePort: u16(bytes, start),
    destinationPort: u16(bytes, start + 2),
    sequence: u32(bytes, start + 4),
    acknowledged: (flags & ACK) !== 0 ? u32(bytes, start + 8) : undefined,
    syn: (flags & SYN) !== 0,
    fin: (flags & FIN) !== 0,
    reset: (flags & RST) !== 0,
    payload: bytes.subarray(Math.min(start + header, end), end),
    length: length - header,
  };
}

function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
