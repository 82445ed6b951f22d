/** Addresses of sockets as bytes. */
import { isIPv4, isIPv6 } from 'node:net';

/** 4 or 16 bytes of an address in text; 0.0.0.0 where it is none. */
export function addressBytes(text: string): Uint8Array {
  const plain = text.replace(/%.*$/, '');
  if (isIPv4(plain)) return Uint8Array.from(plain.split('.'), Number);
  return isIPv6(plain) ? sixBytes(plain) : new Uint8Array(4);
}

function sixBytes(text: string): Uint8Array {
  // a URL spells all of it in hex, the longest run of zeros left out
  const hex = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const [left = '', right] = hex.split('::');
  const head = groups(left);
  const tail = groups(right ?? '');
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  return Uint8Array.from([...head, ...zeros, ...tail].flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(part: string): number[] {
  return part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
}

/** An IPv4 address as an IPv6 one (RFC 4291, 2.5.5.2); others as they are. */
export function mapped(address: Uint8Array): Uint8Array {
  if (address.length === 16) return address;
  return Uint8Array.from([...Array.from({ length: 10 }, () => 0), 0xff, 0xff, ...address]);
}
