/** A worker for each core: processes that listen at the same addresses, and pass each other the clients of their sessions. */
import cluster, { type Worker as Process } from 'node:cluster';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import { argv, execArgv } from 'node:process';
import { after, cancel, type Timer } from '../clock.ts';
import { forward, type HandedOver } from './hand-over.ts';
import { PLACE, type Leave, type Place, type Ready } from './worker.ts';

export interface WorkersOptions {
  /** 1 to 256. Default: one for each processor. */
  readonly count?: number;
  /** The module that each runs. Default: that of this process. */
  readonly file?: string;
  /** Its arguments. Default: those of this process. */
  readonly args?: readonly string[];
  /** Those of Node. Default: those of this process, and a young generation of at most 2 MB. */
  readonly execArgv?: readonly string[];
  /** Milliseconds after which one that has ended is started anew; Infinity: never. Default 1,000. */
  readonly restartAfter?: number;
  /** Is told when one has ended that nobody asked to: its sessions are lost. */
  readonly onEnd?: (number: number, why: string) => void;
}

/**
 * Sessions stay for long: while thousands come, the collector copies them once or twice, and the larger the young generation, the more
 * in one pause. At 1,000 a second its longest pause is 2 ms in place of 13 (--single-threaded-gc); messages cost the same.
 */
const SMALL_PAUSES = '--max-semi-space-size=2';

/** A token names its worker in one byte. */
const MOST_WORKERS = 256;
/** Milliseconds that a worker has to end, beyond those for its sessions. */
const LAST_STEPS = 5000;

/**
 * Starts workers: processes that run the same module, most often this one, and listen at the same addresses. The kernel's
 * connections go to them in turns; a session stays with the worker in which it began, and a client that comes back to another
 * one is passed on, over any transport. The sessions of a worker that ends unasked are lost, and their clients are told so.
 *
 * @example
 * if (cluster.isPrimary) await startWorkers();
 * else await listen({ at: ['tcp://0.0.0.0:5222'], commands, siblings: thisWorker() });
 *
 * @returns when all listen, by `listen`. It is `node:cluster` that starts them: a process has one such crowd.
 * Rejects with a RangeError for a count that is out of its range, and with an Error when one ends before it listens.
 */
export async function startWorkers(options: WorkersOptions = {}): Promise<Workers> {
  const { count = availableParallelism() } = options;
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST_WORKERS))
    throw new RangeError(`count must be from 1 to ${MOST_WORKERS}, not ${count}`);
  const folder = await mkdtemp(join(tmpdir(), 'petrel-'));
  const workers = new Workers(options, count, folder);
  try {
    await workers.start();
  } catch (error) {
    await workers.stop();
    throw error;
  }
  return workers;
}

export class Workers {
  readonly count: number;
  private readonly options: WorkersOptions;
  private readonly folder: string;
  /** By their numbers. */
  private readonly processes: (Process | undefined)[] = [];
  private readonly restarts = new Set<Timer>();
  private listensAt: readonly string[] = [];
  private leaving = false;

  /** Use `startWorkers`. */
  constructor(options: WorkersOptions, count: number, folder: string) {
    this.options = options;
    this.count = count;
    this.folder = folder;
  }

  /** Where they listen, with the ports that were free. */
  get addresses(): readonly string[] {
    return this.listensAt;
  }

  /** The processes' ids by their numbers; undefined for one that is not there. */
  get pids(): readonly (number | undefined)[] {
    return this.processes.map((worker) => worker?.process.pid);
  }

  /** `startWorkers` calls it. */
  async start(): Promise<void> {
    const {
      file = argv[1],
      args = argv.slice(2),
      execArgv: given = [...execArgv, SMALL_PAUSES],
    } = this.options;
    cluster.setupPrimary({
      ...(file !== undefined && { exec: file }),
      args: [...args],
      execArgv: [...given],
    });
    await Promise.all(Array.from({ length: this.count }, (_, number) => this.fork(number)));
  }

  /** Ends all in good order, as `LinkServer.drain`. @returns when all are gone. */
  async drain(options: Leave['options'] = {}): Promise<void> {
    const { within = 10_000 } = options;
    const timer = after(within + LAST_STEPS, () => this.kill());
    await this.end((worker) => worker.send({ petrel: 'drain', options } satisfies Leave));
    cancel(timer);
  }

  /** Ends all at once and without a word. */
  async stop(): Promise<void> {
    await this.end((worker) => worker.process.kill('SIGKILL'));
  }

  private async end(tell: (worker: Process) => void): Promise<void> {
    this.leaving = true;
    for (const timer of this.restarts) cancel(timer);
    await Promise.all(
      this.processes.map(async (worker) => {
        if (worker === undefined || worker.isDead()) return;
        const ended = once(worker, 'exit');
        tell(worker);
        await ended;
      }),
    );
    await rm(this.folder, { recursive: true, force: true });
  }

  private kill(): void {
    for (const worker of this.processes) worker?.process.kill('SIGKILL');
  }

  /** @returns when it listens. */
  private async fork(number: number): Promise<void> {
    const { count, folder } = this;
    const worker = cluster.fork({ [PLACE]: JSON.stringify({ number, count, folder } satisfies Place) });
    this.processes[number] = worker;
    // what can't be sent to one that ends is not missed
    worker.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message: Ready | HandedOver | null, socket?: Socket) => {
        if (message?.petrel === 'take' && socket !== undefined) this.forward(message, socket);
        if (message?.petrel !== 'listening') return;
        this.listensAt = message.addresses;
        resolve();
      });
      worker.once('exit', (code, signal) => {
        const why = signal ?? `code ${code}`;
        reject(new Error(`worker ${number} ended with ${why} before it listened`));
        this.ended(number, why);
      });
    });
  }

  /** One that is gone was there a moment ago: its client comes back, and is told. */
  private forward(message: HandedOver, socket: Socket): void {
    const worker = this.processes[message.to];
    if (worker === undefined) socket.destroy();
    else forward(worker.send.bind(worker), message, socket);
  }

  private ended(number: number, why: string): void {
    this.processes[number] = undefined;
    if (this.leaving) return;
    this.options.onEnd?.(number, why);
    const { restartAfter = 1000 } = this.options;
    if (restartAfter === Infinity) return;
    const timer = after(restartAfter, () => {
      this.restarts.delete(timer);
      void this.fork(number).catch(() => undefined); // it ends, and is started anew
    });
    this.restarts.add(timer);
  }
}
