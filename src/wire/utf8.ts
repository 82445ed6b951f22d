/** Whether bytes are UTF-8 (RFC 3629, Unicode Table 3-7), without making a text of them. [WIRE-7] */

/**
 * The index of the first sequence of `bytes[start, end)` that is ill-formed, or that `end` cuts off; `end` where there is none.
 * It stops at the fault: of random bytes it looks at two or three.
 */
export function wellFormedTo(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end) {
    // Four at a time, ASCII takes half the time.
    while (i + 4 <= end && (bytes[i]! | bytes[i + 1]! | bytes[i + 2]! | bytes[i + 3]!) < 0x80) i += 4;
    if (i >= end) break;
    const first = bytes[i]!;
    if (first < 0x80) i++;
    else {
      const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
      if (i + length > end || !isSequence(bytes, i, first)) return i;
      i += length;
    }
  }
  return i;
}

/** Whether a sequence of two to four bytes, all of them there, is well-formed. */
function isSequence(bytes: Uint8Array, i: number, first: number): boolean {
  if (first < 0xc2 || first > 0xf4) return false;
  const second = bytes[i + 1]!;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return false;
  return first < 0xe0 || (bytes[i + 2]! >> 6 === 2 && (first < 0xf0 || bytes[i + 3]! >> 6 === 2));
}

/** Whether `bytes[start, end)` are ASCII, which in short texts is mostly so: it looks at all of them. */
export function isAscii(bytes: Uint8Array, start: number, stop: number): boolean {
  let all = 0;
  const end = stop | 0;
  let i = start | 0;
  for (; i + 4 <= end; i += 4) all |= bytes[i]! | bytes[i + 1]! | bytes[i + 2]! | bytes[i + 3]!;
  for (; i < end; i++) all |= bytes[i]!;
  return all < 0x80;
}
