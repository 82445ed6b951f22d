/** What batches of chat messages cost, in bytes that were written and, where they are Petrel's, read back. */
import assert from 'node:assert/strict';
import { constants, createDeflateRaw, gzipSync } from 'node:zlib';
import { encode as encodeMessagePack } from '@msgpack/msgpack';
import { chatDictionary, packing, type Dictionary } from 'petrel/dictionary';
import { decodeFrames, encodeFrame, parseFrame, type FrameBody } from 'petrel/frame/all';
import { unpack, type Pack } from 'petrel/frame/pack';
import { zlib } from '../../cli/src/compressor.ts';
import { brotli } from '../../cli/src/compare/prices.ts';
import type { Message } from './conversations.ts';

/** The columns, in their order. */
export const FORMATS = {
  frames: 'Petrel, frames',
  pack: 'PACK',
  dictionary: 'PACK, chat dictionary',
  json: 'JSON',
  gzip: 'JSON + gzip',
  brotli: 'JSON + brotli',
  messagepack: 'MessagePack',
  websocket: 'permessage-deflate, new',
  websocketWarm: 'permessage-deflate, warm',
} as const;

export type Format = keyof typeof FORMATS;
/** Bytes; null where it was not measured. */
export type Prices = Readonly<Record<Format, number | null>>;

/** Messages that a warm connection has carried before. */
const BEFORE = 100;

/** The average bytes of a message, in batches of so many; null for a warm connection where the messages are too few for one. */
export async function price(messages: readonly Message[], size: number): Promise<Prices> {
  const totals = Object.fromEntries(Object.keys(FORMATS).map((name) => [name, 0])) as Record<Format, number>;
  const count = Math.floor(messages.length / size);
  for (let i = 0; i < count; i++) {
    const batch = messages.slice(i * size, (i + 1) * size);
    // those that went before, around the end
    const before = Array.from(
      { length: BEFORE },
      (_, k) => messages[(i * size + messages.length - BEFORE + k) % messages.length]!,
    );
    const prices = await priceBatch(batch, before);
    for (const name of Object.keys(FORMATS) as Format[]) totals[name] += prices[name];
  }
  for (const name of Object.keys(FORMATS) as Format[]) totals[name] /= count * size;
  // those before would come again in the batch
  return messages.length < BEFORE + size ? { ...totals, websocketWarm: null } : totals;
}

async function priceBatch(
  batch: readonly Message[],
  before: readonly Message[],
): Promise<Record<Format, number>> {
  const bodies = batch.map((message): FrameBody => ({ kind: 'PUSH', verb: 'NEWS', args: [message] }));
  const value = batch.length === 1 ? batch[0] : batch;
  const json = Buffer.from(JSON.stringify(value));
  return {
    frames: framesOf(bodies).length,
    pack: packed(bodies),
    dictionary: packed(bodies, chatDictionary()),
    json: json.length,
    gzip: gzipSync(json, { level: 9 }).length,
    brotli: brotli(json).length,
    messagepack: encodeMessagePack(value).length,
    websocket: framed(await permessageDeflate(batch)),
    websocketWarm: framed(await permessageDeflate(batch, before)),
  };
}

function framesOf(bodies: readonly FrameBody[]): Uint8Array {
  return Buffer.concat(bodies.map((body) => encodeFrame(body)));
}

/** As a session writes it: a PACK where that is shorter, and frames otherwise. */
function packed(bodies: readonly FrameBody[], dictionary?: Dictionary): number {
  const { deflate, inflate } = packing(zlib, dictionary === undefined ? [] : [dictionary]);
  const frames = framesOf(bodies);
  const id = dictionary?.id ?? 0;
  const bytes = encodeFrame({
    kind: 'PACK',
    dictionary: id,
    length: frames.length,
    deflated: deflate(frames, id),
  });
  const [pack] = decodeFrames(bytes) as Pack[];
  assert.deepEqual(
    unpack(pack!, inflate).map((frame) => parseFrame(frame)),
    decodeFrames(frames),
  );
  return Math.min(bytes.length, frames.length);
}

/** WebSocket's heads from a server (RFC 6455, 5.2), and what they hold. */
function framed(payloads: readonly Uint8Array[]): number {
  return payloads.reduce((sum, { length }) => sum + (length < 126 ? 2 : 4) + length, 0);
}

/**
 * One JSON text a message, deflated (RFC 7692) with the context that stays from message to message; without the 00 00 FF FF that
 * ends each. @param before what has gone over the connection already. @returns a payload for each of the batch.
 */
export async function permessageDeflate(
  batch: readonly Message[],
  before: readonly Message[] = [],
): Promise<Buffer[]> {
  const stream = createDeflateRaw({ level: 9 });
  const chunks: Buffer[] = [];
  const payloads: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const message of [...before, ...batch]) {
    chunks.length = 0;
    stream.write(JSON.stringify(message));
    await new Promise<void>((resolve) => {
      stream.flush(constants.Z_SYNC_FLUSH, resolve);
    });
    payloads.push(Buffer.concat(chunks).subarray(0, -4));
  }
  stream.close();
  return payloads.slice(before.length);
}
