/** The Internet's checksum: the ones' complement of the sum of 16-bit words in ones' complement. (RFC 1071) */

/** Adds the words of bytes[start..end) to a sum; an odd last byte counts as a word's high half. */
export function sumWords(bytes: Uint8Array, start: number, end: number, sum = 0): number {
  let total = sum;
  for (let i = start; i + 1 < end; i += 2) total += (bytes[i]! << 8) | bytes[i + 1]!;
  if ((end - start) % 2 === 1) total += bytes[end - 1]! << 8;
  return total;
}

/** The checksum of a sum; it holds for sums below 2^53. */
export function checksumOf(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x1_0000) + Math.floor(folded / 0x1_0000);
  return ~folded & 0xffff;
}
