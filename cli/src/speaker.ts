/** Who speaks in a stream of RESP: told by its first item. */
import { ProtocolError } from 'petrel';
import { sideOf, type Side } from 'petrel/exchange';
import { RespCommandReader } from 'petrel/resp';

const STAR = 0x2a;
/** An item that is longer is judged by so many bytes of it. */
const MOST = 65_536;
/** What a server tells who subscribed; no command is called so. */
const TOLD = /^[ps]?message$/i;

/**
 * Follows a stream up to the end of its first item: an array of bulk strings is a client's command, any other array a server's
 * reply, and so is an empty one or a message to subscribers. How the stream is cut into chunks changes nothing.
 */
class Speaker {
  private readonly reader = new RespCommandReader();
  private read = 0;

  /** Undefined where more bytes decide. @param chunk is not empty. */
  add(chunk: Uint8Array): Side | undefined {
    if (this.read === 0 && chunk[0] !== STAR) return sideOf(chunk[0]!);
    const piece = Uint8Array.from(chunk.subarray(0, MOST - this.read));
    this.read += piece.length;
    try {
      this.reader.feed(piece);
      const command = this.reader.next();
      if (command !== undefined) return saidBy(command.parts);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return error.code === 'RESP_COMMAND' ? 'server' : 'client';
    }
    return this.read === MOST ? 'client' : undefined;
  }
}

function saidBy([name]: readonly (string | Uint8Array)[]): Side {
  return name === undefined || (typeof name === 'string' && TOLD.test(name)) ? 'server' : 'client';
}

/** Reads as far as it takes to tell who speaks; the chunks are all of them again. An empty stream is a server's. */
export async function listen(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ side: Side; chunks: AsyncIterable<Uint8Array> }> {
  const source = chunks[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  const speaker = new Speaker();
  let side: Side | undefined;
  while (side === undefined) {
    const { done, value } = await source.next();
    if (done === true) break;
    held.push(value);
    if (value.length > 0) side = speaker.add(value);
  }
  const first = held.find(({ length }) => length > 0);
  return { side: side ?? (first === undefined ? 'server' : sideOf(first[0]!)), chunks: before(held, source) };
}

/** What was held, and what follows. */
export async function* before(
  held: readonly Uint8Array[],
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  yield* held;
  yield* { [Symbol.asyncIterator]: () => source };
}
