/** Two network namespaces with wires between them, and what their two processes agree on. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SessionOptions } from '../../src/session/index.ts';
import type { Tally } from '../cuts/flow.ts';

const SESSION: SessionOptions = { ackDelay: 10, pingInterval: 40, patience: 150, handshakeTimeout: 300 };
export const NAMESPACE = { session: SESSION, beat: 25, tcp: 7001, http: 7002 } as const;

/** What the server has heard, and said. */
export interface ServerTally extends Tally {
  readonly said: number;
  readonly sessions: number;
}

/** No interface has it: what is sent there is dropped. */
const NOBODY = '02:00:00:00:00:01';

/** A wire between the namespaces. */
export class Wire {
  private readonly name: string;
  private readonly near: string;
  readonly far: string;
  private readonly pid: number;
  private readonly address: string;

  constructor(number: number, pid: number) {
    this.name = `wire${number}`;
    [this.near, this.far] = [`10.77.${number}.1`, `10.77.${number}.2`];
    this.pid = pid;
    ip('link', 'add', this.name, 'type', 'veth', 'peer', 'name', this.name, 'netns', String(pid));
    ip('address', 'add', `${this.near}/24`, 'dev', this.name);
    ip('link', 'set', this.name, 'up');
    this.beyond('address', 'add', `${this.far}/24`, 'dev', this.name);
    this.beyond('link', 'set', this.name, 'up');
    const { address } = (JSON.parse(this.beyond('-json', 'link', 'show', this.name)) as [{ address: string }])[0];
    this.address = address;
  } // prettier-ignore

  /** What goes up from now on is dropped by the kernel, and nobody is told. */
  cut(): void {
    this.neighbour(NOBODY);
  }

  heal(): void {
    this.neighbour(this.address);
  }

  private neighbour(address: string): void {
    ip('neighbour', 'replace', this.far, 'lladdr', address, 'dev', this.name, 'nud', 'permanent');
  }

  private beyond(...args: string[]): string {
    return execFileSync('nsenter', ['-t', String(this.pid), '-n', 'ip', ...args], { encoding: 'utf8' });
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args);
}

/** Starts the server in a namespace of its own. */
export async function startServer(): Promise<ChildProcess> {
  const own = readlinkSync('/proc/self/ns/net');
  const file = fileURLToPath(new URL('namespace-server.ts', import.meta.url));
  const child = spawn('unshare', ['-n', process.execPath, ...process.execArgv, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  while (readlinkSync(`/proc/${child.pid}/ns/net`) === own) await sleep(5);
  await once(child.stdout, 'data');
  return child;
}
