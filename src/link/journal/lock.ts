/**
 * A lock between processes of one machine: a file that names who has it. One whose process is gone is taken over, so that an
 * app that was killed can come back. Processes that don't see each other, in two containers, can't be kept apart so.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { JournalError } from './errors.ts';

/** How often a lock may change its owner while this process tries to get it. */
const TRIES = 10;

/** @returns what gives it back. @throws JournalError `LOCKED`; what the file system refuses. */
export async function lock(path: string): Promise<() => Promise<void>> {
  const id = randomUUID();
  const mine = `${path}.${id}`;
  const owner = JSON.stringify({ pid: process.pid, began: await beganOf(process.pid), id });
  await writeFile(mine, owner, { mode: 0o600 });
  try {
    for (let i = 0; i < TRIES; i++) {
      if (await linked(mine, path)) return () => giveBack(path, owner);
      const other = await contents(path);
      if (other !== undefined && (await isAlive(other)))
        throw new JournalError('LOCKED', `${pidIn(other)} has the journal open`);
      if (other !== undefined) await takeAway(path, other, `${mine}.old`);
    }
    throw new JournalError('LOCKED', 'others open the journal all the time');
  } finally {
    await rm(mine, { force: true });
  }
}

/** Gives a file a second name, which is new. Unlike making a file, its contents are there at once. */
async function linked(path: string, name: string): Promise<boolean> {
  try {
    await link(path, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a lock from a process that is gone; one that another has just taken over is put back. */
async function takeAway(path: string, stale: string, aside: string): Promise<void> {
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await contents(aside)) !== stale) await linked(aside, path);
  await rm(aside, { force: true });
}

async function giveBack(path: string, owner: string): Promise<void> {
  if ((await contents(path)) === owner) await rm(path, { force: true });
}

async function contents(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether the process that wrote this runs. Its number may be another's by now: so it says when it began. */
async function isAlive(owner: string): Promise<boolean> {
  const { pid, began } = parsed(owner);
  if (typeof pid !== 'number') return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return began === (await beganOf(pid));
}

function pidIn(owner: string): string {
  return `process ${String(parsed(owner).pid)}`;
}

/** A lock that no version wrote, or that was cut off with the power, is nobody's. */
function parsed(owner: string): { readonly pid?: unknown; readonly began?: unknown } {
  try {
    return (JSON.parse(owner) ?? {}) as { pid?: unknown };
  } catch {
    return {};
  }
}

/** When a process began, in the kernel's ticks since a boot of the machine; '' where there is no way to know. */
async function beganOf(pid: number): Promise<string> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'latin1'),
      readFile('/proc/sys/kernel/random/boot_id', 'latin1'),
    ]);
    // its name, which may hold anything, stands in brackets; the 20th field behind that is the time
    return `${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]} ${boot.trim()}`;
  } catch {
    return '';
  }
}
