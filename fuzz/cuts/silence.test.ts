/**
 * A bridge whose links fall silent loses no command and runs none twice: INCRs by ioredis and by redis-benchmark, on a real server.
 * `SILENCES=1000 npx vitest run fuzz/cuts/silence.test.ts` for so many; each takes half a second, eight go on at a time.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisCli, run } from '../../cli/peers/process.ts';
import { startBridge, type Bridge } from '../../cli/peers/bridge.ts';
import { startRedis } from '../../spec/redis.ts';
import { isMissing, REDIS, type Started } from '../../spec/servers.ts';
import { Proxy } from './proxy.ts';
import { DEAD_AFTER, silence } from './silence.ts';

const SILENCES = Number(process.env['SILENCES'] ?? 24);
const LANES = 8;
const COUNTED = 3000;

describe.skipIf(isMissing(REDIS))('a bridge whose links fall silent', () => {
  let redis: Started;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it(
    'counts on with ioredis, on another link',
    async () => {
      const { silences, commands, lost, doubled, noticed, late } = await silence(redis.port, SILENCES, LANES);
      const at = (share: number): number => Math.round(noticed[Math.ceil(share * noticed.length) - 1]!);
      console.log(
        `${silences} silences, ${commands} commands, ${lost} lost, ${doubled} doubled; noticed and resumed within ${DEAD_AFTER} ms by the ` +
          `options, after ${at(0.5)} ms (median), ${at(0.99)} (99 %), ${at(1)} at most, with timers up to ${Math.round(late)} ms late`,
      );
      expect([noticed.length, lost, doubled]).toEqual([silences, 0, 0]);
      expect(commands).toBeGreaterThan(silences);
    },
    30_000 + SILENCES * 500,
  );

  it('counts on with redis-benchmark, through the halves as they were built', async () => {
    let silences = 0;
    const proxies: Proxy[] = [];
    const bridge: Bridge = await startBridge(redis.port, [], {
      options: ['--ping-after', '1', '--dead-after', '2'],
      between: (port) => {
        const proxy = new Proxy(port);
        proxies.push(proxy);
        const plan = Array.from({ length: 8 }, (_, i) => ({
          up: i % 2 === 0,
          bytes: 400 + 100 * i,
          how: 'silence' as const,
        }));
        proxy.begin(plan, () => silences++);
        return proxy.listen();
      },
    });
    const words = ['-p', bridge.port, '-c', 4, '-P', 2, '-n', COUNTED, '-t', 'incr', '-q'].map(String);
    await run('redis-benchmark', words);
    const { out } = await redisCli({ port: redis.port, protocol: 2 }, ['GET', 'counter:__rand_int__']);
    await bridge.stop();
    await Promise.all(proxies.map((proxy) => proxy.close()));
    expect(out.trim()).toBe(String(COUNTED));
    expect(silences).toBeGreaterThan(3);
  }, 40_000);
});
