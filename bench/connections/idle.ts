/** What a connection costs that says nothing, beside others' servers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MOSQUITTO, isMissing, startServer } from '../../spec/servers.ts';
import type { Greeting, idleClients } from './idle-clients.ts';
import { residentOf, type Memory } from './memory.ts';
import type { petrelServer } from './petrel-server.ts';
import type { petrelWorkers } from './petrel-workers.ts';
import type { plainServer } from './plain-server.ts';
import { Role } from './role.ts';

/** Bytes for each connection. */
export interface IdleCost {
  readonly name: string;
  readonly connections: number;
  /** Of the server's processes, by the kernel. */
  readonly resident: number;
  /** Of JavaScript's heap, where there is one. */
  readonly heap: number | undefined;
  /** The kernel's own, for one end. */
  readonly kernel: number;
  /** How the connections are spread over workers. */
  readonly spread?: readonly number[];
}

/** A server to be measured. */
interface Measured {
  readonly name: string;
  readonly greeting: Greeting;
  readonly port: number;
  memory(): Promise<Partial<Memory> & { readonly resident: number }>;
  spread?(): Promise<readonly number[]>;
  stop(): unknown;
}

const EXPOSED = ['--expose-gc'];
/** Milliseconds for what was opened or ended to come to rest. */
const REST = 1500;

async function petrelOne(): Promise<Measured> {
  const role = new Role<typeof petrelServer>('petrel-server.ts', EXPOSED);
  const port = await role.ask('listen', {});
  return {
    name: 'Petrel, a session each',
    greeting: 'petrel',
    port,
    memory: async () => role.ask('memory'),
    stop: () => role.end(),
  };
}

async function petrelMany(): Promise<Measured> {
  const role = new Role<typeof petrelWorkers>('petrel-workers.ts');
  const port = await role.ask('listen');
  return {
    name: 'Petrel, a worker for each core',
    greeting: 'petrel',
    port,
    memory: async () => ({ resident: (await role.ask('resident')).reduce((sum, bytes) => sum + bytes, 0) }),
    spread: async () => role.ask('connections'),
    stop: () => role.end(),
  };
}

async function plain(what: 'net' | 'ws'): Promise<Measured> {
  const role = new Role<typeof plainServer>('plain-server.ts', EXPOSED);
  const port = await role.ask('listen', what);
  return {
    name: what === 'net' ? 'bare sockets of Node' : 'ws, no session',
    greeting: what === 'net' ? 'nothing' : 'websocket',
    port,
    memory: async () => role.ask('memory'),
    stop: () => role.end(),
  };
}

async function mosquitto(): Promise<Measured> {
  const broker = await startServer(MOSQUITTO, (port, folder) => {
    const file = join(folder, 'mosquitto.conf');
    writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
    return ['-c', file];
  });
  return {
    name: 'mosquitto, a session each',
    greeting: 'mqtt',
    port: broker.port,
    memory: async () => ({ resident: residentOf(broker.pid) }),
    stop: () => broker.stop(),
  };
}

/** Bytes of the kernel's objects. */
function slab(): number {
  return Number(/^Slab:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024;
}

/** @throws Error when a connection does not stand at the end. */
async function cost(server: Measured, count: number): Promise<IdleCost> {
  const clients = new Role<typeof idleClients>('idle-clients.ts');
  try {
    const [before, kernel] = [await server.memory(), slab()];
    await clients.ask('open', { port: server.port, count, greeting: server.greeting });
    await sleep(REST);
    const after = await server.memory();
    const standing = await clients.ask('standing');
    if (standing !== count) throw new Error(`${server.name}: ${standing} of ${count} connections stand`);
    return {
      name: server.name,
      connections: count,
      resident: (after.resident - before.resident) / count,
      heap:
        after.heap === undefined || before.heap === undefined
          ? undefined
          : (after.heap - before.heap) / count,
      kernel: (slab() - kernel) / count / 2,
      ...(server.spread !== undefined && { spread: await server.spread() }),
    };
  } finally {
    clients.end();
    await server.stop();
    await sleep(REST);
  }
}

export async function idle(count: number): Promise<IdleCost[]> {
  const starts = [petrelOne, petrelMany, () => plain('net'), () => plain('ws')];
  if (!isMissing(MOSQUITTO)) starts.push(mosquitto);
  const costs: IdleCost[] = [];
  for (const start of starts) costs.push(await cost(await start(), count));
  return costs;
}
