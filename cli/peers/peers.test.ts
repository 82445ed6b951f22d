import { describe, expect, it, beforeAll, afterAll } from 'vitest';
import { startRedis, type Redis } from '../../spec/redis.ts';
import { typed } from './process.ts';
import { REPLIES } from './redis-cli-replies.ts';
import { MODES } from './redis-cli-modes.ts';
import { TRIALS } from './ioredis.ts';
import { TRIALS as RC } from './redis-client.ts';
let redis: Redis;
beforeAll(async () => { redis = await startRedis(); });
afterAll(() => redis.stop());
describe.each([2, 3] as const)('%s', (protocol) => {
  for (const t of process.env['W'] === 'rc' ? RC : process.env['W'] === 'io' ? TRIALS : [...REPLIES, ...MODES]) {
    if (t.protocols && !t.protocols.includes(protocol)) continue;
    it(t.what, async () => {
      const at = { port: redis.port, protocol, restart: async () => { const {port} = redis; await redis.stop(); redis = await startRedis(port); } };
      await typed(at, 'FLUSHALL'); await typed(at, 'FUNCTION', 'FLUSH');
      const r = await t.run(at);
      expect(r).toEqual(t.expected);
      await typed(at, 'FLUSHALL'); await typed(at, 'FUNCTION', 'FLUSH');
      expect(await t.run(at)).toEqual(r);
    });
  }
});
