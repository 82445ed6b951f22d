import { inflateRawSync } from 'node:zlib';
import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import type { Message } from './conversations.ts';
import { permessageDeflate, price } from './price.ts';

const message = (i: number): Message => ({ id: 7919 * i, from: 12, text: `See you at the station at ${i}` });
const messages = Array.from({ length: 120 }, (_, i) => message(i));

const sum = (lengths: readonly number[]): number => lengths.reduce((a, b) => a + b, 0);

describe('the price of a batch', () => {
  it('is that of its bytes, averaged over the messages', async () => {
    const { json, messagepack, frames } = await price(messages, 2);
    const pairs = Array.from({ length: 60 }, (_, i) => messages.slice(2 * i, 2 * i + 2));
    expect(json).toBeCloseTo(sum(pairs.map((pair) => JSON.stringify(pair).length)) / 120);
    expect(messagepack).toBeCloseTo(sum(pairs.map((pair) => encode(pair).length)) / 120);
    expect((await price(messages, 120)).frames).toBeCloseTo(frames!);
  });

  it('is never more for a PACK than for its frames, and less with the dictionary', async () => {
    for (const size of [1, 5, 20]) {
      const { frames, pack, dictionary } = await price(messages, size);
      expect(pack!).toBeLessThanOrEqual(frames!);
      expect(dictionary!).toBeLessThan(pack!);
    }
  });

  it('is not said of a warm connection when its messages would come again', async () => {
    expect((await price(messages, 20)).websocketWarm).toBeGreaterThan(0);
    expect((await price(messages, 21)).websocketWarm).toBeNull();
  });

  it('is of permessage-deflate what a reader inflates, whose context goes on', async () => {
    const frames = await permessageDeflate([message(1), message(2)]);
    const deflated = Buffer.concat(
      frames.map((frame) => Buffer.concat([frame, Buffer.of(0, 0, 0xff, 0xff)])),
    );
    const text = inflateRawSync(Buffer.concat([deflated, Buffer.of(3, 0)])).toString();
    expect(text).toBe(JSON.stringify(message(1)) + JSON.stringify(message(2)));
    expect(frames[1]!.length).toBeLessThan(frames[0]!.length / 2);
  });
});
