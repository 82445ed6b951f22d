/** Clients of `ioredis` for a trial. */
import { Redis, type RedisOptions } from 'ioredis';
import { collector } from '../outcome.ts';
import type { Endpoint, Trial } from '../trial.ts';

type Options = Omit<RedisOptions, 'replyMapping'>;

/** A trial with one client, and with more that `open` makes of the same options and its own. All are closed at its end. */
export function using(
  talk: (redis: Redis, open: (options?: Options) => Redis, at: Endpoint) => Promise<unknown>,
): Trial['run'] {
  return async (at) => {
    const opened: Redis[] = [];
    const open = (options?: Options): Redis => {
      const redis = new Redis({ port: at.port, host: '127.0.0.1', protocol: at.protocol, ...options });
      opened.push(redis);
      // Without a listener, ioredis prints what goes wrong with a connection.
      return redis.on('error', () => undefined);
    };
    try {
      return await talk(open(), open, at);
    } finally {
      for (const redis of opened) redis.disconnect();
    }
  };
}

/** Waits until some client waits for a list, a set or a stream. */
export async function untilBlocked(redis: Redis): Promise<void> {
  while ((await redis.info('clients')).includes('blocked_clients:0'));
}

/** The arguments of an event's next so many occurrences. */
export async function events(
  redis: Redis,
  name: string,
  count: number,
  cause: () => unknown,
): Promise<unknown[][]> {
  const { listener, all } = collector(count);
  redis.on(name, listener);
  await cause();
  return all;
}
