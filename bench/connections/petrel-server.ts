/** The server: it answers each command with its argument. */
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { listenTcp, SessionServer, type SessionServerOptions } from 'petrel/link';
import { memoryOf, type Memory } from './memory.ts';
import { play } from './role.ts';

let server: SessionServer | undefined;
let delays: IntervalHistogram | undefined;

export const petrelServer = {
  /** @returns the port at which it listens, on the loopback. */
  async listen(options: SessionServerOptions): Promise<number> {
    server = new SessionServer({ maxConnections: 100_000, ...options }, () => (event, { session }) => {
      if (event.type === 'command') session.reply(event.id, event.args[0] ?? null);
    });
    const { address } = await listenTcp(server, { host: '127.0.0.1' });
    return address.port;
  },
  connections: (): number => server?.connections ?? 0,
  memory: (): Memory => memoryOf(),
  watch(): void {
    delays?.disable();
    delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
  },
  /** @returns the most milliseconds for which the process could do nothing else, since `watch`. */
  delay: (): number => (delays?.max ?? 0) / 1e6,
};

play(petrelServer);
