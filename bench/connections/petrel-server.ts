/** The server: it answers each command with its argument. */
import { listenTcp, SessionServer, type SessionServerOptions } from 'petrel/link';
import { memoryOf, type Memory } from './memory.ts';
import { play } from './role.ts';

let server: SessionServer | undefined;
/** Milliseconds of processor that this process had between one command that it answered and the next. */
let spent: number[] = [];
let before = 0;

function processor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function answered(): void {
  const now = processor();
  spent.push(now - before);
  before = now;
}

export const petrelServer = {
  /** @returns the port at which it listens, on the loopback. */
  async listen(options: SessionServerOptions): Promise<number> {
    server = new SessionServer({ maxConnections: 100_000, ...options }, () => (event, { session }) => {
      if (event.type !== 'command') return;
      session.reply(event.id, event.args[0] ?? null);
      answered();
    });
    const { address } = await listenTcp(server, { host: '127.0.0.1' });
    return address.port;
  },
  connections: (): number => server?.connections ?? 0,
  memory: (): Memory => memoryOf(),
  /** @returns the times since it was asked last. */
  spent(): number[] {
    const taken = spent;
    spent = [];
    before = processor();
    return taken;
  },
};

play(petrelServer);
