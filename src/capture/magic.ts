/** How capture files begin: one table for who reads them, and for who has to tell them from everything else. */

/** What the first four bytes say of the rest. */
export interface Magic {
  readonly format: 'pcap' | 'pcapng';
  /** Of pcap: whether its numbers are little-endian. A pcapng section says that itself. */
  readonly little: boolean;
  /** Of pcap: nanoseconds in a unit of its timestamps. */
  readonly unit: number;
  readonly bytes: readonly number[];
}

/** The lengths are all the same. */
const LENGTH = 4;

const MAGICS: readonly Magic[] = [
  { format: 'pcapng', little: false, unit: 1, bytes: [0x0a, 0x0d, 0x0d, 0x0a] },
  { format: 'pcap', little: false, unit: 1000, bytes: [0xa1, 0xb2, 0xc3, 0xd4] },
  { format: 'pcap', little: true, unit: 1000, bytes: [0xd4, 0xc3, 0xb2, 0xa1] },
  { format: 'pcap', little: false, unit: 1, bytes: [0xa1, 0xb2, 0x3c, 0x4d] },
  { format: 'pcap', little: true, unit: 1, bytes: [0x4d, 0x3c, 0xb2, 0xa1] },
];

/** What a file that begins so is; undefined where it is no capture. Four bytes are enough, and needed. */
export function magicOf(bytes: Uint8Array): Magic | undefined {
  return bytes.length < LENGTH ? undefined : MAGICS.find((magic) => fits(magic, bytes));
}

/** Whether a file that begins so is a capture; undefined while fewer than four bytes are there that may become one. */
export function isCapture(bytes: Uint8Array): boolean | undefined {
  if (!MAGICS.some((magic) => fits(magic, bytes))) return false;
  return bytes.length < LENGTH ? undefined : true;
}

/** As far as both go. */
function fits({ bytes }: Magic, begin: Uint8Array): boolean {
  return bytes.every((byte, at) => at >= begin.length || begin[at] === byte);
}
