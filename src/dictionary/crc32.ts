/** CRC-32 as gzip has it (RFC 1952), of which a dictionary's content id is made. */

let table: Uint32Array | undefined;

/** @returns an unsigned 32-bit number. */
export function crc32(bytes: Uint8Array): number {
  table ??= tableOf(0xedb8_8320);
  let crc = -1;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? polynomial ^ (crc >>> 1) : crc >>> 1;
    return crc;
  });
}
