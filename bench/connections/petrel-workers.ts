/** The server with a worker for each core: `node:cluster` hands out the connections, each worker has sessions of its own. */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { freePort } from '../../spec/servers.ts';
import { listenTcp, SessionServer } from 'petrel/link';
import { memoryOf, residentOf } from './memory.ts';
import { play } from './role.ts';

const PORT = 'PETREL_BENCH_PORT';

export const petrelWorkers = {
  /** @returns the port at which all of them listen. */
  async listen(): Promise<number> {
    const port = await freePort();
    const workers = Array.from({ length: availableParallelism() }, () => cluster.fork({ [PORT]: port }));
    await Promise.all(workers.map(async (worker) => once(worker, 'listening')));
    return port;
  },
  /** @returns bytes of memory of all processes, the first with what hands out. */
  resident: (): number[] => [memoryOf().resident, ...all().map(({ process }) => residentOf(process.pid!))],
  async connections(): Promise<number[]> {
    return Promise.all(
      all().map(async (worker) => {
        worker.send('connections');
        const [count] = (await once(worker, 'message')) as [number];
        return count;
      }),
    );
  },
};

function all(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

async function work(port: number): Promise<void> {
  const server = new SessionServer({ maxConnections: 100_000 }, () => (event, { session }) => {
    if (event.type === 'command') session.reply(event.id, event.args[0] ?? null);
  });
  await listenTcp(server, { port, host: '127.0.0.1' });
  process.on('message', () => process.send!(server.connections));
}

if (cluster.isPrimary) play(petrelWorkers);
else await work(Number(process.env[PORT]));
