/** Writes captures: one section, one interface, a block for each packet. (draft-ietf-opsawg-pcapng) */
import type { Instant } from './packet.ts';

/** The link type of packets that begin with their IP header. */
export const LINKTYPE_RAW = 101;

const SECTION = 0x0a0d_0d0a;
const BYTE_ORDER = 0x1a2b_3c4d;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;
/** Every block says its length again behind its body. */
const AROUND = 12;
const NANOSECONDS = 9;

/** The beginning of a file whose packets are of one link type, their times in nanoseconds. */
export function pcapngHeader(linkType: number): Uint8Array {
  const section = block(SECTION, 16);
  section.setUint32(8, BYTE_ORDER, true);
  section.setUint16(12, 1, true);
  section.setBigInt64(16, -1n, true); // of unknown length
  const face = block(INTERFACE, 8 + 12);
  face.setUint16(8, linkType, true);
  face.setUint16(16, 9, true); // if_tsresol
  face.setUint16(18, 1, true);
  face.setUint8(20, NANOSECONDS);
  const bytes = new Uint8Array(section.byteLength + face.byteLength);
  bytes.set(new Uint8Array(section.buffer));
  bytes.set(new Uint8Array(face.buffer), section.byteLength);
  return bytes;
}

/** The block of a packet; `originalLength` is its length on the wire where not all of it was captured. */
export function pcapngPacket(
  packet: Uint8Array,
  { seconds, nanoseconds }: Instant,
  originalLength: number = packet.length,
): Uint8Array {
  const view = block(ENHANCED_PACKET, 20 + packet.length + (-packet.length & 3));
  const time = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
  view.setUint32(12, Number(time >> 32n), true);
  view.setUint32(16, Number(time & 0xffff_ffffn), true);
  view.setUint32(20, packet.length, true);
  view.setUint32(24, originalLength, true);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(packet, 28);
  return bytes;
}

/** A block with an empty body. */
function block(type: number, body: number): DataView {
  const view = new DataView(new ArrayBuffer(body + AROUND));
  view.setUint32(0, type, true);
  view.setUint32(4, view.byteLength, true);
  view.setUint32(view.byteLength - 4, view.byteLength, true);
  return view;
}
