/** What is tried with `ioredis`: connections, how they begin and end. */
import { expect } from 'vitest';
import { failure } from '../outcome.ts';
import type { Trial } from '../trial.ts';
import { events, untilBlocked, using } from './client.ts';

export const CONNECTIONS: readonly Trial[] = [
  {
    what: 'passwords, right and wrong',
    expected: ['ann', expect.stringContaining('WRONGPASS'), expect.stringContaining('NOPERM')],
    run: using(async (redis, open) => {
      await redis.acl('SETUSER', 'ann', 'on', '>secret', '~a:*', '+@all');
      const ann = open({ username: 'ann', password: 'secret' });
      const stranger = open({ username: 'ann', password: 'wrong', retryStrategy: () => null });
      const [[wrong]] = (await events(stranger, 'error', 1, () => undefined)) as [[Error]];
      return [await ann.acl('WHOAMI'), wrong.message, await failure(ann.get('b:1'))];
    }),
  },
  {
    what: 'names, databases and duplicates of connections',
    expected: ['worker', 'worker', '1', null],
    run: using(async (_redis, open) => {
      const worker = open({ connectionName: 'worker', db: 3 });
      const other = open(worker.options);
      await worker.set('k', 1);
      const found = [await worker.client('GETNAME'), await other.client('GETNAME'), await other.get('k')];
      await other.select(0);
      return [...found, await other.get('k')];
    }),
  },
  {
    what: 'QUIT, and a command after it',
    expected: ['OK', 'Connection is closed.'],
    run: using(async (redis) => {
      const ended = new Promise((resolve) => redis.once('end', resolve));
      const said = await redis.quit();
      await ended;
      return [said, await failure(redis.get('k'))];
    }),
  },
  {
    what: 'a server that is killed and restarts while commands wait',
    // It sends a command again whose reply did not come, but not after an error.
    expected: [['queue', 'job'], 'v', [['a', '1']]],
    bridged: { outcome: 'error', gives: [expect.stringContaining('not known'), 'v', [['a', '1']]] },
    run: using(async (redis, open, at) => {
      const patient = { retryStrategy: () => 20, maxRetriesPerRequest: null };
      const [waiting, subscriber] = [open(patient), open(patient)];
      await subscriber.subscribe('a');
      const waited = waiting.blpop('queue', 0).catch((error: Error) => error.message);
      await untilBlocked(redis);
      await at.restart();
      const other = open(patient);
      await other.rpush('queue', 'job');
      await other.set('k', 'v');
      const messages = await events(subscriber, 'message', 1, async () => {
        while ((await other.publish('a', '1')) === 0);
      });
      return [await waited, await other.get('k'), messages];
    }),
  },
];
