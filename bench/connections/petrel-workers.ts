/** The server with a worker for each core, as the library has it; a session stays with its worker. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import cluster, { type Worker } from 'node:cluster';
import { listen, startWorkers, thisWorker, type Workers } from 'petrel/link/connect';
import { memoryOf, residentOf } from './memory.ts';
import { play } from './role.ts';

let workers: Workers | undefined;

export const petrelWorkers = {
  /** @returns the port at which all of them listen. */
  async listen(): Promise<number> {
    workers = await startWorkers({ file: fileURLToPath(import.meta.url), args: [] });
    return Number(/\d+$/.exec(workers.addresses[0]!)![0]);
  },
  /** @returns bytes of memory of all processes, the first with what hands out. */
  resident: (): number[] => [memoryOf().resident, ...workers!.pids.map((pid) => residentOf(pid!))],
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

const siblings = thisWorker();
if (siblings === undefined) play(petrelWorkers);
else {
  const { server } = await listen({
    at: ['tcp://127.0.0.1:0'],
    maxConnections: 100_000,
    siblings,
    onCommand: ([value]) => value ?? null,
  });
  process.on('message', (message) => message === 'connections' && process.send!(server.connections));
}
