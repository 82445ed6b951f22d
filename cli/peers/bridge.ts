/** Both halves of the built `petrel bridge`, each a process, in front of a server. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../dist/petrel.js', import.meta.url));

/** What a half reports at its end, in part. */
export interface Totals {
  readonly connections: number;
  readonly open: number;
  readonly commands: number;
  readonly replies: number;
  readonly respIn: number;
  readonly respOut: number;
  readonly petrelIn: number;
  readonly petrelOut: number;
  readonly ratio: number | null;
}

export interface Bridge {
  /** Where clients of Redis connect. */
  readonly port: number;
  /** Of both halves' processes. */
  readonly pids: readonly number[];
  /** Ends both halves. @returns what the half at the clients reports. */
  stop(): Promise<Totals>;
}

/** What is different from two halves as they are. */
interface Settings {
  /** Options of both halves. */
  readonly options?: readonly string[];
  /** Puts something between the halves. @returns the port of it. */
  readonly between?: (port: number) => Promise<number>;
  /** Another `petrel.js` than that of this tree. */
  readonly command?: string;
}

/** Starts both halves in front of the server on a port of the loopback. `flags` are Node's. */
export async function startBridge(
  server: number,
  flags: readonly string[] = [],
  { options = [], between, command = COMMAND }: Settings = {},
): Promise<Bridge> {
  const inner = await Half.start('--petrel-to-resp', server, [...flags, command], options);
  const port = (await between?.(inner.port)) ?? inner.port;
  const outer = await Half.start('--resp-to-petrel', port, [...flags, command], options);
  return {
    port: outer.port,
    pids: [inner.pid, outer.pid],
    async stop() {
      const totals = await outer.stop();
      await inner.stop();
      return totals;
    },
  };
}

class Half {
  readonly port: number;
  private readonly process: ChildProcess;
  private readonly lines: Interface;

  private constructor(process: ChildProcess, lines: Interface, port: number) {
    this.process = process;
    this.lines = lines;
    this.port = port;
  }

  static async start(
    half: string,
    to: number,
    program: readonly string[],
    options: readonly string[],
  ): Promise<Half> {
    const args = ['bridge', half, '--listen', '0', '--to', String(to), '--json', ...options];
    const child = spawn(process.execPath, [...program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaints += chunk));
    const lines = createInterface(child.stdout);
    const [first] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as unknown[];
    if (typeof first !== 'string') throw new Error(`petrel bridge ${half} did not start: ${complaints}`);
    const { listening } = JSON.parse(first) as { listening: string };
    return new Half(child, lines, Number(listening.split(':').at(-1)));
  }

  get pid(): number {
    return this.process.pid!;
  }

  async stop(): Promise<Totals> {
    if (this.process.exitCode !== null) throw new Error(`petrel bridge has ended: ${this.process.exitCode}`);
    const last = once(this.lines, 'line');
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const [line] = (await last) as [string];
    await ended;
    return JSON.parse(line) as Totals;
  }
}
