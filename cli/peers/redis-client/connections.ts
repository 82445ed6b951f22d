/** What is tried with `@redis/client`: connections, how they begin and end. */
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { collector, failure } from '../outcome.ts';
import type { Trial } from '../trial.ts';
import { untilBlocked, using } from './client.ts';

export const CONNECTIONS: readonly Trial[] = [
  {
    what: 'passwords, right and wrong',
    expected: ['ann', expect.stringContaining('WRONGPASS'), expect.stringContaining('NOPERM')],
    run: using(async (client, open) => {
      await client.aclSetUser('ann', ['on', '>secret', '~a:*', '+@all']);
      const ann = await open({ username: 'ann', password: 'secret' });
      const wrong = await failure(
        open({ username: 'ann', password: 'wrong', socket: { reconnectStrategy: false } }),
      );
      return [await ann.aclWhoAmI(), wrong, await failure(ann.get('b:1'))];
    }),
  },
  {
    what: 'names, databases and duplicates of connections',
    expected: ['worker', 'worker', '1', null],
    run: using(async (_client, open) => {
      const worker = await open({ name: 'worker', database: 3 });
      const other = worker.duplicate();
      await other.connect();
      await worker.set('k', 1);
      const found = [await worker.clientGetName(), await other.clientGetName(), await other.get('k')];
      await other.select(0);
      found.push(await other.get('k'));
      other.destroy();
      return found;
    }),
  },
  {
    what: 'QUIT, and a command after it',
    expected: ['v', 'OK', 'The client is closed'],
    run: using(async (client) => {
      await client.set('k', 'v');
      const last = client.get('k');
      const said = await client.sendCommand(['QUIT']).then(async (reply) => {
        await client.close();
        return reply;
      });
      return [await last, said, await failure(client.get('k'))];
    }),
  },
  {
    what: 'a server that is killed and restarts while commands wait',
    expected: ['Socket closed unexpectedly', 'v', ['1', 'a']],
    bridged: { outcome: 'error', gives: [expect.stringContaining('not known'), 'v', ['1', 'a']] },
    run: using(async (client, open, at) => {
      const [waiting, subscriber] = [await open(), await open()];
      const { listener, all } = collector(1);
      await subscriber.subscribe('a', listener);
      const waited = failure(waiting.blPop('queue', 0));
      await untilBlocked(client);
      await at.restart();
      await again(() => waiting.set('k', 'v'));
      while ((await again(() => client.publish('a', '1'))) === 0);
      return [await waited, await again(() => waiting.get('k')), (await all)[0]];
    }),
  },
];

/** What may be written to a connection that is just ending, until it is not. */
async function again<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (tries === 100) throw error;
      await setTimeout(20);
    }
  }
}
