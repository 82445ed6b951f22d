/** Streams of messages, each behind its length as a varint: what protobuf's `writeDelimitedTo` writes. */
import { DEFAULT_LIMITS, ProtocolError } from 'petrel';
import { MessageReader } from 'petrel/message';

/** A message of a stream. */
export interface Delimited {
  readonly bytes: Uint8Array;
  /** Where its first byte, after the length, is in the stream. */
  readonly offset: number;
}

/** Most bytes of a length, spelled as long as a varint can be. */
const LONGEST = 10;

/**
 * The messages of a stream as they become whole. Holds one that is not whole yet, and a chunk.
 * @throws ProtocolError TRUNCATED where the stream ends inside a message, LIMIT_PAYLOAD for one longer than `maxPayload`,
 *   VARINT_RANGE for what is no length.
 */
export async function* splitDelimited(
  chunks: AsyncIterable<Uint8Array>,
  maxPayload: number = DEFAULT_LIMITS.maxPayload,
): AsyncGenerator<Delimited, void, void> {
  let parts: Uint8Array[] = [];
  let size = 0;
  /** Offset in the stream of the first byte of `parts`, and how many it takes to go on. */
  let base = 0;
  let needed = 1;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size < needed) continue;
    const bytes = parts.length === 1 ? chunk : Buffer.concat(parts);
    let pos = 0;
    for (;;) {
      const found = messageAt(bytes, pos, base, maxPayload);
      needed = found === undefined ? size - pos + 1 : found.end - pos;
      if (found === undefined || found.end > size) break;
      yield { bytes: bytes.subarray(found.start, found.end), offset: base + found.start };
      pos = found.end;
    }
    base += pos;
    size -= pos;
    parts = [bytes.subarray(pos)];
  }
  if (size > 0)
    throw new ProtocolError('TRUNCATED', 'WIRE-9', base + size, 'the stream ends inside a message');
}

/** Where the message begins and ends whose length is at `pos`; undefined where more bytes are needed to know. */
function messageAt(
  bytes: Uint8Array,
  pos: number,
  base: number,
  maxPayload: number,
): { start: number; end: number } | undefined {
  const head = bytes.subarray(pos, pos + LONGEST);
  if (head.length < LONGEST && head.every((byte) => byte > 0x7f)) return undefined;
  const reader = new MessageReader(head);
  const length = lengthFrom(reader, base + pos);
  if (length > maxPayload) {
    const detail = `a message of ${length} bytes, at most ${maxPayload} are taken`;
    throw new ProtocolError('LIMIT_PAYLOAD', 'LIMIT-1', base + pos, detail);
  }
  const start = pos + reader.pos;
  return { start, end: start + Number(length) };
}

function lengthFrom(reader: MessageReader, offset: number): number | bigint {
  try {
    return reader.uint64();
  } catch (error) {
    throw error instanceof ProtocolError ? error.moved(offset) : error;
  }
}
