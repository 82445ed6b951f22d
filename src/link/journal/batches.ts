/**
 * The form of a journal's file: a head, then batches, each all or nothing. Numbers are little-endian.
 *
 *     head    magic, 8 bytes | version, 4 | salt, 8 | CRC-32 of these 20
 *     batch   length of the body, 4 | number of the batch, 8 | CRC-32 of the body, 4 | CRC-32 of these 16 | body
 *
 * The CRCs of batches begin with the head's, and so with the salt: what was left of another file, or what a peer has put
 * into a frame, is never taken for a batch. The first batch is number 0, and was safe before the file got its name. From then
 * on one batch is written and made safe at a time: only the last can be torn.
 */
import { crc32 } from 'node:zlib';
import { JournalError } from './errors.ts';

/** As PNG has it: a byte that is no text, and line ends that a careless copy would change. */
const MAGIC = Uint8Array.of(0x89, 0x50, 0x54, 0x52, 0x4a, 0x0d, 0x0a, 0x1a);
const VERSION = 1;
const SALT_AT = 12;
const HEAD = 24;
/** Bytes of the head of a file. */
export { HEAD as FILE_HEAD };
/** Bytes of the head of a batch. */
export const BATCH_HEAD = 20;

/** What a file says. */
export interface Recovered {
  /** The bodies of its batches, in order: views of it. */
  readonly bodies: readonly { readonly body: Uint8Array; readonly offset: number }[];
  /** Bytes behind the last whole batch: of one that was being written when the power was cut. */
  readonly torn: number;
}

/** The head of a file. @param salt 8 bytes that nobody can guess. */
export function fileHead(salt: Uint8Array): Uint8Array {
  const head = new Uint8Array(HEAD);
  head.set(MAGIC);
  head.set(salt.subarray(0, 8), SALT_AT);
  const view = viewOf(head);
  view.setUint32(MAGIC.length, VERSION, true);
  view.setUint32(HEAD - 4, crc32(head.subarray(0, HEAD - 4)), true);
  return head;
}

/** What the CRCs of a file with this head begin with. */
export function seedOf(head: Uint8Array): number {
  return viewOf(head).getUint32(HEAD - 4, true);
}

/** A batch as its bytes. */
export function batch(body: Uint8Array, number: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(BATCH_HEAD + body.length);
  const view = viewOf(bytes);
  view.setUint32(0, body.length, true);
  view.setBigUint64(4, BigInt(number), true);
  view.setUint32(12, crc32(body, seed), true);
  view.setUint32(16, crc32(bytes.subarray(0, 16), seed), true);
  bytes.set(body, BATCH_HEAD);
  return bytes;
}

/**
 * Reads a file as a process before left it.
 * @throws JournalError `VERSION`; `CORRUPT` for whatever a torn last batch does not explain.
 */
export function recover(bytes: Uint8Array): Recovered {
  const seed = checkHead(bytes);
  const bodies: { body: Uint8Array; offset: number }[] = [];
  let pos = HEAD;
  while (pos < bytes.length) {
    const body = bodyAt(bytes, pos, bodies.length, seed);
    if (body === undefined) break;
    bodies.push({ body, offset: pos });
    pos += BATCH_HEAD + body.length;
  }
  if (bodies.length === 0) throw corrupt(HEAD, 'its first batch is not whole');
  if (pos < bytes.length && hasLater(bytes, pos + 1, bodies.length, seed))
    throw corrupt(pos, 'a batch is not as it was written, and whole ones follow');
  return { bodies, torn: bytes.length - pos };
}

function checkHead(bytes: Uint8Array): number {
  if (bytes.length < HEAD || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw corrupt(0, 'this is no journal');
  const view = viewOf(bytes);
  const version = view.getUint32(MAGIC.length, true);
  const seed = view.getUint32(HEAD - 4, true);
  if (crc32(bytes.subarray(0, HEAD - 4)) !== seed) throw corrupt(0, 'its head is not as it was written');
  if (version !== VERSION)
    throw new JournalError('VERSION', `version ${VERSION} is known here, not ${version}`);
  return seed;
}

/** The body of the batch with this number, where it is whole at `pos`. */
function bodyAt(bytes: Uint8Array, pos: number, number: number, seed: number): Uint8Array | undefined {
  if (!isBatchHead(bytes, pos, seed)) return undefined;
  const view = viewOf(bytes);
  const start = pos + BATCH_HEAD;
  const length = view.getUint32(pos, true);
  if (view.getBigUint64(pos + 4, true) !== BigInt(number)) throw corrupt(pos, `this is not batch ${number}`);
  if (length > bytes.length - start) return undefined;
  const body = bytes.subarray(start, start + length);
  return crc32(body, seed) === view.getUint32(pos + 12, true) ? body : undefined;
}

function isBatchHead(bytes: Uint8Array, pos: number, seed: number): boolean {
  if (bytes.length - pos < BATCH_HEAD) return false;
  return crc32(bytes.subarray(pos, pos + 16), seed) === viewOf(bytes).getUint32(pos + 16, true);
}

/** Whether the head of a batch after this one stands anywhere from `pos` on: then what is before it was once safe. */
function hasLater(bytes: Uint8Array, pos: number, number: number, seed: number): boolean {
  const view = viewOf(bytes);
  // a file has a batch for every `BATCH_HEAD` bytes at the most; few places are left to try a CRC on
  const most = number + bytes.length / BATCH_HEAD;
  for (let at = pos; at + BATCH_HEAD <= bytes.length; at++) {
    const low = view.getUint32(at + 4, true);
    if (low <= number || low > most || view.getUint32(at + 8, true) !== 0) continue;
    if (isBatchHead(bytes, at, seed)) return true;
  }
  return false;
}

function corrupt(offset: number, detail: string): JournalError {
  return new JournalError('CORRUPT', detail, { offset });
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}
