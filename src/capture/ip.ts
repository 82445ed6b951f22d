/** IPv4 (RFC 791) and IPv6 with extension headers (RFC 8200): headers, and whether the packet is a fragment. */
import { u16 } from './link-layer.ts';

/** What an IP packet carries. */
export interface IpPacket {
  readonly version: 4 | 6;
  /** The protocol of what it carries: 6 is TCP. Of a fragment: of the whole. */
  readonly protocol: number;
  /** 4 or 16 bytes: views of the packet. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** What it carries, as far as it was captured: bytes[start..end). */
  readonly start: number;
  readonly end: number;
  /** How long that was on the wire. */
  readonly length: number;
  readonly fragment: Fragment | undefined;
}

/** Which part of a larger packet this is. */
interface Fragment {
  readonly id: number;
  /** In bytes. */
  readonly offset: number;
  /** Whether another follows. */
  readonly more: boolean;
}

const HEADER_4 = 20;
const HEADER_6 = 40;

/** Next-header values of extension headers: hop-by-hop, routing, fragment, authentication, destination, mobility, HIP, shim6. */
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const OTHERS: readonly number[] = [0, 43, 60, 135, 139, 140];

/** More extension headers than any sender writes make no packet. */
const MAX_HEADERS = 16;

/**
 * Reads the header of an IP packet.
 * @param end of what was captured. @param wire how many bytes from `start` on the packet had before it was cut.
 * @returns undefined where the header is cut short or at fault.
 */
export function readIp(
  version: 4 | 6,
  bytes: Uint8Array,
  start: number,
  end: number,
  wire: number,
): IpPacket | undefined {
  return version === 4 ? readIp4(bytes, start, end, wire) : readIp6(bytes, start, end, wire);
}

function readIp4(bytes: Uint8Array, start: number, end: number, wire: number): IpPacket | undefined {
  if (end - start < HEADER_4 || bytes[start]! >> 4 !== 4) return undefined;
  const header = (bytes[start]! & 15) * 4;
  // a length of 0 is what segmentation offload leaves there
  const total = u16(bytes, start + 2) || wire;
  if (header < HEADER_4 || header > end - start || total < header) return undefined;
  const word = u16(bytes, start + 6);
  const offset = (word & 0x1fff) * 8;
  const more = (word & 0x2000) !== 0;
  return {
    version: 4,
    protocol: bytes[start + 9]!,
    source: bytes.subarray(start + 12, start + 16),
    destination: bytes.subarray(start + 16, start + 20),
    start: start + header,
    end: Math.min(end, start + total),
    length: total - header,
    fragment: offset > 0 || more ? { id: u16(bytes, start + 4), offset, more } : undefined,
  };
}

function readIp6(bytes: Uint8Array, start: number, end: number, wire: number): IpPacket | undefined {
  if (end - start < HEADER_6 || bytes[start]! >> 4 !== 6) return undefined;
  // a length of 0 is a jumbogram's, or what segmentation offload leaves there
  const total = u16(bytes, start + 4) + HEADER_6;
  const whole = total === HEADER_6 ? wire : total;
  const found = behindHeaders(bytes, start + HEADER_6, end, bytes[start + 6]!);
  if (found === undefined) return undefined;
  const length = start + whole - found.at;
  if (length < 0) return undefined;
  return {
    version: 6,
    protocol: found.protocol,
    source: bytes.subarray(start + 8, start + 24),
    destination: bytes.subarray(start + 24, start + 40),
    start: found.at,
    end: Math.min(end, start + whole),
    length,
    fragment: found.fragment,
  };
}

/** Passes over extension headers. What follows the first part of a fragment is in the whole only. */
function behindHeaders(
  bytes: Uint8Array,
  start: number,
  end: number,
  first: number,
): { readonly at: number; readonly protocol: number; readonly fragment: Fragment | undefined } | undefined {
  let at = start;
  let protocol = first;
  for (let i = 0; i < MAX_HEADERS; i++) {
    const known = protocol === FRAGMENT || protocol === AUTHENTICATION || OTHERS.includes(protocol);
    if (!known) return { at, protocol, fragment: undefined };
    if (at + 8 > end) return undefined;
    const next = bytes[at]!;
    if (protocol === FRAGMENT) {
      const word = u16(bytes, at + 2);
      const fragment = {
        id: ((u16(bytes, at + 4) << 16) | u16(bytes, at + 6)) >>> 0,
        offset: word & 0xfff8,
        more: (word & 1) !== 0,
      };
      at += 8;
      // an atomic fragment is the whole packet (RFC 6946)
      if (fragment.offset > 0 || fragment.more) return { at, protocol: next, fragment };
    } else at += protocol === AUTHENTICATION ? (bytes[at + 1]! + 2) * 4 : (bytes[at + 1]! + 1) * 8;
    protocol = next;
    if (at > end) return undefined;
  }
  return undefined;
}
/** The headers behind those that the fragments of an IPv6 packet were cut from: what protocol the whole carries, and where. */
export function innerHeaders(
  bytes: Uint8Array,
  protocol: number,
): { readonly at: number; readonly protocol: number } | undefined {
  return behindHeaders(bytes, 0, bytes.length, protocol);
}

/** An address in text: dotted, or as RFC 5952 spells it. */
export function addressText(address: Uint8Array): string {
  if (address.length === 4) return address.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => u16(address, i * 2));
  // ::ffff:a.b.c.d is an IPv4 address (RFC 5952, 5)
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return `::ffff:${address.subarray(12).join('.')}`;
  const { start, length } = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** The first longest run of zeros. */
function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
