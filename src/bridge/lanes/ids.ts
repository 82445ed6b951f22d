/** Request ids of up to 28 bits, as most are. [FRAME-6] */

/** The index after the id at `start`; 0 for one that is longer, spelled too long, or runs out of the payload. */
export function idEnd(bytes: Uint8Array, start: number, end: number): number {
  const most = Math.min(end, start + 4);
  for (let i = start; i < most; i++) if (bytes[i]! < 0x80) return i > start && bytes[i] === 0 ? 0 : i + 1;
  return 0;
}

/** The id in `bytes[start, end)`. */
export function idBefore(bytes: Uint8Array, start: number, end: number): number {
  let id = 0;
  for (let i = end - 1; i >= start; i--) id = (id << 7) | (bytes[i]! & 0x7f);
  return id;
}
