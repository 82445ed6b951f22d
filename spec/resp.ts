/** RESP in chunks: what tests, vectors and fuzzers read and write it with. */
import { decode, encode, type Encodable, type Value } from '../src/value/index.ts';
import { parseFrame } from '../src/frame/all.ts';
import { FrameDecoder } from '../src/frame/index.ts';
import { FramesToResp, RespToFrames, type Side } from '../src/exchange/index.ts';
import { RespCommandReader, RespReader, RespWriter, type RespCommand } from '../src/resp/index.ts';
import { ProtocolError, type Limits } from '../src/wire/index.ts';

/** What reading a stream to its end came to: what was whole before the fault, and the fault. */
export interface Outcome<T> {
  readonly items: readonly T[];
  readonly fault: ProtocolError | undefined;
}

interface Reader<T> {
  feed(chunk: Uint8Array): void;
  next(): T | undefined;
  finish(): void;
}

/** Every reply and nothing else. A fault is an outcome; any other error is thrown on. */
export function readReplies(chunks: Iterable<Uint8Array>, limits: Partial<Limits> = {}): Outcome<Value> {
  return readChunks(new RespReader({ limits }), chunks);
}

export function readCommands(
  chunks: Iterable<Uint8Array>,
  limits: Partial<Limits> = {},
): Outcome<RespCommand> {
  return readChunks(new RespCommandReader({ limits }), chunks);
}

function readChunks<T>(reader: Reader<T>, chunks: Iterable<Uint8Array>): Outcome<T> {
  const items: T[] = [];
  const fault = faultIn(() => {
    for (const chunk of chunks) {
      reader.feed(chunk);
      for (let item = reader.next(); item !== undefined; item = reader.next()) items.push(item);
    }
    reader.finish();
  });
  return { items, fault };
}

/** The bytes whole, cut in two at each of `at`, and byte by byte where they are few enough. */
export function* chunkings(
  bytes: Uint8Array,
  at: Iterable<number> = bytes.keys(),
): Generator<readonly [how: string, chunks: readonly Uint8Array[]]> {
  yield ['whole', [bytes]];
  for (const cut of at) yield [`cut at ${cut}`, [bytes.subarray(0, cut), bytes.subarray(cut)]];
  if (bytes.length <= 5000) yield ['byte by byte', Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))];
}

/** As deep as limits allow, of a value that RESP carried. */
export const DEEPEST = 1000;
const WIDEST: Partial<Limits> = { maxDepth: DEEPEST, maxElements: 2 ** 32 - 1, maxExpanded: 2 ** 32 - 1 };

/** The canonical Petrel bytes of a value. */
export function toPetrel(value: Encodable): Uint8Array {
  return encode(value, { maxDepth: DEEPEST });
}

/** The RESP bytes of values that are carried as these Petrel bytes. */
export function toResp(carried: Iterable<Uint8Array>): Uint8Array {
  const writer = new RespWriter();
  for (const bytes of carried) writer.reply(decode(bytes, { limits: WIDEST, lossless: true }));
  return writer.take();
}

/** The frames that carry one side of a conversation in RESP, each as bytes of its own. */
export function respToFrames(
  side: Side,
  chunks: Iterable<Uint8Array>,
  limits: Partial<Limits> = {},
): Outcome<Uint8Array> {
  const exchange = new RespToFrames(side, { limits });
  const { writer } = exchange;
  const items: Uint8Array[] = [];
  const fault = faultIn(() => {
    for (const chunk of chunks)
      for (const _ of exchange.carry(chunk)) {
        items.push(writer.take());
        writer.pos = 0;
      }
    exchange.finish();
  });
  return { items: writer.pos > 0 ? [...items, writer.take()] : items, fault };
}

/** The RESP that frames carry. */
export function framesToResp(
  chunks: Iterable<Uint8Array>,
  limits: Partial<Limits> = {},
): { readonly bytes: Uint8Array; readonly fault: ProtocolError | undefined } {
  const exchange = new FramesToResp();
  const decoder = new FrameDecoder({ limits });
  const fault = faultIn(() => {
    for (const chunk of chunks)
      for (const frame of decoder.frames(chunk))
        exchange.add(parseFrame(frame, { limits, lossless: true }), frame.offset);
    decoder.finish();
  });
  return { bytes: exchange.writer.take(), fault };
}

function faultIn(run: () => void): ProtocolError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}
