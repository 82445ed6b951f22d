/** A conversation's readers as candidates of a benchmark: every operation is a pass over the stream in chunks of one size. */
import assert from 'node:assert/strict';
import type { Prepared, Suite } from '../harness.ts';
import { CHUNKS, streamOf, type Stream } from './bytes.ts';
import type { Conversation } from './conversations.ts';
import { plain, type Reader } from './readers.ts';

/** What a pass reads; a time over `messages` is that of one. */
interface PreparedStream extends Prepared {
  readonly messages: { readonly [chunk: string]: number };
}

function prepared(conversation: Conversation, reader: Reader): PreparedStream {
  const names = Object.keys(CHUNKS);
  const streams = new Map(names.map((chunk) => [chunk, streamOf(conversation, reader.protocol, chunk)]));
  const all = [...streams.values()];
  return {
    size: all[0]!.bytes,
    messages: Object.fromEntries(names.map((chunk) => [chunk, streams.get(chunk)!.messages])),
    check: () => {
      for (const stream of all) check(conversation, reader, stream);
    },
    operations: Object.fromEntries(names.map((chunk) => [chunk, passOver(reader, streams.get(chunk)!)])),
  };
}

function passOver(reader: Reader, { chunks }: Stream): () => void {
  return () => {
    const feed = reader.open();
    for (const chunk of chunks) feed(chunk);
  };
}

/** Throws unless every message is read, and says what was written. */
function check({ pool }: Conversation, { open, blind }: Reader, { chunks, messages }: Stream): void {
  const expected = pool.map((parts) => parts.map(plain));
  let count = 0;
  const feed = open((parts) => {
    const due = expected[count % pool.length]!;
    // a text compares faster than a list: the message is only for what differs
    if (blind !== true && parts.join('\n') !== due.join('\n')) assert.deepEqual(parts, due);
    count++;
  });
  for (const chunk of chunks) feed(chunk);
  assert.equal(count, messages);
}

export function suiteOf(conversation: Conversation, readers: Readonly<Record<string, Reader>>): Suite {
  const { messages } = streamOf(conversation, 'resp', '64 KiB');
  return {
    operations: Object.keys(CHUNKS),
    corpora: [{ name: conversation.name, about: `${messages} times ${conversation.about}` }],
    candidates: Object.fromEntries(
      Object.entries(readers).map(([name, reader]) => [name, () => prepared(conversation, reader)]),
    ),
    notes: [
      'A time is that of the whole stream, 16 MiB of RESP, in chunks of a size; in chunks of a byte, of a 64th of it.',
    ],
  };
}
