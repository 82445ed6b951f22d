/** Streams of messages, each behind its length as a varint: what protobuf's `writeDelimitedTo` writes. */
import { DEFAULT_LIMITS, ProtocolError } from 'petrel';
import { MessageReader } from 'petrel/message';

/** A message of a stream. */
export interface Delimited {
  readonly bytes: Uint8Array;
  /** Where its first byte, after the length, is in the stream. */
  readonly offset: number;
}

/** The longest length: a varint of 32 bits takes five bytes, spelled longer ten. */
const LONGEST = 10;

/**
 * The messages of a stream as they become whole.
 * @throws ProtocolError TRUNCATED where the stream ends inside a message, LIMIT_PAYLOAD for one longer than `maxPayload`,
 *   VARINT_RANGE for what is no length.
 */
export async function* splitDelimited(
  chunks: AsyncIterable<Uint8Array>,
  maxPayload: number = DEFAULT_LIMITS.maxPayload,
): AsyncGenerator<Delimited, void, void> {
  let held: Uint8Array = new Uint8Array(0);
  let base = 0;
  let waiting: Uint8Array[] = [];
  let size = 0;
  let needed = 1;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < needed) continue;
    held = waiting.length === 1 ? chunk : Buffer.concat(waiting);
    let pos = 0;
    for (;;) {
      const head = lengthAt(held, pos, base, maxPayload);
      needed = head === undefined ? held.length - pos + 1 : head.body - pos + head.length;
      if (head === undefined || needed > held.length - pos) break;
      yield { bytes: held.subarray(head.body, head.body + head.length), offset: base + head.body };
      pos = head.body + head.length;
    }
    held = held.subarray(pos);
    base += pos;
    waiting = [held];
    size = held.length;
  }
  if (size > 0)
    throw new ProtocolError('TRUNCATED', 'WIRE-9', base + size, 'the stream ends inside a message');
}

/** The length at `pos` and where the message begins; undefined where more bytes are needed to know. */
function lengthAt(
  bytes: Uint8Array,
  pos: number,
  base: number,
  maxPayload: number,
): { length: number; body: number } | undefined {
  const head = bytes.subarray(pos, pos + LONGEST);
  if (head.length < LONGEST && head.every((byte) => byte > 0x7f)) return undefined;
  const reader = new MessageReader(head);
  const length = Number(reader.uint64());
  if (length > maxPayload)
    throw new ProtocolError(
      'LIMIT_PAYLOAD',
      'LIMIT-1',
      base + pos,
      `a message of ${length} bytes, at most ${maxPayload} are taken`,
    );
  return { length, body: pos + reader.pos };
}
