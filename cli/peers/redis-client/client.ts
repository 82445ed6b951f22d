/** Clients of `@redis/client` for a trial. */
import { createClient, defineScript, type RedisClientOptions } from '@redis/client';
import { LUA } from '../data.ts';
import type { Endpoint, Trial } from '../trial.ts';

const mine = defineScript({
  SCRIPT: LUA,
  NUMBER_OF_KEYS: 1,
  parseCommand(parser, key: string, argument: string) {
    parser.pushKey(key);
    parser.push(argument);
  },
  transformReply: (reply: unknown) => reply,
});

type Options = Omit<RedisClientOptions, 'RESP' | 'scripts' | 'functions' | 'modules'>;

/** A client that is not connected yet. */
function clientOf({ port, protocol }: Endpoint, { socket, ...options }: Options = {}) {
  const where = { host: '127.0.0.1', port, reconnectStrategy: 20, ...socket } as const;
  const client = createClient({ RESP: protocol, socket: where, scripts: { mine }, ...options });
  return client.on('error', () => undefined);
}

type Client = ReturnType<typeof clientOf>;
type Open = (options?: Options) => Promise<Client>;

/** A trial with one client, and with more that it opens. All are closed at its end. */
export function using(talk: (client: Client, open: Open, at: Endpoint) => Promise<unknown>): Trial['run'] {
  return async (at) => {
    const opened: Client[] = [];
    const open: Open = async (options) => {
      const client = clientOf(at, options);
      opened.push(client);
      await client.connect();
      return client;
    };
    try {
      return await talk(await open(), open, at);
    } finally {
      for (const client of opened) if (client.isOpen) client.destroy();
    }
  };
}

/** Waits until some client waits for a list, a set or a stream. */
export async function untilBlocked(client: Client): Promise<void> {
  while ((await client.info('clients')).includes('blocked_clients:0'));
}
