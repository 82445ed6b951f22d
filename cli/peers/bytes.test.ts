/** Redis's traffic is smaller in Petrel: what redis-benchmark sends and gets, by the bridge's own report. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis } from '../../spec/redis.ts';
import { isMissing, REDIS, type Started } from '../../spec/servers.ts';
import { startBridge, type Totals } from './bridge.ts';
import { redisCli, run } from './process.ts';

const COMMANDS = 10_000;

/** By a value's length, the bytes in Petrel to one in RESP, at most. */
const MOST = 0.7;
const SIZES = [3, 16];

describe.skipIf(isMissing(REDIS))('through the bridge', () => {
  let redis: Started;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  /** What the half at the clients reports of redis-benchmark's one test. */
  async function benchmark(test: 'set' | 'get', size: number): Promise<Totals> {
    const bridge = await startBridge(redis.port);
    const flags = ['-n', String(COMMANDS), '-c', '10', '-P', '16', '-d', String(size), '-t', test];
    await run('redis-benchmark', ['-p', String(bridge.port), ...flags]);
    return bridge.stop();
  }

  it.each(SIZES)('SET and GET with values of %s bytes take at most 0.7 of the bytes', async (size) => {
    for (const test of ['set', 'get'] as const) {
      const totals = await benchmark(test, size);
      const { commands, replies, respIn, respOut, petrelIn, petrelOut, open, ratio } = totals;
      expect([open, commands >= COMMANDS, replies]).toEqual([0, true, commands]);
      expect((petrelIn + petrelOut) / (respIn + respOut)).toBeCloseTo(ratio!, 3);
      expect(ratio).toBeLessThanOrEqual(MOST);
    }
    expect(await stored()).toBe(size);
  });

  /** The length of the value that redis-benchmark has set. */
  async function stored(): Promise<number> {
    const { out } = await redisCli({ port: redis.port, protocol: 2 }, ['STRLEN', 'key:__rand_int__']);
    return Number(out);
  }
});
