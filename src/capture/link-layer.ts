/**
 * From a packet to what it carries of IP: Ethernet with VLAN tags, Linux cooked captures, loopback, raw IP.
 * (tcpdump.org/linktypes.html)
 */

/** Where an IP packet begins, or why there is none. */
export type Found = { readonly version: 4 | 6; readonly start: number } | Missing;

/** What a packet is instead of something that is read here. */
type Missing = 'not IP' | 'truncated' | 'unknown link type';

/** LINKTYPE_ values. */
const NULL = 0;
const ETHERNET = 1;
const RAW_BSD = 12;
const RAW_OPENBSD = 14;
const RAW = 101;
const LOOP = 108;
const COOKED = 113;
const IPV4 = 228;
const IPV6 = 229;
const COOKED_2 = 276;

/** EtherTypes. */
const TYPE_IPV4 = 0x0800;
const TYPE_IPV6 = 0x86dd;
/** 802.1Q, 802.1ad, and the one that was used for the outer tag before it. */
const VLANS: readonly number[] = [0x8100, 0x88a8, 0x9100];

/** AF_INET is 2 everywhere; AF_INET6 has a number of its own in each family of systems: Linux, NetBSD, FreeBSD, Darwin. */
const FAMILIES_6: readonly number[] = [10, 24, 28, 30];

/** Finds the IP packet in a captured one. */
export function findIp(linkType: number, bytes: Uint8Array): Found {
  switch (linkType) {
    case ETHERNET:
      return behindType(bytes, 12);
    case COOKED:
      return behindType(bytes, 14);
    case COOKED_2:
      return bytes.length < 20 ? 'truncated' : ofType(bytes, 0, 20);
    case RAW:
    case RAW_BSD:
    case RAW_OPENBSD:
    case IPV4:
    case IPV6:
      return bare(bytes, 0);
    case NULL:
    case LOOP:
      return behindFamily(bytes);
    default:
      return 'unknown link type';
  }
}

/** What follows an EtherType at `at`, VLAN tags passed over. */
function behindType(bytes: Uint8Array, at: number): Found {
  let type = at;
  while (type + 2 <= bytes.length && VLANS.includes(u16(bytes, type))) type += 4;
  return type + 2 > bytes.length ? 'truncated' : ofType(bytes, type, type + 2);
}

/** The EtherType at `type`, of what starts at `start`; a cooked packet may have a VLAN tag behind its own header. */
function ofType(bytes: Uint8Array, type: number, start: number): Found {
  const value = u16(bytes, type);
  if (value === TYPE_IPV4) return { version: 4, start };
  if (value === TYPE_IPV6) return { version: 6, start };
  if (VLANS.includes(value)) return behindType(bytes, start + 2);
  return 'not IP';
}

/** An IP packet without anything before it: its first four bits are its version. */
function bare(bytes: Uint8Array, start: number): Found {
  if (bytes.length <= start) return 'truncated';
  const version = bytes[start]! >> 4;
  return version === 4 || version === 6 ? { version, start } : 'not IP';
}

/** A loopback header: the address family, in the byte order of the machine that captured it, or in the network's. */
function behindFamily(bytes: Uint8Array): Found {
  if (bytes.length < 4) return 'truncated';
  const big = u16(bytes, 0) * 0x1_0000 + u16(bytes, 2);
  const family = big > 0xffff ? bytes[0]! | (bytes[1]! << 8) : big;
  if (family === 2) return { version: 4, start: 4 };
  return FAMILIES_6.includes(family) ? { version: 6, start: 4 } : 'not IP';
}

/** A big-endian number of 16 bits, which are there. */
export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
