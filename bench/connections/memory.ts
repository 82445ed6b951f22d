/** What a process holds, in bytes. */
import { readFileSync } from 'node:fs';

export interface Memory {
  /** Of memory, by the kernel. */
  readonly resident: number;
  /** Of JavaScript's heap, and outside it. */
  readonly heap: number;
  readonly external: number;
}

const PAGE = 4096;

/** The same of any process, by the kernel. */
export function residentOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE;
}

/** Of this process; garbage is collected before, where it may be. */
export function memoryOf(): Memory {
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, heap: heapUsed, external };
}
